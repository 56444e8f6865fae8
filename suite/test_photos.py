"""Photos: which of them a key is told of, and what becomes of files that are uploaded with it.

The control of what is hidden from a key's owner is a user who sees it and is like the owner in all else; that one asks
first. Keys ask by POST alone: with some releases the parameters of a GET are lost (METH-15), and nothing is asked.
"""

import pytest

from piwigo_contract.check import clause
from piwigo_contract.provision.exhibition import tells_an_original
from piwigo_contract.provision.gates import DOORS, GATES, UsersOfTheAlbum
from piwigo_contract.provision.uploading import WAYS, number_of

INFO, ALBUMS, TAGS = "pwg.images.getInfo", "pwg.categories.getList", "pwg.tags.getList"
STATUSES = pytest.mark.parametrize("status", ["normal", "admin"])
EACH_WAY = pytest.mark.parametrize("way", WAYS)
EACH_GATE = pytest.mark.parametrize("gate", GATES, indirect=True)
EACH_DOOR = pytest.mark.parametrize("gate", DOORS, indirect=True)
ABOVE, INSIDE, BOTH, LOOSE = "above the level", "in the closed album", "in both albums", "in no album"


# --- lists of photos


def nothing_is_told_of(hidden, seer, gallery, shown, expect):
    for asked, (method, params) in shown.lists_of(hidden).items():
        with expect.each(asked):
            to_seer = gallery.call(method, seer.session, params=params)
            told = shown.told(to_seer)
            expect.control(to_seer).is_so("the photo", "told", hidden in told, True)
            wanted = [] if asked == "of the closed album" else [name for name in told if name != hidden]
            to_key = gallery.call(method, shown.key, params=params)
            expect(to_key).equals("the photos told", shown.told(to_key), wanted)


@clause("PHO-01")
@STATUSES
def test_photo_above_the_level_is_in_no_list(gallery, exhibition, expect, status):
    shown = exhibition(status)
    nothing_is_told_of(ABOVE, shown.sees_levels, gallery, shown, expect)


@clause("PHO-02")
@STATUSES
def test_photo_in_a_closed_album_is_in_no_list(gallery, exhibition, expect, status):
    shown = exhibition(status)
    nothing_is_told_of(INSIDE, shown.sees_albums, gallery, shown, expect)


# --- one photo


@clause("PHO-03")
@pytest.mark.parametrize(
    ("status", "hidden"), [("normal", ABOVE), ("admin", ABOVE), ("normal", INSIDE), ("normal", LOOSE)]
)
def test_what_is_told_of_a_photo(gallery, exhibition, webmaster, expect, status, hidden):
    """Administrators are told of every photo of their level, whatever album it is in."""
    shown = exhibition(status)
    seer = {ABOVE: shown.sees_levels, INSIDE: shown.sees_albums, LOOSE: webmaster}[hidden]
    photo = {"image_id": shown.photos[hidden].id}
    expect.control(gallery.call(INFO, seer.session, params=photo)).succeeds()
    expect(gallery.call(INFO, shown.key, params=photo)).is_refused_with(401, 403, 404)


@clause("PHO-04")
@STATUSES
def test_albums_of_a_photo(gallery, exhibition, expect, status):
    shown, both = exhibition(status), exhibition(status).photos[BOTH]
    lists = {"a list": shown.lists()["of the open album"], "the photo": (INFO, {"image_id": both.id})}
    for asked, (method, params) in lists.items():
        with expect.each(asked):
            to_seer = gallery.call(method, shown.sees_albums.session, params=params)
            albums = {shown.open.number, shown.closed.number}
            expect.control(to_seer).equals("the albums told", shown.albums_told(to_seer, both), albums)
            to_key = gallery.call(method, shown.key, params=params)
            expect(to_key).equals("the albums told", shown.albums_told(to_key, both), {shown.open.number})


# --- albums and tags


@clause("PHO-05")
@STATUSES
def test_what_is_told_of_an_album(gallery, exhibition, expect, status):
    shown = exhibition(status)
    shown.stand_for_the_album(ABOVE)
    to_seer = gallery.call(ALBUMS, shown.sees_levels.session, params=shown.row_of_the_album)
    to_key = gallery.call(ALBUMS, shown.key, params=shown.row_of_the_album)
    for counter in ("nb_images", "total_nb_images"):
        expect.control(to_seer).equals(counter, shown.row(to_seer).get(counter), 3)
        expect(to_key).equals(counter, shown.row(to_key).get(counter), 2)
    picture = shown.row(to_seer).get("tn_url")
    expect.control(to_seer).that(bool(picture), "the picture of the album to be told", "it is not")
    expect(to_key).that(
        shown.row(to_key).get("tn_url") != picture,
        "the picture to be one that the owner may see",
        "it is the hidden one",
    )


