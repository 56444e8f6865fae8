"""From the outcomes of checks to clauses, verdict and exit code."""

import datetime

import pytest

from piwigo_contract.contract.clauses import ACCESS
from piwigo_contract.contract.releases import profiles
from piwigo_contract.contract.waivers import Waiver, load_waivers
from piwigo_contract.results.outcomes import CheckResult, ClauseResult, blocker, outcome_of, roll_up
from piwigo_contract.results.reasons import Reason
from piwigo_contract.results.verdicts import TargetResult, exit_of, why_no_verdict

ALL = frozenset(ACCESS)
YESTERDAY = datetime.date.today() - datetime.timedelta(days=1)


def fields(outcome):
    """The fields of a check with this outcome."""
    if outcome in ("pass", "fail"):
        return {"outcome": outcome, "message": "" if outcome == "pass" else "it was fail"}
    kind = {"error": "suite", "not-assessed": "skipped", "not-applicable": "settings"}[outcome]
    return {"outcome": outcome, "reason": Reason(kind, detail=f"it was {outcome}")}


@pytest.fixture
def rolled(contract):
    """Roll up checks, given as `HDR_01="pass"` or `HDR_01=[...]`; the other clauses are not selected."""

    def roll(release="16.4", access=ALL, waivers=(), stopped=None, interrupted=False, **checks):
        results = []
        for name, outcomes in checks.items():
            for number, each in enumerate([outcomes] if isinstance(outcomes, str) else outcomes):
                given = fields(each) if isinstance(each, str) else each
                results.append(CheckResult(f"suite/test_x.py::test_{number}", name.replace("_", "-"), **given))
        found = roll_up(contract, profiles()[release], results, access=access, waivers=waivers, stopped=stopped,
                        interrupted=interrupted)  # fmt: skip
        assert [result.clause for result in found] == list(contract.clauses.values())
        return {result.clause.id: result for result in found}

    return roll


def test_nothing_is_a_pass_by_default(rolled):
    found = rolled()
    assert {result.outcome for result in found.values()} == {"not-assessed"}
    assert {result.reason for result in found.values()} == {"not selected in this run"}
    assert {result.why for result in found.values()} == {Reason("not-selected")}


ROLL_UPS = {
    "pass": ("pass", "pass"),
    "fail": ("fail", "fail"),
    "error": ("error", "error"),
    "not assessed": ("not-assessed", "not-assessed"),
    "all pass": (["pass", "pass"], "pass"),
    "one fails": (["pass", "fail", "pass"], "fail"),
    "one in error": (["pass", "error"], "error"),
    "fail before error": (["error", "fail"], "fail"),
    "error before not assessed": (["not-assessed", "error"], "error"),
    "partly not assessed": (["pass", "not-assessed"], "not-assessed"),
    "partly not applicable": (["pass", "not-applicable"], "pass"),
    "wholly not applicable": (["not-applicable"], "not-assessed"),
}


@pytest.mark.parametrize(("checks", "outcome"), ROLL_UPS.values(), ids=ROLL_UPS)
def test_clause_of_its_checks(rolled, checks, outcome):
    result = rolled(HDR_01=checks)["HDR-01"]
    assert result.outcome == outcome
    assert bool(result.reason) == (outcome != "pass")
    assert (result.why is None) == (outcome in ("pass", "fail"))


@pytest.mark.parametrize(
    ("found", "level", "waived", "outcome"),
    [
        ("fail", "MUST", False, "fail"),
        ("fail", "SHOULD", False, "warning"),
        ("fail", "MUST", True, "waived"),
        ("fail", "SHOULD", True, "waived"),
        ("error", "SHOULD", True, "error"),
        ("pass", "SHOULD", True, "pass"),
        ("not-assessed", "MUST", True, "not-assessed"),
        ("not-applicable", "MUST", True, "not-applicable"),
    ],
)
def test_what_a_check_makes_of_its_clause(found, level, waived, outcome):
    assert outcome_of(found, level, waived=waived) == outcome


