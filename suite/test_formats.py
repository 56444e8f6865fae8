"""Formats and documents: every answer format treats keys alike, and no answer gives more away than it says."""

from urllib.parse import urlsplit

import pytest

from piwigo_contract.check import ApiCall, KeyHeader, Query, Text, clause

FORMATS = pytest.mark.parametrize(
    "format", ["json", "rest", "xmlrpc", "php", None], ids=["json", "rest", "xmlrpc", "php", "none given"]
)
XML, JSON, PHP = (
    ("text/xml", "application/xml"),
    ("text/plain", "application/json"),
    ("text/plain", "application/octet-stream", "application/vnd.php.serialized"),
)
MEDIA = {"json": JSON, "rest": XML, "xmlrpc": XML, "php": PHP, None: XML}
NOBODY = "pkid-20250101-NobodyHasThisKey0000:0123456789abcdefghij0123456789ABCDEFGHIJ"
FOREIGN = "https://foreign.example"
DETAILS, OF = "reflection.getMethodDetails", "pwg.getVersion"


def asked(verb, *auth, format="json", headers=(), **query):
    """A call with all it says in the query, whatever the verb."""
    return ApiCall(None, (), verb, format, (*auth, *(Query(name, value) for name, value in query.items())), headers)


def bad(key):
    return {
        "unknown": Text.of(NOBODY),
        "wrong secret": key.text[:-1] + key.text[-1].other(),
        "malformed": key.pkid + key.secret,
    }


@clause("FMT-01")
@FORMATS
def test_good_key_is_accepted(gallery, key, expect, format):
    expect(gallery.whoami(key, format=format)).is_the_owner_of(key)


@clause("FMT-02")
@FORMATS
def test_bad_key_is_refused(gallery, key, expect, format):
    expect.control(gallery.whoami(key, format=format), promised_by="FMT-01").is_the_owner_of(key)
    for kind, value in bad(key).items():
        with expect.each(kind):
            expect(gallery.whoami(KeyHeader(value), format=format)).is_refused_as_an_invalid_key()


@clause("FMT-03")
@FORMATS
@pytest.mark.parametrize(
    ("method", "params", "err"),
    [("no.such.method", {}, 501), (DETAILS, {}, 1002), (DETAILS, {"methodName": "no.such.method"}, 1003)],
    ids=["unknown method", "missing parameter", "invalid parameter"],
)
def test_errors_of_a_call_with_a_key(gallery, key, expect, format, method, params, err):
    answer = gallery.call(method, key, format=format, params=params)
    expect(answer).fails_with(err)


@clause("FMT-04")
@FORMATS
def test_media_type_goes_with_the_format(gallery, key, expect, format):
    answers = {
        "accepted": gallery.whoami(key, format=format),
        "refused": gallery.whoami(KeyHeader(Text.of(NOBODY)), format=format),
        "error": gallery.call("no.such.method", key, format=format),
    }
    for kind, answer in answers.items():
        with expect.each(kind):
            expect(answer).has_media_type(*MEDIA[format])


@clause("FMT-05")
@FORMATS
def test_no_answer_is_a_page(gallery, key, expect, format):
    answers = {
        "accepted": gallery.whoami(key, format=format),
        "refused": gallery.whoami(KeyHeader(Text.of(NOBODY)), format=format),
        "error": gallery.call("no.such.method", key, format=format),
    }
    for kind, answer in answers.items():
        media = (answer.header("content-type") or "").partition(";")[0].strip().lower()
        with expect.each(kind):
            expect(answer).that(
                media not in ("", "text/html", "application/xhtml+xml", "image/svg+xml"),
                "a content type that no browser shows as a page",
                f"it is {media or 'missing'}",
            )


@clause("FMT-06")
@FORMATS
@pytest.mark.parametrize("method", ["pwg.session.getStatus", "pwg.categories.getList", "no.such.method"])
def test_answers_are_whole_documents(gallery, key, expect, format, method):
    guest = gallery.call(method, format=format)
    expect(gallery.call(method, key, format=format)).is_a_whole_document(guest)
    expect(gallery.call(method, KeyHeader(Text.of(NOBODY)), format=format)).is_a_whole_document(guest)


