"""Every method whose effect can be undone, with a key and no token, on things of the run's own; and who may not.

The effect is read by the webmaster of the gallery, or for the caller's own things in the caller's web session. Releases
that require a token whatever its value (TOK-01) get one that no session has.
"""

import pytest

from piwigo_contract.check import KeyHeader, clause
from piwigo_contract.provision.writes import albums, groups, own, permissions, photos, tags, uploads, users, writes_of


def each_of(*areas):
    """A check for each write of these areas, for the clause of its area."""
    writes = [
        pytest.param(write, id=str(write), marks=area.marks) for area in areas for write in writes_of(*area.values)
    ]
    return pytest.mark.parametrize("write", writes, indirect=True)


def takes_effect(gallery, write, key, shapes, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.send(write.by(key))
    expect(answer).succeeds()
    if write.method in shapes:
        expect(answer).has_the_shape(shapes[write.method])
    expect(answer).took_effect(write)


@each_of(pytest.param(albums, marks=clause("WRITE-01")))
def test_write_to_albums_takes_effect(gallery, write, every_method, webmaster_key, shapes, expect):
    takes_effect(gallery, write, webmaster_key, shapes, expect)
    expect.remark(every_method.not_to_be_put_back())


@each_of(
    pytest.param(uploads, marks=clause("WRITE-02")),
    pytest.param(photos, marks=clause("WRITE-03")),
    pytest.param(tags, marks=clause("WRITE-04")),
    pytest.param(groups, marks=clause("WRITE-05")),
    pytest.param(permissions, marks=clause("WRITE-06")),
    pytest.param(users, marks=clause("WRITE-07")),
    pytest.param(own, marks=clause("WRITE-08")),
)
def test_write_takes_effect(gallery, write, webmaster_key, shapes, expect):
    takes_effect(gallery, write, webmaster_key, shapes, expect)


def changes_nothing_by(callers, gallery, write, webmaster_key, expect):
    """callers: who may not make the write, by what they are called. The first of them who does is told of: what the
    others would change is then not as it was.
    """
    write.look()
    for name, who in callers.items():
        with expect.each(name):
            refused = gallery.send(write.by(*who))
            expect(refused).is_refused_with(401)
            expect(refused).changed_nothing(write)
        if expect.broke_in_one:
            return
    expect.control(gallery.send(write.by(webmaster_key))).succeeds()


@each_of(pytest.param(albums, uploads, photos, tags, groups, permissions, users, marks=clause("WRITE-09")))
def test_write_of_who_may_not_changes_nothing(
    gallery,
    write,
    webmaster_key,
    key_of_another_user,
    another_user,
    revoked_webmaster_key,
    lets_in,
    opened_by_plugins,
    expect,
):
    callers = {"nobody": (), "a user's key": (key_of_another_user,), "a revoked key": (revoked_webmaster_key,)}
    if write.method in opened_by_plugins or lets_in(another_user, write.method):
        del callers["a user's key"]
        expect.remark(f"left out: a user's key, as users may call {write.method} here in the web session, too")
    changes_nothing_by(callers, gallery, write, webmaster_key, expect)


@each_of(pytest.param(own, marks=clause("WRITE-09")))
def test_write_to_ones_own_with_a_revoked_key_changes_nothing(
    gallery, write, webmaster_key, revoked_webmaster_key, expect
):
    changes_nothing_by({"a revoked key": (revoked_webmaster_key,)}, gallery, write, webmaster_key, expect)


@each_of(pytest.param(albums, uploads, photos, tags, groups, permissions, users, marks=clause("WRITE-11")))
def test_write_in_a_session_of_who_may_not_changes_nothing(
    gallery, write, webmaster_key, ordinary_user, visitor, opened_by_plugins, expect
):
    callers = {"a user's session": ordinary_user.session.with_token, "a visitor's cookie": (visitor,)}
    if write.method in opened_by_plugins:
        del callers["a user's session"]
        expect.remark(f"left out: a user's session, as a plugin lets users call {write.method}")
    changes_nothing_by(callers, gallery, write, webmaster_key, expect)


@each_of(pytest.param(albums, uploads, photos, tags, groups, permissions, users, own, marks=clause("WRITE-12")))
def test_write_with_a_wrong_secret_changes_nothing(gallery, write, webmaster_key, expect):
    wrong = KeyHeader(webmaster_key.text[:-1] + webmaster_key.text[-1].other())
    changes_nothing_by({"a wrong secret": (wrong,)}, gallery, write, webmaster_key, expect)
