"""The same target gives the same result, whenever and however it is asked."""

import datetime
import json
import re

from piwigo_contract.plugin.neutral import without_times
from tests.serving import gallery
from tests.test_broken_targets import cuts_long_values

VOLATILE = {"started", "seconds", "requests", "keyed_requests"}


def steady(value):
    """A document without what two runs may differ in."""
    if isinstance(value, dict):
        return {name: steady(each) for name, each in value.items() if name not in VOLATILE}
    return [steady(each) for each in value] if isinstance(value, list) else value


def steady_page(page):
    """The page without numbers: answers that it shows tell the time, and ids that are the target's own."""
    return re.sub(r"\d+", "0", page)


def steady_har(done):
    """What was asked but for numbers, where its number does not depend on the time: to wait, or to measure it."""
    entries = json.loads((done.folder / "run.har").read_text())["log"]["entries"]
    asked = [
        (entry["comment"], entry["request"])
        for entry in entries
        if not re.search("GET|TIME-01", entry["request"]["method"] + entry["comment"])
    ]
    return re.sub(r"\d+", "0", json.dumps(asked, indent=0)).splitlines()


def forgets_groups_and_dates(request, pass_on):
    """Groups can't be renamed, and a key was revoked just now, whenever that was; long values are cut, too."""
    if request.form.get("method") == "pwg.groups.setInfo":
        request.environ["HTTP_X_PIWIGO_API"] = request.environ.get("HTTP_X_PIWIGO_API", "")[:74]
    answer = cuts_long_values(request, pass_on)
    told = json.loads(answer.data) if request.form.get("method") == "pwg.users.api_key.get" else {}
    for row in told.get("result") or ():
        if row.get("revoked_on"):
            row["revoked_on"] = datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S")
            answer.data = json.dumps(told)
    return answer


CHOSEN = "HDR or REJ or TOK-03 or END-29 or TIME or WRITE-05"


def test_two_runs_of_one_seed_and_one_with_two_workers(run):
    """The next one finds a gallery where everything new has other numbers, and another time of day."""
    with gallery(forgets_groups_and_dates) as front:
        users = front.users
        options = (*front.options("webmaster"), "-k", CHOSEN, "--hypothesis-seed", "7")
        first, second = (run(*options, "--har", "run.har", name=name) for name in ("first", "second"))
        parallel = run(*options, "-n", "2", name="parallel")
        assert front.users == users
    assert first.code == second.code == parallel.code == 1
    assert first.with_outcome("fail", "warning") >= {"HDR-06", "TOK-03", "END-29", "WRITE-05"}
    assert steady(first.document) == steady(second.document)
    assert steady_har(first) == steady_har(second)
    assert first.outcomes() == parallel.outcomes()
    assert first.target()["verdict"] == parallel.target()["verdict"]
    assert checks_of(first) == checks_of(parallel)
    assert steady_page(first.page) == steady_page(second.page)


def test_times_in_messages():
    told = "expected '2026-11-24 21:40:12'; it is 2026-11-24 21:40:14, not 2026-11-24 21:40:12; 2020-02-29 12:34:56"
    assert without_times(told) == "expected '$TIME_1'; it is $TIME_2, not $TIME_1; 2020-02-29 12:34:56"


def checks_of(done):
    return [[check["nodeid"] for check in clause["checks"]] for clause in done.target()["clauses"]]
