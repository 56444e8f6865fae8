"""Writes to accounts."""

from __future__ import annotations

from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.writes.eyes import Eyes
from piwigo_contract.provision.writes.write import Act, write


@write("pwg.users.add")
def add_a_user(sandbox: Sandbox) -> Act:
    eyes = Eyes(sandbox)
    name, password = sandbox.workshop.name_of_a_user()
    return Act(
        {"username": name, "password": password, "password_confirm": password},
        what="the status of the user of that name",
        seen=lambda: (eyes.user(name, "status") or {}).get("status"),
        wanted="normal",
    )


@write("pwg.users.delete")
def delete_a_user(sandbox: Sandbox) -> Act:
    eyes = Eyes(sandbox)
    name, password = sandbox.workshop.name_of_a_user()
    added = sandbox.workshop.as_webmaster("pwg.users.add", username=name, password=password, password_confirm=password)
    other = sandbox.workshop.new_user().user.name
    return Act(
        {"user_id": sandbox.workshop.number_of_a_user(added)},
        what="whether the user, and another one, are there",
        seen=lambda: [eyes.user(each) is not None for each in (name, other)],
        wanted=[False, True],
    )
