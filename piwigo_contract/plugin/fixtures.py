"""The words of the domain that checks ask for, as fixtures."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import cast

import hypothesis
import pytest
from schemathesis.schemas import BaseSchema

from piwigo_contract.claims import Expect
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.clock import Clock
from piwigo_contract.client.credentials import Account, ApiKey, Session
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.logins import Logins
from piwigo_contract.client.raw import Wire
from piwigo_contract.client.sessions import session_after
from piwigo_contract.client.vault import Text
from piwigo_contract.contract.releases import ReleaseProfile
from piwigo_contract.errors import OutOfReach
from piwigo_contract.generation import Generated
from piwigo_contract.generation.bridge import as_one_check
from piwigo_contract.generation.confinement import Confinement, callable_methods
from piwigo_contract.generation.journeys import Journeys
from piwigo_contract.generation.operations import Mode, described, schema_for
from piwigo_contract.methods.harmless_calls import EveryMethod, TokenMethods
from piwigo_contract.methods.openapi.descriptions import Described, released_methods
from piwigo_contract.methods.probe import Probe, probe_of
from piwigo_contract.methods.reflection import TOKEN
from piwigo_contract.methods.shapes import Shape
from piwigo_contract.methods.shapes import shapes as known_shapes
from piwigo_contract.plugin.item import EXPECT, TARGET, NotJudged
from piwigo_contract.plugin.run import ContractRun
from piwigo_contract.provision.persons import Persons
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.target import Target
from piwigo_contract.provision.traces import Address, Preference
from piwigo_contract.provision.workshop import Group, SetInfo, Workshop
from piwigo_contract.provision.writes import Deed, Write


@pytest.fixture
def target(request: pytest.FixtureRequest) -> Target:
    """The target that this check is about."""
    return request.node.stash[TARGET]  # type: ignore[no-any-return]


@pytest.fixture
def gallery(target: Target) -> Gallery:
    """The gallery, to send requests to."""
    return target.gallery


@pytest.fixture
def wire(gallery: Gallery) -> Wire:
    """The gallery's socket, to write requests to that no HTTP library sends."""
    return Wire(gallery)


@pytest.fixture
def chunked_wire(target: Target, wire: Wire) -> Wire:
    """The gallery's socket, where it takes requests with a chunked body."""
    if refused := target.refuses_chunked_requests():
        raise NotJudged("not-applicable", refused)
    return wire


@pytest.fixture
def profile(target: Target) -> ReleaseProfile:
    """The terms of the release that the target is held to."""
    return target.profile


@pytest.fixture
def expect(request: pytest.FixtureRequest, target: Target) -> Expect:
    """What claims are made with; see piwigo_contract.claims."""
    expect = Expect(target.gallery, target.uniform)
    request.node.stash[EXPECT] = expect
    return expect


@pytest.fixture
def key(target: Target) -> ApiKey:
    """A live key of an ordinary user."""
    return target.live_key()


@pytest.fixture
def second_key(target: Target) -> ApiKey:
    """Another live key of the same user."""
    return target.second_key()


@pytest.fixture
def key_of_another_user(target: Target) -> ApiKey:
    """A live key of another ordinary user."""
    return target.key_of_another_user()


@pytest.fixture
def webmaster(target: Target) -> Account:
    """The webmaster, logged in through the web form."""
    return target.webmaster()


@pytest.fixture
def webmaster_key(target: Target) -> ApiKey:
    """A live key of a throw-away webmaster."""
    return target.webmaster_key()


@pytest.fixture
def throw_away_webmaster(target: Target) -> Account:
    """The webmaster that owns `webmaster_key`, made for this run and logged in through the web form."""
    return target.workshop().owner_of(target.webmaster_key())


@pytest.fixture
def throw_away_user(target: Target) -> Account:
    """An ordinary user made for this run, whose profile and sessions a check may try to change."""
    return target.throw_away_user()


@pytest.fixture
def forbidden_method(request: pytest.FixtureRequest, target: Target) -> Probe:
    """Each method of the release's list in turn, but those that the gallery took off it."""
    return _probe(target, request.param, "the gallery takes every method off the release's list")


@pytest.fixture
def added_method(request: pytest.FixtureRequest, target: Target) -> Probe:
    """Each method in turn that the gallery adds to the release's list."""
    return _probe(target, request.param, "the gallery adds no method to the list")


@pytest.fixture
def removed_method(request: pytest.FixtureRequest, target: Target) -> Probe:
    """Each method in turn that the gallery takes off the release's list."""
    return _probe(target, request.param, "the gallery takes no method off the list")


def _probe(target: Target, method: str | None, without: str) -> Probe:
    if method is None:
        raise NotJudged("not-applicable", without)
    found = probe_of(target.gallery, method, target.workshop().owner_of(target.webmaster_key()).session)
    if isinstance(found, str):
        raise OutOfReach(f"needs {found}")
    return found