@clause("FMT-07")
@pytest.mark.parametrize("format", ["nosuch", "html", "../json"])
def test_unknown_format_is_an_error(gallery, key, expect, format):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.whoami(key, format=format)
    expect(answer).that(answer.status == 400, "HTTP 400", f"the target answered HTTP {answer.status}")
    expect(answer).hides(key.text, key.secret)


@clause("FMT-08")
@pytest.mark.parametrize("kind", ["unknown", "wrong secret", "malformed"])
def test_bad_key_with_an_unknown_format(gallery, key, expect, kind):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.whoami(KeyHeader(bad(key)[kind]), format="nosuch")
    expect(answer).that(
        answer.status in (400, 401), "HTTP 401, or 400 for the format", f"the target answered HTTP {answer.status}"
    )
    expect(answer).hides(key.text, key.secret)
    expect(answer).discloses_nothing_internal(gallery.whoami(format="nosuch"))


@clause("FMT-09")
def test_example_of_the_wiki_page(gallery, key, expect):
    """As printed there, but for the key, the gallery, and the name of the header before 16.1:

    curl -H "X-PIWIGO-API: PKID:SECRET" -d "method=pwg.categories.getList" -d "format=json" https://your-piwigo/ws.php
    """
    printed = {"method": "pwg.categories.getList", "format": "json"}
    answer = gallery.call(None, key, format=None, params=printed)
    albums = expect(answer).succeeds()
    expect(answer).that("categories" in albums, "a list of albums in JSON", f"it has {', '.join(albums)}")


@clause("FMT-09")
def test_example_of_the_wiki_page_is_the_owners(gallery, key, expect):
    printed = {"method": "pwg.session.getStatus", "format": "json"}
    expect(gallery.call(None, key, format=None, params=printed)).is_the_owner_of(key)


@clause("FMT-10")
@pytest.mark.parametrize("method_in", ["query", "body"])
def test_parameters_in_the_body(gallery, key, expect, method_in):
    if method_in == "body":
        call = ApiCall(DETAILS, (("methodName", Text.of(OF)),), auth=(key,))
    else:
        call = ApiCall(None, (("methodName", Text.of(OF)),), auth=(key, Query("method", DETAILS)))
    answer = gallery.send(call)
    expect(answer).equals("the method told of", expect(answer).succeeds()["name"], OF)


@clause("FMT-10")
@pytest.mark.parametrize("written", ["; charset=UTF-8", ";charset=utf-8"])
def test_parameters_in_a_form_that_names_its_charset(gallery, key, expect, written):
    # as jQuery and most libraries for phones have it
    form = [("Content-Type", Text.of(f"application/x-www-form-urlencoded{written}"))]
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.send(ApiCall(DETAILS, (("methodName", Text.of(OF)),), auth=(key,), headers=tuple(form)))
    expect(answer).equals("the method told of", expect(answer).succeeds()["name"], OF)


@clause("FMT-11")
@pytest.mark.parametrize("verb", ["GET", "POST"], ids=["GET", "POST without a body"])
def test_parameters_in_the_query(gallery, key, expect, verb):
    expect.control(gallery.send(asked(verb, method=DETAILS, methodName=OF))).succeeds()
    answer = gallery.send(asked(verb, key, method=DETAILS, methodName=OF))
    expect(answer).equals("the method told of", expect(answer).succeeds()["name"], OF)


