"""What the profile page, or the script that fills it, shows of keys.

Source: themes/standard_pages/js/profile.js, which asks for pwg.users.api_key.get and puts each row into the page; the
gallery joins its scripts into files of its own (include/template.class.php, combine).
"""

from __future__ import annotations

import html
import re
import urllib.parse
from collections.abc import Collection

from piwigo_contract.answers import Answer
from piwigo_contract.gallery import Gallery, origin
from piwigo_contract.profile_page import offers_keys
from piwigo_contract.target import OutOfReach
from piwigo_contract.workshop import Account

_SCRIPT = re.compile(r"""<script\b[^>]*\bsrc\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
LIST = "pwg.users.api_key.get"
WORDS = "last_used_on"


def shows_last_use(gallery: Gallery, account: Account, page: Answer, pkid: str, words: Collection[str]) -> bool:
    """Whether a profile page tells when a key was last used.

    It does where its HTML has the key's identifier and any of these words, or where one of its scripts asks for the
    list of keys and reads the last use from it. Raises OutOfReach for a page that is filled in some other way.
    """
    text = html.unescape(page.text)
    if pkid in text:
        return any(each in text for each in words if each)
    if not offers_keys(page):
        return False
    scripts = [page.text, *_scripts(gallery, account, page)]
    filled = [script for script in scripts if LIST in script]
    if not filled:
        raise OutOfReach("needs a browser: no script of this profile page asks for the list of keys by its name")
    return any(WORDS in script for script in filled)


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
