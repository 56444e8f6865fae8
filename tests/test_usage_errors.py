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
    "clause after -k": (["-k", "LIFE-1 or hdr-99"], {}, "-k hdr-99: no such clause"),
    "clause of no chapter": (["-k", "NOPE-01"], {}, "-k NOPE-01: no such clause"),
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


def test_unknown_option(run):
    done = run("--sweeep")
    assert done.code == 4
    assert "--sweeep" in done.err


def test_usage_error_leaves_no_report_behind(run):
    assert not (run("--gate", "lax").folder / "reports").exists()
