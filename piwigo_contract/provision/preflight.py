"""Before the first check: can this target be judged at all, by which release's contract, with what access?"""

from __future__ import annotations

import ssl
import urllib.parse
from dataclasses import dataclass

import httpx

from piwigo_contract.client.answers import REDIRECTS, Answer
from piwigo_contract.client.credentials import ApiKey, User
from piwigo_contract.client.gallery import BY_A_KEY, Gallery, NoAnswer
from piwigo_contract.client.vault import Secret
from piwigo_contract.contract.releases import ProfileChoice, choose_profile, profiles
from piwigo_contract.errors import NoVerdict, TargetGone, UsageError
from piwigo_contract.provision.identities import UNKNOWN_OWNER
from piwigo_contract.urls import destination, gallery_root, origin

IN_PLACE = {
    401: "something in front of the gallery asks for credentials of its own: give them with --basic USER:PASSWORD",
    403: "are web services switched off there, or does a firewall refuse the suite?",
}
"""What an answer by somebody else than the API may come from, by its status."""

COLLIDES = (
    "Piwigo 16.0 reads keys from the header Authorization, and Basic credentials are in it: have the server in front "
    "ask for none for ws.php, or upgrade to 16.1 (https://github.com/Piwigo/Piwigo/issues/2460)"
)
"""What Basic authentication in front of a gallery of 16.0 comes to."""


LONGEST_WORD = 100
"""Characters of a name or a version that a gallery may have (upstream: the column username)."""


@dataclass(frozen=True)
class Identification:
    """What a target says to anybody: its version, or None where it keeps it to itself; whom it takes anybody for."""

    reported_version: str | None
    anonymous: User


def identify(gallery: Gallery) -> Identification:
    """Ask an anonymous `pwg.session.getStatus`. Raises NoVerdict, in one line, for no answer or no Piwigo.

    A gallery that sends callers on to its own address with TLS, once, is the one there from then on.
    """
    try:
        answer = gallery.whoami(verb="GET")
        if (secure := _with_tls(gallery, answer)) is not None:
            gallery.move_to(secure)
            answer = gallery.whoami(verb="GET")
    except NoAnswer as error:
        raise NoVerdict(_why_no_answer(gallery, error)) from error
    except TargetGone as error:
        raise NoVerdict(f"{gallery.url}ws.php is out of service: it answers {error}") from error
    _no_redirect(gallery, answer)
    envelope = answer.envelope
    if envelope is None:
        hint = IN_PLACE.get(answer.status, "is the URL the gallery's root?")
        if answer.status == 400 and gallery.url.startswith("http:"):
            hint = "is it https:// there?"
        if answer.status == 401 and gallery.in_front is not None:
            hint = "something in front of the gallery refuses the credentials of --basic"
        raise NoVerdict(f"{gallery.url}ws.php is no Piwigo web API: it answers {answer.in_words}; {hint}")
    if envelope.err == 401 and gallery.in_front is not None:
        raise NoVerdict(f"{gallery.url}ws.php takes the credentials of --basic for a key: {COLLIDES}")
    if not envelope.ok or answer.caller is None:
        raise NoVerdict(
            f"{gallery.url}ws.php does not tell an anonymous caller who it is: HTTP {answer.status}, "
            f"{envelope.message or 'no user name in the answer'}"
        )
    version, user = envelope.result.get("version"), answer.caller.user
    known = isinstance(version, str) and 0 < len(version) <= LONGEST_WORD
    if len(user.name) > LONGEST_WORD or len(user.status) > LONGEST_WORD:
        raise NoVerdict(
            f"{gallery.url}ws.php gives a caller a name of more than {LONGEST_WORD} characters: no Piwigo does"
        )
    if answer.caller.connected_with == BY_A_KEY:
        raise NoVerdict(
            f"{gallery.url}ws.php says of a caller without a key that it came with one, as {user.name!r} "
            f"({user.status}): nothing can be known of keys there; does a proxy add one to each request?"
        )
    return Identification(version if known else None, user)


