"""The preflight of a target: what is found before the first check, told to the user and handed to workers."""

from __future__ import annotations

from piwigo_contract.errors import NoVerdict, OutOfReach, PiwigoContractError
from piwigo_contract.provision import preflight
from piwigo_contract.provision.target import Plan, Target


def inspect(target: Target) -> Plan:
    """Run the preflight: reachable, a Piwigo, which release, do the credentials work. What is found is its plan."""
    plan = target.plan
    try:
        found = preflight.look(target.gallery)
        plan.reported_version = found.reported_version
        plan.lines.append(f"{plan.url} answers as Piwigo {found.reported_version or '(of a version it does not say)'}")
        choice = preflight.choose_release(target.gallery, found, target.settings.release)
        plan.release, plan.note = choice.profile.release, choice.note
        target.gallery.profile = choice.profile
        plan.lines.append(f"held to the contract of {plan.release}, key in the header {choice.profile.header}")
        if plan.note:
            plan.lines.append(f"note: {plan.note}")
        plan.lines.append(f"access: {_check_credentials(target)}")
    except NoVerdict as error:
        plan.stopped = target.vault.clean(str(error))
    except (PiwigoContractError, OutOfReach) as error:
        plan.stopped = target.vault.clean(f"{plan.url}: preflight failed: {error}")
    return plan


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
