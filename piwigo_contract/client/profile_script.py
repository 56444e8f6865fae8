"""What the profile page, or the script that fills it, shows of keys.

Source: themes/standard_pages/js/profile.js, which asks for pwg.users.api_key.get and puts each row into the page; the
gallery joins its scripts into files of its own (include/template.class.php, combine).
"""

from __future__ import annotations

import html
import re
import urllib.parse
from html.parser import HTMLParser

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Account, ApiKey
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.profile_page import offers_keys
from piwigo_contract.errors import OutOfReach
from piwigo_contract.urls import origin

_SCRIPT = re.compile(r"""<script\b[^>]*\bsrc\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
LIST = "pwg.users.api_key.get"
WORDS = "last_used_on"


def shows_last_use(gallery: Gallery, account: Account, key: ApiKey, before: Answer, after: Answer) -> bool:
    """Whether a profile page, looked at before and after a use of a key, tells when that was.

    Where the key is in its HTML, what a person reads there must have changed; else one of its scripts must ask for
    the list of keys and read the last use from it. Raises OutOfReach for a page that is filled in some other way.
    """
    if key.pkid.reveal() in after.text:
        return _read(before) != _read(after)
    if not offers_keys(after):
        return False
    filled = [script for script in (after.text, *_scripts(gallery, account, after)) if LIST in script]
    if not filled:
        raise OutOfReach(detail="a browser: no script of this profile page asks for the list of keys by its name")
    return any(WORDS in script for script in filled)


def _read(page: Answer) -> list[str]:
    parser = _Words()
    parser.feed(page.text)
    parser.close()
    return parser.found


class _Words(HTMLParser):
    """The texts between the tags of a page, but for scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None and data.strip():
            self.found.append(" ".join(data.split()))


def _scripts(gallery: Gallery, account: Account, page: Answer) -> list[str]:
    """The scripts of the gallery's own that a page loads."""
    root = urllib.parse.urlsplit(gallery.url)
    found = []
    for source in dict.fromkeys(_SCRIPT.findall(page.text)):
        url = urllib.parse.urljoin(gallery.url, html.unescape(source))
        path = urllib.parse.urlsplit(url).path
        if origin(url) == origin(gallery.url) and path.startswith(root.path):
            found.append(gallery.page(path[len(root.path) :], account.session).text)
    return found
