"""Making, listing, renaming and revoking keys: by the wrong one, of the wrong key, or with the wrong outcome."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Response

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.clock import stamp
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.management import MAX_NAME
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, User
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.signatures import Signature
from piwigo_contract.reference.store import WEBMASTER_ID, digest, random_text

# --- what a key is made of


@mutant("new-key-works-after-a-while", "LIFE-01", "HDR-01")
class NewKeyWorksAfterAWhile(Gallery):
    """Keys are read from a copy of the database, which hears of a new one some seconds later."""

    def is_good(self, key: ApiKey, secret: str, now: datetime) -> bool:
        return super().is_good(key, secret, now) and now - key.created_on > timedelta(seconds=20)


@mutant("identifier-with-the-day-of-its-end", "LIFE-02")
class IdentifierWithTheDayOfItsEnd(Gallery):
    """The date in an identifier is that of the key's end."""

    def create_key(self, owner: User, name: str, days: int) -> tuple[ApiKey, str]:
        now, secret = self.now(), self.new_secret()
        end = self.expiry(now, days)
        shown = min(end, datetime(9999, 12, 31))
        return self.store.add_key(owner, self.new_pkid(shown), secret, name, now, end), secret


@mutant("secret-follows-from-the-identifier", "LIFE-03")
class SecretFollowsFromTheIdentifier(Gallery):
    """Identifier and secret are cut from the same random text."""

    _latest = ""

    def new_secret(self) -> str:
        self._latest = super().new_secret()
        return self._latest

    def new_pkid(self, now: datetime) -> str:
        return f"pkid-{now:%Y%m%d}-{self._latest[:20]}"


@mutant("secrets-from-a-slow-generator", "LIFE-03")
class SecretsFromASlowGenerator(Gallery):
    """The generator is seeded with the time: secrets of the same second begin alike."""

    def new_secret(self) -> str:
        start = f"{self.now():%H%M%d%m}"
        return (start * 3)[:22] + random_text(18)


# --- the list


@mutant("new-key-listed-with-another-duration", "LIFE-10")
class NewKeyListedWithAnotherDuration(Gallery):
    """The duration is read back from the dates, a day short."""

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        shown = key.duration if key.duration in (1, 999_999) else key.duration - 1
        return super().listed(key, now) | {"duration": str(shown)}


@mutant("creation-listed-in-universal-time", "LIFE-11", "END-23")
class CreationListedInUniversalTime(Gallery):
    """The list shows creations in universal time, an hour behind the gallery's clock."""

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        hour_ago = key.created_on.replace(hour=(key.created_on.hour + 23) % 24)
        return super().listed(key, now) | {"created_on": stamp(hour_ago)}


@mutant("new-key-listed-as-revoked", "LIFE-12", "END-28")
class NewKeyListedAsRevoked(Gallery):
    """An active key is listed with its end as the date of its revocation."""

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        return super().listed(key, now) | {"revoked_on": stamp(key.revoked_on or key.expired_on)}


@mutant("list-of-webmaster-has-all-keys", "LIFE-17")
class ListOfWebmasterHasAllKeys(Gallery):
    """A webmaster's list has the keys of everybody."""

    def keys_of(self, user: User) -> list[ApiKey]:
        return list(self.store.keys.values()) if user.status == "webmaster" else super().keys_of(user)