def test_broken_should_is_a_warning(rolled):
    result = rolled(HDR_01="pass", HDR_08="fail")["HDR-08"]
    assert (result.outcome, result.reason) == ("warning", "it was fail")


def test_clause_of_another_release_is_not_applicable(rolled):
    found = rolled(release="16.0", HDR_14="fail", HDR_01="fail")
    assert found["HDR-14"].outcome == "not-applicable"
    assert found["HDR-14"].reason == "no promise of 16.0"
    assert found["HDR-14"].why == Reason("not-promised", detail="16.0")


def test_what_is_out_of_reach_names_the_options(rolled):
    found = rolled(access=frozenset({"anonymous", "live-key"}), HDR_01="pass")
    assert found["HDR-01"].outcome == "pass"
    for clause_id, option in {"REJ-04": "--account", "REJ-05": "--webmaster", "REJ-10": "--expired-key"}.items():
        assert found[clause_id].outcome == "not-assessed"
        assert option in found[clause_id].reason
        assert found[clause_id].why.kind == "out-of-reach"


def test_what_could_not_be_made_at_all_keeps_the_kind_of_the_reason(rolled):
    refused = {"outcome": "not-applicable", "reason": Reason("environment", detail="the server in front refuses it")}
    result = rolled(HDR_01=[refused, refused])["HDR-01"]
    assert (result.outcome, result.reason) == ("not-assessed", "none of its checks could be made")
    assert result.why.kind == "environment"


def test_stopped_target_has_nothing_assessed(rolled):
    found = rolled(release="16.0", stopped="can't be reached")
    assert {(result.outcome, result.reason) for result in found.values()} == {
        ("not-assessed", "can't be reached"),
        ("not-applicable", "no promise of 16.0"),
    }


def test_interrupted_run_says_so(rolled):
    assert rolled(interrupted=True, HDR_01="pass")["HDR-02"].reason == "the run was interrupted"


# ------------------------------------------------------------------ blocked


def test_dependants_of_a_broken_clause_are_blocked_by_it(rolled, contract):
    found = rolled(HDR_01="fail", HDR_03="fail", HDR_04="error", HDR_05="pass")
    assert found["HDR-01"].outcome == "fail"
    dependants = {clause_id for clause_id in contract.clauses if "HDR-01" in contract.prerequisites(clause_id)}
    assert dependants >= {"HDR-03", "HDR-04", "HDR-05"}
    for clause_id in dependants:
        assert found[clause_id].outcome == "not-assessed"
        assert found[clause_id].reason == "blocked by HDR-01, which is broken"
        assert found[clause_id].why == Reason("blocked", ("HDR-01",))
        ran = clause_id in ("HDR-03", "HDR-04", "HDR-05")
        checks = [(check.outcome, check.reason) for check in found[clause_id].checks]
        assert checks == [("not-assessed", Reason("blocked", ("HDR-01",)))] * ran


def test_the_root_of_the_trouble_is_named(rolled):
    """REJ-01 could not be judged either: two workers may have found both broken at the same time."""
    found = rolled(HDR_01="fail", REJ_01="fail", REJ_02="fail")
    assert found["REJ-01"].reason == found["REJ-02"].reason == "blocked by HDR-01, which is broken"


@pytest.mark.parametrize(
    ("broken", "by"), [((), None), (("REJ-02",), None), (("REJ-01",), "REJ-01"), (("REJ-01", "HDR-01"), "HDR-01")]
)
def test_the_same_blocks_before_a_check_and_at_the_end(contract, broken, by):
    assert blocker(contract, "REJ-02", set(broken)) == by


def test_a_waived_prerequisite_blocks_too(rolled):
    found = rolled(HDR_01="fail", HDR_03="fail", waivers=[Waiver("HDR-01", "known")])
    assert (found["HDR-01"].outcome, found["HDR-03"].outcome) == ("waived", "not-assessed")


