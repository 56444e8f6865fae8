"""Who a key is: its owner, with the owner's status and rights as they are now; and in no other request than its own."""

import pytest

from piwigo_contract.check import KeyHeader, OutOfReach, clause
from piwigo_contract.provision.acts import ACTS, how_it_was_done
from piwigo_contract.provision.uploading import NO_TOKEN, WAYS, halves_of, number_of

WRONG = "0123456789abcdefghij0123456789ABCDEFGHIJ"
NO_PHOTO = 2147483000
"""The number of a photo that no gallery has: what would be done to it has no effect."""


# --- its owner's rights


@clause("WHO-01")
@pytest.mark.parametrize("status", ["webmaster", "admin", "normal", "generic"])
def test_key_is_its_owner(gallery, keys, key_of, expect, status):
    key = key_of(status)
    session = keys.owner_of(key).session
    expect.control(gallery.whoami(session)).is_in_session(session)
    for verb in ("POST", "GET"):
        expect(gallery.whoami(key, verb=verb)).is_the_owner_of(key)


ADMINS_ALONE = pytest.mark.parametrize(
    ("method", "params"),
    [("pwg.users.getList", {}), ("pwg.categories.getAdminList", {}), ("pwg.caddie.add", {"image_id": NO_PHOTO})],
    ids=["users", "albums", "a write"],
)


@clause("WHO-02")
@pytest.mark.parametrize("verb", ["POST", "GET"])
@pytest.mark.parametrize("status", ["normal", "generic"])
@ADMINS_ALONE
def test_key_of_no_administrator_is_denied(
    gallery, webmaster, keys, key_of, lets_in, expect, method, params, status, verb
):
    key = key_of(status)
    if lets_in(keys.owner_of(key), method):
        raise OutOfReach(detail=f"a user whom the gallery does not let call {method} in the web session")
    expect.control(gallery.call(method, webmaster.session, params=params, verb=verb)).succeeds()
    expect(gallery.call(method, key, params=params, verb=verb)).is_denied()


@clause("WHO-03")
@pytest.mark.parametrize("status", ["webmaster", "admin"])
@ADMINS_ALONE
def test_key_of_an_administrator_may(gallery, keys, key_of, expect, method, params, status):
    key = key_of(status)
    expect.control(gallery.call(method, keys.owner_of(key).session, params=params)).succeeds()
    expect(gallery.call(method, key, params=params)).succeeds()


@clause("WHO-03")
@pytest.mark.parametrize("status", ["webmaster", "admin"])
def test_key_of_an_administrator_sees_users(gallery, keys, key_of, expect, status):
    key, other = key_of(status), key_of("normal").owner
    session = keys.owner_of(key).session
    by_session = expect.control(gallery.call("pwg.users.getList", session, username=other.name)).succeeds()
    answer = gallery.call("pwg.users.getList", key, username=other.name)
    by_key = expect(answer).succeeds()
    expect(answer).equals("what is told of a user", by_key["users"], by_session["users"])


@clause("WHO-04")
def test_same_albums_as_in_a_session(gallery, account, key, expect):
    def albums(answer, say):
        rows = say(answer).succeeds()["categories"]
        return {tuple(str(row.get(name)) for name in ("id", "name", "nb_images", "total_nb_images")) for row in rows}

    method = "pwg.categories.getList"
    before = albums(gallery.call(method, account.session, recursive="true"), expect.control)
    answer = gallery.call(method, key, recursive="true")
    by_key = albums(answer, expect)
    after = albums(gallery.call(method, account.session, recursive="true"), expect.control)
    # somebody else may make or delete an album at this moment: it may be missing on either side
    expect(answer).equals("albums hidden from the key", sorted((before & after) - by_key), [])
    expect(answer).equals("albums shown to the key alone", sorted(by_key - (before | after)), [])


