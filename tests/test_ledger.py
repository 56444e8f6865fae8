"""The ledger: what is made stands in it, and by it another process finds it, and nothing else."""

from __future__ import annotations

import json
import stat

import pytest

from piwigo_contract.client.vault import Vault
from piwigo_contract.commands.sweep import sweep
from piwigo_contract.errors import OutOfReach, SuiteError, UsageError
from piwigo_contract.options import Settings
from piwigo_contract.provision.ledger import Ledger, entries_in
from piwigo_contract.provision.ledger_file import FOLDER, LedgerFile, is_abandoned, ledgers, new_run
from piwigo_contract.provision.names import Names
from piwigo_contract.provision.sweep import find_leftovers, take_away
from piwigo_contract.provision.target import Target
from piwigo_contract.reference.model import Tag
from tests.faults import ODD_ANSWERS
from tests.serving import gallery

URL = "http://photos.example.org/"


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return LedgerFile(tmp_path / "run", new_run())


def test_what_is_entered_is_read_again(file, tmp_path):
    assert file.path is None
    ledger = Ledger(URL, file)
    ledger.enter("album", "pc-0123abcd album 1").made(17)
    ledger.enter("session", "", of="webmaster", held="a secret")
    ledger.enter("key", "pc-0123abcd key 1", of="alice")
    other = Ledger("http://other.example.org/", file).enter("photo", "0" * 32, waits=True)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert "secret" not in file.path.read_text()
    read = entries_in(file.path)
    assert [(e.kind, e.name, e.target, e.of, e.numbers) for e in read] == [
        ("album", "pc-0123abcd album 1", URL, None, [17]),
        ("key", "pc-0123abcd key 1", URL, "alice", []),
        ("photo", "0" * 32, other.target, None, []),
    ]
    assert read[2].more == {"waits": True}
    assert [e.in_words for e in read][:2] == ["album 'pc-0123abcd album 1'", "key 'pc-0123abcd key 1' of alice"]
    assert ledgers(tmp_path / "run") == [file.path]


def test_what_is_undone_is_struck_and_the_file_deleted(file):
    ledger, undone = Ledger(URL, file), []
    for number in range(3):
        ledger.enter("tag", f"pc-0123abcd tag {number}")
    assert ledger.undo_all(lambda entry: undone.append(entry.name), lambda: False) == []
    assert undone == [f"pc-0123abcd tag {number}" for number in (2, 1, 0)]
    assert entries_in(file.path) == []
    file.close(all_gone=not ledger.entries)
    assert not file.path.parent.exists()


def test_what_can_not_be_undone_is_tried_again_and_stays(file):
    ledger, tried = Ledger(URL, file), []
    ledger.enter("tag", "stays")
    ledger.enter("tag", "goes")

    def undo(entry):
        tried.append(entry.name)
        if entry.name == "stays":
            raise OutOfReach(detail="no")

    left = ledger.undo_all(undo, lambda: True)
    assert tried == ["goes", "stays", "stays"]
    assert [(entry.name, why) for entry, why in left] == [("stays", "no")]
    assert [entry.name for entry in entries_in(file.path)] == ["stays"]


def test_what_may_be_in_the_making_is_looked_for_twice():
    ledger, tried = Ledger(URL), []
    for number in range(5):
        ledger.enter("tag", str(number))
    ledger.enter("tag", "made").made(1)
    ledger.undo_all(lambda entry: tried.append(entry.name), lambda: False, interrupted=True)
    assert tried == ["made", "4", "3", "2", "1", "0", "4", "3"]
    assert ledger.entries == ()


def test_a_line_that_was_not_written_to_its_end(file):
    Ledger(URL, file).enter("tag", "pc-0123abcd tag 1")
    with file.path.open("a") as torn:
        torn.write('{"n": 2, "kind": "ta')
    assert [entry.name for entry in entries_in(file.path)] == ["pc-0123abcd tag 1"]


