"""Documents: what an answer is to a parser that forgives nothing, and that it says the same in every format.

Clauses of other chapters look through what stands around every answer, as PHP's notices do: here it is told, once.
"""

from dataclasses import replace

import pytest

from piwigo_contract.check import KeyHeader, Text, clause

FORMATS = pytest.mark.parametrize(
    "format", ["json", "rest", "xmlrpc", "php", None], ids=["json", "rest", "xmlrpc", "php", "none given"]
)
NOBODY = "pkid-20250101-NobodyHasThisKey0000:0123456789abcdefghij0123456789ABCDEFGHIJ"
DETAILS = "reflection.getMethodDetails"


@clause("FMT-31")
@FORMATS
@pytest.mark.parametrize(
    "method", ["pwg.session.getStatus", "pwg.categories.getList", "reflection.getMethodList", "no.such.method"]
)
def test_answer_without_a_key(gallery, expect, format, method):
    expect(gallery.call(method, format=format)).is_a_document_and_nothing_else()


def are_documents(gallery, readings, shapes, expect, format, *who):
    """A method without a result of a known shape on any gallery, as pwg.activity.downloadLog, is GEN-01's affair."""
    for reading in readings:
        if reading.name in shapes:
            with expect.each(reading.name):
                call = replace(reading.sent("POST", *who), format=format)
                expect(gallery.send_once(call)).is_a_document_and_nothing_else()


@clause("FMT-32")
def test_every_reading_with_a_key(gallery, every_method, existing_things, shapes, strongest_key, expect):
    expect.control(gallery.whoami(strongest_key)).is_the_owner_of(strongest_key)
    readings = every_method.readings(existing_things, sharp=every_method.is_used)
    are_documents(gallery, readings, shapes, expect, "json", strongest_key)


@clause("FMT-32")
@pytest.mark.parametrize("format", ["rest", "xmlrpc", "php"])
def test_every_reading_in_every_format(gallery, every_method, existing_things, shapes, any_caller, expect, format):
    are_documents(gallery, every_method.readings(existing_things), shapes, expect, format, *any_caller)


@clause("FMT-32")
def test_every_photo(gallery, any_caller, expect):
    answer = gallery.call("pwg.categories.getImages", *any_caller, recursive="true", per_page=500)
    expect(answer).is_a_document_and_nothing_else()


TEXT = {
    "accents": "Été à Zürich, señor",
    "other scripts": "写真 зимой שלום ไทย",
    "quotes and ampersands": 'it\'s "R&D" &amp; &#233; ]]>',
    "long": 2000 * "日本 é ",
}


@clause("FMT-33")
@FORMATS
@pytest.mark.parametrize("text", TEXT.values(), ids=TEXT)
def test_text_arrives_as_it_is(gallery, sandbox, webmaster_key, expect, format, text):
    album = sandbox.new_album(comment=f"begin {text} end")
    answer = gallery.call("pwg.categories.getAdminList", webmaster_key, format=format, cat_id=album.id)
    expect(answer).succeeds()
    expect(answer).has_the_text(f"begin {text} end")


ERRORS = {
    "unknown method": ("no.such.method", {}),
    "missing parameter": (DETAILS, {}),
    "unknown value": (DETAILS, {"methodName": "no.such.method"}),
    "number expected": ("pwg.categories.getList", {"cat_id": "none"}),
    "for administrators": ("pwg.users.getList", {}),
    "login with a key": ("pwg.session.login", {"username": "nobody", "password": "nothing"}),
    "quoted markup": ("pwg.users.preferences.set", {"param": "<b a='1' c=\"2\">&amp;</b>", "value": "x"}),
    "quoted text": ("pwg.users.preferences.set", {"param": "Été 日本", "value": "x"}),
}


OTHER_FORMATS = ("rest", "xmlrpc", "php", None)


@clause("FMT-34")
@pytest.mark.parametrize("kind", ERRORS)
def test_errors_say_the_same(gallery, key, expect, kind):
    method, params = ERRORS[kind]
    in_json = gallery.call(method, key, params=params)
    for format in OTHER_FORMATS:
        with expect.each(format or "none given"):
            answer = gallery.call(method, key, format=format, params=params)
            expect(answer).is_answered_like(in_json, "the call in JSON")


@clause("FMT-34")
def test_refusals_say_the_same(gallery, expect):
    in_json = gallery.whoami(KeyHeader(Text.of(NOBODY)))
    for format in OTHER_FORMATS:
        with expect.each(format or "none given"):
            answer = gallery.whoami(KeyHeader(Text.of(NOBODY)), format=format)
            expect(answer).is_answered_like(in_json, "the call in JSON")