@mutant("list-of-the-user-asked-for", "LIFE-17")
class ListOfTheUserAskedFor(Gallery):
    """`user_id`, which other methods take, lists that user's keys."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        wanted = self.store.users.get(int(str(call.post.get("user_id", "0")) or 0))
        if call.requested("method") == "pwg.users.api_key.get" and wanted is not None:
            super().run(entry, call, params)
            own, theirs = self.keys_of(call.caller.user), self.keys_of(wanted)
            return self.key_list([self.listed(key, self.now()) for key in [*own, *theirs]])
        return super().run(entry, call, params)


# --- rename and revocation


@mutant("rename-makes-the-key-anew", "LIFE-13")
class RenameMakesTheKeyAnew(Gallery):
    """A rename makes the key anew, with another secret and a creation of now."""

    def rename_key(self, key: ApiKey, name: str) -> None:
        super().rename_key(key, name)
        key.secret = digest(random_text(40))
        key.created_on = self.now()


@mutant("rename-changes-the-secret", "LIFE-14", also=("SEQ-01",))
class RenameChangesTheSecret(Gallery):
    """A rename writes the row with the name in the place of the hash: the key no longer works."""

    def rename_key(self, key: ApiKey, name: str) -> None:
        super().rename_key(key, name)
        if key.last_used_on is not None:
            key.secret = digest(name)


@mutant("revoked-key-leaves-the-list", "LIFE-15", also=("LIFE-13",))
class RevokedKeyLeavesTheList(Gallery):
    """The list shows active keys alone."""

    def keys_of(self, user: User) -> list[ApiKey]:
        return [key for key in super().keys_of(user) if not self.is_revoked(key)]


@mutant("revocation-ends-the-duration", "LIFE-15", "END-27")
class RevocationEndsTheDuration(Gallery):
    """A revocation sets the end of a key to now."""

    def revoke_key(self, key: ApiKey, now: datetime) -> None:
        super().revoke_key(key, now)
        key.expired_on = now - timedelta(seconds=1)


@mutant("rename-of-all-keys-of-that-name", "LIFE-16")
class RenameOfAllKeysOfTheOwner(Gallery):
    """The identifier is missing in the statement's condition: all active keys of the owner are renamed."""

    def rename_key(self, key: ApiKey, name: str) -> None:
        for other in self.store.keys.values():
            if other.user_id == key.user_id and not self.is_revoked(other):
                super().rename_key(other, name)


@mutant("anybody-renames-a-key", "LIFE-18")
class AnybodyRenamesAKey(Gallery):
    """A rename does not ask whose key it is."""

    _renames = False

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        self._renames = call.requested("method") == "pwg.users.api_key.edit"
        try:
            return super().run(entry, call, params)
        finally:
            self._renames = False

    def owns(self, user: User, key: ApiKey) -> bool:
        return self._renames or super().owns(user, key)


@mutant("webmaster-renames-any-key", "LIFE-18")
class WebmasterRenamesAnyKey(AnybodyRenamesAKey):
    """A webmaster renames the keys of everybody."""

    def owns(self, user: User, key: ApiKey) -> bool:
        return super(AnybodyRenamesAKey, self).owns(user, key) or (self._renames and user.status == "webmaster")


@mutant("somebody-else-s-key-renamed-then-refused", "LIFE-18")
class SomebodyElsesKeyRenamedThenRefused(Gallery):
    """Whose key it is is asked after the rename."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        key = self.store.keys.get(str(call.post.get("pkid", "")))
        if (
            call.requested("method") == "pwg.users.api_key.edit"
            and key is not None
            and self.may_manage_keys(call.caller)
        ):
            key.name = str(params["key_name"])
        return super().run(entry, call, params)


@mutant("anybody-revokes-a-key", "LIFE-19")
class AnybodyRevokesAKey(Gallery):
    """A revocation does not ask whose key it is."""

    _revokes = False

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        self._revokes = call.requested("method") == "pwg.users.api_key.revoke"
        try:
            return super().run(entry, call, params)
        finally:
            self._revokes = False

    def owns(self, user: User, key: ApiKey) -> bool:
        return self._revokes or super().owns(user, key)


@mutant("webmaster-revokes-any-key", "LIFE-19")
class WebmasterRevokesAnyKey(AnybodyRevokesAKey):
    """A webmaster revokes the keys of everybody."""

    def owns(self, user: User, key: ApiKey) -> bool:
        return super(AnybodyRevokesAKey, self).owns(user, key) or (self._revokes and user.status == "webmaster")


# --- durations


class _Duration(Gallery):
    """A duration that should be refused is put right in silence."""

    def put_right(self, call: Call, given: dict[str, Any]) -> None:
        """Change the parameter `duration`."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        if signature.name == "pwg.users.api_key.create":
            self.put_right(call, given)
        return super().check_parameters(call, signature, given)


