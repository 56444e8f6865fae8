"""The script of a broken clause does it again on the same gallery, and not on one that keeps its promises."""

import os
import socket
import subprocess

import pytest

from piwigo_contract.client.reproduction import Script
from piwigo_contract.client.reproduction_past import Past
from piwigo_contract.reference import Reference, start
from tests.pages import read_page

CLAUSES = {
    "16.4": ["WHO-11", "WHO-12", "WHO-63", "HDR-37", "FORB-08", "DER-15", "FMT-09", "FMT-12", "PHO-31", "PHO-33"],
    "16.0": ["WHO-22", "HDR-13", "FMT-08", "END-29"],
}
"""Of each release: keys in the URL, sessions after it, an effect read back, photos, a webmaster's key, a key's session,
HEAD, files; and the header of 16.0.
"""


@pytest.fixture(scope="module", params=CLAUSES)
def broken(request, _fork_server, tmp_path_factory):
    """A gallery as the release is, the run that judged it, and its release."""
    folder = tmp_path_factory.mktemp("broken") / "run"
    with start(Reference(release=request.param, fixed=False)) as running:
        options = ("--target", running.url, "--webmaster", running.banner["webmaster"])
        selected = " or ".join(CLAUSES[request.param])
        done = _fork_server.start(folder, *options, "-k", selected).finish()
        yield running, done, request.param


def again(running, script):
    """The exit code of a script, and all that it says. It is given what its beginning asks for, and nothing else."""
    _, _, password = running.banner["webmaster"].partition(":")
    given = {"PATH": os.environ["PATH"], "PIWIGO_TARGET": running.url, "PIWIGO_WEBMASTER_PASSWORD": password}
    done = subprocess.run(["bash", script], env=given, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def test_each_script_sees_the_fault_and_leaves_nothing_behind(broken):
    running, done, release = broken
    users = len(running.gallery.store.users)
    scripts = {path.stem: path for path in (done.folder / "reports" / "reproduce").iterdir()}
    assert scripts.keys() >= set(CLAUSES[release])
    assert scripts.keys() == done.with_outcome("fail", "warning")
    with start(Reference(release=release)) as good:
        for clause, script in scripts.items():
            code, told = again(running, script)
            assert (code, told.splitlines()[-1]) == (1, "It does the same again."), f"{clause}\n{told}"
            code, told = again(good, script)
            assert (code, told.splitlines()[-1]) == (0, "It answers otherwise now."), f"{clause}\n{told}"
    assert len(running.gallery.store.users) == users


def test_script_gives_no_verdict_where_nothing_answers(broken):
    _, done, release = broken
    script = done.folder / "reports" / "reproduce" / f"{CLAUSES[release][0]}.sh"
    with socket.socket() as taken:  # bound, and listening to nobody
        taken.bind(("127.0.0.1", 0))
        given = {"PIWIGO_TARGET": f"http://127.0.0.1:{taken.getsockname()[1]}/", "PIWIGO_WEBMASTER_PASSWORD": "x"}
        given |= {"PATH": os.environ["PATH"], "PIWIGO_ACCOUNT_PASSWORD": "x"}
        lacks = subprocess.run(["bash", script], env=given, capture_output=True, text=True, timeout=60, check=False)
    assert (lacks.returncode, lacks.stdout.splitlines()[-1]) == (2, "No answer came.")


def test_script_has_a_value_for_one_request_alone(run):
    with start(Reference(mutant="cache-for-whoever-brings-no-key")) as running, start(Reference()) as good:
        done = run("--target", running.url, "--webmaster", running.banner["webmaster"], "-k", "FMT-18")
        script = done.folder / "reports" / "reproduce" / "FMT-18.sh"
        assert [again(server, script)[0] for server in (running, good)] == [1, 0]


@pytest.mark.parametrize("there", [True, False])
def test_script_of_a_request_that_was_not_answered(client, tmp_path, there):
    """It was the request: where nobody is there at all, nothing is known."""
    with start(Reference()) as running:
        gallery = client(running.url)
        gallery.whoami()
        [exchange] = gallery.transcript.exchanges
        exchange.answer, exchange.failure = None, "closed"
        script = tmp_path / "again.sh"
        script.write_text(Script(running.url, gallery.vault, Past(), [exchange], exchange).text(["it"]))
        if there:
            assert again(running, script)[0] == 0
    if not there:
        assert again(running, script)[0] == 2


def test_scripts_name_what_they_need_and_hold_no_secret(broken):
    running, done, _ = broken
    secrets = [value.rpartition(":")[2] for name, value in running.banner.items() if name in ("webmaster", "api_key")]
    for path in (done.folder / "reports" / "reproduce").iterdir():
        text = path.read_text()
        assert text.startswith(f"#!/usr/bin/env bash\n# {path.stem} (")
        assert not [secret for secret in secrets if secret in text]
        if "PIWIGO_WEBMASTER_PASSWORD:?" in text:
            lacking = subprocess.run(
                ["bash", path], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False
            )
            assert (lacking.returncode, lacking.stdout) == (2, "")
            assert "the password of the webmaster" in lacking.stderr


def test_page_links_to_the_scripts_and_has_them(broken):
    _, done, release = broken
    page = read_page(done.page)
    for clause in CLAUSES[release]:
        (article,) = page.all("article", id=clause)
        assert f"reproduce/{clause}.sh" in [link.attributes["href"] for link in article.all("a")]
        assert "It does the same again." in article.text
