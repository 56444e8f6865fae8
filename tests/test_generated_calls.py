"""Generated calls: whatever is generated, nothing is sent that could do harm, and a cause is told once."""

import copy
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from piwigo_contract.claims.conformance import internal_cause
from piwigo_contract.client.exchange import ApiCall, Exchange, in_words
from piwigo_contract.client.vault import Secret, Text
from piwigo_contract.contract.releases import profiles
from piwigo_contract.generation.confinement import (
    Confinement,
    callable_methods,
    covering_choices,
    form_fields,
    rule_for,
)
from piwigo_contract.generation.operations import described
from piwigo_contract.methods import data
from piwigo_contract.methods.data import method_data
from piwigo_contract.methods.openapi.links import flows
from piwigo_contract.methods.reflection import TOKEN, Method, Parameter, load_reflection
from piwigo_contract.reference import Reference, start
from tests.running import ROOT
from tests.serving import gallery

METHODS = load_reflection(ROOT / "tests" / "data" / "reflection" / "16.4.0.json").methods
THINGS = {
    name: Text.of(Secret(name.upper(), f"9{number}")) for number, name in enumerate(["album", "photo", "tag", "group"])
}
OURS = {text.reveal() for text in THINGS.values()}
CALLABLE = callable_methods(METHODS)
QUICK = ("--hypothesis-profile", "quick", "-p", "no:html")

NAMES_A_THING = re.compile(
    r"(^|_)ids?$|^(categories|parent|cat|tags|tag_ids|username|email|password|user|theme|plugin)$"
)
"""Parameters by which a call says whose or which thing it is about."""

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["1", "1,2", "0"]),
    lambda value: st.lists(value, max_size=3) | st.dictionaries(st.text(max_size=3), value, max_size=2),
    max_leaves=4,
)


def reads(method):
    return data.reads(method.name)


@st.composite
def calls(draw):
    """Any method that may be called, with any values, under its own names and under others."""
    method = draw(st.sampled_from(CALLABLE))
    own = [f"{name}{brackets}" for name in method.names for brackets in ("", "[]")]
    others = st.sampled_from(["tag_list", "method", "format", "id", "user_id", "category_id[]", "reactivate"])
    names = st.sampled_from(own) | others if own else others
    return method, draw(st.dictionaries(names, VALUES, max_size=6)), draw(st.integers(0, 2**32))


# the first text of a fresh checkout waits for hypothesis to make its table of characters
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(calls())
def test_whatever_is_generated_nothing_is_named_that_a_run_did_not_make(call):
    method, given_values, chosen = call
    sent = Confinement(THINGS).params(method, given_values, chosen)
    rule = rule_for(method)
    for name, value in sent:
        base = name.partition("[")[0]
        assert base in method.names
        if not reads(method):
            if rule.is_free(base):
                assert not NAMES_A_THING.search(base) or never_runs(method)
            else:
                assert value.reveal() in set(rule.always[base]) | OURS
    if not reads(method):
        assert {name.partition("[")[0] for name, _ in sent} >= set(rule.always)


def never_runs(method):
    """Whether the call is refused before the method sees it: what is wrong with it is always there."""
    types = {parameter.name: parameter.type for parameter in method.parameters}
    always = rule_for(method).always
    return any(types[name] != "mixed" and all(v in ("none", "-1") for v in values) for name, values in always.items())


def test_what_may_be_generated_is_said_of_parameters_that_there_are():
    for method in METHODS:
        rule = rule_for(method)
        if rule is not None:
            assert {*rule.always, *(rule.free or ())} <= set(method.names), method.name


def test_methods_that_can_t_be_called_harmlessly_are_not_called():
    called = {method.name for method in callable_methods(METHODS)}
    assert {method.name for method in METHODS} - called == {
        "pwg.extensions.checkUpdates",
        "pwg.getCacheSize",
        "pwg.images.deleteOrphans",
        "pwg.images.emptyLounge",
        "pwg.images.uploadCompleted",
        "pwg.session.logout",
    }


def test_without_things_of_its_own_a_run_reads_only():
    assert callable_methods(METHODS, reads_only=True) == [method for method in CALLABLE if reads(method)] != []


PLUGIN = Method("plugin.delete", (Parameter("id"), Parameter("name", optional=True), Parameter(TOKEN)))


def test_plugin_method_always_lacks_what_it_requires():
    sent = Confinement({}).params(PLUGIN, {"id": "1", "name": "x", TOKEN: "y"}, 0)
    assert [name for name, _ in sent] == ["name", TOKEN]