@mutant("no-duration-is-a-year", "LIFE-20")
class NoDurationIsAYear(_Duration):
    """A duration that is missing is a year."""

    def put_right(self, call: Call, given: dict[str, Any]) -> None:
        given.setdefault("duration", "365")


@mutant("duration-of-no-days-is-for-ever", "LIFE-20")
class DurationOfNoDaysIsForEver(_Duration):
    """A duration of 0 means that a key never expires."""

    def put_right(self, call: Call, given: dict[str, Any]) -> None:
        if given.get("duration") == "0":
            given["duration"] = "999999"


@mutant("key-made-then-its-duration-refused", "LIFE-20")
class KeyMadeThenItsDurationRefused(Gallery):
    """A duration of 0 is refused once the key is made."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        made = call.requested("method") == "pwg.users.api_key.create" and params.get("duration") == 0
        if made and self.may_manage_keys(call.caller):
            self.create_key(call.caller.user, str(params["key_name"]), 30)
        return super().run(entry, call, params)


@mutant("negative-duration-taken-as-its-amount", "LIFE-21")
class NegativeDurationTakenAsItsAmount(_Duration):
    """The sign of a duration is dropped."""

    def put_right(self, call: Call, given: dict[str, Any]) -> None:
        given["duration"] = str(given.get("duration", "")).removeprefix("-")


@mutant("fraction-of-a-day-cut-off", "LIFE-21")
class FractionOfADayCutOff(_Duration):
    """A duration is read as PHP's intval does: digits up to the first other character."""

    def put_right(self, call: Call, given: dict[str, Any]) -> None:
        found = re.match(r"[1-9][0-9]*", str(given.get("duration", "")))
        if found:
            given["duration"] = found[0]


@mutant("duration-too-long-cut-to-the-longest", "LIFE-22")
class DurationTooLongCutToTheLongest(_Duration):
    """A duration of more days than there may be is made the longest that may be."""

    def put_right(self, call: Call, given: dict[str, Any]) -> None:
        text = str(given.get("duration", ""))
        if text.isdigit() and int(text) > 999_999:
            given["duration"] = "999999"


@mutant("duration-wraps-around", "LIFE-22")
class DurationWrapsAround(_Duration):
    """A duration beyond 32 bits starts again from 0."""

    def put_right(self, call: Call, given: dict[str, Any]) -> None:
        text = str(given.get("duration", ""))
        if text.isdigit():
            given["duration"] = str(int(text) % 2**32)


@mutant("longest-duration-refused", "LIFE-23")
class LongestDurationRefused(Gallery):
    """The longest duration itself is refused: less than, in the place of at most."""

    def check_duration(self, days: int) -> None:
        super().check_duration(days + 1)


@mutant("longest-duration-listed-as-expired", "LIFE-23")
class LongestDurationListedAsExpired(Gallery):
    """A year with five digits can't be compared, and a key with the longest duration is listed as expired."""

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        row = super().listed(key, now)
        return row | {"is_expired": row["is_expired"] or key.duration > 100_000}


# --- names


@mutant("key-without-a-name-is-called-key", "LIFE-24")
class KeyWithoutANameIsCalledKey(Gallery):
    """A key without a name is given one."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        if signature.name == "pwg.users.api_key.create" and not given.get("key_name"):
            given["key_name"] = "API key"
        return super().check_parameters(call, signature, given)


@mutant("rename-to-no-name-keeps-the-old", "LIFE-25")
class RenameToNoNameKeepsTheOld(Gallery):
    """A rename to no name is answered as if it was done, and keeps the old one."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        key = self.store.keys.get(str(given.get("pkid", "")))
        if signature.name == "pwg.users.api_key.edit" and not given.get("key_name") and key is not None:
            given["key_name"] = key.name
        return super().check_parameters(call, signature, given)


