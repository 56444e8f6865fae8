"""Durations and names that are taken, cut or shown in the wrong way."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.deviations import ControlCharactersInXml
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.management import MAX_NAME
from piwigo_contract.reference.model import ApiKey, Caller, User
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.signatures import Signature

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


@mutant("longest-duration-refused", "LIFE-23", also=("LIFE-20",))
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


@mutant("name-cut-to-its-column", "LIFE-26", "LIFE-27", also=("LIFE-48",))
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


@mutant("rename-of-any-length", "LIFE-27", also=("LIFE-48",))
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
        names = "".join(f"<p>{self.shown(key.name)}</p>\n" for key in self.keys_of(caller.user))
        return body.replace('<div id="api_key_list">\n', f'<div id="api_key_list">\n{names}', 1)


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
class NulInANameEndsTheList(ControlCharactersInXml):
    """A control character in a name makes every XML answer with that name unreadable."""