@clause("WHO-05")
def test_private_album(gallery, keys, users, sandbox, key_of, expect):
    def names(answer, say):
        return {row["name"] for row in say(answer).succeeds()["categories"]}

    method = "pwg.categories.getList"
    admitted, stranger = key_of("admin"), key_of("normal")
    album = sandbox.new_private_album(keys.owner_of(admitted))
    later = keys.new(users.new("admin"))  # an album is opened to the admins there are, if not to all there will be
    for key, opened in ((admitted, True), (stranger, False), (later, None)):
        session = keys.owner_of(key).session
        by_session = gallery.call(method, session, recursive="true")
        by_key = gallery.call(method, key, recursive="true")
        listed = album in names(by_session, expect.control)
        if opened is not None:
            expect.control(by_session).is_so("the private album", "listed", listed, opened)
        expect(by_key).is_so("the private album", "listed", album in names(by_key, expect), listed)


@clause("WHO-06")
def test_write_lands_on_the_owner(gallery, keys, writes, key_of, expect):
    key = key_of("normal")
    write, another_users = (writes.preference_of(keys.owner_of(each)) for each in (key, key_of("admin")))
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.send(write.by(key))
    expect(answer).succeeds()
    expect(answer).took_effect(write)
    expect(answer).changed_nothing(another_users)


@clause("WHO-41")
@pytest.mark.parametrize("beside", ["nothing", "another user's session"])
def test_activity_is_the_owner_s(gallery, keys, groups, sandbox, key_of, expect, beside):
    key, new = key_of("admin"), groups.enter()
    sent_along = () if beside == "nothing" else (keys.owner_of(key_of("webmaster")).session,)
    expect.control(gallery.whoami(key, *sent_along)).is_the_owner_of(key)
    done = gallery.call("pwg.groups.add", key, *sent_along, name=new.name)
    new.made(int(expect.control(done).succeeds()["groups"][0]["id"]))
    line = sandbox.webmaster_sees.activity("group", "add", new.numbers[0])
    expect(done).equals("who added the group", line.get("username"), key.owner.name)


# --- who did it

EACH_WAY = pytest.mark.parametrize("way", WAYS)
EACH_ACT = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS, indirect=True)
BESIDE = pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside another's session"])


@clause("WHO-51")
@EACH_WAY
@BESIDE
def test_upload_is_the_owner_s(
    gallery, sandbox, uploader, keys, users, key_of, throw_away_webmaster, expect, way, beside
):
    key, other = key_of("admin"), (throw_away_webmaster.session,) if beside else ()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = uploader.send(way, uploader.new_file(way), key, *other)
    expect(answer).succeeds()
    added_by = sandbox.webmaster_sees.added_by(number_of(answer))
    expect(answer).equals("who added the photo", added_by, users.id_of(keys.owner_of(key)))


@clause("WHO-51")
@BESIDE
def test_upload_that_logs_in_is_the_owner_s(
    gallery, sandbox, uploader, keys, users, sessions, key_of, throw_away_webmaster, expect, beside
):
    key, other = key_of("admin"), (sessions.second(throw_away_webmaster),) if beside else ()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = uploader.send("uploadAsync", uploader.new_file("uploadAsync"), *halves_of(key), *other)
    sessions.left_by(answer)
    expect(answer).succeeds()
    added_by = sandbox.webmaster_sees.added_by(number_of(answer))
    expect(answer).equals("who added the photo", added_by, users.id_of(keys.owner_of(key)))


@clause("WHO-52")
@EACH_ACT
@BESIDE
def test_act_is_the_owner_s(gallery, sandbox, act, key_of, throw_away_webmaster, expect, beside):
    key, other = key_of("admin"), (throw_away_webmaster.session,) if beside else ()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.send(act.by(key, *other))
    number = act.number(expect(answer).succeeds())
    line = sandbox.webmaster_sees.activity(act.object, act.action, number)
    expect(answer).equals("who did it", line.get("username"), key.owner.name)


@clause("WHO-53")
@pytest.mark.parametrize("way", [*WAYS, "uploadAsync, by the key's halves"])
def test_upload_is_in_the_list_of_activities(sandbox, uploader, sessions, key_of, expect, way):
    key, (way, _, by_halves) = key_of("admin"), way.partition(",")
    answer = uploader.send(way, uploader.new_file(way), *(halves_of(key) if by_halves else [key]))
    if by_halves:
        sessions.left_by(answer)
    expect(answer).succeeds()
    line = sandbox.webmaster_sees.activity("photo", "add", number_of(answer))
    expect(answer).equals("who added the photo", line.get("username"), key.owner.name)


PROGRAM = "pc-program/1.0 (a contract)"


