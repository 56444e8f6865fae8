"""Any order of events: two users create, use, rename, revoke their keys and let them expire, against a model.

By rules that a state machine picks, names and strangers among them; by every order in which the events of a key can
come, the keys' lives mixed at random; and by every pair of events that follow each other on two keys.
"""

import random
from itertools import permutations

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from piwigo_contract.check import clause

DAYS = 30
USERS = ("first user", "second user")
NAMED = {"alike": "like others", "an identifier": "like the identifier of the key made last"}
CALLED = st.sampled_from(sorted(NAMED))


def answer_as_they_should(gallery, expect, keys, live, verb):
    """Each of the keys that is live is accepted, each other one refused; the first live one is the control."""
    for key in dict.fromkeys([*live, *keys]):
        answer = gallery.whoami(key, verb=verb)
        if key in live:
            (expect.control if key is live[0] else expect)(answer).is_the_owner_of(key)
        else:
            expect(answer).is_refused_as_an_invalid_key()


class TwoUsersAndTheirKeys(RuleBasedStateMachine):
    """The model: which of the keys made so far are live. The witness, a key that is never ended, is the control.

    Each user begins with a key, both called alike, and the witness is called like the identifier of the first. After
    each step the key that it was about is used, and others in turn, by GET and by POST in turn.
    """

    keys = Bundle("keys")

    def __init__(self, target, accounts, some, expect):
        super().__init__()
        self.target, self.keys, self.gallery, self.expect = target, target.makers.keys, target.gallery, expect
        self.some = some
        expect.begin_example()
        self.accounts = accounts
        self.made, self.live, self.expired, self.verb = {}, set(), set(), "GET"
        self.touched, self.steps = "key 1", 0
        # a name of this sequence alone: what other sequences left has no part in it
        self.alike = self.keys.new_name(self.accounts["first user"])

    def named(self, called):
        return self.alike if called == "alike" else next(reversed(self.made.values())).pkid

    def make(self, user, name):
        made = self.keys.manage(self.accounts[user], "create", key_name=name, duration=DAYS)
        return self.keys.as_key(made, self.accounts[user])

    @initialize(target=keys)
    def begin(self):
        for number, user in enumerate(USERS, 1):
            self.made[f"key {number}"] = self.make(user, self.alike)
        self.witness = self.make("first user", self.made["key 1"].pkid)
        self.live.update(self.made)
        self.expect.step("each user creates a key, called alike: key 1 and key 2; the first user creates one more")
        self.try_as_the_other(key="key 2", action="revoke", called="alike")
        return multiple(*self.made)

    @rule(target=keys, user=st.sampled_from(USERS), called=CALLED)
    def create(self, user, called):
        name = f"key {len(self.made) + 1}"
        self.made[name] = self.make(user, self.named(called))
        self.live.add(name)
        self.touched = name
        self.expect.step(f"the {user} creates {name}, called {NAMED[called]}")
        return name

    @rule(key=keys, called=CALLED)
    def rename(self, key, called):
        self.keys.rename(self.made[key], self.named(called))
        self.touched = key
        self.expect.step(f"the owner renames {key} {NAMED[called]}")

    @rule(key=keys)
    def revoke(self, key):
        self.keys.revoke(self.made[key])
        self.live.discard(key)
        self.touched = key
        self.expect.step(f"the owner revokes {key}")

    @rule(key=keys, action=st.sampled_from(["edit", "revoke"]), called=CALLED)
    def try_as_the_other(self, key, action, called):
        owner = self.keys.owner_of(self.made[key])
        other = next(account for account in self.accounts.values() if account is not owner)
        given = {"key_name": self.named(called)} if action == "edit" else {}
        before = self.keys.rows(owner)
        answer = self.gallery.manage(action, other.session, pkid=self.made[key].pkid, **given)
        self.expect.step(f"the other user tries to {'rename' if action == 'edit' else 'revoke'} {key}")
        self.expect(answer).that(
            answer.envelope is not None and not answer.envelope.ok, "the other user to be refused", "it is done"
        )
        self.expect(answer).leaves("the owner's keys", before, self.keys.rows(owner))

    @precondition(lambda self: "expiring-key" in self.target.settings.within_reach())
    @rule(key=keys)
    def expire(self, key):
        # the end of a revoked key that has left the list, as it should not (LIFE-15), can't be read
        if key in self.expired or not (key in self.live or self.keys.is_listed(self.made[key])):
            return
        self.keys.expire(self.made[key])
        self.expired.add(key)
        self.live.discard(key)
        self.touched = key
        self.expect.step(f"{key} expires")

    @invariant()
    def every_key_answers_as_the_model_says(self):
        self.verb = "GET" if self.verb == "POST" else "POST"
        names, self.steps = list(self.made), self.steps + 1
        others = self.some(names[self.steps % len(names) :] + names[: self.steps % len(names)], few=2, usual=3)
        asked = {name: self.made[name] for name in [self.touched, *others]}
        live = [key for name, key in asked.items() if name in self.live] or [self.witness]
        answer_as_they_should(self.gallery, self.expect, asked.values(), live, self.verb)


