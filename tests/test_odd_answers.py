"""A method that a run is set up with, or reads back by, answers oddly: that is the target's doing, never the suite's.

CI tries a sample; ODD_ANSWERS=all tries each method with each answer, in a quick run of all checks that call it: of one
without odd answers it is known which these are.
"""

import json
import os

import pytest

from piwigo_contract.client.answers import Answer
from piwigo_contract.contract.resources import SUITE
from piwigo_contract.methods.results import FORMS, unfit
from tests.faults import ODD_ANSWERS, OF_THE_RIGHT_FORM, odd
from tests.serving import gallery

METHODS = sorted(
    {*FORMS, "pwg.session.login", "pwg.users.api_key.edit", "pwg.users.api_key.revoke", "pwg.users.setInfo"}
)
_ALBUM = {"id": 1, "name": "a", "uppercats": "3,1", "global_rank": "1.2"}
_DONE = {"username": None, "object": "group", "action": "add", "object_id": ["1"]}
QUICKLY = ["--effort", "quick", "--tb=no", "-p", "no:html", "-p", "no:xdist", "-p", "no:cacheprovider"]
CALLERS = ["-p", "tests.callers"]
WHOLE = os.environ.get("ODD_ANSWERS") == "all"
SAMPLE = [
    ("pwg.users.api_key.get", "other types", ["test_life.py", "test_managers.py", "test_sequence.py"]),
    ("pwg.users.api_key.create", "no result", ["test_token.py", "test_arguments.py"]),
    ("pwg.users.getList", "cut off", ["test_life.py", "test_token.py"]),
    ("pwg.images.search", "other types", ["test_photos.py::test_photo_above_the_level_is_in_no_list"]),
    ("pwg.images.upload", "other types", ["test_photos.py::test_upload_completed"]),
    ("pwg.session.login", "501", ["test_derived.py::test_login_session_after_the_end"]),
    (
        "pwg.users.getList",
        "words for numbers",
        ["test_writes.py::test_write_takes_effect[change ones own settings]"],
    ),
    ("pwg.users.api_key.get", "empty texts", ["test_rejection.py::test_expired_key"]),
    ("pwg.images.getInfo", "words for numbers", ["test_identity.py::test_upload_that_logs_in_is_the_owner_s"]),
]
TRIED = [(method, kind, []) for kind in ODD_ANSWERS for method in METHODS] if WHOLE else SAMPLE


@pytest.fixture(scope="module")
def callers(_fork_server, tmp_path_factory):
    """The file that names the methods that each check calls, for runs of the whole suite."""
    folder = tmp_path_factory.mktemp("callers")
    if WHOLE:
        with gallery() as front:
            access = front.options("webmaster", "expire-command")
            _fork_server.start(
                folder / "run", *access, *QUICKLY, *CALLERS, CALLERS=str(folder / "callers.json")
            ).finish()
    return str(folder / "callers.json")


@pytest.mark.parametrize(("method", "kind", "chapters"), TRIED, ids=[f"{method} {kind}" for method, kind, _ in TRIED])
def test_odd_answer(run, callers, method, kind, chapters):
    with gallery(odd(method, kind)) as front:
        chosen = [str(SUITE / chapter) for chapter in chapters] or CALLERS
        access = front.options("webmaster", "expire-command")
        done = run(*chosen, *access, *QUICKLY, CALLERS=callers, CALLS_OF=method)
    assert {clause["id"]: clause["reason"] for clause in done.target()["clauses"] if clause["outcome"] == "error"} == {}
    if kind in OF_THE_RIGHT_FORM:
        return  # then what is read of it may be what is claimed of another call
    broken = [clause for clause in done.target()["clauses"] if clause["outcome"] in ("fail", "warning")]
    elsewhere = {
        clause["id"]: check["message"]
        for clause in broken
        for check in clause["checks"]
        if check["outcome"] in ("fail", "warning") and method not in (check["curl"] or "")
    }
    assert elsewhere == {}


@pytest.mark.parametrize(
    ("method", "result", "fits"),
    [
        ("pwg.users.add", {"users": [{"id": 7}]}, True),
        ("pwg.users.add", {"users": [{"id": "7"}], "paging": {}}, True),
        ("pwg.users.add", {"users": []}, False),
        ("pwg.users.add", {"users": [{"id": True}]}, False),
        ("pwg.users.add", {"users": [{"id": "9" * 5000}]}, False),
        ("pwg.users.api_key.get", [], True),
        ("pwg.users.api_key.get", False, True),
        ("pwg.users.api_key.get", "none", False),
        ("pwg.users.api_key.get", [{"auth_key": "pkid-1"}], False),
        ("pwg.users.api_key.create", {"auth_key": "", "apikey_secret": "x"}, False),
        ("pwg.categories.getAdminList", {"categories": [_ALBUM | {"global_rank": "1.x"}]}, False),
        ("pwg.categories.getAdminList", {"categories": [_ALBUM]}, True),
        ("pwg.categories.getAdminList", {"categories": [_ALBUM | {"uppercats": "9" * 5000}]}, False),
        ("pwg.categories.getList", {"categories": [{"id": 1, "name": "a"}]}, True),
        ("pwg.categories.getList", [{"id": 1, "name": "a", "sub_categories": [{"id": 2, "name": "b"}]}], True),
        ("pwg.categories.getList", [{"id": 1, "name": "a", "sub_categories": [{"name": "b"}]}], False),
        ("pwg.categories.getList", {"categories": {"id": 1}}, False),
        ("pwg.categories.getList", {}, False),
        ("pwg.categories.getImages", {"images": [{"id": 1, "categories": [{"id": 2}]}]}, True),
        ("pwg.images.search", {"images": [{"id": 1, "categories": "none"}]}, False),
        ("pwg.tags.getList", {"tags": [{"id": 1, "counter": "many"}]}, False),
        ("pwg.images.getInfo", {}, False),
        ("pwg.activity.getList", {"result_lines": [_DONE]}, True),
        ("pwg.activity.getList", {"result_lines": [_DONE | {"object": ["group"]}]}, False),
        ("pwg.images.exist", {"0" * 32: None, "1" * 32: "5"}, True),
        ("pwg.images.exist", {"0" * 32: [5]}, False),
        ("a.plugins.method", None, True),
    ],
)
def test_form_of_a_result(method, result, fits):
    answer = Answer(200, (), json.dumps({"stat": "ok", "result": result}).encode())
    assert (unfit(answer, method) is None) == fits