@mutant("name-cut-to-its-column", "LIFE-26", "LIFE-27")
class NameCutToItsColumn(Gallery):
    """A name that is too long is cut to 100 characters in silence."""

    def check_key_name(self, name: str) -> None:
        """Any length."""

    def rename_key(self, key: ApiKey, name: str) -> None:
        super().rename_key(key, name[:MAX_NAME])

    def create_key(self, owner: User, name: str, days: int) -> tuple[ApiKey, str]:
        return super().create_key(owner, name[:MAX_NAME], days)


@mutant("new-name-of-99-characters-at-most", "LIFE-26", also=("LIFE-28",))
class NewNameOf99CharactersAtMost(Gallery):
    """A new name of 100 characters is kept without its last."""

    def create_key(self, owner: User, name: str, days: int) -> tuple[ApiKey, str]:
        return super().create_key(owner, name[: MAX_NAME - 1], days)


@mutant("rename-of-any-length", "LIFE-27")
class RenameOfAnyLength(Gallery):
    """The length of a name is checked for new keys alone."""

    def check_new_name(self, name: str) -> None:
        """Any length."""


@mutant("name-counted-in-bytes", "LIFE-28")
class NameCountedInBytes(Gallery):
    """The 100 characters of a name are counted in bytes."""

    def name_length(self, name: str) -> int:
        return len(name.encode("utf-8", "replace"))


@mutant("name-counted-with-its-escapes", "LIFE-28")
class NameCountedWithItsEscapes(Gallery):
    """The characters of a name are counted after quotes and backslashes were escaped for the database."""

    def name_length(self, name: str) -> int:
        return len(re.sub(r"([\\'\"])", r"\\\1", name))


class _Profile(Gallery):
    """The profile page shows names in another way."""

    def shown(self, name: str) -> str:
        return name

    def profile_body(self, caller: Caller) -> str:
        body = super().profile_body(caller)
        names = "".join(f"<li>{self.shown(key.name)}</li>\n" for key in self.keys_of(caller.user))
        return body.replace("<ul>\n", f"<ul>\n{names}", 1)


@mutant("name-is-html-on-the-profile-page", "LIFE-29")
class NameIsHtmlOnTheProfilePage(_Profile):
    """A name is put into the page as it is."""


@mutant("name-in-single-quotes-on-the-profile-page", "LIFE-29")
class NameInSingleQuotesOnTheProfilePage(_Profile):
    """A name is escaped but for its single quotes, and put into an attribute between such."""

    def shown(self, name: str) -> str:
        plain = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
        return f"<span title='{plain}'></span>"


@mutant("name-in-a-script-of-the-profile-page", "LIFE-29")
class NameInAScriptOfTheProfilePage(_Profile):
    """A name is made a string of a script, where quotes are escaped and the end of the script is not."""

    def shown(self, name: str) -> str:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'<script>keys.push("{quoted}");</script>'


@mutant("creation-shows-the-name-escaped", "LIFE-30")
class CreationShowsTheNameEscaped(Gallery):
    """The answer to a creation shows the name as it was put into the statement."""

    def name_created(self, name: str) -> str:
        return re.sub(r"([\\'\"])", r"\\\1", name)


@mutant("list-shows-names-as-html", "LIFE-31", "LIFE-32", "LIFE-28")
class ListShowsNamesAsHtml(Gallery):
    """The list escapes names for a page, which JSON is not."""

    def name_listed(self, key: ApiKey) -> str:
        return key.name.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;")


@mutant("new-name-without-tags", "LIFE-31")
class NewNameWithoutTags(Gallery):
    """Tags are taken out of a new name."""

    def create_key(self, owner: User, name: str, days: int) -> tuple[ApiKey, str]:
        return super().create_key(owner, re.sub(r"</?b>", "", name), days)


@mutant("rename-collapses-blanks", "LIFE-32")
class RenameCollapsesBlanks(Gallery):
    """A new name of an old key is tidied up: of several blanks one is left."""

    def rename_key(self, key: ApiKey, name: str) -> None:
        super().rename_key(key, re.sub(" +", " ", name))


