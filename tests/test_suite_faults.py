"""Mistakes in a check: each ends as an error, a failure or "not assessed", never as a pass.

The checks with a mistake are run all at once, each for a clause of its own.
"""

import pytest

from tests.running import FEW_CHECKS

HEAD = """
import contextlib
import pytest
from hypothesis.errors import FlakyStrategyDefinition
from piwigo_contract.check import KeyHeader, OtherKeyHeader, Session, clause
from piwigo_contract.client.credentials import User

NOBODY = Session((), User("nobody", "normal"))


@pytest.fixture
def early(gallery, key):
    return gallery.whoami(key)


@pytest.fixture
def fails():
    raise OSError("no luck")


@pytest.fixture
def skips():
    pytest.skip("no luck")


@pytest.fixture
def fails_at_the_end():
    yield
    raise OSError("no luck")
"""

HOLDS = "expect(gallery.whoami(key)).is_the_owner_of(key)"
BREAKS = "expect(gallery.whoami(key)).is_in_session(NOBODY)"

FAULTS = {
    "claims nothing": ("", "", "gallery.whoami(key)", "error", "claimed nothing"),
    "claims nothing of the answer": ("", "", "expect(gallery.whoami(key))", "error", "claimed nothing"),
    "does nothing": ("", "", "pass", "error", "claimed nothing"),
    "control and no claim": ("", "", HOLDS.replace("expect", "expect.control"), "error", "claimed nothing"),
    "refusal without control": (
        "",
        "",
        "expect(gallery.whoami(KeyHeader('pkid-1:2'))).is_refused_as_an_invalid_key()",
        "error",
        "no positive control",
    ),
    "guest without control": ("", "", "expect(gallery.whoami()).is_a_guest()", "error", "no positive control"),
    "control that differs in two things": (
        "",
        "",
        f"{HOLDS.replace('expect', 'expect.control')}\n"
        "    expect(gallery.whoami(KeyHeader('pkid-1:2'), verb='GET')).is_refused_as_an_invalid_key()",
        "error",
        "more than one thing",
    ),
    "request that a fixture sent": ("", ", early", "expect(early).is_the_owner_of(key)", "error", "sent no request"),
    "plain assert": ("", "", f"{HOLDS}\n    assert gallery is None", "error", "AssertionError"),
    "exception": ("", "", f"{HOLDS}\n    {{}}['x']", "error", "KeyError"),
    "swallows a broken claim": (
        "",
        "",
        f"with contextlib.suppress(AssertionError):\n        {BREAKS}\n    {HOLDS}",
        "error",
        "swallowed",
    ),
    "skips itself": ("", "", "pytest.skip('not today')", "not-assessed", "not today"),
    "skips itself after its claim": ("", "", f"{HOLDS}\n    pytest.skip('not today')", "not-assessed", "not today"),
    "fails itself": ("", "", "pytest.fail('so it is')", "error", "so it is"),
    "expects to fail": ("", "", "pytest.xfail('known')", "error", "known"),
    "leaves the process": ("", "", "raise SystemExit(0)", "error", "SystemExit"),
    "fixture fails": ("", ", fails", HOLDS, "error", "no luck"),
    "fixture skips": ("", ", skips", HOLDS, "not-assessed", "no luck"),
    "fixture fails at the end": ("", ", fails_at_the_end", HOLDS, "error", "no luck"),
    "skip": ("@pytest.mark.skip('later')", "", HOLDS, "not-assessed", "later"),
    "skip on a condition": ("@pytest.mark.skipif(True, reason='later')", "", HOLDS, "not-assessed", "later"),
    "no parameters": ("@pytest.mark.parametrize('nothing', [])", ", nothing", HOLDS, "not-assessed", "parameter"),
    "xfail of what holds": ("@pytest.mark.xfail", "", HOLDS, "error", "waiver"),
    "xfail of a break": ("@pytest.mark.xfail", "", BREAKS, "fail", "expected to be taken for 'nobody'"),
    "strict xfail of a break": ("@pytest.mark.xfail(strict=True)", "", BREAKS, "fail", "expected to be taken"),
    "xfail that does not run": ("@pytest.mark.xfail(run=False)", "", HOLDS, "error", "[NOTRUN]"),
    "other sequences the second time": (
        "",
        "",
        f"{HOLDS}\n    raise FlakyStrategyDefinition('x')",
        "not-assessed",
        "answered otherwise when the same was asked once more",
    ),
    "no fault": ("", "", HOLDS, "pass", ""),
}
"""Of each check: its mark, its fixtures, its body, the outcome of its clause, and a word of the reason."""


