"""Keys that have ended, with a file, beside a session, and in every write that there is: nothing brings them back."""

import pytest

from piwigo_contract.check import clause
from piwigo_contract.methods.calls import sent
from piwigo_contract.provision.writes import albums, groups, own, permissions, photos, tags, uploads, users, writes_of

READS = {"pwg.session.getStatus": {}, "pwg.categories.getList": {}}
NO_WRITE = {"pwg.users.preferences.set": {"param": "no name", "value": "1"}, "pwg.users.favorites.add": {"image_id": 0}}
"""Writes that find fault with their parameters before they change anything, whoever asks."""
CALLS = READS | NO_WRITE
WRITES = writes_of(albums, uploads, photos, tags, groups, permissions, users, own)


# --- with a file


def refused_with_a_file(gallery, method, key, ended, expect):
    expect.control(gallery.send(sent("a form with a file", method, CALLS[method], key))).is_authorized()
    expect(gallery.send(sent("a form with a file", method, CALLS[method], ended))).is_refused_as_an_invalid_key()


@clause("END-41")
@pytest.mark.parametrize("method", CALLS)
def test_revoked_key_in_a_form_with_a_file(gallery, key, revoked_key, expect, method):
    refused_with_a_file(gallery, method, key, revoked_key, expect)


@clause("END-42")
@pytest.mark.parametrize("method", CALLS)
def test_expired_key_in_a_form_with_a_file(gallery, key, expired_key, expect, method):
    refused_with_a_file(gallery, method, key, expired_key, expect)


# --- in every write


@clause("END-43")
@pytest.mark.parametrize("write", [pytest.param(each, id=str(each)) for each in WRITES], indirect=True)
def test_write_with_an_expired_key(gallery, write, webmaster_key, expired_webmaster_key, expect):
    write.look()
    refused = gallery.send(write.by(expired_webmaster_key))
    expect(refused).is_refused_with(401)
    expect(refused).changed_nothing(write)
    expect.control(gallery.send(write.by(webmaster_key))).succeeds()


# --- beside a session


@pytest.fixture(params=["its owner's", "a visitor's"])
def beside(request, account, visitor):
    """A session that is sent along with a key."""
    return account.session if request.param == "its owner's" else visitor


def refused_beside(gallery, session, key, ended, expect):
    for verb in ("POST", "GET"):
        expect.control(gallery.whoami(key, session, verb=verb)).is_the_owner_of(key)
        expect(gallery.whoami(ended, session, verb=verb)).is_refused_as_an_invalid_key()
    for method, params in NO_WRITE.items():
        expect.control(gallery.call(method, key, session, params=params)).is_authorized()
        expect(gallery.call(method, ended, session, params=params)).is_refused_as_an_invalid_key()


@clause("END-44")
def test_revoked_key_beside_a_session(gallery, key, revoked_key, beside, expect):
    refused_beside(gallery, beside, key, revoked_key, expect)


@clause("END-45")
def test_expired_key_beside_a_session(gallery, key, expired_key, beside, expect):
    refused_beside(gallery, beside, key, expired_key, expect)
