"""The page on which a person manages keys, and what in an HTML page is alive.

Source: profile.php and themes/standard_pages/template/profile.tpl, which is shown for every theme but `default`
(include/template.class.php).
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Account
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.errors import OutOfReach

PAGE, ADMINISTRATION = "profile.php", "admin.php"
_KEYS = re.compile(r"api[-_ ]?key|key[-_ ]?name", re.IGNORECASE)
_CLOSED = re.compile(r"can_manage_api\s*=\s*false")
"""How the standard page says that whoever looks at it may not manage keys; its section is hidden then."""
_STANDARD = re.compile(r"standard_pages/", re.IGNORECASE)


def profile_page(gallery: Gallery, account: Account) -> Answer:
    """Somebody's own page, in the session of the web form. Raises OutOfReach where there is none.

    A generic account has none, nor has a gallery that keeps its pages elsewhere: the contract is of the API.
    """
    if account.user.status == "generic":
        raise OutOfReach(detail="an account with a profile page, which a generic one has not")
    return _there(gallery.page(PAGE, account.session), PAGE)


def administration(gallery: Gallery, account: Account) -> Answer:
    """The first page of the administration, in an administrator's session. Raises OutOfReach where there is none."""
    return _there(gallery.page(ADMINISTRATION, account.session), ADMINISTRATION)


def _there(page: Answer, name: str) -> Answer:
    if page.status in (404, 410):
        raise OutOfReach(detail=f"a gallery with the page {name}")
    return page


def offers_keys(page: Answer) -> bool:
    """Whether a profile page has a field for the name of a new key, and offers it to whoever looks at it.

    Raises OutOfReach where it has none and is not Piwigo's standard page either: a theme may have a profile
    page of its own, and what that one offers is not the gallery's promise.
    """
    fields = _Parser("")
    fields.feed(page.text)
    fields.close()
    if any(_KEYS.search(name) for name in fields.inputs):
        return not _CLOSED.search(page.text)
    if not _STANDARD.search(page.text):
        raise OutOfReach(detail="a theme with Piwigo's standard pages: this profile page is the theme's own")
    return False


def alive(page: Answer, word: str) -> list[str]:
    """Tags and attributes of a page whose name has the word in it: what a text that holds it must never become."""
    parser = _Parser(word.lower())
    parser.feed(page.text)
    parser.close()
    return parser.found


class _Parser(HTMLParser):
    def __init__(self, word: str) -> None:
        super().__init__(convert_charrefs=True)
        self._word = word
        self.found: list[str] = []
        self.inputs: list[str] = []
        """Ids and names of the page's fields."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "input":
            self.inputs += [value or "" for name, value in attrs if name in ("id", "name")]
        if self._word in tag:
            self.found.append(f"a tag <{tag}>")
        self.found += [f"an attribute {name} of <{tag}>" for name, _ in attrs if self._word in name]
