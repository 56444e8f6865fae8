"""Secrets, and what lies behind the gallery, shown where they should not be."""

from __future__ import annotations

import base64
import json
from typing import Any, ClassVar

from werkzeug.wrappers import Response

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.management import HIDDEN
from piwigo_contract.reference.model import ApiKey, AuthKey, Caller, Digest, PwgError, Session, User
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


def kept(secret: Digest) -> str:
    """A hash as a gallery keeps it (phpass, as Piwigo's pwg_password_hash writes it)."""
    return "$P$G" + base64.b64encode(secret.salt + secret.value).decode()[:30].replace("+", ".")


class _HashOf(Gallery):
    """The list shows something of the hashes of some keys."""

    def shows_it_of(self, key: ApiKey) -> bool:
        return True

    def secret_listed(self, key: ApiKey) -> str:
        return self.part(kept(key.secret)) if self.shows_it_of(key) else super().secret_listed(key)

    def part(self, secret: str) -> str:
        return secret


class _HashOfTheRevoked(_HashOf):
    def shows_it_of(self, key: ApiKey) -> bool:
        return self.is_revoked(key)


class _HashOfTheExpired(_HashOf):
    def shows_it_of(self, key: ApiKey) -> bool:
        return self.is_expired(key, self.now())


@mutant("list-shows-hashes", "LIFE-63", "LIFE-05", also=("LIFE-61", "LIFE-62", "LIFE-15"))
class ListShowsHashes(_HashOf):
    """The list is the table of keys as it is kept."""


@mutant("list-shows-hashes-of-revoked-keys", "LIFE-61", "LIFE-63", "LIFE-15", also=("LIFE-19",))
class ListShowsHashesOfRevokedKeys(_HashOfTheRevoked):
    """Only the secrets of keys in force are hidden in the list."""


