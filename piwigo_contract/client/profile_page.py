"""The profile page, on which a person manages keys: what it offers, and which injected markup became part of it.

Source: profile.php and themes/standard_pages/template/profile.tpl, which is shown for every theme but `default`
(include/template.class.php); themes/standard_pages/js/profile.js, which asks for pwg.users.api_key.get and puts each
row into the page, and which the gallery joins with others into files of its own (combine in the same class).
"""

from __future__ import annotations

import re
import urllib.parse

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Account, ApiKey
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.html import read_page
from piwigo_contract.errors import OutOfReach
from piwigo_contract.urls import destination, origin

PAGE, ADMINISTRATION = "profile.php", "admin.php"
"""The pages checked, relative to the root of the gallery."""
_KEYS = re.compile(r"api[-_ ]?key|key[-_ ]?name", re.IGNORECASE)
_CLOSED = re.compile(r"can_manage_api\s*=\s*false")
"""Matches where the standard page says that its viewer may not manage keys; its section is hidden then."""
_STANDARD = re.compile(r"standard_pages/", re.IGNORECASE)
_LIST, _LAST_USE = "pwg.users.api_key.get", "last_used_on"
"""The method that the page's script calls, and the field of its answer that it must read."""


def profile_page(gallery: Gallery, account: Account) -> Answer:
    """The profile page of an account, in its web session. Raises OutOfReach where there is none.

    A generic account has none, and a gallery may have moved its pages: the contract is about the API only.
    """
    if account.user.status == "generic":
        raise OutOfReach(detail="an account with a profile page, which a generic one has not")
    return _there(gallery.page(PAGE, account.session), PAGE)


def administration_page(gallery: Gallery, account: Account) -> Answer:
    """The first page of the administration, in an administrator's session. Raises OutOfReach where there is none."""
    return _there(gallery.page(ADMINISTRATION, account.session), ADMINISTRATION)


def _there(page: Answer, name: str) -> Answer:
    if page.status in (404, 410):
        raise OutOfReach(detail=f"a gallery with the page {name}")
    return page


def offers_keys(page: Answer) -> bool:
    """Whether a profile page offers its viewer to make a key.

    Raises OutOfReach for a page that is not Piwigo's standard page: a theme may have one of its own, and what that
    offers is not part of the contract.
    """
    names = [field.get(name, "") for field in read_page(page).all("input") for name in ("id", "name")]
    if any(map(_KEYS.search, names)):
        return not _CLOSED.search(page.text)
    if not _STANDARD.search(page.text):
        raise OutOfReach(detail="a theme with Piwigo's standard pages: this profile page is the theme's own")
    return False


def markup_named(page: Answer, word: str) -> list[str]:
    """Tags and attributes of a page whose name contains the word: markup that was injected and not escaped."""
    word, found = word.lower(), []
    for tag, attributes in read_page(page).tags:
        found += [f"a tag <{tag}>"] if word in tag else []
        found += [f"an attribute {name} of <{tag}>" for name in attributes if word in name]
    return found


def shows_last_use(gallery: Gallery, account: Account, key: ApiKey, before: Answer, after: Answer) -> bool:
    """Whether a profile page, fetched before and after a use of a key, shows when that was.

    Where the key is in the HTML, the visible text beside it must have changed; else one of the page's scripts must ask
    for the list of keys and read the last use from it. Raises OutOfReach for a page that is filled in some other way.
    """
    if key.pkid.reveal() in after.text:
        return read_page(before).words != read_page(after).words
    if not offers_keys(after):
        return False
    filled = [script for script in (after.text, *_scripts(gallery, account, after)) if _LIST in script]
    if not filled:
        raise OutOfReach(detail="a browser: no script of this profile page asks for the list of keys by its name")
    return any(_LAST_USE in script for script in filled)


def _scripts(gallery: Gallery, account: Account, page: Answer) -> list[str]:
    """The scripts of the gallery's own that a page loads."""
    root = urllib.parse.urlsplit(gallery.url)
    found = []
    for source in dict.fromkeys(script["src"] for script in read_page(page).all("script") if script.get("src")):
        url = destination(gallery.url, source)
        path = urllib.parse.urlsplit(url or "").path
        if url is not None and origin(url) == origin(gallery.url) and path.startswith(root.path):
            found.append(gallery.page(path[len(root.path) :], account.session).text)
    return found