@pytest.mark.parametrize("outcome", ["error", "not-assessed", "pass"])
def test_only_a_broken_prerequisite_blocks(rolled, outcome):
    assert rolled(HDR_01=outcome, HDR_03="fail")["HDR-03"].outcome == "fail"


BLAME = {"outcome": "fail", "message": "positive control", "promised_by": "HDR-01"}


@pytest.mark.parametrize(
    ("root", "checks", "outcome"),
    [
        ("fail", [BLAME], "not-assessed"),
        ("pass", [BLAME], "fail"),
        ("fail", [BLAME, "fail"], "fail"),
        ("fail", [BLAME, "pass"], "not-assessed"),
    ],
    ids=["promise broken", "promise kept", "one failure of its own", "other check passes"],
)
def test_a_failed_control_blames_the_clause_that_promises_it(rolled, root, checks, outcome):
    assert rolled(HDR_01=root, HDR_02=checks)["HDR-02"].outcome == outcome


def test_a_failed_control_blames_what_its_promise_stands_on(rolled):
    by_get = {**BLAME, "promised_by": "WHO-01"}
    result = rolled(HDR_01="fail", HDR_02=["pass", by_get])["HDR-02"]
    assert (result.outcome, result.reason) == ("not-assessed", "blocked by HDR-01, which is broken")
    assert rolled(HDR_01="pass", HDR_02=["pass", by_get])["HDR-02"].outcome == "fail"


# ------------------------------------------------------------------ waivers


def test_waived(rolled):
    found = rolled(
        HDR_01="pass", HDR_13="fail", HDR_08="fail", waivers=[Waiver("HDR-13", "ours"), Waiver("HDR-08", "x")]
    )
    assert (found["HDR-13"].outcome, found["HDR-08"].outcome) == ("waived", "waived")
    assert found["HDR-13"].reason == "ours (it was fail)"


KNOWN = "expected to be a guest; the target answered HTTP 401 with err 401 'Invalid api_key'"
TOO_LONG = "expected to be refused with err 400 or 1002 or 1003; HTTP 200 with no envelope of the API (text/html)"
ELSE = "expected to be a guest; the target takes the caller for 'alice'"


def broken(*causes):
    return {"outcome": "fail", "message": "; ".join(causes), "causes": causes}


@pytest.mark.parametrize(
    ("clause_id", "checks", "waivers", "stock"),
    [
        ("HDR-13", [broken(KNOWN)], [], True),
        ("HDR-13", [broken(KNOWN)], [Waiver("HDR-13", "ours")], True),
        ("HDR-13", "pass", [], False),
        ("HDR-13", "error", [], False),
        ("HDR-03", [broken(KNOWN)], [], False),
        ("LIFE-27", [broken(TOO_LONG)], [], True),
        ("HDR-13", [broken(ELSE)], [], False),
        ("HDR-13", [broken(KNOWN, ELSE)], [], False),
        ("HDR-13", [broken(KNOWN), broken(ELSE)], [], False),
    ],
    ids=["known", "waived", "holds", "suite error", "unknown", "SHOULD", "another cause", "another cause besides",
         "another cause of another check"],
)  # fmt: skip
def test_what_the_release_is_known_for(rolled, clause_id, checks, waivers, stock):
    found = rolled(release="16.0", waivers=waivers, HDR_01="pass", **{clause_id.replace("-", "_"): checks})
    assert found[clause_id].stock == stock


def test_another_cause_is_no_known_deviation_and_is_told_first(rolled, contract):
    checks = [broken(KNOWN), broken(ELSE)]
    ours = [waiver for waiver in load_waivers("known", contract) if waiver.speaks_of("http://here/", "16.0")]
    assert rolled(release="16.0", waivers=ours, HDR_01="pass", HDR_13=checks[:1])["HDR-13"].outcome == "waived"
    found = rolled(release="16.0", waivers=ours, HDR_01="pass", HDR_13=checks)["HDR-13"]
    assert (found.outcome, found.reason) == ("fail", ELSE)


