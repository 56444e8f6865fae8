"""What every gallery of a release has is told from what is one gallery's own."""

import pytest

from piwigo_contract.contract.clauses import ACCESS
from piwigo_contract.contract.releases import profiles
from piwigo_contract.report.ci import code_quality, step_summary, workflow_commands
from piwigo_contract.report.page import render_page
from piwigo_contract.report.words import verdict_sentence
from piwigo_contract.results.document import compliance_document
from piwigo_contract.results.har.file import Archive
from piwigo_contract.results.outcomes import CheckResult, roll_up
from piwigo_contract.results.verdicts import Exit, TargetResult

KNOWN = {
    "FMT-11": "expected the call to succeed; the target answered HTTP 200 with err 1002 'Missing parameters: x'",
    "FMT-12": "expected a refusal; the target answered HTTP 200",
    "WHO-24": "expected a refusal; was let in as 'x' connected with api_key",
}
ELSE = "expected to be a guest; the target takes the caller for 'alice'"
OWN = {"REJ-08": ELSE, "FMT-12": ELSE, "HDR-08": ELSE}
"""REJ-08 is a MUST and HDR-08 a SHOULD of which nothing is known; FMT-12 is known, but not for this."""


@pytest.fixture
def told(contract):
    """compliance.json of a 16.4 on which clauses are broken in these ways, and everything else holds."""

    def tell(broken):
        checks = [
            CheckResult("suite/test_x.py::test", clause_id, "fail", cause, causes=(cause,), curl="curl -sS x")
            if (cause := broken.get(clause_id))
            else CheckResult("suite/test_x.py::test", clause_id, "pass")
            for clause_id in contract.clauses
        ]
        rolled = roll_up(contract, profiles()["16.4"], checks, access=frozenset(ACCESS), waivers=(), stopped=None)
        # what stands on a broken clause is none of this module's affair
        clauses = [result for result in rolled if result.outcome != "not-assessed"]
        target = TargetResult("http://here/", "16.4.0", "16.4", ["webmaster"], clauses)
        return compliance_document(
            [target], seed=None, effort="standard", started="2026-01-01T00:00:00+00:00", seconds=1
        )

    return tell


SENTENCES = {
    "all known": (KNOWN, "All 2 are known of Piwigo 16.4; nothing is particular to this gallery."),
    "one known": ({"FMT-11": KNOWN["FMT-11"]}, "It is known of Piwigo 16.4; nothing is particular to this gallery."),
    "none known": (OWN, "None of it is known of Piwigo 16.4."),
    "some": ({**KNOWN, "REJ-08": ELSE}, "Particular to this gallery: REJ-08; the other 2 are known of Piwigo 16.4."),
    "another cause": ({**KNOWN, "FMT-12": ELSE}, "Particular to this gallery: FMT-12; the other 1 is known of Piwigo "
                      "16.4."),
    "a warning": ({**KNOWN, "HDR-08": ELSE}, "All 2 are known of Piwigo 16.4; particular to this gallery is HDR-08."),
}  # fmt: skip


@pytest.mark.parametrize(("broken", "sentence"), SENTENCES.values(), ids=SENTENCES)
def test_verdict_says_whose_it_is(told, broken, sentence):
    (target,) = told(broken)["targets"]
    assert verdict_sentence(target).startswith("The contract is broken: ")
    assert verdict_sentence(target).endswith(f" {sentence}")


def in_order(text, *words):
    places = [text.index(word) for word in words]
    assert places == sorted(places), dict(zip(words, places, strict=True))


def test_what_is_particular_comes_first(told, contract):
    document = told({**KNOWN, "REJ-08": ELSE})
    page = render_page(document, Archive(), contract)
    in_order(page, 'id="REJ-08"', "Known of Piwigo 16.4, and so", 'id="FMT-1')
    in_order(step_summary(document), "| fail | REJ-08 |", "| fail | FMT-11 ([known](", "| warning | WHO-24 (known) |")
    in_order(
        "\n".join(workflow_commands(document, Exit(1, "two broken"))),
        "error title=REJ-08 ",
        "error title=FMT-11 [known] ",
    )
    issues = code_quality(document, "x.yml")
    assert [issue["check_name"] for issue in issues] == ["REJ-08", "FMT-11", "FMT-12", "WHO-24"]


def test_page_says_what_helps_only_where_the_cause_fits(told, contract):
    remedies = {name: profiles()["16.4"].known_deviations[name].remedy for name in KNOWN}
    page = render_page(told({**KNOWN, "FMT-12": ELSE}), Archive(), contract)
    article = page[page.index('id="FMT-12"') :].partition("</article>")[0]
    assert "What helps" not in article
    assert "That is not what was found here" in article
    assert page.count("What helps") == 2
    assert remedies["WHO-24"] in page.replace("&#39;", "'")


def test_each_known_deviation_has_a_remedy_in_a_sentence():
    for profile in profiles().values():
        for deviation in profile.known_deviations.values():
            assert deviation.remedy.endswith("."), deviation.clause
            assert deviation.remedy != deviation.summary
