"""Taking away: what is a run's own goes, and what is not, or may not be, stays."""

from __future__ import annotations

import pytest

from piwigo_contract.client.vault import Text, Vault
from piwigo_contract.errors import LacksMethod, OutOfReach
from piwigo_contract.journeys import journeys
from piwigo_contract.journeys.made import Made
from piwigo_contract.options import Settings
from piwigo_contract.provision.names import run_of
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.target import Target
from piwigo_contract.provision.undoing import Undoing
from piwigo_contract.provision.uploading import Uploader, new_photo_file
from piwigo_contract.provision.writes import albums, groups, tags, users, writes_of
from piwigo_contract.provision.writes.uploads import kept_chunk
from piwigo_contract.reference.model import Tag
from tests.serving import gallery

DELETE = Undoing._delete
SEARCHES = ("pwg.tags.getAdminList", "pwg.images.emptyLounge")


def undo(place, entries=None, *, earlier=False):
    """Undo entries, the last first; what was raised."""
    undoing, raised = Undoing(place.target, earlier=earlier), []
    for entry in reversed(entries or place.target.ledger.entries):
        try:
            undoing(entry)
        except OutOfReach as error:
            raised.append(str(error))
    return raised


def test_album_whose_owner_takes_its_name_away_stays(place):
    album, photo = next(iter(place.store.albums.values())), next(iter(place.store.photos.values()))
    place.makers.enter_nameless()
    album.name = " "
    assert undo(place) == []
    assert album.id in place.store.albums
    assert photo.id in place.store.photos


def test_ledger_of_another_version_is_said_to_be_one(place):
    place.makers.enter_nameless()
    entries = place.target.ledger.entries
    for entry in entries:
        entry.more = {"word": entry.more["word"]}
    assert all("its ledger is of another version" in told for told in undo(place, entries))
    assert len(undo(place, entries)) == len(entries)


def test_album_made_without_a_name_goes_and_its_photos_stay(place):
    photo = next(iter(place.store.photos.values()))
    place.makers.enter_nameless()
    made, named = place.store.add_album(""), place.store.add_album("named")
    photo.albums[:] = [made.id]
    assert undo(place) == []
    assert (made.id in place.store.albums, named.id in place.store.albums) == (False, True)
    assert photo.id in place.store.photos


def test_nobody_knows_later_whose_an_album_without_a_name_is(place):
    place.makers.enter_nameless()
    entries = place.target.ledger.entries
    assert undo(place, entries, earlier=True) == []
    made = place.store.add_album("")
    assert undo(place, entries, earlier=True) == [f"to know whose album {made.id} is, which has no name"]
    assert made.id in place.store.albums


@pytest.mark.parametrize("earlier", [False, True], ids=["this run", "an earlier run"])
def test_key_without_a_name(place, earlier):
    account = place.target.given_account()
    place.makers.keys.no_name(account)
    assert undo(place, earlier=earlier) == []
    key = place.store.add_key(place.owner, f"pkid-20250101-{1:020}", "secret", "", place.now, place.now)
    told = undo(place, earlier=earlier)
    assert told == ([f"to know whose a key of {account.user.name} without a name is"] if earlier else [])
    assert (key.revoked_on is None) is earlier


def test_photo_that_another_run_named_stays(place):
    names, other = place.makers.names, Target(place.front.url, Settings(), Vault())
    alien, own, renamed = (place.store.add_photo(file, "1" * 32, 9, place.owner, place.now) for file in "abc")
    alien.name, own.name, renamed.file = other._names.new("photo"), names.new("photo"), f"{names.new('photo')}.png"
    sandbox = Sandbox(place.makers, place.target.webmaster())
    for photo in (alien, own, renamed):
        sandbox.enter_photo("0" * 32).made(photo.id)
    assert undo(place, earlier=True) == []
    assert [photo.id in place.store.photos for photo in (alien, own, renamed)] == [True, False, False]


def test_what_is_asked_once(place):
    """Tags are listed before and after they are deleted, and the lounge is emptied once; and once more for a retry."""
    sandbox = Sandbox(place.makers, place.target.webmaster())
    for _ in range(3):
        sandbox.new_tag()
        sandbox.name_of_a_tag()
        file = new_photo_file(sandbox)
        params = {"original_sum": file.md5sum, "original_filename": file.upload.name, "categories": sandbox.album.id}
        place.makers.webmaster("pwg.images.addChunk", data=file.data, original_sum=file.md5sum, position=0)
        place.makers.webmaster("pwg.images.add", **params)
    entries = place.target.ledger.entries
    asked = len(place.front.methods)
    assert place.target.take_away() == []
    assert [place.front.methods[asked:].count(each) for each in SEARCHES] == [2, 1]
    undoing = Undoing(place.target)
    for _ in range(2):
        for entry in entries[::-1]:
            undoing(entry)
    assert place.front.methods[asked:].count(SEARCHES[0]) == 4


def made_in_threes(place):
    """Three of each kind that is deleted at once; tells what is there of each."""
    sandbox = Sandbox(place.makers, place.target.webmaster())
    for _ in range(3):
        sandbox.new_photo(sandbox.new_album())
        sandbox.new_tag()
        place.makers.users.new()
        place.makers.groups.new()
    return lambda: {what: set(getattr(place.store, what)) for what in ("albums", "photos", "tags", "users", "groups")}


