"""Where real releases are led astray by what somebody else put into a request.

As in deviations.py, each class is put before Gallery by `--faithful`.
"""

from __future__ import annotations

from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.deviations import ALL, deviation, fatal
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Album, FatalError, Session, User
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.sessions import API

LANGUAGES = ("en_UK", "en_GB", "en_US")


class _LoginLooksForALanguage(Gallery):
    """A login by the API looks at the cookie `lang` (log_user)."""

    def look_at(self, call: Call) -> None:
        """Raises FatalError for a cookie that is its end."""

    def log_in(
        self,
        call: Call,
        session: Session,
        user: User,
        connected_with: str | None,
        pkid: str | None = None,
        *,
        remember: bool = False,
    ) -> Session:
        if call.path == API:
            self.look_at(call)
        return super().log_in(call, session, user, connected_with, pkid, remember=remember)


@deviation(("16.0", "16.1", "16.2", "16.3"))
class UnknownLanguageEndsALogin(_LoginLooksForALanguage):
    """A cookie `lang` with a language that the gallery does not have ends a login by the API in HTTP 500."""

    def look_at(self, call: Call) -> None:
        language = call.cookies.get("lang")
        if language is not None and language not in LANGUAGES:
            raise FatalError(f'[Hacking attempt] the input parameter "{language}" is not valid', 500)
        super().look_at(call)


@deviation(("16.0", "16.1", "16.2", "16.3", "16.4"))
class ListOfLanguagesEndsALogin(_LoginLooksForALanguage):
    """A cookie `lang[]` is an array to PHP, which can't be the key of one: array_key_exists raises a TypeError."""

    def look_at(self, call: Call) -> None:
        if "lang[]" in call.cookies:
            fatal("Uncaught TypeError: Illegal offset type")
        super().look_at(call)


@deviation(ALL)
class RefererOfAnAdministration(Gallery):
    """With a Referer that looks like a page of the administration no album is closed to whom the gallery has not
    looked up since the last change (user.inc.php: no cache is used; getuserdata: and nothing is found out without it).
    """

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._looked_up: set[int] = set()
        self._closes_none = False

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        user_id, led_astray = call.caller.user.id, "/admin.php?page=" in call.headers.get("Referer", "")
        self._closes_none = led_astray and user_id not in self._looked_up
        if not led_astray:
            self._looked_up.add(user_id)
        try:
            return super().run(entry, call, params)
        finally:
            self._closes_none = False
            if self.signature(self.method_name(call)).options.get("admin_only"):
                self._looked_up.clear()

    def sees_album(self, user: User, album: Album) -> bool:
        return self._closes_none or super().sees_album(user, album)