def choose_release(gallery: Gallery, found: Identification, asked: str) -> ProfileChoice:
    """The profile to hold the target to; see `releases.choose_profile`. Raises NoVerdict for one with no API keys."""
    choice = choose_profile(found.reported_version, asked)
    if asked == "auto" and choice.note is not None:
        _has_api_keys(gallery)
    return choice


def _has_api_keys(gallery: Gallery) -> None:
    """Raise NoVerdict if the target's list of methods has no API keys: an unknown version may be older than
    they are.
    """
    answer = gallery.call("reflection.getMethodList", verb="GET")
    listed = answer.result
    methods = listed.get("methods") if isinstance(listed, dict) else None
    if isinstance(methods, list) and "pwg.users.api_key.create" not in methods:
        raise NoVerdict(f"{gallery.url} has no API keys (no method pwg.users.api_key.create): nothing to judge")


def accept_key(gallery: Gallery, secret: Secret) -> ApiKey:
    """The key that was given, with the owner that the target names. Raises NoVerdict if it isn't accepted."""
    header = gallery.profile.header
    answer = gallery.whoami(ApiKey(secret, UNKNOWN_OWNER))
    caller = answer.caller
    if answer.status == 401:
        raise NoVerdict(
            f"the target refuses the key of --api-key in the header {header}: is it whole, not expired, not revoked?"
        )
    if caller is None:
        raise NoVerdict(f"the target answers HTTP {answer.status} to the key of --api-key: nothing can be judged by it")
    if caller.user.status == "guest":
        other = [p.release for p in profiles().values() if p.header != header]
        raise NoVerdict(
            f"the target ignores the key in the header {header}: {gallery.profile.if_no_key_is_seen} Or is this "
            f"release {other[0]} (--release {other[0]})?"
        )
    return ApiKey(secret, caller.user)


def _no_redirect(gallery: Gallery, answer: Answer) -> None:
    location = answer.header("location")
    if answer.status not in REDIRECTS or location is None:
        return
    if (target := destination(gallery.url + "ws.php", location)) is None:
        raise NoVerdict(f"{gallery.url}ws.php redirects to {location[:LONGEST_WORD]!r}, which is no URL")
    if origin(target) != origin(gallery.url):
        there = urllib.parse.urlsplit(target)
        raise NoVerdict(
            f"{gallery.url}ws.php redirects to another host ({there.scheme}://{there.netloc[:100]}): "
            "give the gallery's real URL as --target"
        )
    raise NoVerdict(
        f"{gallery.url}ws.php redirects to {urllib.parse.urlsplit(target).path[:100]}: give the root it leads to"
    )


def _with_tls(gallery: Gallery, answer: Answer) -> str | None:
    """The URL that a gallery without TLS sends callers on to, where that is the same one with TLS."""
    location = answer.header("location")
    if answer.status not in REDIRECTS or location is None or not gallery.url.startswith("http:"):
        return None
    try:
        there = gallery_root((destination(gallery.url + "ws.php", location) or "").partition("?")[0])
    except UsageError:
        return None
    (_, host, _), (scheme, other, _) = origin(gallery.url), origin(there)
    same = host == other and urllib.parse.urlsplit(there).path == urllib.parse.urlsplit(gallery.url).path
    return there if scheme == "https" and same else None


def _why_no_answer(gallery: Gallery, error: NoAnswer) -> str:
    cause: BaseException | None = error.__cause__
    hint = ""
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"the certificate of {gallery.url} is not trusted: {cause.verify_message}: "
                "give --ca-bundle FILE, or --insecure"
            )
        hint = hint or _of_the_other_scheme(gallery.url, cause)
        cause = cause.__cause__ or cause.__context__
    return f"{gallery.url} can't be reached: {error.exchange.failure}{hint}"


def _of_the_other_scheme(url: str, cause: BaseException) -> str:
    """A hint where http may be spoken to a port for https, or the other way round; else nothing."""
    if url.startswith("https:") and isinstance(cause, ssl.SSLError):
        return "; is TLS spoken on that port? or is it http:// there?"
    if url.startswith("http:") and isinstance(cause, httpx.RemoteProtocolError | httpx.ReadError):
        return "; or is it https:// there?"
    return ""
