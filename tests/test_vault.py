"""Secrets: what is sent is exact, and what is shown never has them."""

import base64
import html
import json
import os
import re
import shutil
import string
import subprocess
import traceback
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import ApiKey, User
from piwigo_contract.client.exchange import given_out
from piwigo_contract.client.vault import NamedId, Secret, Text, Vault

KEY = "pkid-20250609-AbCdEfGhIjKlMnOpQrSt:" + "Zz9" * 13 + "q"


@pytest.fixture
def text():
    return Secret("PIWIGO_API_KEY", KEY).text


# ------------------------------------------------------------------ texts behave like strings

OTHER = Secret("OTHER", "s3cr3t-Of-another-KEY")
LITERALS = string.printable[:95] + "é\N{FULLWIDTH COLON}\N{SNOWMAN}"


@st.composite
def texts(draw):
    """A Text of pieces of two secrets and literals, cut, joined and mapped; with the string it should be."""
    source = draw(st.sampled_from([(Secret("KEY", KEY).text, KEY), (OTHER.text, OTHER.reveal()), None]))
    if source is None:
        literal = draw(st.text(LITERALS, max_size=8))
        return Text.of(literal), literal
    start, stop = draw(st.integers(-50, 90)), draw(st.none() | st.integers(-50, 90))
    return source[0][start:stop], source[1][start:stop]


@st.composite
def joined_texts(draw):
    text, plain = Text(), ""
    for piece, characters in draw(st.lists(texts(), min_size=1, max_size=4)):
        text, plain = text + piece, plain + characters
    start, stop = draw(st.integers(-30, 30)), draw(st.none() | st.integers(-30, 90))
    if draw(st.booleans()):
        text, plain = text[start:stop], plain[start:stop]
    if draw(st.booleans()):
        text, plain = text.swapcase(), swapped(plain)
    return text, plain


def swapped(text):
    """ASCII letters in the other case: what `tr` does."""
    return "".join(letter.swapcase() if letter.isascii() else letter for letter in text)


@given(joined_texts())
def test_a_text_reveals_what_the_same_operations_make_of_a_string(made):
    text, plain = made
    assert text.reveal() == plain
    assert len(text) == len(plain)


BASH = shutil.which("bash")