@clause("PHO-06")
@STATUSES
def test_number_of_the_photo_of_an_album(gallery, exhibition, expect, status):
    shown = exhibition(status)
    shown.stand_for_the_album(ABOVE)

    def stands_for_it(answer):
        return str(shown.row(answer).get("representative_picture_id")) == str(shown.photos[ABOVE].number)

    to_seer = gallery.call(ALBUMS, shown.sees_levels.session, params=shown.row_of_the_album)
    expect.control(to_seer).is_so("its number", "told", stands_for_it(to_seer), True)
    to_key = gallery.call(ALBUMS, shown.key, params=shown.row_of_the_album)
    expect(to_key).succeeds()
    expect(to_key).is_so("its number", "told", stands_for_it(to_key), False)


@clause("PHO-07")
@STATUSES
def test_closed_album_is_in_no_list(gallery, exhibition, expect, status):
    shown = exhibition(status)
    for asked, params in shown.lists_of_albums().items():
        with expect.each(asked):
            to_seer = gallery.call(ALBUMS, shown.sees_albums.session, params=params)
            expect.control(to_seer).is_so("the closed album", "listed", shown.lists_the_closed_album(to_seer), True)
            to_key = gallery.call(ALBUMS, shown.key, params=params)
            expect(to_key).succeeds()
            expect(to_key).is_so("the closed album", "listed", shown.lists_the_closed_album(to_key), False)


@clause("PHO-08")
@STATUSES
@pytest.mark.parametrize("hidden", [ABOVE, INSIDE])
def test_tags(gallery, exhibition, expect, status, hidden):
    """One that only a hidden photo has is not told, and one that others have is counted without it."""
    shown = exhibition(status)
    seer, tag = {ABOVE: (shown.sees_levels, shown.tag_above), INSIDE: (shown.sees_albums, shown.tag_inside)}[hidden]
    to_seer, to_key = gallery.call(TAGS, seer.session), gallery.call(TAGS, shown.key)
    expect.control(to_seer).equals("the photos with its tag", shown.tags_told(to_seer).get(tag.number), 1)
    expect(to_key).equals("the photos with its tag", shown.tags_told(to_key).get(tag.number), None)
    common = shown.marks.tag.number
    expect.control(to_seer).equals("the photos with a tag of all", shown.tags_told(to_seer).get(common), 3)
    expect(to_key).equals("the photos with a tag of all", shown.tags_told(to_key).get(common), 2)


@clause("PHO-09")
@STATUSES
def test_key_is_told_what_its_owner_is(gallery, exhibition, expect, status):
    shown = exhibition(status)
    calls = {
        **shown.lists(),
        **{f"albums: {asked}": (ALBUMS, params) for asked, params in shown.lists_of_albums().items()},
        **{f"the photo {name}": (INFO, {"image_id": photo.id}) for name, photo in shown.photos.items()},
        "tags": (TAGS, {}),
    }
    expect.control(gallery.whoami(shown.key)).is_the_owner_of(shown.key)
    for asked, (method, params) in calls.items():
        with expect.each(asked):
            in_session = gallery.call(method, shown.owner.session, params=params)
            by_key = gallery.call(method, shown.key, params=params)
            expect(by_key).gives_the_same_result(in_session, volatile=["comment_post.key"])


# --- what is hidden, or shown, from now on


def told_by_each_list(gallery, gate, told, claim, expect):
    """Where none of the photos is the answer, a failure tells of none, too."""
    for asked, (method, params) in gate.lists().items():
        with expect.each(asked):
            answer = gallery.call(method, gate.key, params=params)
            claim(answer).succeeds()
            claim(answer).is_so("the photo", "told", gate.is_told(answer), told)


def is_hidden_from_now_on(gallery, gate, expect):
    photo = {"image_id": gate.photo.id}
    gate.open()
    gate.keep_a_favourite()
    told_by_each_list(gallery, gate, True, expect.control, expect)
    expect.control(gallery.call(INFO, gate.key, params=photo)).succeeds()
    gate.close()
    told_by_each_list(gallery, gate, False, expect, expect)
    with expect.each("the photo itself"):
        expect(gallery.call(INFO, gate.key, params=photo)).is_refused()


