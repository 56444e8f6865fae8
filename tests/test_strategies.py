"""Families of malformed keys: no member is by chance something else than a bad key."""

import pytest

from piwigo_contract.client.credentials import ApiKey, User
from piwigo_contract.client.vault import Secret
from piwigo_contract.generation import malformed as strategies

ENUMERATED = [family for family in vars(strategies).values() if isinstance(family, strategies.EnumeratedFamily)]


@pytest.mark.parametrize("family", ENUMERATED, ids=str)
@pytest.mark.parametrize("character", "0aZ")
def test_no_member_is_the_key_or_counts_as_no_header(family, character):
    """An empty value and `0` are no header to PHP (empty()), so that a guest is the right answer to them."""
    key = ApiKey(Secret("KEY", f"pkid-20250609-aB{18 * character}:aB{38 * character}"), User("alice", "normal"))
    members = [value.reveal() for _, value in family.members(key)]
    assert members
    assert not {"", "0", key.text.reveal()} & set(members)
