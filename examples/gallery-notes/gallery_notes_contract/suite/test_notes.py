"""The methods of Gallery Notes. 2147483647 is the number of no album, so that nothing is ever written or wiped."""

from piwigo_contract.check import clause

NO_ALBUM = {"album_id": "2147483647"}
NO_NOTE = {**NO_ALBUM, "text": "none"}


@clause("NOTE-01")
def test_a_key_reads_what_its_owner_reads(gallery, webmaster_key, throw_away_webmaster, expect):
    album = {"album_id": "1"}
    told = expect.control(gallery.call("notes.getList", throw_away_webmaster.session, params=album)).succeeds()
    answer = gallery.call("notes.getList", webmaster_key, params=album)
    expect(answer).equals("the notes", expect(answer).succeeds(), told)


@clause("NOTE-02")
def test_an_ordinary_users_key_adds_nothing(gallery, key, webmaster_key, expect):
    expect.control(gallery.call("notes.add", webmaster_key, params=NO_NOTE)).is_not_forbidden()
    expect(gallery.call("notes.add", key, params=NO_NOTE)).is_denied()


@clause("NOTE-03")
def test_no_key_wipes(gallery, webmaster_key, throw_away_webmaster, expect):
    expect.control(gallery.call("notes.wipe", throw_away_webmaster.session, params=NO_ALBUM)).is_not_forbidden()
    expect(gallery.call("notes.wipe", webmaster_key, params=NO_ALBUM)).is_denied()
