"""Reading the API's envelope: what is none is told so, and never an exception."""

import pytest

from piwigo_contract.client.envelopes import Envelope, is_whole_document, json_fields, read_envelope, texts_of
from piwigo_contract.reference.encoders import encode

NOTICE = b"<br />\n<b>Notice</b>:  Undefined index in <b>/srv/a.php</b> on line <b>7</b><br />\n"


@pytest.mark.parametrize("code", ["", "x", "-1", "\N{SUPERSCRIPT ONE}", "\N{ARABIC-INDIC DIGIT ONE}", 5000 * "1"])
def test_code_that_is_no_number(code):
    body = f'<?xml version="1.0"?><rsp stat="fail"><err code="{code}" msg="no"/></rsp>'
    assert read_envelope(body.encode(), "rest") is None


def test_error_in_xml():
    body = b'<?xml version="1.0"?><rsp stat="fail"><err code="1002" msg="no"/></rsp>'
    assert read_envelope(NOTICE + body, "rest") == Envelope(False, err=1002, message="no")


def test_json_among_notices():
    body = NOTICE + b'{"stat":"fail","err":404,"message":"no","asked":{}}'
    assert read_envelope(body, "json") == Envelope(False, err=404, message="no")
    assert json_fields(body) == ["asked", "err", "message", "stat"]
    assert json_fields(NOTICE) == json_fields(b"[1]") == []


WHOLE = {
    "json": ('{"stat":"ok","result":null}', '{"stat": "ok", "result": [1, 2.5, true]}\n'),
    "rest": ('<?xml version="1.0"?>\n<rsp stat="ok">\n</rsp>', "<rsp/>\n"),
    "xmlrpc": ("<methodResponse><params><param><value><int>1</int></value></param></params></methodResponse>",
               "<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>1</int></value></member>"
               "<member><name>faultString</name><value><string>no</string></value></member></struct></value></fault>"
               "</methodResponse>"),
    "php": ('a:2:{s:4:"stat";s:2:"ok";s:6:"result";a:5:{i:0;N;i:1;b:0;i:2;d:1.0E+25;i:3;i:-7;i:4;s:2:"é";}}', "N;"),
}  # fmt: skip
NOT_WHOLE = {
    "json": ("", "\ufeff{}", "{}{}", '{"result":NaN}', "{", "Notice: x\n{}"),
    "rest": ("", '\n<?xml version="1.0"?><rsp/>', "<rsp/>Notice", "<html/>", "<rsp>&nbsp;</rsp>", "<rsp><5/></rsp>",
             "<!DOCTYPE rsp><rsp/>"),
    "xmlrpc": ("<rsp/>", "<methodResponse/>", "<methodCall><methodName>x</methodName></methodCall>"),
    "php": ("", "N", "N:", "N;N;", "i:5:", "i:;", "b:2;", "d:1.2.3;", 's:1:"é";', 's:3:"abcd";', "s:3:abc;",
            's:3;"abc";', "a:1:{i:0;}", "a:1:{i:0;N;", "a:1:{i:0;N;i:1;N;}", "a:1:{N;N;}", "a:1:{b:1;N;}",
            "a:1{i:0;N;}", 'O:13:"PwgNamedArray":0:{}'),
    "json2": ("{}",),
}  # fmt: skip


@pytest.mark.parametrize(("format", "body"), [(name, body) for name, bodies in WHOLE.items() for body in bodies])
def test_whole_document(format, body):
    assert is_whole_document(body.encode(), format)


@pytest.mark.parametrize(("format", "body"), [(name, body) for name, bodies in NOT_WHOLE.items() for body in bodies])
def test_no_whole_document(format, body):
    assert not is_whole_document(body.encode(), format)


@pytest.mark.parametrize("format", ["json", "rest", "xmlrpc", "php", None])
def test_texts_of_a_document(format):
    texts = ["Été & <日本>", "in a list", "'\"]]>"]
    result = {"name": texts[0], "list": texts[1:], "number": 5}
    found = texts_of(encode(format or "rest", result).encode(), format)
    assert found.issuperset(texts)
    assert "name" not in found
    assert texts_of(b"Notice" + encode(format or "rest", result).encode(), format) == frozenset()