@clause("SEQ-01")
def test_keys_live_and_end_as_they_should_in_any_order(target, some, expect):
    accounts = {name: target.makers.users.new() for name in USERS}
    few = settings(max_examples=max(some.times(6, few=1), settings().max_examples // 16), stateful_step_count=10)
    run_state_machine_as_test(lambda: TwoUsersAndTheirKeys(target, accounts, some, expect), settings=few)


# --- every order of a key's events

LIVES = list(permutations(["rename", "revoke", "expire"]))
"""Each order in which a key can meet its events; the keys that live them meet one another's in a random one."""
LOOK_AROUND = 4
"""Events after which every key is looked at, not the live ones and that of the event alone."""


def history(seed):
    """One random order of all events of all keys, each as the key's number and what becomes of it."""
    lives = {number: list(life) for number, life in enumerate([*LIVES, *LIVES[:2]])}
    events = []
    turns = [number for number, life in lives.items() for _ in life] + 2 * [None]
    random.Random(seed).shuffle(turns)
    for number in turns:
        events.append((number, "create" if number is None else lives[number].pop(0)))
    return events


class KeysOfTwoUsers:
    """The model: which of the keys made so far are live. The witness, a key never ended, is the control."""

    def __init__(self, target, expect):
        self.target, self.keys, self.gallery, self.expect = target, target.makers.keys, target.gallery, expect
        self.owners = [self.target.makers.users.new(), self.target.makers.users.new()]
        self.witness = self.keys.new(self.owners[0])
        self.made, self.live = [], {}  # a dict, so that keys are asked in the same order each time
        self.alike = self.keys.new_name(self.owners[0])
        for owner in [0] * len(LIVES) + [1, 1]:
            self.create(owner)

    def live_keys_of(self, owner):
        return [key for key in self.made if key in self.live and self.keys.owner_of(key) is self.owners[owner]]

    def create(self, owner=0):
        """A key called like every other one, and in turn one called like the identifier of the key before it."""
        name = self.made[-1].pkid if len(self.made) % 2 else self.alike
        made = self.keys.manage(self.owners[owner], "create", key_name=name, duration=DAYS)
        self.made.append(self.keys.as_key(made, self.owners[owner]))
        self.live[self.made[-1]] = True
        self.expect.step(f"the {['first', 'second'][owner]} user creates key {len(self.made)}")
        return self.made[-1]

    def rename(self, key):
        self.keys.rename(key, self.keys.new_name(self.keys.owner_of(key)))

    def revoke(self, key):
        self.keys.revoke(key)
        self.live.pop(key, None)

    def expire(self, key):
        within_reach = "expiring-key" in self.target.settings.within_reach()
        if within_reach and (key in self.live or self.keys.is_listed(key)):
            self.keys.expire(key)
            self.live.pop(key, None)

    def befall(self, number, event):
        """One event; gives the key that it is about."""
        if event == "create":
            return self.create()
        getattr(self, event)(self.made[number])
        self.expect.step(f"key {number + 1}: {event}")
        return self.made[number]

    def answer_as_they_should(self, keys, verb):
        live = [key for key in keys if key in self.live] or [self.witness]
        answer_as_they_should(self.gallery, self.expect, keys, live, verb)

    def end(self):
        for owner in self.owners:
            self.target.makers.users.delete(owner)


@clause("SEQ-01")
# a history that was made shorter would prove the same, after minutes on a real gallery
@settings(max_examples=max(1, settings().max_examples // 100), phases=set(Phase) - {Phase.shrink, Phase.explain})
@given(seed=st.integers(0, 2**32 - 1))
def test_keys_that_live_every_order_of_their_events(target, some, expect, seed):
    expect.begin_example()
    model = KeysOfTwoUsers(target, expect)
    for count, (number, event) in enumerate(history(seed)):
        verb = "GET" if count % 2 else "POST"
        key = model.befall(number, event)
        others = model.made if count % LOOK_AROUND == 0 else model.live
        model.answer_as_they_should([key, *some(others, few=1, usual=3)], verb)
    model.answer_as_they_should(model.made, "GET")
    model.end()


# --- every pair of events in succession

C, N, R, E = "create", "rename", "revoke", "expire"
SUCCESSION = [R, R, C, C, N, N, R, E, E, C, R, N, E, N, C, E, R]
"""Each event followed by each, itself included."""


@clause("SEQ-01")
@settings(max_examples=1, phases=set(Phase) - {Phase.shrink, Phase.explain})
@given(seed=st.integers(0, 2**32 - 1))
def test_what_befalls_one_key_after_another_touches_no_third(target, some, expect, seed):
    expect.begin_example()
    pick, model, before = random.Random(seed), KeysOfTwoUsers(target, expect), None
    for count, event in enumerate(SUCCESSION):
        others = [key for key in model.live_keys_of(0) if key is not before]
        key = model.befall(model.made.index(pick.choice(others)), event)
        asked = [key, *some(model.live, few=1, usual=3), before or key]
        model.answer_as_they_should(asked, "GET" if count % 2 else "POST")
        before = key
    model.answer_as_they_should(model.made, "GET")
    model.end()