@pytest.mark.parametrize(("causes", "outcome"), [((KNOWN,), "waived"), ((KNOWN, ELSE), "fail"), ((ELSE,), "fail")])
def test_waiver_of_one_cause(rolled, causes, outcome):
    waiver = Waiver("HDR-13", "ours", found=("err 401",))
    found = rolled(release="16.0", waivers=[waiver], HDR_01="pass", HDR_13=[broken(*causes)])
    assert found["HDR-13"].outcome == outcome


def test_the_reason_of_a_waiver_comes_with_its_end_and_link(rolled):
    waiver = Waiver("HDR-13", "ours", link="https://example.org/1", expires=datetime.date(2999, 1, 31))
    reason = rolled(HDR_13="fail", waivers=[waiver])["HDR-13"].reason
    assert reason == "ours [until 2999-01-31, https://example.org/1] (it was fail)"


def test_waiver_that_has_expired_counts_no_more(rolled):
    assert rolled(HDR_13="fail", waivers=[Waiver("HDR-13", "ours", expires=YESTERDAY)])["HDR-13"].outcome == "fail"


def test_waiver_that_has_not_expired_counts_beside_one_that_has(rolled):
    waivers = [Waiver("HDR-13", "old", expires=YESTERDAY), Waiver("HDR-13", "new")]
    assert rolled(HDR_13="fail", waivers=waivers)["HDR-13"].outcome == "waived"


def test_waiver_counts_on_its_last_day(rolled):
    last_day = Waiver("HDR-13", "ours", expires=datetime.date.today())
    assert rolled(HDR_13="fail", waivers=[last_day])["HDR-13"].outcome == "waived"


@pytest.mark.parametrize("outcome", ["error", "not-assessed"])
def test_waiver_excuses_only_what_is_broken(rolled, outcome):
    assert rolled(HDR_13=outcome, waivers=[Waiver("HDR-13", "ours")])["HDR-13"].outcome == outcome


# ------------------------------------------------------------------ verdict and exit code


@pytest.fixture
def judged(contract):
    """A target whose clauses have these outcomes."""

    def make(*outcomes, **settings):
        clauses = [
            ClauseResult(clause, outcome) for clause, outcome in zip(contract.clauses.values(), outcomes, strict=False)
        ]
        return TargetResult("http://t/", "16.4.0", "16.4", [], clauses, **settings)

    return make


GIVEN = {"credentials_given": True}
VERDICTS = {
    "pass": (["pass"], {}, "pass", 0, 0),
    "not applicable": (["pass", "not-applicable"], {}, "pass", 0, 0),
    "warning": (["pass", "warning"], {}, "pass", 0, 1),
    "waived": (["pass", "waived"], {}, "pass", 0, 0),
    "not assessed": (["pass", "not-assessed"], {}, "not-fully-verified", 0, 1),
    "fail": (["pass", "fail"], {}, "fail", 1, 1),
    "error": (["pass", "error"], {}, "no-verdict", 2, 2),
    "fail beside error": (["error", "fail"], {}, "fail", 1, 1),
    "warning beside error": (["error", "warning"], {}, "no-verdict", 2, 1),
    "stopped": (["not-assessed"], {"stopped": "gone"}, "no-verdict", 2, 2),
    "interrupted": (["pass"], {"interrupted": True}, "no-verdict", 2, 2),
    "interrupted after a break": (["fail"], {"interrupted": True}, "fail", 1, 1),
    "no key accepted": (["pass"], GIVEN, "no-verdict", 2, 2),
    "no key accepted, broken": (["fail"], GIVEN, "fail", 1, 1),
    "key accepted": (["pass"], {**GIVEN, "key_accepted": True}, "pass", 0, 0),
}


