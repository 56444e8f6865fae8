"""No secret of a run is ever shown: not on the terminal, not in a report, not in a log.

The target does its worst: it repeats what it was sent in refusals that a check then complains of.
"""

import base64
import json
import re
import urllib.parse

import pytest
from werkzeug.wrappers import Response

from piwigo_contract.reference import Reference, start
from piwigo_contract.reference.mutants.leaks import kept
from tests.faults import HEADER
from tests.running import QUICK
from tests.serving import gallery

CREDENTIALS = {
    "keys that were given": ["api-key", "expired-key", "revoked-key"],
    "keys of its own making": ["webmaster"],
}


def repeats(request, pass_on):
    """A refusal that repeats the refused value in message, body and header, but for a key that is quite unknown."""
    answer = pass_on()
    value = request.environ.get(HEADER, "")
    if answer.status_code != 401 or "NobodyHasThisKey" in value or value.endswith(40 * "0"):
        return answer
    message = f"the key {value} is refused"
    body = json.dumps({"stat": "fail", "err": 403, "message": message})
    return Response(body, 403, headers={"X-Told": urllib.parse.quote(value)})


def names_the_key(request, pass_on):
    """A key that is read from a query, cookie or form appears as the user's name."""
    told = [*request.args.values(), *request.cookies.values(), *request.form.values()]
    value = next((text for text in told if text.startswith("pkid-")), None)
    if value is None:
        return pass_on()
    return Response(json.dumps({"stat": "ok", "result": {"username": value, "status": "normal"}}))


def secrets_of(front):
    """Every secret that this run sent: passwords, keys and their halves, sessions, tokens; for each its kind."""
    found, keys = {}, []
    for seen in front.seen:
        for name in ("password", "password_confirm", "pwg_token"):
            found[seen.form.get(name)] = name
        for cookie in seen.headers.get("Cookie", "").split("; "):
            found[cookie.partition("=")[2]] = "cookie"
        value = seen.headers.get("X-Piwigo-Api", "")
        accepted = re.fullmatch(r"pkid-\d{8}-\w{20}:\w{40}", value) and seen.status == 200
        if accepted or value in (front.banner["expired_key"], front.banner["revoked_key"]):
            keys.append(value)
    for key in keys:
        pkid, _, secret = key.partition(":")
        found |= {key: "key", pkid: "id of a key", secret: "secret of a key"}
        found |= {secret[:15]: "start of a secret", secret[-15:]: "end of a secret"}
    return {value: name for value, name in found.items() if value and len(value) > 6}


def shown(done, front, there_is="secret of a key"):
    """The names of the secrets that can be read somewhere, and where. there_is: a kind that there is to be found."""
    assert there_is in secrets_of(front).values()
    texts = {"terminal": done.out.encode(), "stderr": done.err.encode()}
    texts |= {str(path.relative_to(done.folder)): content for path, content in done.files().items()}
    found = set()
    for value, name in secrets_of(front).items():
        forms = {value, value.swapcase(), urllib.parse.quote(value, safe=""), base64.b64encode(value.encode()).decode()}
        for where, content in texts.items():
            if any(form.encode() in content for form in forms):
                found.add((name, where))
    return found


LOUD = (
    "-vvv",
    "-rA",
    "--showlocals",
    "--log-level=DEBUG",
    "--junitxml",
    "reports/junit.xml",
    "-o",
    "junit_logging=all",
)