@clause("FMT-12")
@pytest.mark.parametrize("verb", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_methods_for_post_alone(gallery, key, expect, verb):
    method = "pwg.users.setMyInfo"  # which the key may call; with nothing to set it does nothing
    expect.control(gallery.call(method, key, pwg_token="needless")).is_authorized()
    answer = gallery.send(asked(verb, key, method=method, pwg_token="needless"))
    expect(answer).that(answer.status >= 400, "a refusal", f"the target answered HTTP {answer.status}")


@clause("FMT-13")
@pytest.mark.parametrize("verb", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_bad_key_by_any_verb(gallery, key, expect, verb):
    expect.control(gallery.whoami(key, verb="GET")).is_the_owner_of(key)
    for kind, value in bad(key).items():
        with expect.each(kind):
            answer = gallery.send(asked(verb, KeyHeader(value), method="pwg.session.getStatus"))
            # a front server may answer OPTIONS by itself; it says nothing then
            silent = verb == "OPTIONS" and answer.status < 300 and not answer.body
            expect(answer).that(
                silent or answer.status >= 400,
                "a bad key to be refused",
                f"the target answered HTTP {answer.status}",
            )


@clause("FMT-39")
@pytest.mark.parametrize("method", ["reflection.getMethodList", "no.such.method"])
def test_head_with_a_key(gallery, webmaster_key, expect, method):
    got = gallery.send(asked("GET", webmaster_key, method=method))
    expect(got).that(got.envelope is not None, "an answer of the API to GET", f"HTTP {got.status} without an envelope")
    head = gallery.send(asked("HEAD", webmaster_key, method=method))
    expect(head).is_the_head_of(got)
    expect(head).tells_the_length_of(got)


@clause("FMT-39")
def test_head_of_what_a_key_alone_may_see(gallery, webmaster_key, expect):
    method = "pwg.users.getList"  # of users that other checks make and delete: now longer, now shorter
    got = gallery.send(asked("GET", webmaster_key, method=method))
    expect.control(got).succeeds()
    expect(gallery.send(asked("HEAD", webmaster_key, method=method))).is_the_head_of(got)
    expect(gallery.send(asked("HEAD", method=method))).is_the_head_of(gallery.send(asked("GET", method=method)))


ODD = {
    "quote": "'",
    "double quote": '"',
    "backslash": "\\",
    "quote in the identifier": "pkid-20250101-' OR 1=1 -- ABCDEFGHI:" + 40 * "x",
    "backslash at the end of the identifier": "pkid-20250101-ABCDEFGHIJKLMNOPQRS\\:" + 40 * "x",
    "percent": "pkid-20250101-%%%%%%%%%%%%%%%%%%%%:" + 40 * "%",
    "markup": "<script>alert(1)</script>:<b>",
    "not ASCII": "pkid-20250101-\N{LATIN SMALL LETTER E WITH ACUTE}:\N{SNOWMAN}",
    "emoji": "pkid-20250101-\N{GRINNING FACE}:" + 40 * "x",
    "no halves": ":",
    "long": "pkid-20250101-" + 2000 * "A" + ":" + 2000 * "B",
    "unknown": NOBODY,
}


@clause("FMT-14")
@FORMATS
def test_refusals_tell_nothing_internal(gallery, key, expect, format):
    expect.control(gallery.whoami(key, format=format), promised_by="FMT-01").is_the_owner_of(key)
    guest = gallery.whoami(format=format)
    for kind, value in {**{name: Text.of(odd) for name, odd in ODD.items()}, **bad(key)}.items():
        with expect.each(kind):
            answer = gallery.whoami(KeyHeader(value), format=format)
            expect(answer).is_refused_with_or_in_front(401)
            expect(answer).discloses_nothing_internal(guest)


@clause("FMT-15")
@FORMATS
def test_refusals_show_nothing_of_the_key(gallery, key, revoked_key, expect, format):
    expect.control(gallery.whoami(key, format=format), promised_by="FMT-01").is_the_owner_of(key)
    for kind, value in bad(key).items():
        with expect.each(kind):
            answer = gallery.whoami(KeyHeader(value), format=format)
            expect(answer).is_refused_with(401)
            expect(answer).hides(value, value[-40:], value[-40:-20], value[-20:])
    # that it is refused is REJ-09's promise
    answer = gallery.whoami(revoked_key, format=format)
    secret = revoked_key.text[-40:]
    expect(answer).hides(revoked_key.text, secret, secret[:20], secret[20:])


FAULTS = {
    "unknown method": {"method": "no.such.method"},
    "method that is a list": {"method[]": "pwg.session.getStatus"},
    "method with odd characters": {"method": "pwg.'\"\\<b>.\N{SNOWMAN}"},
    "long method": {"method": 2000 * "x"},
    "missing parameter": {"method": DETAILS},
    "unknown value": {"method": DETAILS, "methodName": "no.such.method'\"\\<b>"},
    "parameter that is a list": {"method": DETAILS, "methodName[]": OF},
    "parameter that is no number": {"method": "pwg.categories.getList", "cat_id": "'\"\\<b>"},
    "token that is a list": {"method": "pwg.users.api_key.get", "pwg_token[]": "x"},
    "for administrators": {"method": "pwg.getInfos"},
}


@clause("FMT-16")
@pytest.mark.parametrize("fault", FAULTS)
def test_errors_tell_nothing_internal(gallery, key, expect, fault):
    guest = gallery.call(None, params=FAULTS[fault])
    expect(gallery.call(None, key, params=FAULTS[fault])).discloses_nothing_internal(guest)


@clause("FMT-17")
@FORMATS
def test_no_answer_shows_the_key(gallery, key, expect, format):
    secret = key.secret
    asked_for = FAULTS if format == "json" else {"unknown method": FAULTS["unknown method"]}
    for fault, params in {**asked_for, "none": {"method": "pwg.session.getStatus"}}.items():
        with expect.each(fault):
            answer = gallery.call(None, key, format=format, params=params)
            expect(answer).hides(key.text, secret, secret[:20], secret[20:])


@clause("FMT-18")
@pytest.mark.parametrize("verb", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("kind", ["accepted", "error", "refused"])
def test_no_shared_cache_keeps_an_answer(gallery, key, expect, verb, kind):
    auth = KeyHeader(Text.of(NOBODY)) if kind == "refused" else key
    method = "no.such.method" if kind == "error" else "pwg.session.getStatus"
    expect(gallery.send(asked(verb, auth, method=method))).is_kept_by_no_shared_cache()


@clause("FMT-18")
def test_what_a_key_was_told_is_told_to_nobody_else(gallery, key, nothing, expect):
    """By the very same request but for the key: a cache in front need not do as the answer says."""
    expect.control(gallery.whoami(nothing, key, verb="GET"), promised_by="WHO-01").is_the_owner_of(key)
    answer = gallery.whoami(nothing, verb="GET")
    expect(answer).that(
        answer.caller is None or answer.caller.user != key.owner,
        "nobody else to be told what the key's owner was",
        "who brings no key is given the owner's answer: by a cache in front?",
    )


@clause("FMT-19")
@pytest.mark.parametrize("kind", ["accepted", "refused"])
@pytest.mark.parametrize("origin", [FOREIGN, "null"], ids=["foreign", "null"])
def test_no_foreign_page_reads_an_answer(gallery, key, expect, kind, origin):
    auth = key if kind == "accepted" else KeyHeader(Text.of(NOBODY))
    headers = (("Origin", Text.of(origin)),)
    expect(gallery.send(ApiCall(auth=(auth,), headers=headers))).is_kept_from_origin(origin)


@clause("FMT-40")
@pytest.mark.parametrize("origin", ["foreign", "null", "alike"])
def test_no_foreign_page_reads_an_answer_in_a_session(gallery, account, expect, origin):
    own = urlsplit(gallery.url)
    origin = {"foreign": FOREIGN, "null": "null", "alike": f"{own.scheme}://{own.hostname}.foreign.example"}[origin]
    answer = gallery.send(ApiCall(auth=(account.session,), headers=(("Origin", Text.of(origin)),)))
    expect.control(answer).is_in_session(account.session)
    expect(answer).is_kept_from_origin(origin, with_cookies=True)


@clause("FMT-20")
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_no_foreign_page_sends_a_key(gallery, profile, expect, verb):
    headers = (
        ("Origin", Text.of(FOREIGN)),
        ("Access-Control-Request-Method", Text.of(verb)),
        ("Access-Control-Request-Headers", Text.of(profile.header.lower())),
    )
    question = asked("OPTIONS", headers=headers, method="pwg.session.getStatus")
    expect(gallery.send(question)).lets_no_page_send(profile.header, FOREIGN)


@clause("FMT-41")
@pytest.mark.parametrize(
    ("method", "params"),
    [("no.such.method", {}), ("pwg.images.getInfo", {"image_id": 2**31 - 1})],
    ids=["unknown method", "photo that is not there"],
)
def test_status_of_an_error(gallery, key, expect, method, params):
    expect(gallery.call(method, params=params)).has_the_status_of_its_error()
    expect(gallery.call(method, key, params=params)).has_the_status_of_its_error()
