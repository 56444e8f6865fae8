"""Values that do not fit their parameters: the reference answers whatever comes, and nothing as Piwigo does."""

import json
import re
from urllib.parse import urlencode

import pytest

from piwigo_contract.reference.seed import WEBMASTER
from piwigo_contract.reference.signatures import methods
from tests.reference.replay import World
from tests.running import ROOT

RELEASE = "16.4"
EMPTY = json.loads((ROOT / "tests" / "data" / "empty-values.json").read_text(encoding="utf-8"))
"""What Piwigo 16.4.0 told a webmaster of each optional number and boolean that was empty, all else as little as may be
and "1": ok, the number of an error, or fatal. The other releases told the same, but for what activity.getList lacks.
"""
ODD = ("", "0", "-1", "x", 5000 * "1", "\N{SUPERSCRIPT ONE}", "\N{ARABIC-INDIC DIGIT ONE}")
ODD_NAMES = ("[]", "[x]", "[0][x]", "[][]", "[0][\N{SUPERSCRIPT ONE}][]", "[-1]", "[99999999999999999999]", "[")


def asked(world, signature, name, value, *indices, token=None):
    """The answer to a call with a webmaster's session. token: the session's, where it is known."""
    pairs = []
    for parameter in signature.params:
        if parameter.name == name:
            pairs += [(name + brackets, value) for brackets in indices or [""]]
        elif parameter.name == "pwg_token":
            pairs.append((parameter.name, token or world.token(world.web)))
        elif not parameter.optional:
            pairs.append((parameter.name + ("[]" if parameter.array == "always" else ""), "1"))
    return world.web.post(
        f"ws.php?format=json&method={signature.name}",
        content=urlencode(pairs),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )


WARNINGS = re.compile(r"(<br />\n<b>Warning</b>:  [^\n]+ on line <b>\d+</b><br />\n)*")


def outcome(answer):
    """What an answer amounts to; apart from PHP's warnings it is an envelope, or what PHP shows where it gives up."""
    told = WARNINGS.sub("", answer.text, count=1)
    if told.startswith("<br />\n<b>Fatal error</b>:  "):
        return "fatal"
    if told == "forbidden file type":  # add_uploaded_file dies of what is no picture
        return "died"
    envelope = json.loads(told)
    if envelope["stat"] == "ok":
        assert answer.status_code == 200
        assert "result" in envelope
        return "ok"
    assert envelope.keys() == {"stat", "err", "message"}
    assert envelope["stat"] == "fail"
    assert answer.status_code == (envelope["err"] if 400 <= envelope["err"] < 600 else 200)
    return envelope["err"]


@pytest.mark.parametrize("name", EMPTY)
def test_what_is_empty_is_taken_as_piwigo_takes_it(name):
    signature = methods(RELEASE)[name]
    found = {parameter: outcome(asked(World(RELEASE), signature, parameter, "")) for parameter in EMPTY[name]}
    assert found == EMPTY[name]


PAGED = ("categories.getImages", "groups.getList", "images.search", "tags.getImages", "users.favorites.getList",
         "users.getList")  # fmt: skip


@pytest.mark.parametrize("name", [f"pwg.{name}" for name in PAGED])
def test_page_beyond_the_largest_integer(name):
    """As measured on 16.0.0, 16.4.0 and 17.0.0beta1, with the hundred or so of a page."""
    signature = methods(RELEASE)[name]
    for page, told in ((2**59, "fatal"), (2**63 // 1000, "ok")):
        assert outcome(asked(World(RELEASE), signature, "page", str(page))) == told
        assert outcome(asked(World(RELEASE, fixed=True), signature, "page", str(page))) == "ok"


@pytest.mark.parametrize("fixed", [True, False], ids=["keeps-every-promise", "faithful"])
@pytest.mark.parametrize(
    ("odd", "indices"),
    [*((odd, ("",)) for odd in ODD), ("", ("[]",)), *(("1", (name,)) for name in ODD_NAMES), ("1", ("[0]", "[0][x]"))],
)
def test_whatever_comes_is_answered(odd, indices, fixed):
    """An exception of the reference's own would end the connection, which no release does."""
    world = World(RELEASE, fixed)
    token = world.token(world.web)
    for name, signature in methods(RELEASE).items():
        # that may be the asker's end
        ends = name in ("pwg.session.logout", "pwg.users.delete")
        here = World(RELEASE, fixed) if ends else world
        for parameter in signature.params:
            answer = asked(here, signature, parameter.name, odd, *indices, token=None if ends else token)
            found = outcome(answer)
            if fixed:
                assert found not in ("fatal", "died"), (name, parameter.name)
                assert answer.text.startswith("{"), (name, parameter.name)
    status = world.post(world.web, "pwg.session.getStatus").json()["result"]
    assert (status["username"], status["pwg_token"]) == (WEBMASTER[0], token), "the right one until the end"


@pytest.mark.parametrize("given", [{}, {"rank": ""}, {"rank": "999"}])
@pytest.mark.parametrize("fixed", [True, False], ids=["keeps-every-promise", "faithful"])
def test_without_a_rank_an_album_is_put_last(given, fixed):
    """As measured on 16.0.0, 16.4.0 and 17.0.0beta1: without any, each album beside it is a warning."""
    world = World(RELEASE, fixed)
    added = world.post(world.web, "pwg.categories.add", name="one", pwg_token=world.token(world.web)).json()["result"]
    world.post(world.web, "pwg.categories.setRank", category_id=added["id"], rank=1)
    answer = world.post(world.web, "pwg.categories.setRank", category_id=added["id"], **given)
    albums = world.post(world.web, "pwg.categories.getAdminList").json()["result"]["categories"]
    tops = {album["id"]: int(album["global_rank"]) for album in albums if "." not in album["global_rank"]}
    assert max(tops, key=tops.__getitem__) == str(added["id"])
    warnings = 0 if fixed or given else len(tops) - 1
    assert answer.text.count('Undefined array key "rank"') == warnings
    assert answer.text.endswith('{"stat":"ok","result":null}')


@pytest.mark.parametrize("given", ["1", ""])
def test_a_format_is_refused_however_it_is_given(given):
    world = World(RELEASE)
    answer = world.post(
        world.web, "pwg.images.upload", format_of=given, category=1, pwg_token=world.token(world.web)
    ).json()
    assert answer == {"stat": "fail", "err": 401, "message": "formats are disabled"}
