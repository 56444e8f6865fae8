"""Tests of a project that is about a gallery, with a gallery, a key and claims of piwigo-contract."""

from piwigo_contract.check import ApiKey, Expect, Gallery, KeyHeader


def test_key_is_its_owners(gallery: Gallery, key: ApiKey, expect: Expect) -> None:
    expect(gallery.whoami(key)).is_the_owner_of(key)


def test_list_of_albums_takes_a_whole_key(gallery: Gallery, key: ApiKey, expect: Expect) -> None:
    expect.control(gallery.call("pwg.categories.getList", key)).succeeds()
    cut = KeyHeader(key.pkid + ":" + key.secret[:-1])
    expect(gallery.call("pwg.categories.getList", cut)).is_refused_as_an_invalid_key()


def test_gallery_says_its_version(gallery: Gallery, key: ApiKey) -> None:
    answer = gallery.call("pwg.getVersion", key)
    assert answer.envelope is not None
    assert str(answer.envelope.result).count(".") >= 1
