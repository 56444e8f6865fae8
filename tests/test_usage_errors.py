"""A mistake ends the run with exit code 4 and one line, before a request is sent; test_options.py has all kinds."""

import pytest

from tests.serving import gallery

SECRET = "S3cret-of-mine"

MISTAKES = {
    "option": (["--api-key", SECRET], {}, "--api-key takes PKID:SECRET"),
    "variable": ([], {"PIWIGO_API_KEY": ""}, "PIWIGO_API_KEY is empty"),
    "file": (["--waivers", "none.toml"], {}, "none.toml: can't be read"),
    "explanation": (["--explain", "HDR-77"], {}, "HDR-77: no such clause"),
    "form of the list": (["--list-clauses=xml"], {}, "'xml'"),
    "worker": (["-n", "2", "--gate", "lax"], {}, "'lax'"),
    "profile": (["--hypothesis-profile", "deepest"], {}, "'deepest' is not one of quick, standard, deep, unshrunk"),
    "effort": (["--effort", "fast"], {}, "--effort: 'fast' is not one of quick, standard, deep"),
    "effort in the variable": ([], {"PIWIGO_EFFORT": ""}, "PIWIGO_EFFORT is empty"),
    "clause after -k": (["-k", "LIFE-1 or hdr-99"], {}, "-k hdr-99: no such clause"),
    "clause of no chapter": (["-k", "NOPE-01"], {}, "-k NOPE-01: no such clause"),
    "half an expression": (["-n", "2", "-k", "HDR or"], {}, "Wrong expression passed to '-k': HDR or"),
    "clause alone": (["HDR-13"], {}, "HDR-13: choose the clause with -k HDR-13"),
    "no clause alone": (["HDR-99"], {}, "HDR-99: no such clause"),
    "URL alone": (["http://me:S3cret-of-mine@host/"], {}, "--target URL"),
    "results below a file": (["--junitxml", f"{__file__}/junit.xml"], {}, "junit.xml can't be written"),
    "wire": (["--wire", "all"], {}, "'all' is not one of smuggling"),
}


@pytest.mark.parametrize(("options", "environment", "word"), MISTAKES.values(), ids=MISTAKES)
def test_usage_error(run, options, environment, word):
    with gallery() as front:
        done = run("--target", front.url, *options, **environment)
    assert (done.code, front.seen) == (4, [])
    assert done.err.startswith("ERROR: ")
    assert word in done.err
    assert done.err.strip().count("\n") == 0, done.err
    assert SECRET not in done.out + done.err


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--traget", "http://host/"], "--traget is no option: did you mean --target? (--help shows all)"),
        ([f"--webmastr=me:{SECRET}"], "--webmastr is no option: did you mean --webmaster? (--help shows all)"),
        (["--xyzzyx"], "--xyzzyx is no option (--help shows all)"),
        (["--rate"], "argument --rate: expected one argument"),
    ],
    ids=["of two letters", "with a secret", "like no other", "without its value"],
)
def test_option_that_is_none(run, given, told):
    done = run(*given)
    assert (done.code, done.err.strip()) == (4, f"ERROR: {told}")
    assert SECRET not in done.out


def test_help_begins_with_the_contract_and_names_each_variable(run):
    done = run("--help")
    lines = done.out.splitlines()
    assert lines[0].startswith("usage: piwigo-contract ")
    ours = done.out[done.out.index("Piwigo API contract:") : done.out.index("\ngeneral:")]
    for name in ("TARGET", "RELEASE", "WEBMASTER", "EXPIRE_COMMAND", "READ_ONLY", "BASELINE", "HAR"):
        assert f"[PIWIGO_{name}]" in ours
    assert "PIWIGO_EXPLAIN" not in ours


def test_usage_error_leaves_no_report_behind(run):
    assert not (run("--gate", "lax").folder / "reports").exists()


def test_selection_that_makes_no_sense(run):
    """Which pytest notices after the preflight."""
    with gallery() as front:
        done = run("--target", front.url, "-k", "HDR-04 (")
    assert done.code == 4
    assert done.err.strip().splitlines() == [
        "ERROR: Wrong expression passed to '-k': HDR-04 (: at column 9: expected identifier; got end of input"
    ]
