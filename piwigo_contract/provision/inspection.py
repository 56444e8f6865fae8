"""Runs the preflight of a target; the result is shown to the user and handed to workers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from piwigo_contract.client.clock import parse_time
from piwigo_contract.client.credentials import GUEST, ApiKey
from piwigo_contract.errors import ContractBroken, NoVerdict, OutOfReach, PiwigoContractError
from piwigo_contract.provision import preflight
from piwigo_contract.provision.keys import CommandFailed, Keys
from piwigo_contract.provision.names import Names
from piwigo_contract.provision.target import PreflightResult, Target

EXPIRES = "it has to set expired_on of the key's own row to a time past; nothing else can be known of expired keys"


def run_preflight(target: Target, *, try_command: bool = True) -> PreflightResult:
    """Run the preflight: reachable, a Piwigo, which release, do the credentials work.

    try_command: whether `--expire-command` is tried. What that makes stands in the target's ledger.
    """
    result = target.preflight
    try:
        asked = result.url
        found = preflight.identify(target.gallery)
        result.url = target.ledger.target = target.gallery.url
        result.reported_version = found.reported_version
        result.anonymous = (found.anonymous.name, found.anonymous.status)
        target.gallery.anonymous = found.anonymous
        result.lines.append(
            f"{result.url} answers as Piwigo {found.reported_version or '(of a version it does not say)'}"
        )
        choice = preflight.choose_release(target.gallery, found, target.settings.release)
        result.release, result.note = choice.profile.release, choice.note
        target.gallery.profile = choice.profile
        result.lines.append(f"held to the contract of {result.release}, key in the header {choice.profile.header}")
        if target.gallery.in_front is not None:
            result.lines.append("each request brings the Basic credentials of --basic for the server in front")
        result.note = "; ".join(filter(None, [result.note, *_on_the_way(target, asked, found)])) or None
        if result.note:
            result.lines.append(f"note: {result.note}")
        result.lines.append(f"access: {_check_credentials(target)}")
        result.ended = [how for how in ("expired", "revoked") if _ended_by_its_list(target, how)]
        if try_command and "expiring-key" in target.settings.within_reach():
            _try_expire_command(target)
    except NoVerdict as error:
        result.stopped = target.vault.clean(str(error))
    except (PiwigoContractError, OutOfReach) as error:
        result.stopped = target.vault.clean(f"{result.url}: preflight failed: {error}")
    finally:
        result.requests = target.gallery.requests_sent
    return result


def _on_the_way(target: Target, asked: str, found: preflight.Identification) -> Iterator[str]:
    """What a reader of the report should know of how the target is reached. asked: the URL that was given."""
    url = target.gallery.url
    if url != asked:
        yield f"{asked} redirects to {url}: that is what is tested"
    if target.gallery.proxy is not None:
        yield f"all requests go through the proxy {target.gallery.proxy} (CONNECT)"
    if target.settings.insecure and url.startswith("https:"):
        yield "--insecure: whose certificate the target has was not looked at, so it may be anybody's"
    if found.anonymous.status != GUEST.status:
        any_caller = f"{found.anonymous.name!r} ({found.anonymous.status})"
        yield f"who brings no key is {any_caller} here, as behind single sign-on: that is what a guest is"
    in_front = target.gallery.in_front
    if in_front is not None and in_front.name == target.gallery.profile.header:
        yield f"no key can be sent: {preflight.COLLIDES}"


def _check_credentials(target: Target) -> str:
    settings, told = target.settings, []
    if settings.webmaster:
        account = target.webmaster()
        if account.user.status != "webmaster":
            raise NoVerdict(f"--webmaster: {account.user.name} has the status {account.user.status}, not webmaster")
        told.append(f"webmaster {account.user.name!r} logged in")
    if settings.account:
        account = target.given_account()
        told.append(f"account {account.user.name!r} ({account.user.status}) logged in")
    with suppress(OutOfReach):  # where no key can be sent, which a note says
        told.append(f"the key of {target.given_key().owner.name!r} is accepted")
    told += [f"--{name}" for name in settings.access() if name.endswith(("-key", "-command")) and name != "api-key"]
    if settings.read_only:
        told.append("read-only: nothing is created or changed")
    return ", ".join(told) or "none given, an anonymous caller's alone"


def _try_expire_command(target: Target) -> None:
    """Run `--expire-command` on a key made for it. Raises NoVerdict where it fails, or plainly has no effect.

    Where no key can be made, or its owner's list does not tell of it, that is for checks to say.
    """
    # names and makers of their own, as what was made here is gone when the checks begin
    makers = target.new_makers(Names(target.vault))
    try:
        key = makers.keys.new(makers.users.new_owner())
        makers.keys.row(key)
        makers.keys.expire_command_for(key)
    except (PiwigoContractError, OutOfReach, ContractBroken):
        return
    try:
        makers.keys.run_expire_command(key)
    except CommandFailed as error:
        raise NoVerdict(f"{error}: {EXPIRES}") from error
    if _lives_on(target, makers.keys, key):
        raise NoVerdict(f"--expire-command had no effect on the key that it was tried on: {EXPIRES}")


def _ended_by_its_list(target: Target, how: str) -> bool:
    """Whether the list of its owner, where that can be asked for, says that the key of `--expired-key` or
    `--revoked-key` has ended. Raises NoVerdict where it says that it has not, and the target accepts it, too.
    """
    if not target.settings.can_make_keys() or (key := target.identities.given_ended_key(how)) is None:
        return False
    given = [target.given_account()] if target.settings.account else []
    given += [target.webmaster()] if target.settings.webmaster else []
    keys = target.new_makers(Names(target.vault)).keys
    for account in given:
        try:
            row = keys.rows(account).get(key.pkid.reveal())
            if row is None:
                continue
            ended = bool(row.get("revoked_on")) if how == "revoked" else _is_past(target, row)
        except (PiwigoContractError, OutOfReach, ContractBroken):
            continue
        if not ended and target.gallery.whoami(key).status != 401:
            raise NoVerdict(
                f"the key of --{how}-key is not {how}: the list of keys of {account.user.name!r} has it as one that "
                "lives, and the target accepts it; give one that has ended"
            )
        return ended
    return False


def _is_past(target: Target, row: Mapping[str, Any]) -> bool:
    return bool(row.get("is_expired")) or parse_time(row.get("expired_on")) <= target.clock.now()


def _lives_on(target: Target, keys: Keys, key: ApiKey) -> bool:
    """Whether the list of its owner says that a key has not expired, and the target accepts it, too."""
    try:
        if _is_past(target, keys.row(key)):
            return False
    except (PiwigoContractError, OutOfReach, ContractBroken):
        return False
    return target.gallery.whoami(key).status != 401