@pytest.mark.parametrize("content", ["", "{}", '{"ledger": 2}', "[]", '{"ledger": 1}\n{"n": 1, "gone": true}'])
def test_no_ledger(tmp_path, content):
    path = tmp_path / "x.jsonl"
    path.write_text(content)
    with pytest.raises(UsageError, match="look into it, and delete it"):
        entries_in(path)


def test_where_the_folder_can_not_be_written(file, tmp_path):
    (tmp_path / "run").write_text("a file where the folder should be")
    Ledger(URL, file).enter("tag", "pc-0123abcd tag 1")
    assert file.path.parent == tmp_path / "state" / "piwigo-contract"
    assert ledgers(tmp_path / "run") == [file.path]


def test_nothing_is_made_without_a_ledger(file, tmp_path):
    for name in ("run", "state"):
        (tmp_path / name).write_text("a file where the folder should be")
    with pytest.raises(SuiteError, match="nothing is made without it"):
        Ledger(URL, file).enter("tag", "pc-0123abcd tag 1")


def test_a_ledger_is_taken_over_once_its_process_is_gone(file):
    Ledger(URL, file).enter("tag", "pc-0123abcd tag 1")
    assert not is_abandoned(file.path)
    assert LedgerFile.taken_over(file.path) is None
    file.close(all_gone=False)
    assert is_abandoned(file.path)
    taken = LedgerFile.taken_over(file.path)
    assert taken is not None
    assert LedgerFile.taken_over(file.path) is None
    taken.close(all_gone=True)
    assert not file.path.exists()


def test_a_number_that_is_somebody_elses_by_now(file, tmp_path):
    """A gallery that was restored from a backup gives numbers again."""
    with gallery() as front:
        store = front.gallery.gallery.store
        target = Target(front.url, Settings(webmaster=tuple(front.banner["webmaster"].split(":", 1))), Vault())
        prefix = target.makers.names.prefix
        ledger = Ledger(front.url, file)
        album, photo = next(iter(store.albums.values())), next(iter(store.photos.values()))
        tag = store.tags[7] = Tag(7, "family", front.gallery.gallery.now())
        ledger.enter("album", f"{prefix} album 1").made(album.id)
        ledger.enter("tag", f"{prefix} tag 1").made(tag.id)
        ledger.enter("photo", "0" * 32).made(photo.id)
        ledger.enter("photo", "").made(photo.id)
        ledger.enter("album", album.name)
        renamed = store.add_album(f"{prefix} album 7")
        ledger.enter("album", f"{prefix} album 2").made(renamed.id)
        file.close(all_gone=False)
        found = find_leftovers(target, tmp_path / "run")
        assert take_away(target, found) == []
        target.gallery.close()
        assert (album.id in store.albums, tag.id in store.tags, photo.id in store.photos) == (True, True, True)
        assert renamed.id not in store.albums
    assert not (tmp_path / "run" / FOLDER).exists()


def test_what_is_there_is_asked_before_and_after_all_that_is_taken_away(file):
    with gallery() as front:
        target = Target(front.url, settings_for(front), Vault(), file=file)
        users = [target.makers.users.new().user.name for _ in range(3)]
        groups = [target.makers.groups.new() for _ in range(3)]
        front.seen.clear()
        assert target.take_away() == []
        target.gallery.close()
        left = {user.username for user in front.gallery.gallery.store.users.values()}
    assert groups
    assert left.isdisjoint(users)
    assert [front.methods.count(f"pwg.{what}.getList") for what in ("users", "groups")] == [2, 2]
    assert [front.methods.count(f"pwg.{what}.delete") for what in ("users", "groups")] == [1, 1]