@pytest.fixture
def forbidden_methods(target: Target) -> tuple[str, ...]:
    """The release's default list of methods that a key may not call, without what this gallery took off it."""
    removed = target.settings.site_list.removed if target.settings.site_list else ()
    methods = tuple(method for method in target.profile.forbidden_methods if method not in removed)
    if not methods:
        raise NotJudged("not-applicable", "the gallery takes every method off the release's list")
    return methods


@pytest.fixture
def way_in(request: pytest.FixtureRequest, target: Target) -> str:
    """A method of the list that gives out what opens an account, where this gallery forbids it and gives it out."""
    method: str = request.param
    if target.settings.site_list and method in target.settings.site_list.removed:
        raise OutOfReach(f"needs a gallery that forbids {method} to keys: this one takes it off the list")
    if method == "pwg.users.getAuthKey":
        target.link_key()
    return method


@pytest.fixture
def open_to_keys(target: Target) -> Callable[[str], None]:
    """Asks whether keys may call a method here. Raises OutOfReach for one that the gallery's own list closes."""

    def ask(method: str) -> None:
        if target.settings.site_list and method in target.settings.site_list.added:
            raise OutOfReach(f"needs a gallery that lets keys call {method}")

    return ask


@pytest.fixture
def set_info(target: Target, throw_away_webmaster: Account, throw_away_user: Account) -> SetInfo:
    """A call that a key may not make, with arguments that do have their effect, on a user made for this run."""
    if target.settings.site_list and SetInfo.method in target.settings.site_list.removed:
        raise OutOfReach(f"needs a gallery that forbids {SetInfo.method} to keys: this one takes it off the list")
    return SetInfo.against(throw_away_user, throw_away_webmaster, target.workshop())


@pytest.fixture
def key_of(target: Target) -> Callable[[str], ApiKey]:
    """Gives a live key of a throw-away user of a status: webmaster, admin, normal, generic."""
    return target.key_of


@pytest.fixture
def link_key(target: Target) -> Text:
    """The key that a link in a mail to an ordinary user carries (pwg.users.getAuthKey), good for the URL alone."""
    return target.link_key()


@pytest.fixture
def visitor(gallery: Gallery) -> Session:
    """The cookies of somebody who opened the gallery and is not logged in."""
    return session_after(gallery, gallery.page("identification.php"), label="VISITOR")


@pytest.fixture
def account(target: Target) -> Account:
    """The ordinary user that owns `key`, logged in through the web form."""
    return target.workshop().account()


@pytest.fixture
def another_user(target: Target) -> Account:
    """The ordinary user that owns `key_of_another_user`, logged in through the web form."""
    return target.workshop().owner_of(target.key_of_another_user())


@pytest.fixture
def clock(target: Target) -> Clock:
    """The target's own clock."""
    return target.clock


@pytest.fixture
def revoked_key(request: pytest.FixtureRequest, target: Target) -> ApiKey:
    """A key that worked until it was revoked."""
    return _ended(request, target, target.revoked_key(), "revoked")


@pytest.fixture
def revoked_webmaster_key(target: Target) -> ApiKey:
    """A key of the throw-away webmaster that worked until it was revoked."""
    return target.revoked_webmaster_key()


@pytest.fixture
def expired_key(request: pytest.FixtureRequest, target: Target) -> ApiKey:
    """A key that worked until it expired."""
    return _ended(request, target, target.expired_key(), "expired")


def _ended(request: pytest.FixtureRequest, target: Target, key: ApiKey, how: str) -> ApiKey:
    if not target.saw_at_work(key):
        expect: Expect = request.getfixturevalue("expect")
        expect.remark(f"the {how} key was given with --{how}-key: that it ever worked was not seen")
    return key


@pytest.fixture
def logins(target: Target) -> Logins:
    """What logs in with the halves of keys."""
    return target.logins


@pytest.fixture
def preference(target: Target, throw_away_user: Account) -> Preference:
    """A setting of the throw-away user, to be written by the check and read by the user's web session."""
    return Preference(target.gallery, throw_away_user)


@pytest.fixture
def address(target: Target, throw_away_user: Account) -> Address:
    """The throw-away user's mail address, to be written by the check and read by the webmaster."""
    return Address(target.gallery, throw_away_user, target.webmaster())


@pytest.fixture
def workshop(target: Target) -> Workshop:
    """What makes users and keys for this run."""
    return target.workshop()


@pytest.fixture
def persons(target: Target) -> Persons:
    """What makes sessions of persons that the login form did not open."""
    return Persons(target.gallery, target.workshop(), target.clock)


@pytest.fixture
def token_methods(target: Target) -> TokenMethods:
    """The methods that take a pwg_token, and how each is called without harm."""
    return target.token_methods()


@pytest.fixture
def somebody(target: Target) -> tuple[Session, ...]:
    """Whoever may ask what anybody may: the webmaster, or nobody in particular where none is given."""
    return (target.webmaster().session,) if target.settings.webmaster else ()