def test_plugin_method_that_would_run_whatever_is_sent_is_not_called():
    assert rule_for(Method("plugin.empty", (Parameter("name", optional=True),))) is None
    with pytest.raises(ValueError, match="not to be called"):
        Confinement({}).params(Method("plugin.empty"), {}, 0)


def test_get_is_generated_for_methods_that_read_alone():
    """With a key a gallery may lose the parameters of a GET, those that keep it from running among them."""
    document = described(callable_methods(METHODS), profiles()["16.4"])
    by_get = {path.partition("method=")[2] for path, item in document["paths"].items() if "get" in item}
    assert by_get
    assert {method_data()[name].effect for name in by_get} == {"reads"}


def test_ids_that_a_run_did_not_make_flow_into_methods_that_read():
    found = [flow for flow in flows().values() if flow.made is None]
    assert {method_data()[name].effect for flow in found for name in flow.into} == {"reads"}


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        (True, [("a", "true")]),
        (None, [("a", "")]),
        (1.5, [("a", "1.5")]),
        ([1, "x"], [("a[]", "1"), ("a[]", "x")]),
        ([[1], {"k": 2}], [("a[0][]", "1"), ("a[1][k]", "2")]),
        ({"k": [True]}, [("a[k][]", "true")]),
        ("\ud800", [("a", "?")]),
        ([], []),
    ],
)
def test_values_as_form_fields(value, fields):
    assert list(form_fields("a", value)) == fields


def contents(front):
    """Everything that the gallery holds, but for logs, sessions and the use of keys."""
    store = front.gallery.gallery.store
    kinds = ("albums", "photos", "tags", "groups", "chunks")
    users = {number: (user.username, user.email, user.status, user.settings) for number, user in store.users.items()}
    return copy.deepcopy({**{kind: getattr(store, kind) for kind in kinds}, "users": users})


def test_generated_calls_leave_the_gallery_as_it_was(run):
    with gallery() as front:
        before = contents(front)
        done = run(*front.options("webmaster"), "-k", "GEN", *QUICK)
        assert done.code == 0, done.out
        assert contents(front) == before
        calls = [seen for seen in front.seen if "X-Piwigo-Api" in seen.headers]
    assert len(calls) > 200
    # each is meaningful: it names a method, and asks for an answer that can be read
    assert all(seen.method and seen.query.get("format") == "json" for seen in calls)
    assert {seen.method for seen in calls} == {method.name for method in callable_methods(METHODS)}


def test_key_alone_is_enough_for_methods_that_read(run):
    with gallery() as front:
        before = contents(front)
        done = run(*front.options("api-key"), "--read-only", "-k", "GEN", *QUICK)
        assert done.outcomes()["GEN-01"] == done.outcomes()["GEN-02"] == "pass"
        assert done.outcomes()["GEN-03"] == "not-assessed"
        assert contents(front) == before
        sent = {seen.method for seen in front.seen}
    assert {method_data()[name].effect for name in sent} == {"reads"}


def test_cause_is_told_once_by_its_smallest_call_and_shows_no_key(run, tmp_path):
    (tmp_path / "run").mkdir()
    settings = "[reports]\ndirectory = 'cassettes'\n[reports.vcr]\nenabled = true\n[reports.har]\nenabled = true\n"
    (tmp_path / "run" / "schemathesis.toml").write_text(settings)
    with start(Reference(release="16.4", mutant="search-for-anything-but-ascii-is-fatal")) as server:
        asked = ("--target", server.url, "-k", "GEN-01", "-p", "no:html", "--junitxml", "junit.xml", "--har", "run.har")
        done = run(*asked, "--hypothesis-seed", "1", PIWIGO_WEBMASTER=server.banner["webmaster"])
        keys = {key.pkid for key in server.gallery.store.keys.values()}
    [check] = done.clause("GEN-01")["checks"]
    assert check["message"].count("Illegal mix of collations") == 1
    smallest = re.search(r"such as (pwg\.images\.search (?:by GET )?query=\S+)\)", check["message"])
    assert smallest, check["message"]
    assert "pwg.images.search" in check["curl"]
    assert re.search(r"\$PIWIGO_(API_KEY|USER_\d+_PWG_ID)\b", check["curl"]), "a session judges most values"
    written = {path.name: content.decode("utf-8", "replace") for path, content in done.files().items()}
    assert not (tmp_path / "run" / "cassettes").exists()
    assert keys
    for text in (*written.values(), done.out, done.err):
        assert not any(pkid in text for pkid in keys)
    assert "subtests" not in done.out


