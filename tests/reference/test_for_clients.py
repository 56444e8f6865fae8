"""The server as authors of clients use it: conditions, content of their own, files that are kept, what it was asked."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from piwigo_contract import __version__
from piwigo_contract.errors import UsageError
from piwigo_contract.provision.picture import picture, picture_taken
from piwigo_contract.reference import Reference, RunningServer, certificate, cli, conditions, start
from piwigo_contract.reference.conditions import Conditions, Failure
from piwigo_contract.reference.mutants import MUTANTS
from tests.running import reference_command

Serve = Callable[..., RunningServer]


def ask(server: RunningServer, method: str, key: str | None = None, files: Any = None, **params: Any) -> httpx.Response:
    headers = {} if key is None else {server.banner["header"]: key}
    data = {"method": method, **params}
    return httpx.post(f"{server.url}ws.php?format=json", data=data, files=files, headers=headers)


def user_of(server: RunningServer, key: str) -> Any:
    answer = ask(server, "pwg.session.getStatus", key).json()
    return answer["result"]["username"] if answer["stat"] == "ok" else answer["err"]


# --- conditions


def test_the_first_calls_of_a_method_fail(piwigo_reference_factory: Serve) -> None:
    server = piwigo_reference_factory(conditions=Conditions(failures=(Failure.read("pwg.images.addSimple=503:2"),)))
    key = server.banner["webmaster_key"]

    def upload() -> httpx.Response:
        return ask(server, "pwg.images.addSimple", key, {"image": ("a.png", picture("one"))}, category=1)

    answers = [upload(), upload(), upload()]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].headers["content-type"] == "text/html"
    assert answers[0].headers["retry-after"] == "1"
    assert answers[2].json()["stat"] == "ok"
    assert user_of(server, key) == "webmaster"


def test_a_method_fails_always_however_it_is_named(piwigo_reference_factory: Serve) -> None:
    server = piwigo_reference_factory(
        conditions=Conditions(failures=(Failure.read("pwg.getVersion=500"),)), path="/photos"
    )
    by_get = httpx.get(f"{server.url}ws.php?format=json&method=pwg.getVersion")
    assert [by_get.status_code, ask(server, "pwg.getVersion").status_code] == [500, 500]
    assert httpx.get(f"{server.url}_reference/").status_code == 200


def test_two_failures_of_one_method_are_two(piwigo_reference_factory: Serve) -> None:
    server = piwigo_reference_factory(conditions=Conditions(failures=(Failure("pwg.getVersion", 500, 1),) * 2))
    assert [ask(server, "pwg.getVersion").status_code for _ in range(3)] == [500, 500, 200]


def test_a_page_fails_not_whatever_its_parameters_say(piwigo_reference_factory: Serve) -> None:
    server = piwigo_reference_factory(conditions=Conditions(failures=(Failure("pwg.getVersion", 500),)), path="/photos")
    root = server.url.removesuffix("photos/")
    for other, status in (("photos/index.php", 200), ("ws.php", 404)):
        assert httpx.get(f"{root}{other}?method=pwg.getVersion").status_code == status


def test_what_was_asked_has_one_form_of_a_path(piwigo_reference_factory: Serve) -> None:
    server = piwigo_reference_factory(
        conditions=Conditions(failures=(Failure("pwg.getVersion", 500, 1),)), path="/photos"
    )
    assert [ask(server, "pwg.getVersion").status_code for _ in range(2)] == [500, 200]
    assert [asked.path for asked in server.asked] == ["/ws.php", "/ws.php"]


def test_the_rate_limit(piwigo_reference_factory: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = piwigo_reference_factory(conditions=Conditions(rate=3))
    statuses = []
    for moment in (0, 0.1, 0.2, 0.3, 0.9, 1.05, 1.06):
        monkeypatch.setattr(conditions, "monotonic", lambda now=moment: now)
        answer = ask(server, "pwg.getVersion")
        statuses.append(answer.status_code)
        assert answer.headers.get("retry-after") == ("1" if answer.status_code == 429 else None)
    assert statuses == [200, 200, 200, 429, 429, 200, 429]
    assert httpx.get(f"{server.url}_reference/").status_code == 200
    assert httpx.get(f"{server.url}index.php/_reference/").status_code == 429


def test_the_latency_of_each_answer_but_the_server_s_own(piwigo_reference_factory: Serve) -> None:
    server = piwigo_reference_factory(conditions=Conditions(latency=300))
    began = time.monotonic()
    httpx.get(f"{server.url}ws.php?format=json&method=pwg.getVersion")
    assert time.monotonic() - began >= 0.3
    for place in ({}, {"path": "/photos"}, {"variation": "path-rewritten"}):
        slow = piwigo_reference_factory(conditions=Conditions(latency=conditions.LONGEST), **place)
        # within the client's own five seconds
        assert httpx.get(f"{slow.url}_reference/").status_code == 200


def test_no_answer_is_waited_for_at_the_end() -> None:
    server = start(Reference(conditions=Conditions(latency=60_000)))
    with httpx.Client(base_url=server.url) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get("ws.php?format=json&method=pwg.getVersion", timeout=0.2)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 5


def test_keys_expire_after_some_seconds(piwigo_reference_factory: Serve) -> None:
    server = piwigo_reference_factory(expire_after=60)
    for name in ("api_key", "webmaster_key"):
        assert user_of(server, server.banner[name]) in ("alice", "webmaster")
    server.move_clock(timedelta(seconds=62))
    assert [user_of(server, server.banner[name]) for name in ("api_key", "webmaster_key")] == [401, 401]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (Conditions(latency=-1), "latency -1: 0 to 60000 milliseconds"),
        (Conditions(rate=0), "rate limit 0: one request a second or more"),
        (Conditions(failures=(Failure("pwg.nope", 500),)), "pwg.nope: not a method of release 16.4"),
    ],
)
def test_conditions_that_can_not_be(wrong: Conditions, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        start(Reference(conditions=wrong))
    assert str(caught.value) == told


@pytest.mark.parametrize("text", ["pwg.getVersion", "pwg.getVersion=200", "pwg.getVersion=599", "a=500:0", "=500", ""])
def test_a_failure_that_is_none(text: str) -> None:
    with pytest.raises(UsageError, match=r"METHOD=STATUS\[:N\]"):
        Failure.read(text)


# --- ending a key, moving the clock


def test_a_key_ends_by_the_server_s_own_endpoints(piwigo_reference_factory: Serve) -> None:
    server = piwigo_reference_factory()
    own = f"{server.url}_reference/"
    ends = {"api_key": "revoke", "webmaster_key": "expire"}
    for name, act in ends.items():
        pkid = server.banner[name].split(":")[0]
        assert httpx.get(own + act).status_code == 405
        assert httpx.post(own + act, data={"pkid": "pkid-none"}).status_code == 404
        assert httpx.post(own + act, data={"pkid": pkid}).status_code == 204
        assert user_of(server, server.banner[name]) == 401
    assert httpx.get(own + "nope").status_code == 404


def test_the_clock_is_moved_from_outside(piwigo_reference_factory: Serve) -> None:
    server = piwigo_reference_factory()
    clock = f"{server.url}_reference/clock"
    assert httpx.post(clock, data={"seconds": str(366 * 86400)}).status_code == 204
    assert user_of(server, server.banner["api_key"]) == 401
    assert httpx.post(clock, data={"seconds": str(-366 * 86400)}).status_code == 204
    assert user_of(server, server.banner["api_key"]) == "alice"
    for wrong in ("x", "", "1.5", str(36_501 * 86400), str(-36_501 * 86400), "9" * 30, "9" * 5000):
        assert httpx.post(clock, data={"seconds": wrong}).status_code == 400


def test_the_clock_is_a_century_off_at_most(piwigo_reference_factory: Serve) -> None:
    server = piwigo_reference_factory()
    century = timedelta(days=36_500)
    server.move_clock(century)
    for too_far in (timedelta(seconds=1), -2 * century - timedelta(seconds=1), timedelta.max):
        with pytest.raises(OverflowError):
            server.move_clock(too_far)
    assert server.gallery.moved == century


def test_ending_a_key_from_python(piwigo_reference_factory: Serve) -> None:
    server = piwigo_reference_factory()
    server.expire(server.banner["api_key"])
    server.revoke(server.banner["webmaster_key"])
    assert [user_of(server, server.banner[name]) for name in ("api_key", "webmaster_key")] == [401, 401]
    with pytest.raises(KeyError):
        server.expire("pkid-none")


# --- what it was asked


def test_what_was_asked_and_why_it_was_refused(piwigo_reference_factory: Serve) -> None:
    server = piwigo_reference_factory()
    banner = server.banner
    pkid, secret = banner["api_key"].split(":")
    for key in (None, banner["api_key"], banner["expired_key"], banner["revoked_key"], f"{pkid}:{secret[::-1]}", "x"):
        ask(server, "pwg.getVersion", key)
    httpx.get(f"{server.url}ws.php?method=pwg.getVersion", headers={"Authorization": banner["api_key"]})
    assert [asked.caller for asked in server.asked] == [
        "guest",
        "alice, key “reference”",
        "key refused: expired",
        "key refused: revoked",
        "key refused: another secret",
        "key refused: not of the form PKID:SECRET",
        "guest (Authorization is not read by 16.4)",
    ]
    assert {asked.error for asked in server.asked} == {None, "401 Invalid api_key"}
    told = httpx.get(f"{server.url}_reference/requests").json()
    assert told[1] == {
        "when": told[1]["when"],
        "verb": "POST",
        "path": "/ws.php",
        "method": "pwg.getVersion",
        "format": "json",
        "parameters": [],
        "caller": "alice, key “reference”",
        "status": 200,
        "error": None,
    }


def test_the_page_shows_no_secret_and_runs_nothing(piwigo_reference_factory: Serve) -> None:
    server = piwigo_reference_factory()
    banner = server.banner
    pkid, secret = banner["api_key"].split(":")
    ask(server, "<script>alert(1)</script>", secret=secret, **{secret: "x", "<i>": "y"})
    ask(server, secret, banner["api_key"])
    httpx.get(f"{server.url}{secret}", params={"auth": banner["api_key"]})
    ask(server, "pwg.session.login", username="alice", password=banner["account"].split(":")[1])
    webmaster = banner["webmaster_key"]
    ask(server, "pwg.categories.add", webmaster, name=f"of {secret}", comment=secret)
    ask(server, "pwg.images.addSimple", webmaster, {"image": (f"{secret}.png", picture("a"))}, category=1, name=secret)
    server.gallery.store.keys[pkid].name = f"key {secret}"
    server.gallery.store.users[1].email = f"{secret}@example.org"
    page = httpx.get(f"{server.url}_reference/")
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    secrets = [banner[name].split(":")[1] for name in ("api_key", "webmaster_key", "account", "webmaster")]
    told = page.text + httpx.get(f"{server.url}_reference/requests").text
    assert [secret for secret in secrets if secret in told] == []
    assert [told for told in (pkid, "lake.jpg", "of …", "key …", "….png") if told not in page.text] == []


# --- content of one's own


OWN = """
users:
  - {name: bob, password: bob-password, status: admin, level: 8}
