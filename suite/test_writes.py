"""Every method that changes something, with a key and no token, on things of the run's own; and who may not.

What was changed is read by somebody else, the gallery's own webmaster. Releases that want a token to be there, whatever
it is (TOK-01), get one that is none.
"""

import pytest

from piwigo_contract.check import clause
from piwigo_contract.provision.writes import albums, groups, own, permissions, photos, tags, uploads, users, writes_of

FOR_ADMINISTRATORS = (albums, uploads, photos, tags, groups, permissions, users)


def each_of(*modules):
    return pytest.mark.parametrize("deed", writes_of(*modules), ids=str, indirect=True)


def takes_effect(deed, key, shapes, expect):
    answer = deed.by(key)
    result = expect(answer).succeeds()
    if deed.write.method in shapes:
        expect(answer).has_the_shape(shapes[deed.write.method])
    wanted = deed.wanted_after(answer)
    expect(answer).shows(deed.what, deed.seen(), wanted)
    expect(answer).that(deed.is_told_by(result), "the answer to say that it is done", "it does not")


@clause("WRITE-01")
@each_of(albums)
def test_albums(deed, every_method, webmaster_key, shapes, expect):
    takes_effect(deed, webmaster_key, shapes, expect)
    expect.remark(every_method.not_to_be_put_back())


@clause("WRITE-02")
@each_of(uploads)
def test_new_photos(deed, webmaster_key, shapes, expect):
    takes_effect(deed, webmaster_key, shapes, expect)


@clause("WRITE-03")
@each_of(photos)
def test_photos(deed, webmaster_key, shapes, expect):
    takes_effect(deed, webmaster_key, shapes, expect)


@clause("WRITE-04")
@each_of(tags)
def test_tags(deed, webmaster_key, shapes, expect):
    takes_effect(deed, webmaster_key, shapes, expect)


@clause("WRITE-05")
@each_of(groups)
def test_groups(deed, webmaster_key, shapes, expect):
    takes_effect(deed, webmaster_key, shapes, expect)


@clause("WRITE-06")
@each_of(permissions)
def test_permissions(deed, webmaster_key, shapes, expect):
    takes_effect(deed, webmaster_key, shapes, expect)


@clause("WRITE-07")
@each_of(users)
def test_users(deed, webmaster_key, shapes, expect):
    takes_effect(deed, webmaster_key, shapes, expect)


@clause("WRITE-08")
@each_of(own)
def test_what_is_the_owners(gallery, deed, webmaster_key, shapes, expect):
    expect.control(gallery.whoami(webmaster_key)).is_the_owner_of(webmaster_key)
    takes_effect(deed, webmaster_key, shapes, expect)


@clause("WRITE-09")
@each_of(*FOR_ADMINISTRATORS)
def test_who_may_not_changes_nothing(deed, webmaster_key, key_of_another_user, revoked_webmaster_key, expect):
    before = deed.seen()
    for name, who in {
        "nobody": (),
        "a user's key": (key_of_another_user,),
        "a revoked key": (revoked_webmaster_key,),
    }.items():
        with expect.each(name):
            refused = deed.by(*who)
            expect(refused).is_refused_with(401)
            expect(refused).shows(deed.what, deed.seen(), before)
    expect.control(deed.by(webmaster_key)).succeeds()


@clause("WRITE-09")
@each_of(own)
def test_revoked_key_changes_nothing_of_ones_own(deed, webmaster_key, revoked_webmaster_key, expect):
    before = deed.seen()
    refused = deed.by(revoked_webmaster_key)
    expect(refused).is_refused_with(401)
    expect(refused).shows(deed.what, deed.seen(), before)
    expect.control(deed.by(webmaster_key)).succeeds()
