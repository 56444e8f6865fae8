"""Writes to accounts."""

from __future__ import annotations

from piwigo_contract.claims.write import Write
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.writes.preparation import prepares


@prepares("pwg.users.add")
def add_a_user(sandbox: Sandbox, method: str) -> Write:
    pending = sandbox.users.pending_user("other")
    return Write(
        method,
        {"username": pending.name, "password": pending.password, "password_confirm": pending.password},
        what="the status of the user of that name",
        seen=lambda: (sandbox.webmaster_sees.user(pending.name, "status") or {}).get("status"),
        wanted="normal",
    )


@prepares("pwg.users.delete")
def delete_a_user(sandbox: Sandbox, method: str) -> Write:
    user, other = sandbox.users.new(), sandbox.users.new()
    return Write(
        method,
        {"user_id": sandbox.users.id_of(user)},
        what="whether the user, and another one, are there",
        seen=lambda: [sandbox.webmaster_sees.user(each.user.name) is not None for each in (user, other)],
        wanted=[False, True],
    )
