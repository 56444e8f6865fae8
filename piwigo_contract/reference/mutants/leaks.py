"""Secrets, and what lies behind the gallery, shown where they should not be."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Response

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, Session
from piwigo_contract.reference.mutants.plain import PlainSecrets
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry

# --- the secret, once


class _ListShows(PlainSecrets):
    """The list shows something of a secret."""

    def part(self, secret: str) -> str:
        return secret

    def secret_listed(self, key: ApiKey) -> str:
        secret = self.plain.get(key.pkid)
        return super().secret_listed(key) if secret is None else self.part(secret)


@mutant("list-shows-secrets", "LIFE-04", "LIFE-07", "LIFE-05")
class ListShowsSecrets(_ListShows):
    """The list shows each key with its secret."""


@mutant("list-shows-the-last-four-characters", "LIFE-05")
class ListShowsTheLastFourCharacters(_ListShows):
    """The list shows the last four characters of a secret, as that of credit cards does."""

    def part(self, secret: str) -> str:
        return 36 * "*" + secret[-4:]


@mutant("list-shows-half-the-secret", "LIFE-04", "LIFE-07", "LIFE-05")
class ListShowsHalfTheSecret(_ListShows):
    """The list hides half of each secret."""

    def part(self, secret: str) -> str:
        return secret[:20] + 20 * "*"


@mutant("list-in-xml-shows-secrets", "LIFE-04")
class ListInXmlShowsSecrets(PlainSecrets):
    """What hides the secret in the list is in the code for JSON."""

    def encode(self, format_name: str, result: Any) -> str:
        if format_name == "xmlrpc" and isinstance(result, list):
            rows = [row for row in result if isinstance(row, dict) and "apikey_secret" in row]
            for row in rows:
                row["apikey_secret"] = self.plain.get(row["auth_key"], row["apikey_secret"])
        return super().encode(format_name, result)


@mutant("profile-page-has-secrets-in-an-attribute", "LIFE-06")
class ProfilePageHasSecretsInAnAttribute(PlainSecrets):
    """The profile page has each secret in an attribute, for a button that copies it."""

    def profile_body(self, caller: Caller) -> str:
        secrets = [self.plain.get(key.pkid, "") for key in self.keys_of(caller.user)]
        return super().profile_body(caller) + "".join(f'<i data-copy="{secret}"></i>' for secret in secrets)


@mutant("rename-shows-the-secret", "LIFE-07")
class RenameShowsTheSecret(PlainSecrets):
    """The answer to a rename is the whole row."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.requested("method") != "pwg.users.api_key.edit":
            return result
        return f"{result} ({self.plain.get(str(params['pkid']))})"


@mutant("revocation-shows-half-the-secret", "LIFE-07")
class RevocationShowsHalfTheSecret(PlainSecrets):
    """The answer to a revocation names the key by the second half of its secret."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.requested("method") != "pwg.users.api_key.revoke":
            return result
        return f"{result} ({self.plain.get(str(params['pkid']), '')[20:]})"


@mutant("error-shows-the-header", "LIFE-08", "FMT-17", also=("FMT-16",))
class ErrorShowsTheHeader(Gallery):
    """An unknown method is told with the request's headers, for whoever looks for the mistake."""

    def signature(self, name: str) -> Any:
        try:
            return super().signature(name)
        except PwgError as error:
            raise PwgError(error.code, f"{error.message}{self._shown}") from error

    _shown = ""

    def identify(self, call: Call) -> Caller:
        self._shown = ""
        caller = super().identify(call)
        self._shown = f" ({self.read_key_header(call)})" if caller.by_header else ""
        return caller


@mutant("refusal-shows-the-key", "LIFE-08", "FMT-15", also=("REJ-01", "REJ-02", "REJ-09"))
class RefusalShowsTheKey(Gallery):
    """The refusal of a revoked key repeats it."""

    def key_caller(self, value: str, session: Session) -> Caller:
        halves = self.parse_key(value)
        key = self.find_key(halves[0]) if halves else None
        if key is not None and self.is_revoked(key):
            raise PwgError(401, f"Invalid api_key {value}")
        return super().key_caller(value, session)


@mutant("status-shows-the-secret", "LIFE-08", "FMT-17")
class StatusShowsTheSecret(Gallery):
    """pwg.session.getStatus with a key tells the key."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.caller.by_header and call.requested("method") == "pwg.session.getStatus":
            result["connected_by"] = self.read_key_header(call)
        return result


@mutant("list-of-users-shows-secrets", "LIFE-09")
class ListOfUsersShowsSecrets(PlainSecrets):
    """`display=all` in the list of users shows all columns, those of the keys joined to them."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.requested("method") == "pwg.users.getList" and call.requested("display") == "all":
            for row in result["users"]:
                keys = [key for key in self.store.keys.values() if str(key.user_id) == str(row.get("id"))]
                row["api_keys"] = ",".join(self.plain.get(key.pkid, "") for key in keys)
        return result