def test_one_seed_generates_the_same(run):
    """Of two faults, by two galleries that hold the same."""
    told = []
    for name in ("one", "two"):
        with start(Reference(release="16.4", mutant="not-found-with-status-200")) as server:
            asked = ("--target", server.url, "-k", "GEN-01 or GEN-04", *QUICK, "--hypothesis-seed", "7")
            done = run(*asked, name=name, PIWIGO_WEBMASTER=server.banner["webmaster"])
        told.append([(done.clause(each)["outcome"], done.clause(each)["reason"]) for each in ("GEN-01", "GEN-04")])
    assert told[0][0][0] == "fail"
    assert told[0] == told[1]


def test_first_calls_of_a_method_have_every_value_that_it_may_have():
    most = 0
    for method in CALLABLE:
        rule = rule_for(method)
        sent = [dict(Confinement(THINGS).params(method, {}, chosen)) for chosen in covering_choices(rule)]
        for name, values in rule.always.items():
            assert len({params[name].reveal() for params in sent}) == len(values), method.name
            most = max(most, len(values))
    assert most > 1


CAUSES = {
    "a value that a column can't hold, wherever": (
        [
            "<b>Fatal error</b>:  Uncaught mysqli_sql_exception: Incorrect string value: '\\xF2\\x92' for column "
            "`g`.`piwigo_categories`.`name` at row 1 in /srv/functions_mysqli.inc.php:132\n"
            "#0 /srv/pwg.categories.php(974): single_update()\n",
            "<b>Fatal error</b>:  Uncaught mysqli_sql_exception: Incorrect string value: '\\xF1' for column "
            "`g`.`piwigo_tags`.`name` at row 7 in /srv/functions_mysqli.inc.php:132\n"
            "#0 /srv/pwg.tags.php(333): single_update()\n",
        ],
        "Fatal error: Uncaught mysqli_sql_exception: Incorrect string value for a column",
    ),
    "a value of whatever type": (
        [
            f"Warning: foreach() argument must be of type array|object, {given} given in <b>/a.php</b> on line <b>7</b>"
            for given in ("null", "int")
        ],
        "Warning: foreach() argument must be of type array|object (a.php:7)",
    ),
    "a value with quotes in it": (
        [
            f'<b>Warning</b>:  invalid mode "{value}", possible values are {{a, b}} in <b>/a.php</b> on line <b>7</b>'
            for value in ("", 'x"y', "it's")
        ],
        "Warning: invalid mode ..., possible values are {a, b} (a.php:7)",
    ),
    "words with an apostrophe": (
        ["<b>Warning</b>:  Le nom de l'album 7 ne peut être vide in <b>/a.php</b> on line <b>7</b>"],
        "Warning: Le nom de l'album 0 ne peut être vide (a.php:7)",
    ),
    "a statement that is none, by its place": (
        [
            "<b>Fatal error</b>:  Uncaught mysqli_sql_exception: You have an error in your SQL syntax; check the "
            "manual that corresponds to your MariaDB server version for the right syntax to use near ')' at line 6 in "
            "/srv/functions_mysqli.inc.php:132\n#0 /srv/pwg.categories.php(1404): query2array()\n",
        ],
        "Fatal error: Uncaught mysqli_sql_exception: You have an error in your SQL syntax ... at line 0 "
        "(pwg.categories.php:1404)",
    ),
}


@pytest.mark.parametrize(("bodies", "cause"), CAUSES.values(), ids=CAUSES)
def test_one_cause_has_one_name(bodies, cause):
    assert {internal_cause(body) for body in bodies} == {cause}


def test_values_are_told_as_they_are():
    call = ApiCall("pwg.tags.rename", (("new_name", Text.of("\t'é")), ("tag_id", THINGS["tag"])))
    assert in_words(Exchange(call, None)) == r"pwg.tags.rename new_name=\t'\xe9 tag_id=$TAG"


def test_answer_that_is_no_http_is_one_cause_beside_others(run):
    """A status line with control characters in it is none; what else is broken is told all the same."""
    with start(Reference(release="16.4", mutant="what-was-sent-in-the-status-line")) as server:
        asked = ("--target", server.url, "-k", "GEN-02", *QUICK, "--hypothesis-seed", "1")
        done = run(*asked, PIWIGO_WEBMASTER=server.banner["webmaster"])
    reason = done.clause("GEN-02")["reason"]
    assert done.clause("GEN-02")["outcome"] == "fail"
    assert reason.count("expected an HTTP answer; none came: RemoteProtocolError: illegal status line") == 1
    assert "such as pwg." in reason
