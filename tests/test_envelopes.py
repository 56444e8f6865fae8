"""Reading the API's envelope: what is none is told so, and never an exception."""

import pytest

from piwigo_contract.client.envelopes import Envelope, json_fields, read_envelope

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