@pytest.fixture(scope="module")
def clauses(contract):
    """A clause for each fault: of level MUST, needing no more than a key, and not depended on by another."""
    needed = {each for clause in contract.clauses.values() for each in clause.depends}
    free = [
        clause.id
        for clause in contract.clauses.values()
        if clause.level == "MUST" and clause.access == ("live-key",) and clause.id not in needed
    ]
    return dict(zip(FAULTS, free, strict=False))


@pytest.fixture(scope="module")
def done(_fork_server, tmp_path_factory, clauses):
    folder = tmp_path_factory.mktemp("odd")
    checks = [
        f"{mark}\n@clause({clauses[name]!r})\ndef test_odd_{number}(gallery, key, expect{fixture}):\n    {body}\n"
        for number, (name, (mark, fixture, body, _, _)) in enumerate(FAULTS.items())
    ]
    (folder / "test_odd.py").write_text("\n".join([HEAD, *checks]))
    odd = str(folder / "test_odd.py")
    return _fork_server.start(folder / "run", *FEW_CHECKS, odd, "-k", "test_odd", "-p", "no:html").finish()


@pytest.mark.parametrize("name", FAULTS)
def test_fault_of_a_check(done, clauses, name):
    *_, outcome, word = FAULTS[name]
    clause = done.clause(clauses[name])
    assert clause["outcome"] == outcome
    assert word in clause["reason"]
    unassessed = "environment" if "second time" in name else "skipped"
    assert clause["reason_kind"] == {"error": "suite", "not-assessed": unassessed}.get(outcome)


@pytest.mark.parametrize(
    ("body", "code", "verdict"),
    [
        (HOLDS, 0, "not-fully-verified"),
        (f"{HOLDS}\n    pytest.skip('x')", 0, "not-fully-verified"),
        (f"{HOLDS}\n    assert 0", 2, "no-verdict"),
        ("pytest.skip('x')", 2, "no-verdict"),
        (BREAKS, 1, "fail"),
    ],
    ids=["no fault", "skipped after a key was accepted", "plain assert", "skipped", "broken"],
)
def test_exit_code_follows(run, tmp_path, body, code, verdict):
    path = tmp_path / "test_odd.py"
    path.write_text(f"{HEAD}\n@clause('HDR-01')\ndef test_odd(gallery, key, expect):\n    {body}\n")
    done = run(*FEW_CHECKS, str(path), "-k", "test_odd", "-p", "no:html")
    assert (done.code, done.target()["verdict"]) == (code, verdict)


def test_unknown_clause_stops_the_run(run, tmp_path):
    path = tmp_path / "test_odd.py"
    path.write_text(f"{HEAD}\n@clause('HDR-77')\ndef test_odd(): ...\n")
    done = run(*FEW_CHECKS, str(path), "-p", "no:html")
    assert done.code == 4
    assert "HDR-77 is no clause" in done.err + done.out


def test_chapter_that_cannot_be_imported(run, tmp_path):
    path = tmp_path / "test_odd.py"
    path.write_text("import no_such_module")
    done = run(*FEW_CHECKS, str(path), "-p", "no:html")
    assert done.code == 2
    assert "No module named 'no_such_module'" in done.out