@pytest.fixture
def released(target: Target) -> Mapping[str, Described]:
    """The methods of the release that the target is held to, by name, as its OpenAPI document describes them."""
    return released_methods(target.profile.release)


@pytest.fixture
def every_method(target: Target) -> EveryMethod:
    """All methods of the target's own reflection, and how each is called without harm."""
    return target.every_method()


@pytest.fixture
def sandbox(target: Target) -> Sandbox:
    """An album of the run's own, with things in it to be read and changed."""
    return target.sandbox()


@pytest.fixture
def things(sandbox: Sandbox) -> Mapping[str, Text]:
    """The numbers of an album, a photo, a tag, a group and a user made for this run, by these words."""
    return sandbox.things()


@pytest.fixture
def what_there_is(target: Target) -> Mapping[str, Text]:
    """As `things`; where nothing may be made, what the gallery shows of its own."""
    return target.sandbox().things() if target.may_make_users else target.found_things()


@pytest.fixture
def somebodys_key(target: Target) -> ApiKey:
    """A live key of the most powerful user that there is one of."""
    return target.webmaster_key() if target.may_make_users else target.live_key()


@pytest.fixture
def deed(request: pytest.FixtureRequest, target: Target, sandbox: Sandbox) -> Deed:
    """A write, prepared on things made for it."""
    write: Write = request.param
    if write.method in target.forbidden_methods():
        raise NotJudged("not-applicable", f"this gallery forbids {write.method} to keys")
    method = target.reflection().get(write.method)
    asks = method is not None and TOKEN in method.required and target.profile.token_with_key == "must-be-present"
    return Deed(write, write.prepare(sandbox), target.gallery, 32 * "0" if asks else None)


@pytest.fixture
def without_a_key(target: Target) -> Answer:
    """What the gallery answers somebody without a key who asks who they are."""
    return target.gallery.whoami()


@pytest.fixture
def generated(target: Target) -> Generated:
    """What sends generated calls, so that they do no harm: by a webmaster's key where one can be made, else by the
    key that was given.
    """
    things = target.once("playground", target.sandbox().playground) if target.may_make_users else {}
    key = target.webmaster_key() if target.may_make_users else target.live_key()
    return Generated(target.gallery, target.reflection(), Confinement(things), key)


@pytest.fixture
def values_that_fit(request: pytest.FixtureRequest, target: Target) -> Iterator[BaseSchema]:
    """The target's operations, for values that fit their description."""
    with as_one_check(request):
        yield _operations(request, target, "positive", EXAMPLES_OF_AN_OPERATION)


@pytest.fixture
def values_that_do_not_fit(request: pytest.FixtureRequest, target: Target) -> Iterator[BaseSchema]:
    """The target's operations, for values that do not fit their description."""
    with as_one_check(request):
        yield _operations(request, target, "negative", EXAMPLES_OF_AN_OPERATION)


@pytest.fixture
def any_values(request: pytest.FixtureRequest, target: Target) -> Iterator[BaseSchema]:
    """The target's operations, for one or two calls of each."""
    with as_one_check(request):
        yield _operations(request, target, "positive", 2)


EXAMPLES_OF_AN_OPERATION = 3
"""Generated calls of each operation and kind of values, in a hundred examples; other profiles have a like share."""


@pytest.fixture
def journeys(request: pytest.FixtureRequest, target: Target, without_a_key: Answer) -> Callable[[Expect], None]:
    """Makes calls in a row, each with an id that one before it gave, and claims what is owed to them."""
    key, seed = target.webmaster_key(), _seed(request)
    made = Journeys(target.gallery, target.reflection(), target.sandbox(), key, without_a_key)
    return lambda expect: made.run(expect, frozenset(target.forbidden_methods()), seed=seed)


def _seed(request: pytest.FixtureRequest) -> int | None:
    seed = request.config.getoption("--hypothesis-seed", default=None)
    return None if seed is None else zlib.crc32(str(seed).encode())


def _operations(request: pytest.FixtureRequest, target: Target, mode: Mode, examples: int) -> BaseSchema:
    profile = hypothesis.settings.default
    assert profile is not None
    return schema_for(
        described(callable_methods(target.reflection().methods, reads_only=not target.may_make_users), target.profile),
        mode,
        examples=max(1, examples * profile.max_examples // 100),
        seed=_seed(request),
    )


@pytest.fixture
def shapes() -> Mapping[str, Shape]:
    """The shape of each method's results, by the method's name, where it is known."""
    return known_shapes()


@pytest.fixture
def group(workshop: Workshop) -> Group:
    """A new group of users without members."""
    return workshop.new_group()


@pytest.fixture(scope="session", autouse=True)
def _leave_nothing_behind(request: pytest.FixtureRequest) -> object:
    """When the last check is done, or the run is interrupted, remove what was made."""
    yield
    run = cast(ContractRun, request.config.pluginmanager.getplugin("piwigo-contract-run"))
    run.clean_up()
