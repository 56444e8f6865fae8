"""The page on which a person manages keys, and what in an HTML page is alive.

Source: profile.php and themes/standard_pages/template/profile.tpl, which is shown for every theme but `default`
(include/template.class.php).
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from piwigo_contract.answers import Answer
from piwigo_contract.gallery import Gallery
from piwigo_contract.target import OutOfReach
from piwigo_contract.workshop import Account

PAGE = "profile.php"
_KEYS = re.compile(r"api[-_ ]?key", re.IGNORECASE)
_STANDARD = re.compile(r"standard_pages/", re.IGNORECASE)


def profile_page(gallery: Gallery, account: Account) -> Answer:
    """Somebody's own page, in the session of the web form. Raises OutOfReach for a generic account, which has none."""
    if account.user.status == "generic":
        raise OutOfReach("needs an account with a profile page, which a generic one has not")
    return gallery.page(PAGE, account.session)


def offers_keys(page: Answer) -> bool:
    """Whether a profile page has a section about API keys.

    Raises OutOfReach where it has none and is not Piwigo's standard page either: a theme may have a profile
    page of its own, and what that one offers is not the gallery's promise.
    """
    if _KEYS.search(page.text):
        return True
    if not _STANDARD.search(page.text):
        raise OutOfReach("needs a theme with Piwigo's standard pages: this profile page is the theme's own")
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

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._word in tag:
            self.found.append(f"a tag <{tag}>")
        self.found += [f"an attribute {name} of <{tag}>" for name, _ in attrs if self._word in name]