def is_shown_from_now_on(gallery, gate, expect):
    photo = {"image_id": gate.photo.id}
    told_by_each_list(gallery, gate, False, expect.control, expect)
    gate.open()
    gate.keep_a_favourite()
    told_by_each_list(gallery, gate, True, expect, expect)
    expect(gallery.call(INFO, gate.key, params=photo)).succeeds()


@clause("PHO-10")
@EACH_GATE
def test_photo_hidden_from_now_on(gallery, gate, expect):
    is_hidden_from_now_on(gallery, gate, expect)


@clause("PHO-11")
@EACH_GATE
def test_photo_shown_from_now_on(gallery, gate, expect):
    is_shown_from_now_on(gallery, gate, expect)


@clause("PHO-13")
@EACH_DOOR
def test_album_closed_from_now_on(gallery, gate, expect):
    is_hidden_from_now_on(gallery, gate, expect)


@clause("PHO-14")
@EACH_DOOR
def test_album_opened_from_now_on(gallery, gate, expect):
    is_shown_from_now_on(gallery, gate, expect)


@clause("PHO-12")
def test_original_of_who_may_not_have_it(gallery, sandbox, keys, users, expect):
    gate = UsersOfTheAlbum(sandbox, keys)
    gate.open()
    gate.keep_a_favourite()
    calls = {**gate.lists(), "the photo itself": (INFO, {"image_id": gate.photo.id})}
    for allowed, claim in ((True, expect.control), (False, expect)):
        users.allow_originals(gate.owner, allowed)
        for asked, (method, params) in calls.items():
            with expect.each(asked):
                answer = gallery.call(method, gate.key, params=params)
                claim(answer).succeeds()
                claim(answer).is_so("the address of the original", "told", tells_an_original(answer), allowed)


# --- uploads


@clause("PHO-21")
@EACH_WAY
def test_level_of_an_upload(sandbox, uploader, webmaster_key, expect, way):
    for level in (2, 0):
        file = uploader.new_file(way)
        answer = uploader.send(way, file, webmaster_key, level=level)
        expect(answer).succeeds()
        told = sandbox.webmaster_sees.photo(number_of(answer)) or {}
        expect(answer).equals("the photo's privacy level", told.get("level"), str(level))


@clause("PHO-22")
def test_upload_above_ones_own_level(sandbox, exhibition, uploader, expect):
    """There is another photo that its owner may not see."""
    shown = exhibition("admin")
    file = uploader.new_file("uploadAsync")
    answer = uploader.send("uploadAsync", file, shown.key, level=8)
    expect(answer).succeeds()
    kept = sandbox.webmaster_sees.photo_with_file(file.md5sum)
    expect(answer).equals("the photo with the file", kept, number_of(answer))


@clause("PHO-23")
def test_two_uploads_of_one_file(gallery, sandbox, uploader, webmaster_key, key_of, expect):
    """Each of two people has sent half of it; together that is no upload of anybody's."""
    other, file = key_of("admin"), uploader.new_file("uploadAsync")
    expect(gallery.send(uploader.chunk(file, 0, 2, webmaster_key))).succeeds()
    second = gallery.send(uploader.chunk(file, 1, 2, other))
    early = sandbox.webmaster_sees.photo_with_sum(file.md5sum)
    done = gallery.send(uploader.chunk(file, 1, 2, webmaster_key))
    made = sandbox.webmaster_sees.photo_with_file(file.md5sum)
    uploader.keep_track_of(done, gallery.send(uploader.chunk(file, 0, 2, other)))
    expect(second).succeeds()
    expect(second).equals("the photo that the halves of two people make", early, None)
    expect(done).succeeds()
    expect(done).equals("the photo with the file", made, number_of(done))


@clause("PHO-24")
@pytest.mark.parametrize("way", ["uploadAsync", "addChunk and add"])
def test_chunks_in_any_order(gallery, sandbox, uploader, webmaster_key, expect, way):
    file = uploader.new_file(way)
    if way == "uploadAsync":
        *before, last = [uploader.chunk(file, number, 3, webmaster_key) for number in (2, 0, 1)]
    else:
        *before, last = uploader.blocks_and_add(file, [2, 0, 1], webmaster_key)
    for call in before:
        expect(gallery.send(call)).succeeds()
    early = sandbox.webmaster_sees.photo_with_sum(file.md5sum)
    done = gallery.send(last)
    expect(done).equals("the photo, while a call is lacking", early, None)
    expect(done).succeeds()
    expect(done).equals("the photo with the file", sandbox.webmaster_sees.photo_with_file(file.md5sum), number_of(done))