@pytest.mark.parametrize(("outcomes", "settings", "verdict", "code", "strict"), VERDICTS.values(), ids=VERDICTS)
def test_verdict_and_exit_code(judged, outcomes, settings, verdict, code, strict):
    target = judged(*outcomes, **settings)
    assert target.verdict == verdict
    assert exit_of([target]).code == code
    assert exit_of([target], "strict").code == strict
    assert exit_of([target], stale=["stale"]).code == exit_of([target], "regression", worse=["HDR-01"]).code == 1
    assert exit_of([target], "regression").code == (2 if target.no_verdict_because else 0)
    assert bool(target.no_verdict_because) == (verdict == "no-verdict" or "interrupted" in settings or
                                               ("error" in outcomes) or (settings == GIVEN))  # fmt: skip


REASONS = {
    "all well": (["pass"], {}, "every required clause that was assessed holds"),
    "waived": (["pass", "waived"], {}, "every required clause that was assessed holds or is waived"),
    "broken": (["fail", "fail", "warning"], {}, "2 required clauses broken"),
    "strict": (["warning", "not-assessed", "not-assessed"], {"gate": "strict"},
               "1 warning; 2 clauses not assessed (--gate strict)"),
    "strict, but for what any gate stops for": (["fail"], {"gate": "strict"}, "1 required clause broken"),
    "worse": (["fail", "fail"], {"gate": "regression", "worse": ["HDR-02"]},
              "1 clause worse than in the baseline (HDR-02)"),
    "not worse": (["fail"], {"gate": "regression"},
                  "nothing got worse since the baseline, and this gate stops for nothing else"),
    "worse, which the gate does not look at": (["pass"], {"worse": ["HDR-02"]},
                                               "every required clause that was assessed holds"),
    "stale": (["fail"], {"stale": ["stale waiver: a", "stale waiver: b"]},
              "1 required clause broken; stale waiver: a; stale waiver: b"),
    "no verdict": (["error"], {}, "no verdict: the suite failed on HDR-01"),
}  # fmt: skip


@pytest.mark.parametrize(("outcomes", "settings", "why"), REASONS.values(), ids=REASONS)
def test_why_the_exit_code_is_what_it_is(judged, outcomes, settings, why):
    ends = exit_of([judged(*outcomes)], **settings)
    assert (ends.why, ends.sentence) == (why, f"exit code {ends.code}: {why}")


def test_why_there_is_no_verdict():
    """What the preflight found before an interruption, before what the suite failed on, before the lack of a key."""
    facts = {"stopped": "it is gone", "interrupted": True, "failed": ["HDR-01", "HDR-03"], "no_key": True}
    told = []
    for name, without in {"stopped": None, "interrupted": False, "failed": [], "no_key": False}.items():
        told.append(why_no_verdict(**facts))
        facts[name] = without
    assert told == [
        "it is gone",
        "the run was interrupted",
        "the suite failed on HDR-01, HDR-03",
        "credentials were given, but no key was ever accepted",
    ]
    assert why_no_verdict(**facts) is None


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("targets", "code"),
    [
        ([["pass"], ["pass"]], 0),
        ([["pass"], ["fail"]], 1),
        ([["pass"], ["error"]], 2),
        ([["error"], ["fail"]], 1),
        ([["pass"], ["error"], ["fail"]], 1),
    ],
    ids=str,
)
def test_broken_before_no_verdict_before_all_is_well(judged, targets, code, order):
    assert exit_of([judged(*outcomes) for outcomes in targets[::order]]).code == code


def test_strict_looks_past_a_target_that_could_not_be_reached(judged):
    stopped, warned = judged("not-assessed", stopped="gone"), judged("warning")
    assert exit_of([stopped, judged("pass")], "strict").code == 2
    assert exit_of([stopped, warned], "strict").code == 1