@pytest.mark.parametrize("fault", [repeats, names_the_key], ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("given", CREDENTIALS.values(), ids=CREDENTIALS)
def test_no_secret_in_what_a_run_says_and_writes(run, given, fault):
    with gallery(fault) as front:
        done = run(*QUICK, *front.options(*given), *LOUD)
        assert done.code == 1
        assert not shown(done, front)


LOGS = """
import logging
from piwigo_contract.check import clause


@clause("HDR-01")
def test_query_that_is_logged(gallery, key, expect):
    logging.getLogger("careless").debug("asked with %s", key.text.reveal())
    expect(gallery.whoami(key)).is_the_owner_of(key)
"""


@pytest.mark.parametrize("given", CREDENTIALS.values(), ids=CREDENTIALS)
def test_no_secret_in_a_live_log(run, tmp_path, given):
    """Whoever logs; but what the clients' libraries say of each request is in no log."""
    (tmp_path / "test_logs.py").write_text(LOGS)
    with gallery() as front:
        logs = ("--log-cli-level=DEBUG", "--log-file=run.log", "--log-file-level=DEBUG")
        chosen = (*QUICK, tmp_path / "test_logs.py", "-k", "query or revoked", "-p", "no:html")
        done = run(*chosen, *front.options(*given), *logs)
        assert done.code == 0
        for told in (done.out, done.files()[done.folder / "run.log"].decode()):
            assert re.search(r"asked with \$PIWIGO_API_KEY\b", told)
            assert "httpx" not in told
            assert "httpcore" not in told
        assert not shown(done, front)


def test_no_secret_of_the_environment(run):
    with gallery() as front:
        banner = front.banner
        done = run("--target", front.url, "-k", "no_colon", *LOUD, PIWIGO_API_KEY=banner["api_key"],
                   PIWIGO_ACCOUNT=banner["account"], PIWIGO_WEBMASTER=banner["webmaster"])  # fmt: skip
        assert done.code == 0
        assert not shown(done, front)


def warns_of_the_key(words):
    """PHP prints a warning with the key in it, after those words."""

    def fault(request, pass_on):
        answer = pass_on()
        if value := request.environ.get(HEADER):
            warning = f"<b>Warning</b>: {words}{value} in <b>/srv/ws.php</b> on line <b>7</b><br />\n"
            answer.set_data(warning.encode() + answer.get_data())
        return answer

    return fault


def without_numbers(text):
    return re.sub(rb"\d+", b"0", text.encode() if isinstance(text, str) else text)


@pytest.mark.parametrize(
    "before", [0, 105, 240], ids=["a short line", "cut where it is long", "cut where it is longer"]
)
@pytest.mark.parametrize("clause", ["FMT-16", "GEN-01"])
def test_no_secret_in_the_words_of_php(run, clause, before):
    """What is told of a warning leaves out what is particular to a call; it may not make a secret unlike itself."""
    with gallery(warns_of_the_key(before * "x" + " ")) as front:
        done = run(*front.options("webmaster"), "-k", clause, "--hypothesis-profile", "unshrunk")
        assert done.outcomes()[clause] in ("fail", "warning")
        assert not shown(done, front)
        secrets = {secret for secret, name in secrets_of(front).items() if name == "secret of a key"}
    written = b"\n".join(map(without_numbers, [done.out, done.err, *done.files().values()]))
    parts = {without_numbers(part) for secret in secrets for part in (secret[:10], secret[-10:])}
    assert parts
    assert not {part for part in parts if part in written}


@pytest.mark.parametrize(
    ("mutant", "broken"),
    [
        ("list-shows-hashes", "LIFE-05"),
        ("list-shows-half-the-hash-of-revoked-keys", "LIFE-15"),
        ("revocation-answers-with-the-row", "LIFE-63"),
        ("list-shows-the-end-of-the-hash-of-expired-keys", "LIFE-62"),
    ],
)
def test_no_hash_that_a_target_lets_out(run, monkeypatch, mutant, broken):
    hashes = []
    with start(Reference(mutant=mutant)) as server:
        add_key = server.gallery.store.add_key

        def noted(*fields):
            key = add_key(*fields)
            hashes.append(kept(key.secret))
            return key

        monkeypatch.setattr(server.gallery.store, "add_key", noted)
        environment = {f"PIWIGO_{name.upper()}": server.banner[name] for name in ("webmaster", "expire_command")}
        chosen = "LIFE-05 or LIFE-15 or LIFE-61 or LIFE-62 or LIFE-63"
        done = run("--target", server.url, *LOUD, "-k", chosen, "--har", "run.har", **environment)
    assert done.outcomes()[broken] == "fail"
    # HAR and page have their texts in JSON, in which a slash may be escaped
    written = b"\n".join([done.out.encode(), done.err.encode(), *done.files().values()]).replace(b"\\/", b"/")
    assert len(hashes) > 4
    assert not {text for text in hashes for at in range(4, len(text) - 7) if text[at : at + 8].encode() in written}


def login_repeats(request, pass_on):
    """A login page that says what was typed."""
    if request.path == "/identification.php" and request.method == "POST":
        return Response(f"Wrong: {request.form['username']} {request.form['password']}")
    return pass_on()


def test_no_password_in_a_failed_preflight(run):
    with gallery(login_repeats) as front:
        done = run(*front.options("webmaster"), *LOUD)
        assert done.code == 2
        assert not shown(done, front, "password")