@mutant("rename-decodes-entities", "LIFE-32")
class RenameDecodesEntities(Gallery):
    """A rename turns entities into the characters that they stand for."""

    def rename_key(self, key: ApiKey, name: str) -> None:
        super().rename_key(key, name.replace("&amp;", "&").replace("&lt;", "<"))


@mutant("emoji-is-a-question-mark", "LIFE-33")
class EmojiIsAQuestionMark(Gallery):
    """The database knows characters of three bytes at most, and keeps a question mark for others."""

    def create_key(self, owner: User, name: str, days: int) -> tuple[ApiKey, str]:
        return super().create_key(owner, re.sub("[\U00010000-\U0010ffff]", "?", name), days)


@mutant("nul-in-a-name-ends-the-list", "LIFE-34")
class NulInANameEndsTheList(Gallery):
    """A control character in a name makes every XML answer with that name unreadable."""

    def fit_for_xml(self, body: str) -> str:
        return body


# --- identifiers


class _Wrong(Gallery):
    """An identifier that is none finds a key."""

    methods_fooled: tuple[str, ...] = ("pwg.users.api_key.edit", "pwg.users.api_key.revoke")
    _fooled = False

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        self._fooled = call.requested("method") in self.methods_fooled
        try:
            return super().run(entry, call, params)
        finally:
            self._fooled = False

    def instead(self, pkid: str, keys: list[ApiKey]) -> ApiKey | None:
        return None

    def owned_key(self, caller: Caller, pkid: str) -> ApiKey:
        found = self.instead(pkid, self.keys_of(caller.user)) if self._fooled else None
        return found or super().owned_key(caller, pkid)


@mutant("identifier-is-a-pattern", "LIFE-35", "LIFE-36")
class IdentifierIsAPattern(_Wrong):
    """The identifier is compared with LIKE: a percent sign stands for anything."""

    def instead(self, pkid: str, keys: list[ApiKey]) -> ApiKey | None:
        pattern = re.escape(pkid).replace("%", ".*")
        return next((key for key in keys if "%" in pkid and re.fullmatch(pattern, key.pkid)), None)


@mutant("identifier-is-a-part-of-the-statement", "LIFE-35")
class IdentifierIsAPartOfTheStatement(_Wrong):
    """A rename puts the identifier between double quotes as it is: it can end them and add a condition."""

    methods_fooled = ("pwg.users.api_key.edit",)

    def instead(self, pkid: str, keys: list[ApiKey]) -> ApiKey | None:
        return keys[-1] if pkid.endswith('" OR "1"="1') else None


@mutant("identifier-with-a-line-end-revoked", "LIFE-36")
class IdentifierWithALineEndRevoked(_Wrong):
    """The pattern for an identifier ends in `$`, before which a line end may stand."""

    methods_fooled = ("pwg.users.api_key.revoke",)

    def instead(self, pkid: str, keys: list[ApiKey]) -> ApiKey | None:
        return next((key for key in keys if key.pkid + "\n" == pkid), None)


