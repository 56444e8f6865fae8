"""A method that a run is set up with, or reads back by, answers oddly: that is the target's doing, never the suite's.

CI tries a sample; ODD_ANSWERS=all tries each method with each answer, on the whole suite.
"""

import os

import pytest

from piwigo_contract.contract.resources import SUITE
from piwigo_contract.methods.results import FORMS
from tests.faults import ODD_ANSWERS, odd
from tests.serving import gallery

METHODS = sorted(
    {*FORMS, "pwg.session.login", "pwg.users.api_key.edit", "pwg.users.api_key.revoke", "pwg.users.setInfo"}
)
WHOLE = os.environ.get("ODD_ANSWERS") == "all"
SAMPLE = [
    ("pwg.users.api_key.get", "other types", ["test_life.py", "test_managers.py", "test_sequence.py"]),
    ("pwg.users.api_key.create", "no result", ["test_token.py", "test_arguments.py"]),
    ("pwg.users.getList", "cut off", ["test_life.py", "test_token.py"]),
]
TRIED = [(method, kind, []) for method in METHODS for kind in ODD_ANSWERS] if WHOLE else SAMPLE


@pytest.mark.parametrize(("method", "kind", "chapters"), TRIED, ids=[f"{method} {kind}" for method, kind, _ in TRIED])
def test_odd_answer(run, method, kind, chapters):
    with gallery(odd(method, kind)) as front:
        access = front.options("webmaster", "expire-command")
        chosen = [str(SUITE / chapter) for chapter in chapters]
        done = run(*chosen, *access, "--hypothesis-profile", "quick", "-p", "no:html")
    assert {clause["id"]: clause["reason"] for clause in done.target()["clauses"] if clause["outcome"] == "error"} == {}
    broken = [clause for clause in done.target()["clauses"] if clause["outcome"] in ("fail", "warning")]
    elsewhere = {
        clause["id"]: check["message"]
        for clause in broken
        for check in clause["checks"]
        if check["outcome"] in ("fail", "warning") and method not in (check["curl"] or "")
    }
    assert elsewhere == {}
