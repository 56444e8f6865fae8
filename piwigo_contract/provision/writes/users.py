"""Writes to accounts."""

from __future__ import annotations

from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.writes.eyes import Eyes
from piwigo_contract.provision.writes.write import Act, write


@write("pwg.users.add")
def add_a_user(sandbox: Sandbox) -> Act:
    eyes = Eyes(sandbox)
    person = sandbox.users.new_person("other")
    return Act(
        {"username": person.name, "password": person.password, "password_confirm": person.password},
        what="the status of the user of that name",
        seen=lambda: (eyes.user(person.name, "status") or {}).get("status"),
        wanted="normal",
    )


@write("pwg.users.delete")
def delete_a_user(sandbox: Sandbox) -> Act:
    eyes = Eyes(sandbox)
    user, other = sandbox.users.new(), sandbox.users.new()
    return Act(
        {"user_id": sandbox.users.id_of(user)},
        what="whether the user, and another one, are there",
        seen=lambda: [eyes.user(each.user.name) is not None for each in (user, other)],
        wanted=[False, True],
    )