@clause("WHO-54")
@EACH_ACT
def test_list_of_activities_tells_how(gallery, sandbox, act, key_of, expect):
    answer = gallery.send(act.by(key_of("admin"), agent=PROGRAM))
    number = act.number(expect(answer).succeeds())
    line = sandbox.webmaster_sees.activity(act.object, act.action, number)
    expect(answer).equals("how it was done", how_it_was_done(line), {"connected_with": "api_key", "agent": PROGRAM})


@clause("WHO-54")
@EACH_WAY
def test_list_of_activities_tells_how_a_photo_was_uploaded(sandbox, uploader, key_of, expect, way):
    answer = uploader.send(way, uploader.new_file(way), key_of("admin"), headers={"User-Agent": PROGRAM})
    expect(answer).succeeds()
    line = sandbox.webmaster_sees.activity("photo", "add", number_of(answer))
    expect(answer).equals("how it was done", how_it_was_done(line), {"connected_with": "api_key", "agent": PROGRAM})


@clause("WHO-55")
@pytest.mark.parametrize("act", [ACTS["add a tag"]], ids=["add a tag"], indirect=True)
def test_program_puts_no_markup_into_the_list(gallery, sandbox, act, key_of, expect):
    answer = gallery.send(act.by(key_of("admin"), agent="pc-program <b>1.0</b> <img src=x>"))
    number = act.number(expect(answer).succeeds())
    agent = how_it_was_done(sandbox.webmaster_sees.activity(act.object, act.action, number))["agent"] or ""
    expect(answer).that("<" not in agent, "the program's name without markup", f"it is {agent!r}")


# --- what a key may not change


@clause("WHO-56")
def test_key_does_not_change_its_owner_s_rights(gallery, keys, users, sandbox, group, expect):
    owner = users.new()
    key, method = keys.new(owner), "pwg.users.setMyInfo"
    users.allow_originals(owner, False)

    def rights():
        return sandbox.webmaster_sees.user(owner.user.name, "status,level,groups,enabled_high")

    own = {"pwg_token": NO_TOKEN, "nb_image_page": 30}
    name = users.pending_user("other").name
    wanted = {"status": "webmaster", "level": 8, "group_id": group.id, "enabled_high": "true", "username": name}
    expect.control(gallery.call(method, key, params=own)).succeeds()
    for name, value in wanted.items():
        with expect.each(name):
            before = rights()
            answer = gallery.call(method, key, params={**own, name: value})
            expect(answer).equals("what the webmaster sees of its owner", rights(), before)


# --- what becomes of its owner


@clause("WHO-07")
def test_owner_deleted(gallery, keys, users, expect):
    owner = users.new()
    key = keys.new(owner)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    users.delete(owner)
    expect(gallery.whoami(key)).is_refused_as_an_invalid_key()
    expect(gallery.whoami(key, verb="GET")).is_refused_as_an_invalid_key()
    expect(gallery.call("pwg.categories.getList", key)).is_refused_as_an_invalid_key()


@clause("WHO-08")
@pytest.mark.parametrize(("was", "becomes"), [("webmaster", "normal"), ("admin", "generic")])
def test_owner_demoted(gallery, keys, users, expect, was, becomes):
    owner = users.new(was)
    key = keys.new(owner)
    for verb in ("POST", "GET"):
        expect.control(gallery.call("pwg.users.getList", key, verb=verb)).succeeds()
    users.set_status(owner, becomes)
    for verb in ("POST", "GET"):
        expect(gallery.call("pwg.users.getList", key, verb=verb)).is_denied()
    # a plugin may tell the owner of another status, but never of the one that is gone
    told, answer = gallery.whoami(owner.session), gallery.whoami(key)
    status = becomes if told.caller is None or told.caller.user.status == was else told.caller.user.status
    expect(answer).equals("the caller's status", answer.caller and answer.caller.user.status, status)


@clause("WHO-09")
@pytest.mark.parametrize("becomes", ["admin", "webmaster"])
def test_owner_promoted(gallery, keys, users, expect, becomes):
    owner = users.new()
    key = keys.new(owner)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.call("pwg.users.getList", key)).is_denied()
    users.set_status(owner, becomes)
    answer = gallery.whoami(key)
    expect(answer).equals("the caller's status", answer.caller and answer.caller.user.status, becomes)
    expect(gallery.call("pwg.users.getList", key)).succeeds()


