"""Runs the preflight of a target; the result is shown to the user and handed to workers."""

from __future__ import annotations

from piwigo_contract.errors import NoVerdict, PiwigoContractError
from piwigo_contract.provision import preflight
from piwigo_contract.provision.target import PreflightResult, Target


def run_preflight(target: Target) -> PreflightResult:
    """Run the preflight: reachable, a Piwigo, which release, do the credentials work."""
    result = target.preflight
    try:
        found = preflight.identify(target.gallery)
        result.reported_version = found.reported_version
        result.lines.append(
            f"{result.url} answers as Piwigo {found.reported_version or '(of a version it does not say)'}"
        )
        choice = preflight.choose_release(target.gallery, found, target.settings.release)
        result.release, result.note = choice.profile.release, choice.note
        target.gallery.profile = choice.profile
        result.lines.append(f"held to the contract of {result.release}, key in the header {choice.profile.header}")
        if result.note:
            result.lines.append(f"note: {result.note}")
        result.lines.append(f"access: {_check_credentials(target)}")
    except NoVerdict as error:
        result.stopped = target.vault.clean(str(error))
    except PiwigoContractError as error:
        result.stopped = target.vault.clean(f"{result.url}: preflight failed: {error}")
    return result


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
    if settings.api_key:
        told.append(f"the key of {target.given_key().owner.name!r} is accepted")
    told += [f"--{name}" for name in settings.access() if name.endswith(("-key", "-command")) and name != "api-key"]
    if settings.read_only:
        told.append("read-only: nothing is created or changed")
    return ", ".join(told) or "none given, an anonymous caller's alone"