@mutant("activities-show-secrets", "LIFE-09")
class ActivitiesShowSecrets(PlainSecrets):
    """The creation of a key is written down with its parameters and its result."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.requested("method") == "pwg.activity.getList" and isinstance(result, dict):
            result["details"] = json.dumps(list(self.plain.values())[-20:])
        return result


# --- what is internal


@mutant("refusal-of-a-quote-tells-the-statement", "FMT-14")
class RefusalOfAQuoteTellsTheStatement(Gallery):
    """A quote in the header breaks a statement, and the refusal tells which."""

    def key_caller(self, value: str, session: Session) -> Caller:
        if "'" in value:
            message = "You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server"
            raise PwgError(401, f"Invalid api_key: [mysql error 1064] {message} near '{value[:5]}'")
        return super().key_caller(value, session)


@mutant("refusal-of-other-bytes-with-a-notice", "FMT-14", also=("MAL-16", "MAL-24"))
class RefusalOfOtherBytesWithANotice(Gallery):
    """A value that is not ASCII sets off a notice, which is printed before the answer."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        value = self.read_key_header(call) or ""
        if isinstance(result, PwgError) and not value.isascii():
            notice = b"<br />\n<b>Warning</b>:  preg_match() in <b>/var/www/include/user.inc.php</b> on line <b>84</b>"
            response.set_data(notice + response.get_data())
        return response


@mutant("refusal-shows-a-part-of-the-key", "FMT-15")
class RefusalShowsAPartOfTheKey(Gallery):
    """The refusal of what has not the form of a key names it by its last twenty characters."""

    def key_caller(self, value: str, session: Session) -> Caller:
        try:
            return super().key_caller(value, session)
        except PwgError as error:
            if self.parse_key(value) is not None:
                raise
            raise PwgError(error.code, f"{error.message} {value[-20:]}") from error


@mutant("unknown-method-with-a-key-tells-the-path", "FMT-16")
class UnknownMethodWithAKeyTellsThePath(Gallery):
    """With a key an unknown method is logged with where it was called, and the log line goes into the answer."""

    def answer(self, call: Call, result: Any) -> Response:
        if isinstance(result, PwgError) and result.code == 501 and call.caller.by_header:
            result = PwgError(501, f"{result.message} in /var/www/html/include/ws_core.inc.php on line 611")
        return super().answer(call, result)


@mutant("missing-parameter-with-a-key-tells-the-stack", "FMT-16", also=("FMT-03",))
class MissingParameterWithAKeyTellsTheStack(Gallery):
    """With a key a parameter of the wrong type is an exception, told with its stack."""

    def answer(self, call: Call, result: Any) -> Response:
        if isinstance(result, PwgError) and result.code == 1003 and call.caller.by_header:
            trace = "Stack trace:\n#0 include/ws_core.inc.php(622): PwgServer->invoke()\n#1 {main}"
            result = PwgError(1003, f"{result.message} {trace}")
        return super().answer(call, result)


@mutant("error-of-a-key-shows-half-its-secret", "FMT-17")
class ErrorOfAKeyShowsHalfItsSecret(Gallery):
    """With a key a missing parameter is told with the first part of the header, for the support."""

    def answer(self, call: Call, result: Any) -> Response:
        wrong = isinstance(result, PwgError) and result.code == 1002
        if isinstance(result, PwgError) and wrong and call.caller.by_header:
            result = PwgError(1002, f"{result.message} (key {str(self.read_key_header(call))[:55]}...)")
        return super().answer(call, result)


@mutant("unknown-format-shows-the-key", "FMT-07", also=("FMT-08",))
class UnknownFormatShowsTheKey(Gallery):
    """The answer to an unknown format shows the request."""

    def unknown_format(self, call: Call, result: Any) -> Response:
        response = super().unknown_format(call, result)
        response.set_data(response.get_data() + f"\n{self.read_key_header(call)}\n".encode())
        return response


@mutant("unknown-format-with-a-bad-key-is-a-fatal-error", "FMT-08")
class UnknownFormatWithABadKeyIsAFatalError(Gallery):
    """A refusal finds no encoder for an unknown format, and PHP gives up over it."""

    def unknown_format(self, call: Call, result: Any) -> Response:
        response = super().unknown_format(call, result)
        if isinstance(result, PwgError) and result.code == 401:
            told = (
                "Uncaught Error: Call to a member function encodeResponse() on null in /var/www/include/ws_core.inc.php"
            )
            response = Response(f"<b>Fatal error</b>: {told}", 401, content_type="text/html")
        return response
