"""What an answer gives away, and what it gives leave to: RFC 9111 on what a shared cache may keep."""

import pytest

from piwigo_contract.claims.disclosure import apart_from, internals, may_be_kept_by_a_shared_cache
from piwigo_contract.client.answers import Answer

KEY = "X-PIWIGO-API"


def kept(verb="GET", status=200, header=KEY, **headers):
    told = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return may_be_kept_by_a_shared_cache(Answer(status, told, b""), verb, header)


@pytest.mark.parametrize("directive", ["no-store", "private", "no-cache", "no-store, max-age=0"])
def test_forbidden_in_so_many_words(directive):
    assert not kept(Cache_Control=directive)


@pytest.mark.parametrize("directive", ["max-age=60", "public", 'private="Set-Cookie"', 'no-cache="X-A, no-store"'])
def test_not_forbidden(directive):
    assert kept(Cache_Control=directive)


def test_nothing_said():
    assert kept()
    assert not kept(status=401)  # no status that may be kept by itself
    assert not kept("POST")
    assert kept("POST", Cache_Control="max-age=60")
    assert kept("POST", Expires="Thu, 01 Jan 2032 00:00:00 GMT")


def test_answers_to_authorization_need_leave():
    assert not kept(header="Authorization")
    assert not kept(header="Authorization", Cache_Control="max-age=60")
    assert kept(header="Authorization", Cache_Control="public")
    assert kept(header="Authorization", Cache_Control="s-maxage=60")


def test_varies_by_the_key():
    assert not kept(Vary="Accept, x-piwigo-api")
    assert not kept(Vary="*")
    assert kept(Vary="Accept-Encoding")


def test_what_php_prints_around_every_answer_is_apart_from_what_it_prints_of_one():
    notice = "<b>Deprecated</b>:  strftime() is deprecated in <b>/srv/env.php</b> on line <b>{}</b><br />"
    own = "<b>Warning</b>:  Undefined variable $row in <b>/srv/ws.php</b> on line <b>7</b><br />"
    usual = notice.format(12) + '\n{"stat":"ok","result":true}'
    text = apart_from("\n".join([notice.format(13), own, '{"stat":"ok","result":1}']), usual)
    assert text == own + '\n{"stat":"ok","result":1}'
    assert internals(text) == [own]
    assert apart_from(usual, "") == usual
