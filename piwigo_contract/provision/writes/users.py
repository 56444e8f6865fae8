"""Writes to accounts."""

from __future__ import annotations

from piwigo_contract.claims.write import Write
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.writes.preparation import prepares


@prepares("pwg.users.add")
def add_a_user(sandbox: Sandbox, method: str) -> Write:
    person = sandbox.users.new_person("other")
    return Write(
        method,
        {"username": person.name, "password": person.password, "password_confirm": person.password},
        what="the status of the user of that name",
        seen=lambda: (sandbox.webmaster_sees.user(person.name, "status") or {}).get("status"),
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
