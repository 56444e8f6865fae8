"""No secret of a run is in any byte that it writes, whatever the target tells it and however loud it is.

The target repeats everything that it is told, in every encoding, in headers, messages and bodies; checks break, and
fail in every way that a check can. `tox -e canary` runs the whole suite so, here it is a few checks of each chapter.
"""

import os
import re
import string

import pytest

from piwigo_contract.contract.resources import SUITE
from tests.echo import Echo, forms, search
from tests.serving import gallery

FEW = "HDR-01 HDR-06 HDR-10 REJ-02 REJ-03 LIFE-01 END-01 DER-16 WHO-01 TOK-04 FMT-07 WIRE-06 odd"

ODD = '''
import logging
import warnings

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from piwigo_contract.check import KeyHeader, Session, clause
from piwigo_contract.client.credentials import User


@pytest.fixture
def told(key):
    """What a careless check may hold in its hands, and says everywhere."""
    raw = key.text.reveal()
    print("printed", raw)
    logging.getLogger("odd").debug("logged %s", raw)
    try:
        raise OSError(raw)
    except OSError:
        logging.getLogger("odd").exception("logged with its trace")
    warnings.warn(f"warned of {raw}")
    return raw


@clause("LIFE-02")
def test_odd_assertion(gallery, key, told, expect):
    expect(gallery.whoami(key)).is_the_owner_of(key)
    assert told == told[:-1]


@clause("LIFE-03")
def test_odd_exception(gallery, key, told, expect):
    {told: 1}[told + "x"]


@clause("LIFE-04")
def test_odd_claim(gallery, key, told, expect):
    expect.remark(told)
    expect(gallery.whoami(KeyHeader(told))).is_in_session(Session((), User("nobody", told)))


@clause("LIFE-05")
def test_odd_skip(told):
    pytest.skip(told)


@clause("LIFE-06")
def test_odd_name(gallery, key, told, expect, record_property, record_xml_attribute):
    record_property("told", told)
    expect(gallery.whoami(key)).is_the_owner_of(key)


@pytest.fixture
def fails_at_the_end(told):
    yield
    raise ValueError(told)


@clause("LIFE-07")
def test_odd_end(gallery, key, expect, fails_at_the_end):
    expect(gallery.whoami(key)).is_the_owner_of(key)


@clause("LIFE-08")
@pytest.mark.xfail(raises=OSError)
def test_odd_xfail(told):
    raise OSError(told)


@clause("LIFE-09")
@settings(max_examples=2, phases=[Phase.generate])
@given(number=st.integers())
def test_odd_example(gallery, key, told, expect, number):
    expect.begin_example()
    note(told)
    expect(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(told))).is_in_session(Session((), User("nobody", told)))


def test_odd_foreign(key, told):
    assert told.startswith("x")
'''

QUICKLY = ("--hypothesis-profile", "quick")

WAYS = {
    "as loud as can be": ("-n", "2", "-vvv", "-rA", "--showlocals", "--full-trace", "--log-level=DEBUG"),
    "live": ("-s", "--log-cli-level=DEBUG", "--log-file=run.log", "--log-file-level=DEBUG", "-p", "no:html"),
}


def test_what_the_target_makes_of_a_key_would_be_found():
    key = "pkid-20250609-AbCdEfGhIjKlMnOpQrSt:9" + string.ascii_letters[:39]
    secrets = key.split(":")
    assert [form for form in forms(key) if not search(f'"told": "<{form}>"'.encode(), secrets)] == []
    assert search(f'"told": "<{key[::-1]}>"'.encode(), secrets) == set()


@pytest.mark.parametrize("options", WAYS.values(), ids=WAYS)
def test_no_secret_gets_out(run, tmp_path, options):
    odd, waivers = tmp_path / "test_odd.py", tmp_path / "w.toml"
    odd.write_text(ODD.replace('    print("printed", raw)\n', "") if "-s" in options else ODD)
    waivers.write_text('[[waivers]]\nclause = "REJ-02"\nreason = "so it is"\n')
    chosen = () if os.environ.get("CANARY") == "whole" else ("-k", " or ".join(FEW.split()))
    written = ("--har", "run.har", "--junitxml", "reports/junit.xml", "-o", "junit_logging=all")
    settings = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "run" / "summary.md")}
    with gallery(Echo()) as front:
        access = front.options("webmaster", "expired-key", "revoked-key")
        done = run(SUITE, odd, *access, *options, *chosen, *written, "--waivers", waivers, *QUICKLY, **settings)
        secrets = front.fault.secrets | {
            part
            for name in ("webmaster", "expired_key", "revoked_key")
            for part in front.banner[name].split(":")
            if len(part) >= 16
        }
    assert done.code == 1
    assert set(done.outcomes().values()) >= {"pass", "fail", "error", "waived", "not-assessed"}
    assert {done.clause(f"LIFE-0{number}")["outcome"] for number in (2, 3, 7)} == {"error"}
    assert len(secrets) > 50
    assert [value for value in secrets if re.fullmatch(r"\w{40}", value)]
    files = {"terminal": done.out.encode(), "stderr": done.err.encode(), **done.files()}
    assert {str(path): told for path, content in files.items() if (told := search(content, secrets))} == {}
