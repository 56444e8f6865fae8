"""The header that carries the key: its name, its form `PKID:SECRET`, and that nothing else is read as a key."""

import pytest

from piwigo_contract.check import Body, Cookie, Header, KeyHeader, OtherKeyHeader, Query, Text, clause

COLON = ":"
VERBS = pytest.mark.parametrize("verb", ["POST", "GET"])
OFTEN = 40
"""Times that a key is used one after another: a gallery that shows hundreds of pictures is asked that often at once."""

PROMISED = {"POST": "HDR-01", "GET": "WHO-01"}
"""Which clause promises that a key works by a verb."""


@clause("HDR-01")
def test_key_in_the_header_of_the_release_is_its_owner(gallery, key, expect):
    expect(gallery.whoami(key)).is_the_owner_of(key)


@clause("HDR-39")
def test_key_works_each_time(gallery, key, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    for number in range(2, OFTEN + 1):
        answer = gallery.whoami(key)
        if answer.caller is None or answer.caller.user != key.owner:
            expect.step(f"the key was used {number - 1} times")
            break
    expect(answer).is_the_owner_of(key)


@clause("HDR-02")
@VERBS
def test_key_in_the_header_of_another_release_is_not_read(gallery, key, expect, verb):
    expect(gallery.whoami(OtherKeyHeader(key.text), verb=verb)).is_a_guest()
    expect.control(gallery.whoami(key, verb=verb), promised_by=PROMISED[verb]).is_the_owner_of(key)


@clause("HDR-03")
@pytest.mark.parametrize("spelling", [str.lower, str.upper, str.title, str.swapcase], ids=lambda f: f.__name__)
def test_name_of_the_header_in_any_case(gallery, profile, key, expect, spelling):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami_on_the_wire(Header(spelling(profile.header), key.text))).is_the_owner_of(key)


@clause("HDR-04")
def test_no_colon(gallery, key, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(key.pkid + key.secret))).is_refused_as_an_invalid_key()


@clause("HDR-05")
@pytest.mark.parametrize("by", [-34, -1, +1, +40], ids=lambda by: f"moved by {by:+}")
def test_colon_elsewhere(gallery, key, expect, by):
    halves, at = key.pkid + key.secret, len(key.pkid) + by
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(halves[:at] + COLON + halves[at:]))).is_refused_as_an_invalid_key()


@clause("HDR-05")
def test_secret_before_identifier(gallery, key, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(key.secret + COLON + key.pkid))).is_refused_as_an_invalid_key()


@clause("HDR-06")
@pytest.mark.parametrize("where", ["in the middle", "at the start", "at the end", "in the secret"])
def test_second_colon(gallery, key, expect, where):
    value = {
        "in the middle": key.pkid + COLON + COLON + key.secret,
        "at the start": COLON + key.text,
        "at the end": key.text + COLON,
        "in the secret": key.text[:-1] + COLON + key.text[-1:],
    }[where]
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(value))).is_refused_as_an_invalid_key()


@clause("HDR-07")
@pytest.mark.parametrize(
    "separator",
    ["=", ";", ",", ".", "-", "/", "|", " ", ": ", " :", "%3A", "\N{FULLWIDTH COLON}", "\N{RATIO}"],
    ids=["equals", "semicolon", "comma", "dot", "hyphen", "slash", "bar", "blank", "colon and blank",
         "blank and colon", "percent-encoded", "full-width colon", "ratio sign"],
)  # fmt: skip
def test_another_separator(gallery, key, expect, separator):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(key.pkid + separator + key.secret))).is_refused_as_an_invalid_key()


@clause("HDR-08")
@VERBS
def test_empty_header(gallery, key, expect, verb):
    expect.control(gallery.whoami(key, verb=verb), promised_by=PROMISED[verb]).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(Text()), verb=verb)).is_a_guest()


@clause("HDR-09")
@pytest.mark.parametrize("order", ["valid first", "valid last"])
def test_second_header_of_the_same_name(gallery, key, expect, order):
    headers = [KeyHeader(key.text), KeyHeader(Text.of("admin:admin"))]
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(*(headers if order == "valid first" else headers[::-1]))).authenticates_nobody_but(key)


NAMES = [
    "X-PIWIGO-API",
    "HTTP_X_PIWIGO_API",
    "Authorization",
    "HTTP_AUTHORIZATION",
    "api_key",
    "apikey",
    "key",
    "token",
    "access_token",
]


@clause("HDR-10")
@VERBS
@pytest.mark.parametrize("name", NAMES)
def test_key_in_the_query(gallery, key, expect, name, verb):
    expect.control(gallery.whoami(key, verb=verb), promised_by=PROMISED[verb]).is_the_owner_of(key)
    expect(gallery.whoami(Query(name, key.text), verb=verb)).is_a_guest()


@clause("HDR-11")
@pytest.mark.parametrize("name", NAMES)
def test_key_in_the_body(gallery, key, expect, name):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(Body(name, key.text))).is_a_guest()


@clause("HDR-12")
@pytest.mark.parametrize("name", [*NAMES, "pwg_id", "pwg_remember"])
@VERBS
def test_key_in_a_cookie(gallery, key, expect, name, verb):
    expect.control(gallery.whoami(key, verb=verb), promised_by=PROMISED[verb]).is_the_owner_of(key)
    expect(gallery.whoami(Cookie(name, key.text), verb=verb)).is_a_guest()


@clause("HDR-13")
@VERBS
def test_basic_credentials_are_no_key(gallery, key, for_a_proxy, expect, verb):
    expect.control(gallery.whoami(key, verb=verb), promised_by=PROMISED[verb]).is_the_owner_of(key)
    expect(gallery.whoami(*for_a_proxy, verb=verb)).is_a_guest()


@clause("HDR-14")
@VERBS
def test_key_beside_basic_credentials(gallery, key, for_a_proxy, expect, verb):
    expect.control(gallery.whoami(key, verb=verb), promised_by=PROMISED[verb]).is_the_owner_of(key)
    expect(gallery.whoami(*for_a_proxy, key, verb=verb)).is_the_owner_of(key)


@clause("HDR-15")
def test_connected_with_a_key(gallery, key, expect):
    answer = gallery.whoami(key)
    expect(answer).is_the_owner_of(key)
    expect(answer).equals("connected_with", answer.caller.connected_with, "api_key")


PROGRAMS = {
    "curl": "curl/8.5.0",
    "browser": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "phone": "Piwigo/4.0 (iPhone; iOS 18.5; Scale/3.00)",
}


@clause("HDR-16")
@pytest.mark.parametrize("program", PROGRAMS)
def test_key_works_for_any_program(gallery, key, expect, program):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(key, headers=[("User-Agent", Text.of(PROGRAMS[program]))])).is_the_owner_of(key)


@clause("HDR-17")
@VERBS
def test_key_in_a_request_of_the_gallery_s_own_page(gallery, key, expect, verb):
    page = [
        ("Origin", Text.of("/".join(gallery.url.split("/")[:3]))),
        ("Referer", Text.of(gallery.url + "tools/ws.htm")),
        ("X-Requested-With", Text.of("XMLHttpRequest")),
    ]
    expect.control(gallery.whoami(key, verb=verb), promised_by=PROMISED[verb]).is_the_owner_of(key)
    expect(gallery.whoami(key, verb=verb, headers=page)).is_the_owner_of(key)