@mutant("list-shows-half-the-hash-of-revoked-keys", "LIFE-61", "LIFE-63", "LIFE-15")
class ListShowsHalfTheHashOfRevokedKeys(_HashOfTheRevoked):
    """The list hides half of the hash of a revoked key."""

    def part(self, secret: str) -> str:
        return secret[: len(secret) // 2] + 20 * "*"


@mutant("list-in-php-shows-the-end-of-revoked-secrets", "LIFE-61")
class ListInPhpShowsTheEndOfRevokedSecrets(PlainSecrets):
    """In PHP's format the list shows the last characters of a revoked key's secret, to tell which it was."""

    def encode(self, format_name: str, result: Any) -> str:
        for row in result if format_name == "php" and isinstance(result, list) else ():
            if isinstance(row, dict) and row.get("revoked_on"):
                row["apikey_secret"] = 36 * "*" + self.plain.get(row["auth_key"], "****")[-4:]
        return super().encode(format_name, result)


@mutant("list-shows-hashes-of-expired-keys", "LIFE-62")
class ListShowsHashesOfExpiredKeys(_HashOfTheExpired):
    """Only the secrets of keys that have not expired are hidden in the list."""


@mutant("list-shows-the-end-of-the-hash-of-expired-keys", "LIFE-62")
class ListShowsTheEndOfTheHashOfExpiredKeys(_HashOfTheExpired):
    """The list names an expired key by the end of its hash."""

    def part(self, secret: str) -> str:
        return 32 * "*" + secret[-8:]


@mutant("list-shows-nothing-hidden-of-expired-keys", "LIFE-62")
class ListShowsTheEndOfExpiredSecrets(_ListShows):
    """The list shows the first characters of the secret of a key that no longer works."""

    def secret_listed(self, key: ApiKey) -> str:
        return super().secret_listed(key) if self.is_expired(key, self.now()) else HIDDEN

    def part(self, secret: str) -> str:
        return secret[:6] + 34 * "*"


class _AnswersWithTheRow(Gallery):
    """The answer to an action has the whole row of the key, its hash and all."""

    action: ClassVar[str]

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.requested("method") != f"pwg.users.api_key.{self.action}":
            return result
        key = self.store.keys[str(params["pkid"])]
        return {"auth_key": key.pkid, "apikey_secret": kept(key.secret), "apikey_name": key.name}


@mutant("revocation-answers-with-the-row", "LIFE-63", also=("SHAPE-03",))
class RevocationAnswersWithTheRow(_AnswersWithTheRow):
    """The answer to a revocation is the key's row, so that the page can show it without another call."""

    action = "revoke"


@mutant("rename-answers-with-the-row", "LIFE-63", also=("SHAPE-03",))
class RenameAnswersWithTheRow(_AnswersWithTheRow):
    """The answer to a rename is the key's row as the database has it."""

    action = "edit"


@mutant("profile-page-has-hashes-in-a-script", "LIFE-63")
class ProfilePageHasHashesInAScript(Gallery):
    """The profile page has the rows of all keys in a script, for the table to be made of."""

    def profile_body(self, caller: Caller) -> str:
        rows = json.dumps([kept(key.secret) for key in self.keys_of(caller.user)]).replace("/", "\\/")
        return super().profile_body(caller) + f"<script>const keys = {rows};</script>"


class _ActivityTells(Gallery):
    """Each line of the list of activities tells something of the key with which it was done."""

    def told(self, call: Call, key: ApiKey) -> str:
        raise NotImplementedError

    def key_in_details(self, call: Call) -> dict[str, Any]:
        key = call.caller.key
        return super().key_in_details(call) | ({} if key is None else {"key": self.told(call, key)})


@mutant("activities-keep-the-header", "LIFE-64", also=("LIFE-09", "METH-35"))
class ActivitiesKeepTheHeader(_ActivityTells):
    """Whatever is done with a key is written down with the header it came with."""

    def told(self, call: Call, key: ApiKey) -> str:
        return str(self.read_key_header(call))


@mutant("activities-keep-half-the-secret", "LIFE-64", also=("LIFE-09", "METH-35"))
class ActivitiesKeepHalfTheSecret(_ActivityTells):
    """Whatever is done with a key is written down with the first half of its secret, by which to know the key."""

    def told(self, call: Call, key: ApiKey) -> str:
        return str(self.read_key_header(call)).partition(":")[2][:20] + "..."


@mutant("activities-keep-the-hash", "LIFE-64", also=("METH-35",))
class ActivitiesKeepTheHash(_ActivityTells):
    """Whatever is done with a key is written down with the key's row."""

    def told(self, call: Call, key: ApiKey) -> str:
        return kept(key.secret)


class _LinkKeysAreListed(Gallery):
    """The list holds what else is in the table of keys."""

    def is_listed(self, key: AuthKey, user: User) -> bool:
        return key.user_id == user.id

    def key_list(self, rows: list[dict[str, Any]]) -> Any:
        users = {self.store.keys[row["auth_key"]].user_id for row in rows}
        owners = [self.store.users[user_id] for user_id in users]
        links = [key for key in self.store.auth_keys.values() if any(self.is_listed(key, owner) for owner in owners)]
        return super().key_list([*rows, *({"auth_key": key.text, "apikey_name": "", **NOT_REVOKED} for key in links)])


NOT_REVOKED = {"apikey_secret": HIDDEN, "is_expired": False, "revoked_on": None, "last_used_on": None}


@mutant("keys-of-links-are-listed", "LIFE-65")
class KeysOfLinksAreListed(_LinkKeysAreListed):
    """The list is not asked for API keys alone, and shows those of links in mails too."""


@mutant("keys-of-links-are-listed-for-whoever-made-them", "LIFE-65")
class KeysOfLinksAreListedForAll(_LinkKeysAreListed):
    """The list shows the keys of links in mails to everybody who has any key."""

    def is_listed(self, key: AuthKey, user: User) -> bool:
        return True


@mutant("keys-of-links-named-in-a-list-in-xml", "LIFE-65")
class KeysOfLinksNamedInXml(_LinkKeysAreListed):
    """In XML the name of each key has the key of the owner's last link in it."""

    def key_list(self, rows: list[dict[str, Any]]) -> Any:
        return rows

    def encode(self, format_name: str, result: Any) -> str:
        for row in result if format_name == "xmlrpc" and isinstance(result, list) else ():
            if isinstance(row, dict) and (key := self.store.keys.get(str(row.get("auth_key")))) is not None:
                links = [link.text for link in self.store.auth_keys.values() if link.user_id == key.user_id]
                row["apikey_name"] = " ".join([str(row["apikey_name"]), *links[-1:]])
        return super().encode(format_name, result)


@mutant("list-of-users-shows-passwords", "METH-35")
class ListOfUsersShowsPasswords(Gallery):
    """`display=all` in the list of users shows all columns, the hash of the password among them."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.requested("method") == "pwg.users.getList" and params.get("display") == "all":
            for row in result["users"]:
                user = self.store.users.get(int(row["id"]))
                row["password"] = kept(user.password) if user is not None and user.password is not None else None
        return result


@mutant("status-of-a-webmaster-shows-the-hash-of-a-key", "METH-35")
class StatusShowsAHash(Gallery):
    """A webmaster is told the settings of the gallery, those of the newest key among them."""

    def config(self) -> dict[str, Any]:
        return {**super().config(), "api_key": kept(next(reversed(self.store.keys.values())).secret)}


@mutant("list-of-users-in-basics-shows-secrets", "METH-35", also=("LIFE-09",))
class ListOfUsersInBasicsShowsSecrets(PlainSecrets):
    """The plain list of users has the secrets of their keys, for support to help with."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.requested("method") == "pwg.users.getList" and isinstance(result, dict):
            told = [secret for secret in self.plain.values() if secret]
            for row in result["users"]:
                row["keys"] = ",".join(told)
        return result


@mutant("profile-page-has-secrets-of-revoked-keys", "LIFE-06")
class ProfilePageHasSecretsOfRevokedKeys(PlainSecrets):
    """The profile page tells of each revoked key which one it was, secret and all."""

    def profile_body(self, caller: Caller) -> str:
        secrets = [self.plain.get(key.pkid, "") for key in self.keys_of(caller.user) if self.is_revoked(key)]
        return super().profile_body(caller) + "".join(f"<del>{secret}</del>" for secret in secrets)


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
