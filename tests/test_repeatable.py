"""The same target gives the same result, whenever and however it is asked."""

import datetime
import json
import re

from werkzeug.wrappers import Response

from piwigo_contract.claims.timing import ENOUGH, PAIRS
from piwigo_contract.plugin.repeatable import without_times
from tests.faults import HEADER, cuts_long_values
from tests.pages import timeless
from tests.serving import gallery

VOLATILE = {"started", "seconds", "requests", "keyed_requests"}


def steady(value):
    """A document without what two runs may differ in."""
    if isinstance(value, dict):
        return {name: steady(each) for name, each in value.items() if name not in VOLATILE}
    return [steady(each) for each in value] if isinstance(value, list) else value


def steady_page(done):
    """The page without the time of day and the number of requests, which is that of the document.

    What the target answers has numbers of its own, and the sums of files.
    """
    page, told = timeless(done.page), f"<dt>Requests</dt><dd>{done.target()['requests']}</dd>"
    assert page.count(told) == 1
    page = re.sub(r"<pre.*?</pre>", lambda found: re.sub(r"[0-9a-f]*\d[0-9a-f]*", "#", found[0]), page, flags=re.DOTALL)
    return page.replace(told, "")


def steady_har(done):
    """What was asked, request by request.

    The target's own numbers are told by when they were seen first. What is asked until a second is over counts once,
    and of a race the pairs that each one has: how many more there are depends on the time.
    """
    seen, asked, raced = {}, [], 0
    for entry in json.loads((done.folder / "run.har").read_text())["log"]["entries"]:
        for each in entry["request"].get("postData", {}).get("params", []):
            name = each["name"].partition("[")[0]
            if re.fullmatch(r"\w*_id|parent", name) and each["value"].isdigit():
                each["value"] = seen.setdefault((name, each["value"]), f"number {len(seen)}")
        request = [entry["comment"], entry["request"]]
        raced += "TIME-01" in entry["comment"]
        waits = entry["request"]["method"] == "GET" and asked[-1:] == [request]
        if not waits and ("TIME-01" not in entry["comment"] or raced <= 2 * (PAIRS - ENOUGH)):
            asked.append(request)
    return asked


def forgets_groups_and_dates(request, pass_on):
    """Groups can't be renamed, and a key was revoked just now, whenever that was; long values are cut, too.

    No key moves an album , or puts a photo elsewhere.
    """
    method, keyed = request.form.get("method"), HEADER in request.environ
    if method == "pwg.groups.setInfo":
        request.environ[HEADER] = request.environ.get(HEADER, "")[:74]
    if keyed and method in ("pwg.categories.move", "pwg.images.setRank", "pwg.images.setCategory"):
        return Response('{"stat":"ok","result":null}', mimetype="application/json")
    answer = cuts_long_values(request, pass_on)
    told = json.loads(answer.data) if request.form.get("method") == "pwg.users.api_key.get" else {}
    for row in told.get("result") or ():
        if row.get("revoked_on"):
            row["revoked_on"] = datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S")
            answer.data = json.dumps(told)
    return answer


CHOSEN = "HDR or REJ or TOK-03 or END-29 or TIME or (WRITE and (WRITE-01 or WRITE-03 or WRITE-05))"


def test_two_runs_of_one_seed_and_one_with_two_workers(run):
    """The next one finds a gallery where everything new has other numbers, and another time of day."""
    with gallery(forgets_groups_and_dates) as front:
        users = front.users
        options = (*front.options("webmaster"), "-k", CHOSEN, "--hypothesis-seed", "7")
        first, second = (run(*options, "--har", "run.har", name=name) for name in ("first", "second"))
        parallel = run(*options, "-n", "2", name="parallel")
        assert front.users == users
    assert first.code == second.code == parallel.code == 1
    assert first.with_outcome("fail", "warning") >= {"HDR-06", "TOK-03", "END-29", "WRITE-01", "WRITE-03", "WRITE-05"}
    assert steady(first.document) == steady(second.document)
    assert steady_har(first) == steady_har(second)
    assert first.outcomes() == parallel.outcomes()
    assert first.target()["verdict"] == parallel.target()["verdict"]
    assert checks_of(first) == checks_of(parallel)
    assert steady_page(first) == steady_page(second)


def test_times_in_messages():
    told = "expected '2026-11-24 21:40:12'; it is 2026-11-24 21:40:14, not 2026-11-24 21:40:12; 2020-02-29 12:34:56"
    assert without_times(told) == "expected '$TIME_1'; it is $TIME_2, not $TIME_1; 2020-02-29 12:34:56"


def checks_of(done):
    """What came of each check, in order; how many things there were before one is another number for each worker."""
    return [
        [
            (check["nodeid"], check["outcome"], re.sub(r"(\$[A-Z_]+)_\d+", r"\1", check["message"]))
            for check in clause["checks"]
        ]
        for clause in done.target()["clauses"]
    ]