albums:
  - {name: Trips, status: private, users: [bob]}
  - {name: Lakes, parent: Trips}
photos:
  - {file: lake.jpg, name: The lake, albums: [Lakes], tags: [water], by: bob}
  - {file: own.png, picture: own.png, albums: [Lakes]}
keys:
  - {user: bob, key: "pkid-20260101-abcdefghij0123456789:abcdefghij0123456789ABCDEFGHIJ0123456789"}
  - {user: alice, name: old, state: expired}
  - {user: alice, state: revoked, days: 5}
"""


def test_a_gallery_with_content_of_one_s_own(piwigo_reference_factory: Serve, tmp_path: Path) -> None:
    (tmp_path / "own.png").write_bytes(picture("own"))
    (tmp_path / "seed.yaml").write_text(OWN)
    server = piwigo_reference_factory(content=tmp_path / "seed.yaml")
    keys = server.banner["keys"]
    assert [(key["user"], key["state"]) for key in keys] == [
        ("bob", "live"),
        ("alice", "expired"),
        ("alice", "revoked"),
    ]
    assert [user_of(server, key["key"]) for key in keys] == ["bob", 401, 401]
    bob = keys[0]["key"]
    albums = ask(server, "pwg.categories.getList", bob, recursive="true").json()["result"]["categories"]
    assert [album["name"] for album in albums] == ["Trips", "Lakes"]
    photos = ask(server, "pwg.categories.getImages", bob, cat_id=albums[1]["id"]).json()["result"]["images"]
    assert sorted(photo["name"] for photo in photos) == ["The lake", "own"]
    shown = {photo["file"]: httpx.get(photo["element_url"]).content for photo in photos}
    assert shown["own.png"] == picture("own")
    assert shown["lake.jpg"] != shown["own.png"]
    assert ask(server, "pwg.categories.getList").json()["result"]["categories"] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("users: [{name: bob}]", "users: entry 1: lacks password; a user has name and password, and may have status, "
         "email and level"),
        ("users: [{name: alice, password: x}]", "users: entry 1: there is a user alice already"),
        ("users: [{name: 'a:b', password: x}]", "users: entry 1: name is a name without a colon, not 'a:b'"),
        ("albums: [{name: A}, {name: B, parent: C}]", "albums: entry 2: there is no album C above it in the file"),
        ("albums: [{name: A}, {name: A}]", "albums: entry 2: there is an album A already"),
        ("photos: [{file: a.jpg, albums: [A]}]", "photos: entry 1: there is no album A above it in the file"),
        ("photos: [{file: a.jpg, by: guest}]", "photos: entry 1: there is no user guest"),
        ("photos: [{file: a, picture: no.jpg}]", "photos: entry 1: no.jpg: can't be read: No such file or directory"),
        ("photos: [{file: a.jpg, picture: seed.yaml}]", "photos: entry 1: seed.yaml: is no JPEG, PNG, GIF or WebP"),
        ("photos: [{file: a.jpg, level: 3}]", "photos: entry 1: level is a privacy level (0, 1, 2, 4 or 8), not 3"),
        ("keys: [{user: alice, key: x}]", "keys: entry 1: key is PKID:SECRET as Piwigo makes them, not 'x'"),
        ("keys: [{user: alice, days: 0}]", "keys: entry 1: days is 1 to 999999, not 0"),
        ("keys: [{user: nobody}]", "keys: entry 1: there is no user nobody"),
        ("album: []", "has no field album; a file with the content of a gallery may have users, albums, photos and "
         "keys"),
        ("- x", "the file is a file with the content of a gallery with its fields, not ['x']"),
    ],
)  # fmt: skip
def test_content_that_is_wrong_is_one_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "seed.yaml").write_text(text)
    with pytest.raises(UsageError) as caught:
        Reference(content=tmp_path / "seed.yaml").build()
    assert str(caught.value) == f"{tmp_path / 'seed.yaml'}: {told}"


# --- files that are kept


def test_a_photo_is_kept_and_shown_and_goes_with_it(piwigo_reference_factory: Serve, tmp_path: Path) -> None:
    server = piwigo_reference_factory(keep=tmp_path / "kept")
    key, file = server.banner["webmaster_key"], picture_taken("2001:02:03 04:05:06", "kept")
    number = ask(server, "pwg.images.addSimple", key, {"image": ("../../a.jpg", file)}, category=1).json()["result"]
    photo = ask(server, "pwg.images.getInfo", key, image_id=number["image_id"]).json()["result"]
    addresses = (photo["element_url"], photo["derivatives"]["thumb"]["url"])
    answers = [httpx.get(address) for address in addresses]
    assert [(answer.content, answer.headers["content-type"]) for answer in answers] == [(file, "image/jpeg")] * 2
    assert [path.read_bytes() for path in tmp_path.rglob("*.jpg")] == [file]
    # it still waits in the lounge: nobody sees it by its number
    assert httpx.get(photo["download_url"]).status_code == 401
    ask(server, "pwg.images.delete", key, image_id=number["image_id"])
    assert list(tmp_path.rglob("*.jpg")) == []
    assert httpx.get(addresses[0]).content != file


def test_a_picture_of_one_s_own_outlives_its_photo(piwigo_reference_factory: Serve, tmp_path: Path) -> None:
    own = tmp_path / "own.png"
    own.write_bytes(picture("own"))
    (tmp_path / "seed.yaml").write_text("photos: [{file: own.png, picture: own.png}]")
    server = piwigo_reference_factory(content=tmp_path / "seed.yaml", keep=tmp_path)
    assert ask(server, "pwg.images.delete", server.banner["webmaster_key"], image_id=1).json()["result"] == 1
    assert own.read_bytes() == picture("own")


def test_a_folder_that_can_not_be_had(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is no folder that photos can be kept in"):
        Reference(keep=tmp_path / "file").build()


# --- what is no picture


NONE = {
    "a text": ("a.jpg", b"hello\n"),
    "nothing but a signature": ("a.jpg", b"\xff\xd8\xff\xe0garbage"),
    "svg": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "png behind a text": ("a.png", b"x" + picture("behind")),
}
MIME = {
    "a text": "text/plain",
    "nothing but a signature": "image/jpeg",
    "png behind a text": "application/octet-stream",
}


@pytest.mark.parametrize("kind", NONE)
def test_what_is_no_picture_is_answered_as_the_release_does(piwigo_reference_factory: Serve, kind: str) -> None:
    """As real 16.4.0 and 17.0.0beta1 answered them."""
    name, data = NONE[kind]
    for release in ("16.4", "17.0"):
        server = piwigo_reference_factory(release=release, fixed=False)
        key = server.banner["webmaster_key"]
        answer = ask(server, "pwg.images.addSimple", key, {"image": (name, data)}, category=1)
        if release == "16.4":
            told = (answer.status_code, answer.headers["content-type"], answer.text)
            assert told == (200, "text/html; charset=UTF-8", "forbidden file type")
        elif kind == "nothing but a signature":
            assert answer.json()["stat"] == "ok"
        else:
            says = f'File extension "{name[-3:]}" for file "{name}" does not match file MIME type "{MIME.get(kind)}"'
            assert (answer.status_code, answer.json()["message"]) == (
                415,
                says if kind in MIME else "forbidden file type",
            )


def test_a_picture_with_another_kind_s_name(piwigo_reference_factory: Serve) -> None:
    """Refused since 17.0."""
    codes = []
    for release in ("16.4", "17.0"):
        server = piwigo_reference_factory(release=release, fixed=False)
        sent = {"image": ("a.jpg", picture("misnamed"))}
        answer = ask(server, "pwg.images.addSimple", server.banner["webmaster_key"], sent, category=1)
        codes.append(answer.status_code)
    assert codes == [200, 415]


# --- the command


def test_every_option_reaches_the_server(tmp_path: Path) -> None:
    (tmp_path / "seed.yaml").write_text("keys: [{user: webmaster}]")
    own = ["--seed", str(tmp_path / "seed.yaml"), "--keep", str(tmp_path / "kept"), "--expire-after", "30"]
    asked = cli.parser().parse_args([*own, "--latency", "5", "--rate-limit", "9", "--fail", "pwg.getVersion=500"])
    reference = cli.reference_of(asked)
    assert reference == Reference(
        conditions=Conditions(5, (Failure("pwg.getVersion", 500),), 9),
        expire_after=30,
        content=tmp_path / "seed.yaml",
        keep=tmp_path / "kept",
    )


def test_by_tls_with_a_certificate_of_its_own_and_others_can_reach_it() -> None:
    with reference_command("--tls", "--host", "0.0.0.0") as (banner, process):
        assert banner["url"].startswith("https://127.0.0.1:")
        trusted = ssl.create_default_context(cafile=banner["ca_bundle"])
        answer = httpx.get(f"{banner['url']}ws.php?format=json&method=pwg.getVersion", verify=trusted)
        assert answer.json()["result"] == "16.4.0"
        assert b"PRIVATE" not in Path(banner["ca_bundle"]).read_bytes()
        process.terminate()
        _, errors = process.communicate(timeout=10)
    assert errors.splitlines() == [
        "WARNING: 0.0.0.0: whoever reaches this machine can log in; the passwords are known to all"
    ]
    assert not Path(banner["ca_bundle"]).exists()


def test_without_openssl(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="openssl, which is not installed; --tls FILE takes your own"):
        certificate.self_signed("127.0.0.1", tmp_path)


def test_mutants_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--list-mutants"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[0] for row in rows] == sorted(MUTANTS)
    assert ["revoked-key-accepted", "REJ-09", "A revoked key goes on working."] in rows


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"piwigo-reference {__version__}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--fail", "nope"], ["--fail", "pwg.nope=500"], ["--latency", "x"], ["--rate-limit", "0"],
        ["--expire-after", "0"], ["--seed", "nowhere.yaml"], ["--host", "nowhere.invalid"], ["--mutant", "nope"],
        ["--tls", "nowhere.pem"],
    ],
)  # fmt: skip
def test_a_wrong_command_line_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 4
    shown = capsys.readouterr()
    assert (shown.out, len(shown.err.splitlines())) == ("", 1)