@mutant("unknown-identifier-said-to-be-revoked", "LIFE-36")
class UnknownIdentifierSaidToBeRevoked(Gallery):
    """Revoking what is not there is answered as done: the statement changed no row, and nobody counted."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        try:
            return super().run(entry, call, params)
        except PwgError as error:
            revokes = call.requested("method") == "pwg.users.api_key.revoke" and error.message == "API Key not found"
            if revokes and str(params["pkid"]) not in self.store.keys:
                return "API Key has been successfully revoked."
            raise


# --- in the web session alone


class _Manages(Gallery):
    """Somebody manages keys who should not, if the parameters are such as `allowed` says."""

    def allowed(self, caller: Caller, params: dict[str, Any]) -> bool:
        return False

    def check_manager(self, caller: Caller, params: dict[str, Any]) -> None:
        if not self.allowed(caller, params):
            super().check_manager(caller, params)


@mutant("key-lists-keys", "LIFE-37", "LIFE-38", "USED-06")
class KeyListsKeys(_Manages):
    """A key lists the keys of its owner: reading is believed to do no harm."""

    def allowed(self, caller: Caller, params: dict[str, Any]) -> bool:
        return caller.by_header and "pkid" not in params and "key_name" not in params


@mutant("key-makes-keys", "LIFE-37", "LIFE-38")
class KeyMakesKeys(_Manages):
    """A key makes keys, so that one that leaked is never got rid of."""

    def allowed(self, caller: Caller, params: dict[str, Any]) -> bool:
        return caller.by_header and "duration" in params


@mutant("webmaster-s-key-revokes-keys", "LIFE-38")
class WebmastersKeyRevokesKeys(_Manages):
    """A webmaster's key may revoke: whoever has it could do so in the administration anyway, it is believed."""

    def allowed(self, caller: Caller, params: dict[str, Any]) -> bool:
        revokes = "pkid" in params and "key_name" not in params
        return caller.by_header and caller.user.status == "webmaster" and revokes


@mutant("program-s-session-makes-keys", "LIFE-39")
class ProgramsSessionMakesKeys(_Manages):
    """A session that a program opened with the password makes keys, like a person's."""

    def allowed(self, caller: Caller, params: dict[str, Any]) -> bool:
        return caller.connected_with == "ws_session_login" and "duration" in params


@mutant("program-s-session-renames-keys", "LIFE-39")
class ProgramsSessionRenamesKeys(_Manages):
    """A session that a program opened with the password renames keys."""

    def allowed(self, caller: Caller, params: dict[str, Any]) -> bool:
        return caller.connected_with == "ws_session_login" and "pkid" in params and "key_name" in params


@mutant("guest-makes-keys", "LIFE-41")
class GuestMakesKeys(_Manages):
    """A guest with a session and its token makes keys, which are those of the user guest."""

    def allowed(self, caller: Caller, params: dict[str, Any]) -> bool:
        token = params.get("pwg_token") == self.token_for(caller.session)
        return caller.is_guest and "duration" in params and token


@mutant("token-without-a-cookie-revokes", "LIFE-41")
class TokenWithoutACookieRevokes(_Manages):
    """The token is enough: whose it is is looked up, and the cookie not asked for."""

    def allowed(self, caller: Caller, params: dict[str, Any]) -> bool:
        for session in list(self.store.sessions.values()):
            person = session.user_id is not None and session.connected_with == "pwg_ui"
            if caller.is_guest and person and self.token_for(session) == params.get("pwg_token"):
                caller.user = self.store.users[session.user_id or WEBMASTER_ID]
                return True
        return False


@mutant("keys-revoked-by-get", "LIFE-42")
class KeysRevokedByGet(Gallery):
    """A key is revoked by GET too: a link in a mail is to do it."""

    def gate_post(self, call: Call, signature: Signature) -> None:
        if signature.name != "pwg.users.api_key.revoke" or call.caller.is_guest or call.caller.by_header:
            super().gate_post(call, signature)


@mutant("keys-listed-by-get", "LIFE-42")
class KeysListedByGet(Gallery):
    """A list is read by GET."""

    def gate_post(self, call: Call, signature: Signature) -> None:
        if signature.name != "pwg.users.api_key.get" or call.caller.is_guest or call.caller.by_header:
            super().gate_post(call, signature)


@mutant("profile-page-without-keys", "LIFE-43")
class ProfilePageWithoutKeys(Gallery):
    """The section on keys was left out of the page."""

    def html(self, title: str, body: str, status: int = 200) -> Response:
        section = re.compile(r'<section id="api-keys">.*</section>', re.DOTALL)
        page = section.sub("", body).replace("API Key", "")
        standard = '<link rel="stylesheet" href="themes/standard_pages/css/profile.css">\n'
        return super().html(title, (standard if page != body else "") + page, status)