@clause("WHO-10")
def test_owner_made_a_guest(gallery, keys, users, expect):
    owner = users.new("webmaster")
    key = keys.new(owner)
    mine = {"recent_period": 7, "pwg_token": owner.session.token.text}
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect.control(gallery.call("pwg.users.getList", key)).succeeds()
    expect.control(gallery.call("pwg.users.setMyInfo", key, params=mine)).succeeds()
    users.set_status(owner, "guest")
    expect(gallery.whoami(key)).authenticates_nobody_but()
    expect(gallery.call("pwg.users.getList", key)).is_refused_with(401)  # denied, or as a key of nobody's
    expect(gallery.call("pwg.users.setMyInfo", key, params=mine)).is_refused_with(401, 403)


@clause("WHO-37")
@pytest.mark.parametrize("by", ["the webmaster", "the owner"])
def test_owner_with_another_password(gallery, keys, users, clock, expect, by):
    owner, new = users.new(), users.new_password()
    key = keys.new(owner)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    if by == "the webmaster":
        users.set_password(owner, new)
    else:
        given = {"password": owner.password, "new_password": new, "conf_new_password": new}
        session, token = owner.session.with_token
        expect.control(gallery.call("pwg.users.setMyInfo", session, token, params=given)).succeeds()
    # a key that was made to end now is good to the end of this second
    clock.next_second()
    expect(gallery.whoami(key)).is_the_owner_of(key)


@clause("WHO-38")
def test_owner_with_another_name(gallery, keys, users, expect):
    owner = users.new()
    key = keys.new(owner)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    renamed = users.set_another_name(owner)
    answer = gallery.whoami(key)
    expect(answer).equals("the caller's name", answer.caller and answer.caller.user.name, renamed.name)


@clause("WHO-39")
@pytest.mark.parametrize("way", ["by the link of the pages", "by pwg.session.logout"])
def test_owner_logs_out(gallery, keys, users, sessions, expect, way):
    owner = users.new()
    key = keys.new(owner)
    session = sessions.second(owner)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect.control(gallery.whoami(session)).is_in_session(session)
    if way == "by the link of the pages":
        gallery.page("index.php", session, params={"act": "logout"})
    else:
        gallery.call("pwg.session.logout", session)
    expect(gallery.whoami(session)).is_a_guest()
    expect(gallery.whoami(key)).is_the_owner_of(key)


@clause("WHO-40")
def test_name_of_a_deleted_owner_is_given_again(gallery, keys, users, expect):
    owner = users.new()
    key = keys.new(owner)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    users.delete(owner)
    namesake = users.new_namesake(owner)
    expect.control(gallery.whoami(namesake.session)).is_in_session(namesake.session)
    expect(gallery.whoami(key)).is_refused_as_an_invalid_key()


# --- each request by itself


@clause("WHO-32")
@pytest.mark.parametrize("pipelined", [False, True], ids=["one after the other", "pipelined"])
def test_requests_on_one_connection(gallery, key, expect, pipelined):
    bad = KeyHeader(key.pkid + ":" + WRONG)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    row = gallery.whoami_in_a_row((), (key,), (), (bad,), (key,), (bad,), (), pipelined=pipelined)
    expect(row[0]).is_a_guest()
    expect(row[1]).is_the_owner_of(key)
    expect(row[2]).is_a_guest()
    expect(row[3]).is_refused_as_an_invalid_key()
    expect(row[4]).is_the_owner_of(key)
    expect(row[5]).is_refused_as_an_invalid_key()
    expect(row[6]).is_a_guest()


@clause("WHO-33")
def test_requests_at_the_same_moment(gallery, key, key_of, expect):
    other = key_of("webmaster")
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect.control(gallery.whoami(other)).is_the_owner_of(other)
    of_key, of_other, of_nobody = gallery.whoami_at_once((key,), (other,), (), times=8)
    for answer in of_key:
        expect(answer).is_the_owner_of(key)
    for answer in of_other:
        expect(answer).is_the_owner_of(other)
    for answer in of_nobody:
        expect(answer).is_a_guest()
