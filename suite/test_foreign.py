"""What others add to a request: cookies of other programs on the same host, headers of programs, browsers, proxies.

Whatever it is, a key gets what it gets without it. What is Piwigo's own beside a key is the chapter `beside`.
"""

import pytest

from piwigo_contract.check import SESSION_LOGIN, ApiCall, Cookie, Header, KeyHeader, clause

NOBODY = KeyHeader("pkid-20250101-NobodyHasThisKey0000:0123456789abcdefghij0123456789ABCDEFGHIJ")
FOREIGN = "https://foreign.example"
VOLATILE = ("current_datetime", "pwg_token")
"""What pwg.session.getStatus says that may be another each time."""

MAY_SAY = {"preferred language": ("language",)}
"""What it may say otherwise because of what was added."""

COOKIES = {
    "language": Cookie("lang", "xx"),
    "languages": Cookie("lang[]", "xx"),
    "theme": Cookie("theme", "dark"),
    "format": Cookie("format", "rest"),
    "session of PHP": Cookie("PHPSESSID", 26 * "a"),
    "session of Java": Cookie("JSESSIONID", "0123456789ABCDEF0123456789ABCDEF.node1"),
    "login of WordPress": Cookie("wordpress_logged_in_0123456789abcdef", "alice%7C1893456000%7Cabc%7Cdef"),
    "session of Laravel": Cookie("laravel_session", "eyJpdiI6IkFBQT09IiwidmFsdWUiOiJCQkI9In0%3D"),
    "statistics": Cookie("__utma", "111872281.1234567890.1700000000.1700000000.1700000000.1"),
    "more statistics": Cookie("_pk_id.1.1fff", "0123456789abcdef.1700000000."),
    "consent": Cookie("CookieConsent", "{stamp:'-1',necessary:true,preferences:false}"),
    "list": Cookie("prefs[lang]", "de"),
    "odd characters": Cookie("odd", "a\"b\\c'd,e f|<g>(h)@/?={}[]:%00%zz"),
    "not ASCII": Cookie("name", "Été 日本"),
    "no value": Cookie("empty", ""),
    "long": Cookie("long", 3000 * "x"),
    "not well-formed": Header("Cookie", "; ;;=x; a; b==c; $Version=1;"),
}

HEADERS = {
    "program of a page": Header("X-Requested-With", "XMLHttpRequest"),
    "foreign page": Header("Origin", FOREIGN),
    "page of no origin": Header("Origin", "null"),
    "link": Header("Referer", f"{FOREIGN}/page?id=1"),
    "link of an administration": Header("Referer", f"{FOREIGN}/admin.php?page=photo"),
    "fetched from elsewhere": Header("Sec-Fetch-Site", "cross-site"),
    "fetched by a script": Header("Sec-Fetch-Mode", "cors"),
    "fetched ahead": Header("Sec-Purpose", "prefetch"),
    "not to be tracked": Header("DNT", "1"),
    "not to be sold": Header("Sec-GPC", "1"),
    "saving data": Header("Save-Data", "on"),
    "preferred language": Header("Accept-Language", "fr-FR,fr;q=0.9,*;q=0.1"),
    "another format": Header("Accept", "application/xml"),
    "another character set": Header("Accept-Charset", "iso-8859-1"),
    "nothing from a cache": Header("Cache-Control", "no-cache"),
    "proxy": Header("Via", "1.1 proxy.example (squid/5.7)"),
    "forwarded": Header("Forwarded", 'for="[2001:db8::1]";proto=https;by=203.0.113.43'),
    "forwarded for": Header("X-Forwarded-For", "192.0.2.60, 10.0.0.1"),
    "forwarded by": Header("X-Forwarded-Proto", "https"),
    "forwarded to": Header("X-Forwarded-Host", "foreign.example"),
    "real address": Header("X-Real-IP", "192.0.2.60"),
    "address by a network": Header("CF-Connecting-IP", "192.0.2.60"),
    "address of this machine": Header("X-Forwarded-For", "127.0.0.1"),
    "user of a proxy": Header("X-Remote-User", "nobody"),
    "address before it was written anew": Header("X-Original-URL", "/identification.php"),
    "request's number": Header("X-Request-Id", "0123456789abcdef0123456789abcdef"),
    "trace": Header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    "state of a trace": Header("tracestate", "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"),
    "not ASCII": Header("X-Comment", "Été 日本"),
    "odd characters": Header("X-Comment", "a\"b\\c'd,e;f <g>"),
    "long": Header("X-Comment", 2000 * "x"),
}

CONDITIONS = {
    "part of it": Header("Range", "bytes=0-9"),
    "its end": Header("Range", "bytes=-5"),
    "changed since": Header("If-Modified-Since", "Thu, 01 Jan 2026 00:00:00 GMT"),
    "another one": Header("If-None-Match", '"0123456789abcdef"'),
    "expected": Header("Expect", "100-continue"),
}


