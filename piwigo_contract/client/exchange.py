"""Evidence: what was sent, what came back, and the curl line that does it again."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.multipart import Upload
from piwigo_contract.client.vault import PreEncoded, Text, Vault, secret_hashes
from piwigo_contract.client.written import WrittenRequest


@dataclass(frozen=True)
class ApiCall:
    """One call of the API, as data. A probe and its control may differ in one field only (`varied_from`).

    method: its name, or None to leave it out. params: its parameters, in the query for GET, in the body for
    POST. format: json, rest, xmlrpc, php, or None to leave it out. auth: carriers of credentials. page: file
    under the gallery's root. files: sent along in a POST, by the name of their field. without: names of headers that
    every other request has.
    """

    method: str | None = "pwg.session.getStatus"
    params: tuple[tuple[str, Text], ...] = ()
    verb: str = "POST"
    format: str | None = "json"
    auth: tuple[Any, ...] = ()
    headers: tuple[tuple[str, Text], ...] = ()
    page: str = "ws.php"
    files: tuple[tuple[str, Upload], ...] = ()
    without: tuple[str, ...] = ()

    @property
    def asked_format(self) -> str | None:
        """The answer format that is asked for, wherever in the request."""
        told = next((value.reveal() for name, value in self.params if name == "format"), None)
        return self.format or told

    def varied_from(self, other: ApiCall) -> list[str]:
        """Names of the fields in which two calls differ."""
        return [name for name in self.__dataclass_fields__ if getattr(self, name) != getattr(other, name)]


@dataclass(frozen=True)
class Sent:
    """The request as it went out: still with its secrets, which only `reveal()` of a Text shows."""

    verb: str
    url: str
    query: tuple[tuple[str, Text], ...]
    headers: tuple[tuple[str, Text], ...]
    form: tuple[tuple[str, Text], ...] | None
    written: WrittenRequest | None = None
    """What is written to the socket, where that is not left to httpx; the rest is only a reading of it."""
    files: tuple[tuple[str, Upload], ...] = ()
    without: tuple[str, ...] = ()
    """Names of headers that are in every request but this one."""

    @property
    def names_a_key(self) -> bool:
        """Whether the identifier of a key that exists is anywhere in it."""
        values = [value for _, value in (*self.headers, *self.query, *(self.form or ()))]
        return any(value.names_a_key for value in (*values, self.written.text if self.written else Text()))

    @property
    def encoded_query(self) -> str:
        """The query string as sent, without the question mark; empty where there is none."""
        return _encoded(self.query)

    @property
    def encoded_form(self) -> str | None:
        """The form as sent (application/x-www-form-urlencoded); None where there is none."""
        return None if self.form is None else _encoded(self.form)

    @property
    def full_url(self) -> str:
        """The URL with its query, real secrets included: never for evidence."""
        return f"{self.url}?{self.encoded_query}" if self.query else self.url


Role = Literal["control", "probe", "request"]
"""What an exchange is in a check; request is what only prepares."""


@dataclass
class Exchange:
    """A request and its answer. `answer` is None, and `failure` says why, where none came.

    What it is as evidence (role, phase, shown) is for the transcript to say.
    """

    call: ApiCall
    sent: Sent
    answer: Answer | None = None
    failure: str | None = None
    seconds: float = 0.0
    role: Role = "request"
    phase: str = "call"
    """setup, call or teardown of the check; or preflight, clean-up"""
    started: float = 0.0
    """seconds since 1970"""
    shown: bool = False
    """whether it is evidence of a break, for a report to show"""
    came: int | None = None
    """Bytes of the answer's body as they came on the wire, before they were decoded; None where nobody counted."""
    picture: bytes | None = None
    """What a person's browser showed when it broke, as PNG, with no secret in it."""
    repeatable: bool = False
    """Whether the request was alone on its connection, so that sending it again means the same."""

    @cached_property
    def method(self) -> str | None:
        """The method that the request names, wherever in it."""
        named = (*(self.sent.form or ()), *self.sent.query)
        return next((value.reveal() for name, value in named if name == "method"), None)

    def receive(self, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> Answer:
        """What came back, as the answer to this request."""
        self.answer = Answer(status, headers, body, self.call.asked_format, self)
        return self.answer

    def curl(self, vault: Vault) -> str:
        """A shell line that sends the same, with every credential as a variable to be set first."""
        if self.sent.written is not None:
            return vault.clean(self.sent.written.shell(self.sent.url))
        parts = ["curl -sS"]
        if self.sent.verb == "HEAD" and not self.sent.form:
            parts.append("-I")  # with -X HEAD it would wait for a body
        elif self.sent.verb not in ("GET", "POST") or (
            self.sent.verb == "POST" and not self.sent.form and not self.sent.files
        ):
            parts.append(f"-X {self.sent.verb}")
        for name, value in self.sent.headers:
            # curl drops a header that ends in a bare colon; a semicolon makes it send the name with no value
            parts.append(f'-H "{name}: {value.shell()}"' if len(value) else f'-H "{name};"')
        parts += [f'-H "{name}:"' for name in self.sent.without]
        for name, value in self.sent.form or () if self.sent.files else ():
            parts.append(f'--form-string "{name}={value.shell()}"')
        for name, upload in self.sent.files:
            parts.append(f'-F "{name}=@{upload.name};type={upload.media_type}"')
        for name, value in self.sent.form or () if not self.sent.files else ():
            verbatim = any(isinstance(piece, PreEncoded) for piece in value.pieces)
            parts.append(f'{"--data" if verbatim else "--data-urlencode"} "{name}={value.shell()}"')
        parts.append(f'"{self.sent.url}{"?" if self.sent.query else ""}{shown_query(self.sent.query)}"')
        return vault.clean(" ".join(parts))


LONGEST_VALUE = 60
"""Characters of a parameter's value that `in_words` shows."""


def in_words(exchange: Exchange) -> str:
    """A call in a few words: its method, its verb where that is not POST, and its parameters."""
    call = exchange.call
    verb = [] if call.verb == "POST" else [f"by {call.verb}"]
    params = [f"{name}={ascii(value.plain()[:LONGEST_VALUE])[1:-1]}" for name, value in call.params]
    return " ".join([str(call.method), *verb, *(params or ["without parameters"])])


def request_in_words(exchange: Exchange) -> str:
    """What was asked, how, and with whose credentials: `pwg.users.getList by GET with a key (status normal)`. Empty
    where it was written to the socket: only its bytes tell what it was.
    """
    call = exchange.call
    if exchange.sent.written is not None:
        return ""
    told = [ascii(exchange.method or call.page)[1:-1][:LONGEST_VALUE]]
    if exchange.method is not None:
        told += [f"by {call.verb}"] if call.verb != "POST" else []
        told += [f"in {call.asked_format or 'no format'}"] if call.asked_format != "json" else []
    told += ["with a file"] if call.files else []
    if brought := list(dict.fromkeys(each.in_words[:LONGEST_VALUE] for each in call.auth)):
        told.append(f"with {' and '.join(brought)}")
    elif not any(name == "username" for name, _ in call.params):
        told.append("with no credential")
    return " ".join(told)


class Cleaner:
    """Replaces in texts the run's secrets, what these exchanges made of them, and the secrets that their answers
    contain.

    A target that echoes a wrong key would otherwise show all but one character of a live key, and one that opens a
    session by mistake would have its cookie shown. Derived values are replaced before the secrets themselves: once a
    part of a value is replaced, the whole is not found any more.
    """

    def __init__(self, exchanges: Sequence[Exchange], vault: Vault) -> None:
        own = Vault()
        for exchange in exchanges:
            self._mask(own, exchange.sent, exchange.answer)
        self._vaults = (own, vault)

    @staticmethod
    def _mask(own: Vault, sent: Sent, answer: Answer | None) -> None:
        values = [value for _, value in (*sent.headers, *sent.query, *(sent.form or ()))]
        for value in (*values, *(sent.written.segments if sent.written else ())):
            if any(value.secrets()):
                own.mask(value.reveal(), value.shell())
            for piece in value.pieces:
                if not isinstance(piece, str) and len(piece) >= SHORTEST_PIECE:
                    own.mask(piece.reveal(), piece.shell())
        if answer is not None:
            for _, cookie in answer.cookies:
                own.mask(cookie, "$COOKIE")
            for token in _TOKEN.findall(answer.text) if "pwg_token" in answer.text else ():
                own.mask(token, "$TOKEN")
            for secret in given_out(answer):
                own.mask(secret, "$SECRET")

    def __call__(self, text: str) -> str:
        """Clean a text of the secrets of each."""
        for vault in self._vaults:
            text = vault.clean(text)
        return text


SHORTEST_PIECE = 8
"""Characters of a secret that are worth hiding where they stand alone."""

_NEW_SECRET = re.compile(
    r"(?:apikey_secret|auth_key)\b.{1,40}?\b([A-Za-z0-9]{16,128})\b|[?&;](?:key|auth)=([A-Za-z0-9]{16,128})", re.DOTALL
)
_TOKEN = re.compile(r"pwg_token\b.{1,40}?\b(?=\w*\d)(\w{16,128})\b", re.DOTALL)


def given_out(answer: Answer) -> Iterator[str]:
    """Secrets of lasting worth that an answer gives out.

    Those of new keys, and of links that log in or set a password; hashes of secrets, or as much of them as it shows;
    and what a list shows in place of a secret, unless that is one character again and again.
    """
    text = answer.text
    # to search for these words is faster by far than the pattern, which most answers hold nothing of
    if any(word in text for word in ("apikey_secret", "auth_key", "key=", "auth=")):
        for groups in _NEW_SECRET.findall(text):
            yield from filter(None, groups)
    for kept in secret_hashes("\n".join([*(value for _, value in answer.headers), text])):
        yield from (kept, kept.rstrip(".,"))  # a sentence may end with it
    if "apikey_secret" in text and answer.envelope is not None:
        yield from (shown for shown in shown_for_secrets(answer.envelope.result) if len(set(shown)) > 1)


def shown_for_secrets(result: object) -> Iterator[str]:
    """What a result of the API shows in place of the secrets of keys, in its order."""
    if isinstance(result, dict):
        if isinstance(shown := result.get("apikey_secret"), str):
            yield shown
        result = list(result.values())
    for inner in result if isinstance(result, list) else ():
        yield from shown_for_secrets(inner)


def _encoded(pairs: Sequence[tuple[str, Text]]) -> str:
    return "&".join(f"{urllib.parse.quote_plus(name)}={percent_encoded(value)}" for name, value in pairs)


def percent_encoded(value: Text) -> str:
    """A value as it stands in a query or a form."""
    if not any(isinstance(piece, PreEncoded) for piece in value.pieces):
        return urllib.parse.quote_plus(value.reveal())
    return "".join(
        piece
        if isinstance(piece, PreEncoded)
        else urllib.parse.quote_plus(piece if isinstance(piece, str) else piece.reveal())
        for piece in value.pieces
    )


def shown_query(pairs: Sequence[tuple[str, Text]]) -> str:
    """A query string with credentials as variables; literal parts are percent-encoded as they were sent."""
    shown = []
    for name, value in pairs:
        encoded = "".join(
            piece
            if isinstance(piece, PreEncoded)
            else urllib.parse.quote_plus(piece)
            if isinstance(piece, str)
            else piece.shell()
            for piece in value.pieces
        )
        shown.append(f"{urllib.parse.quote_plus(name)}={encoded}")
    return "&".join(shown)