def test_what_is_made_in_numbers_is_deleted_in_a_few_calls(place):
    there = made_in_threes(place)
    first = there()
    asked = len(place.front.methods)
    assert place.target.take_away() == []
    methods = place.front.methods[asked:]
    assert all(len(first[what] - there()[what]) == 3 + (what == "albums") for what in first)
    assert {each: methods.count(each) for each in methods if each.endswith(".delete")} == {
        f"pwg.{what}.delete": 1 for what in ("images", "tags", "groups", "categories", "users")
    }
    assert "pwg.session.logout" not in methods  # who was deleted has no session any more


def first_alone(undoing, kind, *numbers):
    DELETE(undoing, kind, numbers[0])


def one_at_a_time(undoing, kind, *numbers):
    if len(numbers) > 1:
        raise OutOfReach(detail="several")
    DELETE(undoing, kind, *numbers)


@pytest.mark.parametrize("target_deletes", [first_alone, one_at_a_time])
@pytest.mark.parametrize("by", ["sum", "number alone"])
def test_what_a_call_for_many_leaves_is_deleted_alone(place, monkeypatch, target_deletes, by):
    there = made_in_threes(place)
    first = there()
    for entry in place.target.ledger.entries:
        if entry.kind == "photo" and by == "number alone":
            entry.name = ""
    monkeypatch.setattr(Undoing, "_delete", target_deletes)
    assert place.target.take_away() == []
    assert all(len(first[what] - there()[what]) == 3 + (what == "albums") for what in first)


def test_albums_that_can_not_be_listed_go_by_their_numbers(place, monkeypatch):
    def refused(undoing):
        raise LacksMethod("pwg.categories.getAdminList")

    there = made_in_threes(place)
    first = there()
    monkeypatch.setattr(Undoing, "_albums", refused)
    assert place.target.take_away() == []
    assert len(first["albums"] - there()["albums"]) == 4


def test_users_who_are_passed_over_are_logged_out(place, monkeypatch):
    made_in_threes(place)
    account = place.makers.users.new()
    place.target.sessions.by_api_login(account.user.name, account.password)

    def passes_over(undoing, kind, *numbers):
        if kind != "user" or len(numbers) == 1:
            DELETE(undoing, kind, *numbers)

    monkeypatch.setattr(Undoing, "_delete", passes_over)
    asked = len(place.front.methods)
    assert place.target.take_away() == []
    assert "pwg.session.logout" in place.front.methods[asked:]


def test_what_has_the_number_of_what_was_deleted_stays(place, monkeypatch):
    sandbox = Sandbox(place.makers, place.target.webmaster())
    made = [int(sandbox.new_tag().id.reveal()) for _ in range(2)]

    def reused(undoing, kind, *numbers):
        DELETE(undoing, kind, *numbers)
        if kind == "tag":
            place.store.tags[numbers[0]] = Tag(numbers[0], "somebody's", place.now)

    monkeypatch.setattr(Undoing, "_delete", reused)
    assert place.target.take_away() == []
    assert [tag.name for number, tag in place.store.tags.items() if number in made] == ["somebody's"]


# --- what stands in the ledger before it is asked for


def test_names_that_writes_give_are_the_run_s_own(place):
    """So that what they name is found by its name, too."""
    sandbox = Sandbox(place.makers, place.target.webmaster())
    for preparation in writes_of(albums, groups, tags, users):
        params = preparation.on(sandbox).params
        given = [
            Text.of(params[name]).reveal() for name in ("name", "new_name", "copy_name", "username") if name in params
        ]
        assert [name for name in given if run_of(name) != sandbox.names.prefix] == [], preparation


def test_what_journeys_and_uploads_make_is_entered(place):
    sandbox = Sandbox(place.makers, place.target.webmaster())
    made = Made(journeys()["lightroom"], sandbox, place.target.given_account())
    album, tag = (made.values[each].reveal() for each in ("album", "tag"))
    uploader = Uploader(sandbox, lambda _: None)
    chunk, wrong = kept_chunk(sandbox), uploader.wrong_sum()
    entered = {(entry.kind, entry.name) for entry in place.target.ledger.entries}
    assert entered >= {("album", album), ("tag", tag), ("chunk", chunk.md5sum), ("photo", wrong)}
    assert wrong != uploader.wrong_sum()
    assert undo(place) == []
    assert not place.store.chunks


@pytest.mark.parametrize(
    ("mutant", "clause"),
    [("sum-of-a-file-is-what-it-is-said-to-be", "PHO-32"), ("key-gives-its-owner-another-name", "WHO-56")],
)
def test_what_a_wrong_gallery_makes_goes(run, mutant, clause):
    with gallery(mutant=mutant) as front:
        store = front.gallery.gallery.store
        before = front.users, set(store.photos)
        done = run(*front.options("webmaster"), "-k", clause, "-p", "no:html")
        assert clause in done.with_outcome("fail")
        assert (front.users, set(store.photos)) == before
