"""Runs that end without a verdict: exit code 2, one line that says why, and a report that says so too."""

import pytest
from werkzeug.wrappers import Response

from piwigo_contract.client.answers import Answer
from piwigo_contract.errors import OutOfReach
from piwigo_contract.provision.webmaster import required_result
from piwigo_contract.reference import Reference, start
from tests.serving import closed_port, gallery


def without_verdict(done):
    """Assert all that is true of every run that the preflight ends; gives the reason."""
    assert done.code == 2
    assert done.err.count("\n") == 1, done.err
    assert done.err.startswith("Exit: no verdict: ")
    assert "Traceback" not in done.out
    assert done.target()["verdict"] == "no-verdict"
    assert done.with_outcome("not-assessed", "not-applicable") == done.outcomes().keys()
    reason = done.err.removeprefix("Exit: no verdict: ").strip()
    assert ("no-verdict", reason) in {(clause["reason_kind"], clause["reason"]) for clause in done.target()["clauses"]}
    return reason


def test_target_that_cannot_be_reached(run):
    with closed_port() as url:
        done = run("--target", url)
    assert "can't be reached" in without_verdict(done)
    assert "No verdict" in done.page


def test_wrong_password(run):
    with gallery() as front:
        done = run("--target", front.url, "--webmaster", "webmaster:S3cret-wrong", "-p", "no:html")
    assert "refuses user name and password" in without_verdict(done)
    assert "S3cret" not in done.out + done.err


def test_in_a_distributed_run(run):
    with closed_port() as url:
        assert without_verdict(run("--target", url, "-n", "2", "-p", "no:html"))


def makes_no_key(request, pass_on):
    if request.form.get("method") == "pwg.users.api_key.create":
        return Response(b'{"stat":"fail","err":401,"message":"no"}', content_type="application/json")
    return pass_on()


def test_no_key_is_ever_accepted(run):
    """A gallery that makes no key: nothing is red, and that must not be green."""
    with gallery(makes_no_key) as front:
        done = run("-k", "REJ or HDR-01", *front.options("webmaster"))
    assert (done.code, done.target()["verdict"]) == (2, "no-verdict")
    assert "no key was ever accepted" in done.out
    assert "no key was ever accepted" in done.page


@pytest.mark.parametrize("selected", ["FMT-09", "FORB-21"], ids=["waived", "out of reach"])
def test_key_is_tried_where_no_check_passes(run, selected):
    with start(Reference(release="16.4", fixed=False)) as running:
        options = ("--target", running.url, "--webmaster", running.banner["webmaster"], "--waivers", "known")
        done = run(*options, "-k", selected, "-p", "no:html")
    assert (done.code, done.target()["verdict"]) == (0, "not-fully-verified")
    assert not done.with_outcome("pass", "fail")
    assert "exit code 0: every required clause that was assessed holds" in done.out


def test_token_refused_that_the_same_session_was_just_given():
    """As a cache in front of a gallery has it, which gives everybody the first one's."""
    refused = Answer(200, (), b'{"stat":"fail","err":403,"message":"Invalid security token"}')
    with pytest.raises(OutOfReach, match=r"err 403 'Invalid security token': does something .* answer from a cache\?"):
        required_result(refused, "pwg.users.add")
