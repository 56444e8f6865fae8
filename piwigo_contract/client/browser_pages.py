"""Two pages as a person uses them: the API browser, and the section for keys of the profile page.

Elements are found by the ids and classes of Piwigo's own scripts, which are the same in every language.
Source: tools/ws.htm, tools/ws/ws.js, themes/standard_pages/template/profile.tpl, themes/standard_pages/js/profile.js.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from piwigo_contract.client.browser import Visit
from piwigo_contract.client.credentials import ApiKey
from piwigo_contract.errors import OutOfReach

API_BROWSER = "tools/ws.htm"
PROFILE = "profile.php"
WHOAMI = "pwg.session.getStatus"
_FIELD, _RESULT = "#apiKey", "#json-viewer"
_LINES = """(rows) => rows.map((row) => [".api_name", ".api_last_use"].map(
  (part) => (row.querySelector(part)?.textContent ?? "").split(/\\s+/).filter(Boolean).join(" ")))"""


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
        self._visit = visit
        self._page = visit.page
        visit.open(API_BROWSER)
        offered = "the API browser to offer pwg.session.getStatus"
        visit.do(self._page.fill("#search input", WHOAMI), offered)
        visit.do(self._page.click(f'.method-link[data-method="{WHOAMI}"]:visible'), offered)
        visit.do(self._page.locator("#invokeMethod").wait_for(), offered)

    def label_of_key(self) -> str | None:
        """What stands before the field for a key, without its colon; None where there is no such field."""
        if not self._visit.do(self._page.locator(_FIELD).is_visible()):
            return None
        labels = self._visit.do(self._page.locator(".header-label").all_inner_texts())
        return " ".join(labels).strip().rstrip(":")

    def whoami(self, key: ApiKey, verb: str) -> Shown:
        """Type a key into its field and ask who that is, by GET or POST; gives what the page shows then.

        Raises OutOfReach where there is no field.
        """
        if self.label_of_key() is None:
            raise OutOfReach(detail="a field for a key in the API browser")
        self._visit.do(self._page.select_option("#requestFormat", verb.lower()), f"the API browser to offer {verb}")
        self._visit.do(self._page.fill(_FIELD, key.text.reveal()))
        self._visit.do(self._page.click("#invokeMethod"))
        self._visit.wait(
            self._page.wait_for_function(f"document.querySelector('{_RESULT}').textContent.includes('stat')")
        )
        text = self._visit.do(self._page.locator(_RESULT).inner_text())
        told = {name: re.search(rf'\b{name}"?\s*:\s*"?([^"\n,}}]+)', text) for name in Shown.__annotations__}
        if token := re.search(r'pwg_token"?\s*:\s*"?(\w+)', text):
            self._visit.gallery.vault.mask(token[1], "$PWG_TOKEN_OF_THE_PAGE")
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
        do, page = self._visit.do, self._page
        self._visit.open(PROFILE)
        if not do(page.locator("#apikey-section").count()):
            raise OutOfReach(detail="a theme with Piwigo's standard pages: this profile page is the theme's own")
        offered = "the profile page to offer a new key"
        # the section is folded at first
        if do(page.locator("#apikey-display:not(.open)").count()):
            do(page.click("#apikey-section .display-section"), offered)
        do(page.locator("#new_apikey").wait_for(), offered)

    def make(self, name: str, end: datetime.date | None = None) -> tuple[str, str]:
        """Make a key by the form; gives its id and its secret as they are shown, nothing where they are not.

        end: the day that is chosen for its end, None for the duration that is offered first.
        """
        do, page = self._visit.do, self._page
        do(page.click("#new_apikey"))
        do(page.fill("#api_key_name", name))
        if end is not None:
            offered = "the form for a key to offer a date of one's own"
            do(page.select_option('select[name="api_expiration"]', "custom"), offered)
            do(page.fill("#api_expiration_date", end.isoformat()), offered)
        do(page.click("#save_apikey"))
        self._visit.wait(page.wait_for_function("document.querySelector('#api_secret_key').value !== ''"))
        return do(page.input_value("#api_id_key")), do(page.input_value("#api_secret_key"))

    def lines(self, *, ended: bool = False) -> list[Line]:
        """The keys that are listed as in force, or as ended."""
        where = "#api_key_list_expired" if ended else "#api_key_list"
        rows = self._page.locator(f"{where} .api-tab-line:not(.template-api)")
        return [Line(*texts) for texts in self._visit.do(rows.evaluate_all(_LINES))]

    def close_form(self) -> None:
        """Close the form for a new key by its cross."""
        self._leave("#close_api_modal", "#api_modal")

    def rename(self, key: ApiKey, name: str, *, not_after_all: ApiKey | None = None) -> None:
        """Rename a key by its pencil. Raises OutOfReach where there is none.

        not_after_all: a key whose pencil is clicked first, and its dialog closed.
        """
        if not_after_all is not None:
            self._click_icon(not_after_all, "edit-mode")
            self._leave("#close_api_modal_edit", "#api_modal_edit")
        self._click_icon(key, "edit-mode")
        self._visit.do(self._page.fill("#api_key_edit", name))
        self._save("#save_api_edit")

    def revoke(self, key: ApiKey, *, not_after_all: ApiKey | None = None) -> None:
        """Revoke a key by its bin. Raises OutOfReach where there is none.

        not_after_all: a key whose bin is clicked first, and its dialog cancelled.
        """
        if not_after_all is not None:
            self._click_icon(not_after_all, "delete-mode")
            self._leave("#cancel_api_revoke", "#api_modal_revoke")
        self._click_icon(key, "delete-mode")
        self._save("#revoke_api_key")

    def _click_icon(self, key: ApiKey, name: str) -> None:
        icon = f'.api-icon-action[data-pkid="{key.pkid.reveal()}"] .{name}'
        self._visit.do(self._page.click(icon), "a way to change a key on the profile page")

    def _leave(self, button: str, dialog: str) -> None:
        """Leave a dialog by one of its buttons, and wait until it is gone: it fades."""
        self._visit.do(self._page.click(button), f"a way to leave a dialog of the profile page ({button})")
        self._visit.do(self._page.locator(dialog).wait_for(state="hidden"), "dialogs that can be left")

    def _save(self, button: str) -> None:
        """Click the button of a dialog, wait for what comes of it, and open the page anew."""

        async def save() -> None:
            async with self._page.expect_response(lambda answer: "api_key" in answer.url):
                await self._page.click(button)

        self._visit.wait(save())
        self.open()
