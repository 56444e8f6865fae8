"""Any order of events: two users create, use, rename, revoke their keys and let them expire, against a model."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from piwigo_contract.check import clause

USERS = ("first user", "second user")


class TwoUsersAndTheirKeys(RuleBasedStateMachine):
    """The model: which of the keys made so far are live. A key that no rule ends is the witness for refusals."""

    keys = Bundle("keys")

    def __init__(self, target, expect):
        super().__init__()
        self.target, self.workshop, self.gallery, self.expect = target, target.workshop(), target.gallery, expect
        expect.begin_example()
        self.accounts = {name: self.workshop.new_user() for name in USERS}
        self.witness = self.workshop.new_key(self.accounts["first user"])
        self.made, self.live, self.expired = {}, set(), set()

    @rule(target=keys, user=st.sampled_from(USERS))
    def create(self, user):
        name = f"key {len(self.made) + 1}"
        self.made[name] = self.workshop.new_key(self.accounts[user])
        self.live.add(name)
        self.expect.step(f"the {user} creates {name}")
        return name

    @rule(key=keys, verb=st.sampled_from(["GET", "POST"]))
    def use(self, key, verb):
        self.gallery.whoami(self.made[key], verb=verb)
        self.expect.step(f"a client uses {key} by {verb}")

    @rule(key=keys)
    def rename(self, key):
        self.workshop.rename(self.made[key], self.workshop.new_name(self.workshop.owner_of(self.made[key])))
        self.expect.step(f"the owner renames {key}")

    @rule(key=keys)
    def revoke(self, key):
        self.workshop.revoke(self.made[key])
        self.live.discard(key)
        self.expect.step(f"the owner revokes {key}")

    @precondition(lambda self: "expiring-key" in self.target.settings.within_reach())
    @rule(key=keys)
    def expire(self, key):
        if key in self.expired:
            return
        self.target.expire(self.made[key])
        self.expired.add(key)
        self.live.discard(key)
        self.expect.step(f"{key} expires")

    @invariant()
    def every_key_answers_as_the_model_says(self):
        self.expect.control(self.gallery.whoami(self.witness)).is_the_owner_of(self.witness)
        for name, key in self.made.items():
            if name in self.live:
                self.expect(self.gallery.whoami(key)).is_the_owner_of(key)
            else:
                self.expect(self.gallery.whoami(key)).is_refused_as_an_invalid_key()

    def teardown(self):
        for account in self.accounts.values():
            self.workshop.delete_user(account)


@clause("SEQ-01")
def test_keys_live_and_end_as_they_should_in_any_order(target, expect):
    few = settings(max_examples=max(3, settings().max_examples // 12), stateful_step_count=8)
    run_state_machine_as_test(lambda: TwoUsersAndTheirKeys(target, expect), settings=few)