@pytest.fixture(scope="module")
def bash():
    """Evaluates an expression between double quotes, with both secrets set; one shell for all examples."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "KEY": KEY, "OTHER": OTHER.reveal()}
    shell = subprocess.Popen([BASH], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)

    def evaluate(expression):
        shell.stdin.write(f"printf '%s\\0' \"{expression}\"\n".encode())
        shell.stdin.flush()
        said = b""
        while not said.endswith(b"\0"):
            said += os.read(shell.stdout.fileno(), 65536)
        return said[:-1].decode()

    yield evaluate
    shell.stdin.close()
    shell.stdout.close()
    shell.wait(10)


@pytest.mark.skipif(BASH is None, reason="no bash")
@given(made=joined_texts())
def test_the_shell_makes_the_very_same_value(bash, made):
    text, _ = made
    assert bash(text.shell()) == text.reveal()


@pytest.mark.skipif(BASH is None, reason="no bash")
@pytest.mark.parametrize("literal", ["${KEY}", "$KEY", "`id`", "$(id)", '"', "\\", "\\${KEY}", "!!", "[0]", "é", "a'b"])
def test_literals_mean_nothing_to_the_shell(bash, literal):
    for value in (Text.of(literal), Secret("KEY", KEY).text[:4] + literal, Secret("KEY", KEY).text + literal):
        assert bash(value.shell()) == value.reveal()


@pytest.mark.skipif(BASH is None, reason="no bash")
def test_other_replaces_every_letter_and_digit_and_nothing_else(bash):
    other = Secret("KEY", KEY).text.other()
    assert len(other) == len(KEY)
    assert all((new != old) == old.isalnum() for new, old in zip(other.reveal(), KEY, strict=True))
    assert bash(other.shell()) == other.reveal()


@pytest.mark.skipif(BASH is None, reason="no bash")
@pytest.mark.parametrize(
    "mapped", [lambda t: t.swapcase().swapcase(), lambda t: t.other().swapcase()], ids=["", "both"]
)
def test_one_mapping_after_another(bash, mapped):
    """A piece of a secret is mapped as often as the literal of the same characters."""
    text = mapped(Secret("KEY", KEY).text)
    assert text.reveal() == mapped(Text.of(KEY)).reveal()
    assert bash(text.shell()) == text.reveal()


def test_steps_are_refused(text):
    with pytest.raises(ValueError, match="steps of one"):
        text[::2]


def test_the_halves_of_a_key():
    key = ApiKey(Secret("PIWIGO_API_KEY", KEY), User("alice", "normal"))
    assert f"{key.pkid.reveal()}:{key.secret.reveal()}" == KEY
    assert key.pkid.reveal().count(":") == 0


# ------------------------------------------------------------------ nothing shows a secret


def test_no_word_of_a_secret_in_what_python_shows(text):
    secret = Secret("PIWIGO_API_KEY", KEY)
    key = ApiKey(secret, User("alice", "normal"))
    cut = text[5:30].swapcase() + "x"
    shown = [f"{value}|{value!r}|{value!s}" for value in (secret, text, cut, [cut], key, text.pieces, key.pkid)]
    try:
        raise ValueError(secret, text, cut, key)
    except ValueError:
        shown.append(traceback.format_exc())
    assert not [line for line in shown if KEY[5:13] in line or KEY[40:48] in line or cut.reveal()[:8] in line]
    assert "PIWIGO_API_KEY" in shown[0]


ENCODINGS = {
    "as it is": str,
    "percent": lambda s: urllib.parse.quote(s, safe=""),
    "percent, slash kept": urllib.parse.quote,
    "percent, small letters": lambda s: re.sub("%..", lambda m: m[0].lower(), urllib.parse.quote(s, safe="")),
    "form": urllib.parse.quote_plus,
    "JSON": lambda s: json.dumps(s)[1:-1],
    "JSON, not ASCII alone": lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
    "JSON of PHP": lambda s: json.dumps(s)[1:-1].replace("/", "\\/"),
    "HTML": html.escape,
    "HTML of PHP": lambda s: html.escape(s).replace("&#x27;", "&#039;"),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64 without padding": lambda s: base64.b64encode(s.encode()).decode().rstrip("="),
    "base64 for URLs": lambda s: base64.urlsafe_b64encode(s.encode()).decode(),
    "hexadecimal": lambda s: s.encode().hex(),
    "JSON in JSON": lambda s: json.dumps(json.dumps(s)[1:-1])[1:-1],
    "Python's repr": lambda s: repr(s)[1:-1],
}


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("value", [KEY, "p/ss w\"or&d'é+<1>", "ab/cdé"], ids=["key", "awkward", "short"])
def test_clean_knows_every_encoding(vault, encode, value):
    vault.secret("PIWIGO_SECRET", value)
    assert re.fullmatch(r"<i>\$PIWIGO_SECRET=*</i>", vault.clean(f"<i>{encode(value)}</i>"))


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("before", ["user:", "a user:", "the user:"])
def test_clean_knows_base64_of_more_than_the_secret(vault, encode, before):
    """As in `Authorization: Basic`: what stands before a secret shifts all of its characters."""
    value = "p/ss w\"or&d'é+<1>"
    vault.secret("PIWIGO_SECRET", value)
    for after in ("", "x", "xy", "xyz"):
        told = encode(f"{before}{value}{after}".encode()).decode()
        cleaned = vault.clean(f"Basic {told}")
        assert cleaned.count("$PIWIGO_SECRET") == 1
        assert len(cleaned) < len("Basic $PIWIGO_SECRET") + len(before + after) * 2 + 6


def test_clean_takes_the_longest_match(vault):
    vault.mask("half-of-it", "$HALF")
    vault.secret("WHOLE", "half-of-it:and-more")
    assert vault.clean("half-of-it:and-more half-of-it") == "$WHOLE $HALF"


def test_clean_leaves_the_rest_alone(vault):
    vault.secret("PIWIGO_SECRET", KEY)
    assert vault.clean("nothing of it here: pkid-2025") == "nothing of it here: pkid-2025"
    assert Vault().clean(KEY) == KEY


def test_secrets_learned_later_are_cleaned_too(vault):
    vault.secret("FIRST", "first-secret")
    vault.clean("first-secret")
    vault.secret("SECOND", "second-secret")
    assert vault.clean("first-secret second-secret") == "$FIRST $SECOND"


# ------------------------------------------------------------------ hashes that a target lets out

HASHES = {
    "phpass": "$P$GlGlg1QRBEIK7l/ZmZWTzIVy6ORdjB.",
    "phpass of phpBB": "$H$9V1cX/WqUhsSWM0ipyB7HwFQqTQKxP1",
    "bcrypt": "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
    "argon2": "$argon2id$v=19$m=65536,t=4,p=1$c29tZXNhbHRzb21l$RdescudvJCsgt3ub+b/dWRWJTmaaJObG",
    "crypt": "$6$rounds=5000$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO/O817G3uBnIFNjnQJuesI68OTLiBFdcbYEdF",
    "scrypt": "scrypt:32768:8:1$3vQJ0a9sXe2yHn1K$2f1b6d0c9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f",
    "PBKDF2": "pbkdf2_sha256$600000$3vQJ0a9sXe2yHn1K$0f3mJq1Kk0cQ2r5yT8uVwXz+AbCdEf/GhIjKlMnOpQ=",
}
PARTS = {
    "whole": lambda value: value,
    "its first half": lambda value: value[: len(value) // 2] + 20 * "*",
    "thirty characters": lambda value: value[:30] + "...",
}
WRITTEN = {name: ENCODINGS[name] for name in ("as it is", "percent", "percent, small letters", "JSON of PHP", "HTML")}


def cleaned_after(vault, answer, text):
    """A text as it leaves a run that has had this answer."""
    for secret in given_out(answer):
        vault.mask(secret, "$SECRET")
    return vault.clean(text)


@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
@pytest.mark.parametrize("kept", HASHES.values(), ids=HASHES)
def test_no_part_of_a_hash_is_left(vault, kept, part, write):
    told = write(part(kept))
    cleaned = cleaned_after(vault, Answer(200, [], f"<b>{told}</b>, said the target".encode()), f"{told} {part(kept)}")
    shown = part(kept).rstrip("*.")
    for start in range(2, len(shown) - 8):
        assert not any(form in cleaned for form in (shown[start : start + 8], write(shown[start : start + 8])))


@pytest.mark.parametrize("kept", HASHES.values(), ids=HASHES)
def test_the_second_half_of_a_hash_that_was_seen_is_not_left(vault, kept):
    half = kept[len(kept) // 2 :]
    assert half not in cleaned_after(vault, Answer(200, [("X-Kept", kept)], b""), f"ends in {half}")


ROWS = {
    "json": '{{"stat":"ok","result":[{{"auth_key":"pkid-1","apikey_secret":"{}"}}]}}',
    "rest": '<?xml version="1.0"?><rsp stat="ok"><item><auth_key>pkid-1</auth_key><apikey_secret>{}</apikey_secret>'
    "</item></rsp>",
    "php": 'a:2:{{s:4:"stat";s:2:"ok";s:6:"result";a:1:{{i:0;a:2:{{s:8:"auth_key";s:6:"pkid-1";s:13:"apikey_secret";'
    's:40:"{}";}}}}}}',
    "xmlrpc": "<methodResponse><params><param><value><array><data><value><struct><member><name>apikey_secret</name>"
    "<value><string>{}</string></value></member></struct></value></data></array></value></param></params>"
    "</methodResponse>",
}


@pytest.mark.parametrize("format", ROWS)
@pytest.mark.parametrize("shown", [36 * "*" + "x9Qz", 20 * "*" + "5f4dcc3b5aa765d61d83", "aB3-_" + 35 * "*"])
def test_what_stands_in_place_of_a_secret_is_not_left(vault, format, shown):
    """A hash that no pattern knows, or the end of a secret; one character again and again is nothing to hide."""
    answer = Answer(200, [], ROWS[format].format(shown).encode(), format)
    assert cleaned_after(vault, answer, f"it is {shown}") == "it is $SECRET"
    hidden = Answer(200, [], ROWS[format].format(40 * "*").encode(), format)
    assert cleaned_after(vault, hidden, 40 * "*") == 40 * "*"


@pytest.mark.parametrize(
    "text", ["$P$", "costs $5$ or more", "${PIWIGO_API_KEY:0:34}:x", "a$H$b", "$2y$10$", "$ARGON2"]
)
def test_text_that_is_no_hash(vault, text):
    assert cleaned_after(vault, Answer(200, [], text.encode()), text) == text


# ------------------------------------------------------------------ requests that name a key

PKID = len(KEY.partition(":")[0])
NAMES_A_KEY = {
    "whole": (lambda key: key, True),
    "wrong secret": (lambda key: key[: PKID + 1] + "x" * 40, True),
    "identifier": (lambda key: key[:PKID], True),
    "in something longer": (lambda key: "a" + key[:PKID] + "b", True),
    "in two pieces": (lambda key: key[:9] + key[9:], True),
    "in base64": (lambda key: "Basic " + key.encoded("base64"), True),
    "secret": (lambda key: key[PKID:], False),
    "cut": (lambda key: key[: PKID - 1], False),
    "cut in base64": (lambda key: key[: PKID - 1].encoded("base64"), False),
    "beginning gone": (lambda key: key[1:], False),
    "something between": (lambda key: key[:9] + "-" + key[9:], False),
    "other way round": (lambda key: key[9:PKID] + key[:9], False),
    "another one": (lambda key: key.other(), False),
    "nothing": (lambda key: Text(), False),
    "literal": (lambda key: Text.of("pkid-20250101-00000000000000000000:x"), False),
}


@pytest.mark.parametrize(("make", "names"), NAMES_A_KEY.values(), ids=NAMES_A_KEY)
def test_text_that_names_a_key_that_exists(vault, make, names):
    assert make(vault.key("PIWIGO_API_KEY", KEY).text).names_a_key == names
    assert not make(vault.secret("PASSWORD", KEY).text).names_a_key


def test_named_id_is_its_number_and_shows_its_name():
    album = NamedId("ALBUM_1", 17)
    assert (str(album), f"{album}", repr(album), album == 17) == ("17", "17", "$ALBUM_1", True)
    assert (Text.of(album).reveal(), str(Text.of(album))) == ("17", "$ALBUM_1")


@pytest.mark.parametrize("length", [4, 5, 10, 11, 12, 40])
def test_a_secret_is_seen_wherever_it_stands(vault, length):
    value = "Zy9Xw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0Fe9Dc8Ba7Q"[:length]
    vault.mask(value, "$SECRET")
    for before in range(20):
        for after in range(10):
            assert vault.clean("." * before + value + "." * after) == "." * before + "$SECRET" + "." * after
