"""Secrets of a file, passwords that are typed in, and that no other process on the machine is shown one."""

import os
import subprocess
import sys

import pytest

from piwigo_contract.errors import UsageError
from piwigo_contract.given_secrets import SECRETS, read_secrets
from tests.running import ROOT, clean_environment
from tests.serving import gallery

SECRET = "S3cret-of-somebody"


@pytest.fixture
def secrets_file(tmp_path):
    def write(text, mode=0o600):
        path = tmp_path / "secrets.toml"
        path.write_text(text)
        path.chmod(mode)
        return path

    return write


def test_every_secret_by_the_name_of_its_option(secrets_file):
    lines = [f"{name.replace('_', '-')} = '{name}:{SECRET}'" for name in SECRETS]
    assert read_secrets(secrets_file("\n".join(lines))) == {name: f"{name}:{SECRET}" for name in SECRETS}


MISTAKES = {
    "no TOML": (f"webmaster: root:{SECRET}", "is no TOML"),
    "another name": (f"wembaster = 'root:{SECRET}'", "'wembaster' is not one of api-key, account, webmaster"),
    "the name of a variable": (f"api_key = 'a:{SECRET}'", "'api_key' is not one of"),
    "no text": ("webmaster = 5", "webmaster is no text"),
    "empty": ("# not written yet", "holds no secret, such as webmaster = 'USER:PASSWORD'"),
    "nothing": ("webmaster = ' '", "webmaster is no text, or an empty one"),
}


@pytest.mark.parametrize(("text", "words"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_in_the_file(secrets_file, text, words):
    with pytest.raises(UsageError) as mistake:
        read_secrets(secrets_file(text))
    assert words in str(mistake.value)
    assert SECRET not in str(mistake.value)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_file_that_others_can_read(run, secrets_file, mode):
    path = secrets_file(f"webmaster = 'root:{SECRET}'", mode)
    done = run("--target", "http://127.0.0.1:9/", "--secrets-file", path)
    assert (done.code, done.err.count("ERROR"), "Traceback" in done.err) == (4, 1, False)
    assert f"others can read {path}, or write it: chmod 600 {path}" in done.err


def test_name_of_the_file_that_is_empty(run):
    """A gate that lost its secrets must not be green."""
    done = run("-k", "HDR-01", "-p", "no:html", PIWIGO_SECRETS_FILE=" ")
    assert (done.code, done.err.count("ERROR")) == (4, 1)
    assert "PIWIGO_SECRETS_FILE is empty" in done.err


def test_sweep_takes_them_from_the_file(run, secrets_file):
    with gallery() as front:
        path = secrets_file(f"webmaster = '{front.banner['webmaster']}'")
        done = run("--target", front.url, "--secrets-file", str(path), "--sweep")
    assert (done.code, done.out) == (0, f"{front.url}: earlier runs left nothing\n")


def test_no_such_file(tmp_path):
    with pytest.raises(UsageError, match="nowhere: No such file"):
        read_secrets(tmp_path / "nowhere")


def test_command_line_before_environment_before_file(run, secrets_file):
    with gallery() as front:
        path = secrets_file(f"webmaster = 'webmaster:{SECRET}'\napi-key = '{front.banner['api_key']}'")
        aimed = ("--target", front.url, "-k", "HDR-01", "-p", "no:html")
        done = run(*aimed, PIWIGO_SECRETS_FILE=str(path), PIWIGO_WEBMASTER=front.banner["webmaster"])
        assert (done.code, done.target()["access"]) == (0, ["api-key", "webmaster"])
        done = run(*aimed, PIWIGO_SECRETS_FILE=str(path), name="wrong")
        assert done.code == 2
        assert "refuses user name and password of webmaster" in done.err


LOOKS_AROUND = """
import os, pathlib, subprocess, sys
seen = b""
for process in filter(str.isdigit, os.listdir("/proc")):
    try:
        if os.getsid(int(process)) == os.getsid(0):
            seen += pathlib.Path("/proc", process, "cmdline").read_bytes() + b"\\n"
    except OSError:
        pass
pathlib.Path(sys.argv[1]).write_bytes(seen)
sys.exit(subprocess.call(sys.argv[2:]))
"""


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks at the processes in /proc")
def test_password_that_is_typed_in_is_in_no_command_line(tmp_path):
    """Neither in a worker's nor in that of `--expire-command`, which looks at those of all processes of the run."""
    ours, theirs = os.openpty()
    (tmp_path / "look.py").write_text(LOOKS_AROUND)
    with gallery() as front:
        user, _, password = front.banner["webmaster"].partition(":")
        expire = f"{sys.executable} look.py seen {front.banner['expire_command']}"
        options = ("--target", front.url, "--webmaster", user, "--expire-command", expire, "-k", "END-02", "-n", "1")
        command = [sys.executable, "-m", "piwigo_contract", *options, "-p", "no:html"]
        environment = {**clean_environment(), "PYTHONPATH": str(ROOT)}
        streams = {"stdin": theirs, "stdout": subprocess.PIPE, "stderr": theirs, "start_new_session": True}
        with subprocess.Popen(command, cwd=tmp_path, env=environment, **streams) as process:
            os.close(theirs)
            asked = b""
            while b"Password of webmaster: " not in asked:
                asked += os.read(ours, 1024)
            os.write(ours, password.encode() + b"\n")
            out = process.stdout.read()
    os.close(ours)
    assert process.returncode == 0, out
    seen = (tmp_path / "seen").read_bytes()
    assert b"exec(eval(sys.stdin" in seen
    assert b"pkid-" in seen
    assert password.encode() not in seen + out
    assert b"access: webmaster 'webmaster' logged in" in out, "the run is told as it is elsewhere"
    assert b"\n[6/6] " in out


def test_nobody_is_there_to_be_asked(run):
    done = run("--target", "http://127.0.0.1:9/", "--webmaster", "root")
    assert (done.code, done.err.count("ERROR"), "Traceback" in done.err) == (4, 1, False)
    assert "--webmaster takes USER:PASSWORD; a password is asked for at a terminal alone" in done.err