def answered_alike(gallery, expect, rows, usual, *auth, verb="POST"):
    """With each of these, what there is without them. usual: the answer without; auth: whoever asks."""
    for name, added in rows.items():
        volatile = (*VOLATILE, *MAY_SAY.get(name, ()))
        with expect.each(name):
            expect(gallery.whoami(*auth, added, verb=verb)).says_the_same_as(usual, volatile=volatile)


@clause("HDR-31")
def test_cookies_of_others(gallery, key, expect):
    usual = gallery.whoami(key)
    expect.control(usual).is_the_owner_of(key)
    answered_alike(gallery, expect, COOKIES, usual, key)


@clause("HDR-32")
def test_headers_of_others(gallery, key, expect):
    usual = gallery.whoami(key)
    expect.control(usual).is_the_owner_of(key)
    answered_alike(gallery, expect, HEADERS, usual, key)


@clause("HDR-33")
@pytest.mark.parametrize("added", ["cookies", "headers"])
def test_refusal_beside_what_others_add(gallery, key, expect, added):
    rows = COOKIES if added == "cookies" else HEADERS | CONDITIONS
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    usual = gallery.whoami(NOBODY)
    expect(usual).is_refused_as_an_invalid_key()
    answered_alike(gallery, expect, rows, usual, NOBODY)


@clause("HDR-34")
@pytest.mark.parametrize("verb", ["POST", "GET"])
def test_conditions(gallery, key, expect, verb):
    usual = gallery.whoami(key, verb=verb)
    expect.control(usual).is_the_owner_of(key)
    answered_alike(gallery, expect, CONDITIONS, usual, key, verb=verb)


@clause("HDR-35")
@pytest.mark.parametrize("cookie", ["language", "languages", "session of PHP", "odd characters", "not well-formed"])
def test_login_beside_cookies_of_others(gallery, key, sessions, expect, cookie):
    before = expect.control(gallery.whoami(key)).succeeds().get("language")
    opened = sessions.log_in(SESSION_LOGIN, key.pkid, key.secret, COOKIES[cookie], user=key.owner)
    expect(opened.answer).succeeds()
    logged_in = gallery.whoami(opened.session)
    expect(logged_in).is_in_session(opened.session)
    expect(logged_in).equals("the user's language", logged_in.result.get("language"), before)


LACKING = {
    "program": ("User-Agent",),
    "formats that it takes": ("Accept",),
    "codings that it takes": ("Accept-Encoding",),
    "all of these": ("User-Agent", "Accept", "Accept-Encoding"),
}
PROGRAMS = {"empty": "", "markup": '<b>"it\'s"</b> \\ %s', "not ASCII": "Été 日本", "long": 1000 * "x"}


@clause("HDR-36")
@pytest.mark.parametrize("verb", ["POST", "GET"])
def test_request_without_headers_that_most_have(gallery, key, expect, verb):
    for auth in ((key,), (NOBODY,), ()):
        usual = gallery.whoami(*auth, verb=verb)
        for name, lacking in LACKING.items():
            with expect.each(f"{name}, {'a key' if auth == (key,) else 'a bad key' if auth else 'no key'}"):
                answer = gallery.send(ApiCall(verb=verb, auth=auth, without=lacking))
                expect(answer).says_the_same_as(usual, volatile=VOLATILE)


@clause("HDR-36")
def test_programs_of_odd_names(gallery, key, expect):
    usual = gallery.whoami(key)
    expect.control(usual).is_the_owner_of(key)
    answered_alike(
        gallery, expect, {name: Header("User-Agent", program) for name, program in PROGRAMS.items()}, usual, key
    )


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param(Header("Referer", f"{FOREIGN}/page"), id="foreign page", marks=clause("HDR-37")),
        pytest.param(Header("Referer", f"{FOREIGN}/admin.php?page=photo"), id="administration", marks=clause("HDR-37")),
        pytest.param(Header("X-Forwarded-For", "127.0.0.1"), id="address", marks=clause("HDR-38")),
        pytest.param(Header("X-Remote-User", "webmaster"), id="user", marks=clause("HDR-38")),
        pytest.param(Header("X-Original-URL", "/admin.php?page=photo"), id="former address", marks=clause("HDR-38")),
    ],
)
def test_private_photo_beside_a_header_that_the_caller_chooses(gallery, sandbox, keys, users, expect, chosen):
    stranger, photo = keys.new(users.new()), sandbox.photo
    asked = {"image_id": photo.id}
    expect.control(gallery.whoami(stranger)).is_the_owner_of(stranger)
    expect.control(gallery.call("pwg.images.getInfo", sandbox.owner.session, chosen, params=asked)).succeeds()
    sandbox.new_album()  # whatever the gallery remembers of who may see what, it has to find out anew
    expect(gallery.call("pwg.images.getInfo", stranger, chosen, params=asked)).is_refused_with(401, 403, 404)
    listed = gallery.call("pwg.categories.getImages", stranger, chosen, recursive="true")
    seen = [row["id"] for row in expect(listed).succeeds()["images"]]
    expect(listed).that(photo.number not in seen, "the photo to stay hidden", "it is listed")
