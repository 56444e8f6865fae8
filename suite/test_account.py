"""A key is not its owner's account: nothing that would turn the one into the other can be had with it.

Another key is what test_managers.py is about, and a link that logs in or sets a password test_forbidden.py.
"""

import pytest

from piwigo_contract.check import SESSION_LOGIN, UPLOAD_LOGIN, Body, Session, clause, session_after
from piwigo_contract.provision.acts import how_it_was_done

SET_MY_INFO = "pwg.users.setMyInfo"


@pytest.fixture
def owner(users):
    """A user who owns a key, and whose account is lost if a check finds what it looks for."""
    return users.new()


@pytest.fixture
def owners_key(keys, owner):
    return keys.new(owner)


@pytest.fixture(params=["in the header", "in a session that it opened"])
def with_the_key(request, sessions, owners_key):
    """What somebody sends who has the key and nothing else, with a pwg_token for releases that want one to be there."""
    if request.param == "in the header":
        return owners_key, Body("pwg_token", 32 * "0")
    return sessions.with_fresh_token(sessions.by_key(SESSION_LOGIN, owners_key).session).with_token


# --- the password


def without_the_old_password(key, new, owner_id):
    """What may be sent for the old password by somebody who does not know it."""
    return {
        "nothing": {},
        "an empty one": {"password": ""},
        "the key's secret": {"password": key.secret},
        "the key": {"password": key.text},
        "another one": {"password": new[:-1]},
        "the new one": {"password": new},
        "the new one, for a user": {"password": new, "user_id": owner_id},
    }


@clause("WHO-62")
def test_no_new_password_without_the_old_one(gallery, users, sessions, owner, owners_key, with_the_key, expect):
    new = users.new_password()
    for how, old in without_the_old_password(owners_key, new, users.id_of(owner)).items():
        with expect.each(how):
            gallery.call(SET_MY_INFO, *with_the_key, params={**old, "new_password": new, "conf_new_password": new})
            with_new, with_old = (
                sessions.log_in(SESSION_LOGIN, owner.user.name, each) for each in (new, owner.password)
            )
            expect(with_new.answer).is_a_refused_login()
            expect.control(with_old.answer).succeeds()


# --- what leads to it


@clause("WHO-63")
def test_mail_address_stays(gallery, writes, owner, owners_key, expect):
    write, token = writes.new_address_of(owner), Body("pwg_token", owner.session.token.text)
    expect(gallery.send(write.by(owners_key, token))).changed_nothing(write)
    expect.control(gallery.send(write.by(owner.session, token))).took_effect(write)


@clause("WHO-64")
def test_login_name_stays(gallery, users, writes, owner, with_the_key, expect):
    write = writes.own_info_of(owner, username=users.pending_user("renamed").name)
    expect(gallery.send(write.by(*with_the_key))).changed_nothing(write)


@clause("WHO-65")
def test_status_level_groups_and_rights_stay(gallery, group, users, writes, owner, with_the_key, expect):
    other = users.new()
    for name, value in {
        "status": "webmaster",
        "level": 8,
        "group_id": group.id,
        "group_id[]": group.id,
        "enabled_high": "false",
    }.items():
        with expect.each(name):
            write = writes.own_info_of(owner, **{name: value})
            expect(gallery.send(write.by(*with_the_key))).changed_nothing(write)
    with expect.each("user_id"):
        write = writes.own_info_of(other, user_id=users.id_of(other), email=f"{other.user.name}@example.invalid")
        expect(gallery.send(write.by(*with_the_key))).changed_nothing(write)


# --- a login that lasts


@clause("WHO-66")
@pytest.mark.parametrize("way", [SESSION_LOGIN, UPLOAD_LOGIN, "in the header"])
def test_login_with_a_key_is_not_remembered(gallery, key, sessions, visitor, expect, way):
    wanted = {"remember_me": "1"}
    if way == "in the header":
        answer = gallery.call("pwg.session.getStatus", key, params=wanted)
    else:
        answer = gallery.call(way, params={"username": key.pkid, "password": key.secret, **wanted})
    left = session_after(gallery, answer)
    sessions.end_with_the_run(left)
    of_visitors = {cookie.name for cookie in visitor.cookies}
    remembered = Session(tuple(each for each in left.cookies if each.name not in of_visitors), left.user)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(remembered)).is_a_guest()


# --- that it was a key


@clause("WHO-67")
def test_activity_was_a_key_s(gallery, groups, sandbox, key_of, expect):
    key, new = key_of("admin"), groups.enter()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    done = gallery.call("pwg.groups.add", key, name=new.name)
    new.made(int(expect.control(done).succeeds()["groups"][0]["id"]))
    line = sandbox.webmaster_sees.activity("group", "add", new.numbers[0])
    expect(done).equals("with what it was done", how_it_was_done(line)["connected_with"], "api_key")
