"""Several targets in one run: each is judged by itself, and a broken one is never hidden by another."""

import pytest

from tests.faults import reads_the_query
from tests.serving import closed_port, gallery

SELECTED = ("-k", "key_in_the_query or header_of_the_release", "-p", "no:html")


@pytest.mark.parametrize("unreachable_first", [True, False])
@pytest.mark.parametrize(("fault", "code", "verdict"), [(None, 2, "not-fully-verified"), (reads_the_query, 1, "fail")])
def test_one_of_two_cannot_be_reached(run, fault, code, verdict, unreachable_first):
    with closed_port() as nowhere, gallery(*[fault] if fault else []) as front:
        targets = [front.options("webmaster"), ["--target", nowhere]][:: -1 if unreachable_first else 1]
        done = run(*targets[0], *targets[1], *SELECTED)
    there, gone = (1, 0) if unreachable_first else (0, 1)
    assert done.code == code
    assert (done.target(there)["url"], done.target(there)["verdict"]) == (front.url, verdict)
    assert (done.target(gone)["url"], done.target(gone)["verdict"]) == (nowhere, "no-verdict")
    assert done.clause("HDR-01", there)["outcome"] == "pass"
    assert "can't be reached" in done.clause("HDR-01", gone)["reason"]


def test_two_targets_are_judged_apart(run):
    with gallery(reads_the_query, "16.1") as broken, gallery(release="16.0") as sound:
        done = run(*broken.options("webmaster"), "--target", sound.url, *SELECTED)
        assert sound.seen
        assert broken.seen
    assert done.code == 1
    assert [target["release"] for target in done.document["targets"]] == ["16.1", "16.0"]
    assert [done.clause("HDR-10", number)["outcome"] for number in (0, 1)] == ["fail", "pass"]
    assert [done.clause("HDR-01", number)["outcome"] for number in (0, 1)] == ["pass", "pass"]


def test_no_target_can_be_reached(run):
    with closed_port() as first, closed_port() as second:
        done = run("--target", first, "--target", second, "-p", "no:html")
    assert done.code == 2
    assert [target["verdict"] for target in done.document["targets"]] == ["no-verdict", "no-verdict"]