@clause("PHO-25")
@pytest.mark.parametrize("told", ["the photo", "no photo"])
def test_upload_completed(gallery, sandbox, uploader, webmaster_key, expect, told):
    """The lounge is emptied, as every client does that has uploaded something."""
    file = uploader.new_file("upload")
    sent = uploader.send("upload", file, webmaster_key)
    expect.control(sent).succeeds()
    photo = number_of(sent) if told == "the photo" else ""
    answer = uploader.completed(webmaster_key, photo)
    expect(answer).succeeds()
    told_of = sandbox.webmaster_sees.photo(number_of(sent)) or {}
    albums = [row["id"] for row in told_of.get("categories", ())]
    expect(answer).equals("the albums that the photo is in", albums, [sandbox.album.number])


# --- files that are none


def tells_an_error(answer, without_a_key, expect):
    expect(answer).is_an_error_in_the_apis_own_form(without_a_key)
    expect(answer).has_media_type("text/plain", "application/json")


@clause("PHO-31")
@EACH_WAY
def test_file_that_is_no_picture(sandbox, uploader, webmaster_key, without_a_key, expect, way):
    expect.control(uploader.send(way, uploader.new_file(way), webmaster_key)).succeeds()
    file = uploader.new_text(way)
    answer = uploader.send(way, file, webmaster_key)
    expect(answer).equals("the photo with the file", sandbox.webmaster_sees.photo_with_sum(file.md5sum), None)
    tells_an_error(answer, without_a_key, expect)


@clause("PHO-32")
@pytest.mark.parametrize("wrong", ["chunk_sum", "original_sum"])
def test_sum_that_is_wrong(sandbox, uploader, webmaster_key, without_a_key, expect, wrong):
    way = "uploadAsync"
    expect.control(uploader.send(way, uploader.new_file(way), webmaster_key)).succeeds()
    file, wrong_sum = uploader.new_file(way), uploader.wrong_sum()
    answer = uploader.send(way, file, webmaster_key, **{wrong: wrong_sum})
    for md5sum in (file.md5sum, wrong_sum):
        expect(answer).equals("the photo with the file", sandbox.webmaster_sees.photo_with_sum(md5sum), None)
    tells_an_error(answer, without_a_key, expect)


@clause("PHO-33")
@EACH_WAY
def test_no_file_at_all(gallery, sandbox, uploader, webmaster_key, without_a_key, expect, way):
    expect.control(uploader.send(way, uploader.new_file(way), webmaster_key)).succeeds()
    file = uploader.new_file(way)
    answer = gallery.send(uploader.without_the_file(way, file, webmaster_key))
    expect(answer).equals("the photo with the file", sandbox.webmaster_sees.photo_with_sum(file.md5sum), None)
    tells_an_error(answer, without_a_key, expect)


@clause("PHO-34")
@pytest.mark.parametrize("way", [way for way in WAYS if way != "addChunk and add"])
def test_upload_that_is_cut_off(sandbox, uploader, webmaster_key, without_a_key, expect, way):
    file = uploader.new_file(way)
    answer = uploader.send(way, file.cut_off(), webmaster_key)
    # afterwards, as it writes over what a gallery may keep of the other
    expect.control(uploader.send(way, uploader.new_file(way), webmaster_key)).succeeds()
    expect(answer).equals("the photo with the file", sandbox.webmaster_sees.photo_with_sum(file.md5sum), None)
    tells_an_error(answer, without_a_key, expect)


@clause("PHO-35")
@pytest.mark.parametrize("size", [3_000_000, 9_000_000])
def test_upload_that_may_be_too_large(uploader, webmaster_key, without_a_key, expect, size):
    """PHP takes files of 2 MB and requests of 8 MB where it is not told otherwise."""
    expect.control(uploader.send("addSimple", uploader.new_file("addSimple"), webmaster_key)).succeeds()
    answer = uploader.send("addSimple", uploader.large_file(size), webmaster_key)
    expect(answer).tells_it_in_the_apis_own_form_or_in_front(without_a_key)


@clause("PHO-36")
def test_bad_upload_is_no_fault_of_the_server(uploader, webmaster_key, expect):
    way = "uploadAsync"
    expect.control(uploader.send(way, uploader.new_file(way), webmaster_key)).succeeds()
    for wrong in ("chunk_sum", "original_sum"):
        with expect.each(f"a wrong {wrong}"):
            answer = uploader.send(way, uploader.new_file(way), webmaster_key, **{wrong: uploader.wrong_sum()})
            expect(answer).is_no_fault_of_the_server()
    with expect.each("a file cut off"):
        file = uploader.new_file("addSimple")
        expect(uploader.send("addSimple", file.cut_off(), webmaster_key)).is_no_fault_of_the_server()
