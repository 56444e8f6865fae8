"""A target for the small commands: reachable, release known, webmaster logged in if one was given."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.client.vault import Vault
from piwigo_contract.contract.releases import choose_profile
from piwigo_contract.errors import Hindered, NoVerdict
from piwigo_contract.option_values import user_and_password
from piwigo_contract.options import Settings
from piwigo_contract.provision.inspection import run_preflight
from piwigo_contract.provision.ledger_file import LedgerFile, new_run
from piwigo_contract.provision.target import Target
from piwigo_contract.urls import gallery_root


@contextmanager
def open_target(url: str, webmaster: str | None, release: str) -> Iterator[Target]:
    """The target at a URL; what was made on it is removed at the end.

    webmaster: USER:PASSWORD; None for the variable PIWIGO_WEBMASTER or, without that, no login. Raises UsageError for
    bad arguments, NoVerdict where the target can't be used.
    """
    source = "--webmaster"
    if webmaster is None and "PIWIGO_WEBMASTER" in os.environ:
        webmaster, source = os.environ["PIWIGO_WEBMASTER"], "PIWIGO_WEBMASTER"
    account = None if webmaster is None else user_and_password(source, webmaster)
    choose_profile(None, release)
    file = LedgerFile(Path.cwd(), new_run())
    target = Target(gallery_root(url), Settings(webmaster=account, release=release), Vault(), file=file)
    try:
        run_preflight(target)
        if target.preflight.stopped:
            raise NoVerdict(target.preflight.stopped)
        yield target
    finally:
        for entry, why in target.take_away():
            told = f"{entry.in_words}: {target.vault.clean(why)}"
            print(f"left behind on {target.preflight.url}: {told}", file=sys.stderr)
        with suppress(NoAnswer, Hindered):
            target.log_out()
        file.close(all_gone=not target.ledger.entries)
        target.gallery.close()
