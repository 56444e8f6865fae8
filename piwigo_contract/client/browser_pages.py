"""Two pages as a person uses them: the API browser, and the section for keys of the profile page.

Elements are found by the ids and classes of Piwigo's own scripts, which are the same in every language.
Source: tools/ws.htm, tools/ws/ws.js, themes/standard_pages/template/profile.tpl, themes/standard_pages/js/profile.js.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from piwigo_contract.client.browser import Visit
from piwigo_contract.client.credentials import ApiKey
from piwigo_contract.errors import OutOfReach

if TYPE_CHECKING:
    from playwright.sync_api import Locator

API_BROWSER = "tools/ws.htm"
PROFILE = "profile.php"
WHOAMI = "pwg.session.getStatus"
_FIELD, _RESULT = "#apiKey", "#json-viewer"


@dataclass(frozen=True)
class Shown:
    """What the API browser shows of an answer; of a field that it does not show None."""

    stat: str | None
    username: str | None
    connected_with: str | None
    err: str | None
    message: str | None


class ApiBrowser:
    """tools/ws.htm with one method chosen."""

    def __init__(self, visit: Visit) -> None:
        self._page = visit.page
        self._vault = visit.gallery.vault
        visit.open(API_BROWSER)
        self._page.fill("#search input", WHOAMI)
        with _shown("the API browser to offer pwg.session.getStatus"):
            self._page.locator(f'.method-link[data-method="{WHOAMI}"]:visible').click()
            self._page.locator("#invokeMethod").wait_for()

    def label_of_key(self) -> str | None:
        """What stands before the field for a key, without its colon; None where there is no such field."""
        if not self._page.locator(_FIELD).is_visible():
            return None
        return self._page.locator(".header-label").inner_text().strip().rstrip(":")

    def whoami(self, key: ApiKey) -> Shown:
        """Type a key into its field and ask who that is; gives what the page shows then.

        Raises OutOfReach where there is no field.
        """
        if self.label_of_key() is None:
            raise OutOfReach(detail="a field for a key in the API browser")
        self._page.fill(_FIELD, key.text.reveal())
        self._page.click("#invokeMethod")
        with _no_longer():
            self._page.wait_for_function(f"document.querySelector('{_RESULT}').textContent.includes('stat')")
        text = self._page.locator(_RESULT).inner_text()
        told = {name: re.search(rf'\b{name}"?\s*:\s*"?([^"\n,}}]+)', text) for name in Shown.__annotations__}
        if token := re.search(r'pwg_token"?\s*:\s*"?(\w+)', text):
            self._vault.mask(token[1], "$PWG_TOKEN_OF_THE_PAGE")
        return Shown(**{name: found and found[1] for name, found in told.items()})


@dataclass(frozen=True)
class Line:
    """A key in the list: its name, and its last use in words."""

    name: str
    last_use: str


class ProfileKeys:
    """The section for keys of the profile page, opened anew. Raises OutOfReach where it is not Piwigo's own."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._page = visit.page
        self.open()

    def open(self) -> None:
        self._visit.open(PROFILE)
        if not self._page.locator("#apikey-section").count():
            raise OutOfReach(detail="a theme with Piwigo's standard pages: this profile page is the theme's own")
        # the section is folded at first
        if self._page.locator("#apikey-display:not(.open)").count():
            self._page.click("#apikey-section .display-section")
        with _shown("the profile page to offer a new key"):
            self._page.locator("#new_apikey").wait_for()

    def make(self, name: str) -> tuple[str, str]:
        """Make a key by the form; gives its id and its secret as they are shown, nothing where they are not."""
        self._page.click("#new_apikey")
        self._page.fill("#api_key_name", name)
        self._page.click("#save_apikey")
        with _no_longer():
            self._page.wait_for_function("document.querySelector('#api_secret_key').value !== ''")
        return self._page.input_value("#api_id_key"), self._page.input_value("#api_secret_key")

    def lines(self, *, ended: bool = False) -> list[Line]:
        """The keys that are listed as in force, or as ended."""
        where = "#api_key_list_expired" if ended else "#api_key_list"
        rows = self._page.locator(f"{where} .api-tab-line:not(.template-api)").all()
        return [Line(_text(row, ".api_name"), _text(row, ".api_last_use")) for row in rows]

    def rename(self, key: ApiKey, name: str) -> None:
        """Rename a key by its pencil. Raises OutOfReach where there is none."""
        self._click_icon(key, "edit-mode")
        self._page.fill("#api_key_edit", name)
        self._save("#save_api_edit")

    def revoke(self, key: ApiKey) -> None:
        """Revoke a key by its bin. Raises OutOfReach where there is none."""
        self._click_icon(key, "delete-mode")
        self._save("#revoke_api_key")

    def _click_icon(self, key: ApiKey, name: str) -> None:
        with _shown("a way to change a key on the profile page"):
            self._page.click(f'.api-icon-action[data-pkid="{key.pkid.reveal()}"] .{name}')

    def _save(self, button: str) -> None:
        """Click the button of a dialog, wait for what comes of it, and open the page anew."""
        with _no_longer(), self._page.expect_response(lambda answer: "api_key" in answer.url):
            self._page.click(button)
        self.open()


def _text(row: Locator, selector: str) -> str:
    return " ".join((row.locator(selector).text_content() or "").split())


@contextmanager
def _shown(what: str) -> Iterator[None]:
    """Raises OutOfReach where a page that is built otherwise does not get that far."""
    from playwright.sync_api import Error

    try:
        yield
    except Error as error:
        raise OutOfReach(detail=f"{what} ({str(error).splitlines()[0]})") from error


@contextmanager
def _no_longer() -> Iterator[None]:
    """Wait for a page no longer than it may take: what it shows by then is what it shows."""
    from playwright.sync_api import TimeoutError

    with suppress(TimeoutError):
        yield