def test_albums_are_listed_once_for_all_that_an_earlier_run_left(file, tmp_path):
    with gallery() as front:
        store = front.gallery.gallery.store
        target = Target(front.url, settings_for(front), Vault())
        left = [store.add_album(f"{target.makers.names.prefix} album {number}") for number in (1, 2, 3)]
        ledger = Ledger(front.url, file)
        for album in left:
            ledger.enter("album", album.name).made(album.id)
        file.close(all_gone=False)
        found = find_leftovers(target, tmp_path / "run")
        front.seen.clear()
        assert take_away(target, found) == []
        target.gallery.close()
        assert store.albums.keys().isdisjoint(album.id for album in left)
    methods = front.methods
    # once more to see what no ledger knew of
    assert (methods.count("pwg.categories.getAdminList"), methods.count("pwg.categories.delete")) == (2, 3)


def test_ledgers_of_other_names_are_not_looked_at(tmp_path):
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "notes.jsonl").write_text(json.dumps({"ledger": 1}))
    assert ledgers(tmp_path) == []


def test_what_is_struck_twice_is_gone(file):
    """What may be in the making is looked for again: also where the first look failed."""
    ledger, tried = Ledger(URL, file), []
    ledger.enter("tag", "pc-0123abcd tag 1")

    def undo(entry):
        tried.append(entry.name)
        if len(tried) == 1:
            raise OutOfReach(detail="no")

    assert ledger.undo_all(undo, lambda: True, interrupted=True) == []
    assert len(tried) == 2
    assert file.path.read_text().count('"gone"') == 1
    file.write({"n": 1, "target": URL, "gone": True})
    assert entries_in(file.path) == []


class Fails:
    """Answers a method with a failure from a call of it on, counted from 1."""

    def __init__(self, method, call):
        self.method, self.left = method, call

    def __call__(self, request, pass_on):
        if request.values.get("method") == self.method:
            self.left -= 1
        failed = self.left <= 0 and request.values.get("method") == self.method
        return ODD_ANSWERS["500"]() if failed else pass_on()


def settings_for(front, **more):
    return Settings(webmaster=tuple(front.banner["webmaster"].split(":", 1)), **more)


def test_a_second_look_that_fails_is_no_proof_that_all_is_gone(tmp_path):
    with gallery(Fails("pwg.users.getList", 3)) as front:
        target, store = Target(front.url, settings_for(front), Vault()), front.gallery.gallery.store
        stays = store.add_album(f"{target.makers.names.prefix} album 1")
        found = find_leftovers(target, tmp_path / "run")
        assert [entry.name for entry in found.seen] == [stays.name]
        left = take_away(target, found)
        target.gallery.close()
        assert {entry.numbers[0] for entry, _ in left} == store.albums.keys() & {stays.id}


def without_the_time(request, pass_on):
    response = pass_on()
    if request.values.get("method") == "pwg.session.getStatus":
        response.set_data(response.get_data().replace(b"current_datetime", b"other"))
    return response


def test_target_that_does_not_tell_the_time_is_swept(tmp_path):
    with gallery(without_the_time) as front:
        target, store = Target(front.url, settings_for(front, sweep="yes"), Vault()), front.gallery.gallery.store
        stays = store.add_album(f"{target.makers.names.prefix} album 1")
        assert take_away(target, find_leftovers(target, tmp_path / "run")) == []
        target.gallery.close()
        assert stays.id not in store.albums


@pytest.mark.parametrize("ends", ["declined", "in finding", "in the ledger"])
def test_ledgers_are_given_out_of_hand(file, tmp_path, ends):
    """The next target of the same sweep finds what stands in them of it."""
    fails = Fails("pwg.categories.getAdminList", 1 if ends == "in finding" else 99)
    with gallery(fails) as front:
        for url in (front.url, URL):
            Ledger(url, file).enter("album", front.gallery.gallery.store.add_album(Names(Vault()).new("album")).name)
        if ends == "in the ledger":
            file.write({"n": "x", "target": URL})
        file.close(all_gone=False)
        code = 4 if ends == "in the ledger" else None
        try:
            code = sweep(settings_for(front, targets=(front.url,), sweep="ask"), tmp_path / "run")
        except UsageError:
            assert ends == "in the ledger"
        assert code == {"declined": 4, "in finding": 2, "in the ledger": 4}[ends]
        assert LedgerFile.taken_over(file.path) is not None
