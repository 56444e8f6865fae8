"""Secrets, and texts made from them, that can be sent but are never shown.

A `Secret` has a name, such as PIWIGO_API_KEY, that stands for it wherever a person may look. A `Text` is a
header's, cookie's or parameter's value put together from pieces of secrets and literal characters: it knows
both the real value and the shell expression that makes the same value from the named variable, so that
evidence can be reproduced on another gallery with another key.
"""

from __future__ import annotations

import base64
import html
import json
import re
import string
import threading
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

MASK_FROM = 4
"""Secrets shorter than this many characters are too common to be looked for in texts."""

SHORTEST_INSIDE = 8
"""Shortest base64 text that is searched for inside a longer one, and shortest value that is searched for in another
case; in characters.
"""

STEP = 8
"""Of so many places of a text only one is looked at, until a form may be there."""

LONG_FORM = STEP + MASK_FROM - 1
"""Characters of a form that is seen at one of these places, wherever it stands."""

_LOWER, _UPPER, _DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
SWAPPED = "'a-zA-Z' 'A-Za-z'"
"""`tr` arguments: letters in the other case."""
NEXT = "'a-zA-Z0-9' 'b-zaB-ZA1-90'"
"""`tr` arguments: the next letter or digit, the last one becomes the first."""
_MAPPINGS = {
    SWAPPED: str.maketrans(_LOWER + _UPPER, _UPPER + _LOWER),
    NEXT: str.maketrans(
        _LOWER + _UPPER + _DIGITS, _LOWER[1:] + _LOWER[0] + _UPPER[1:] + _UPPER[0] + _DIGITS[1:] + _DIGITS[0]
    ),
}
"""Character mappings, by the arguments with which `tr` does the same in a shell line."""


@dataclass(frozen=True)
class Secret:
    """A named secret value. Its repr, and so any traceback or log, shows the name alone."""

    name: str
    _value: str = field(repr=False)
    identifier: int = field(default=0, repr=False)
    """Characters at its beginning that are the identifier of a key that exists; 0 for any other secret."""

    def reveal(self) -> str:
        """The real value: only for sending and for masking."""
        return self._value

    @property
    def text(self) -> Text:
        """The whole secret as a Text."""
        return Text((_Piece(self, 0, len(self._value)),))


@dataclass(frozen=True)
class _Piece:
    """Characters `start` to `stop` of a secret, each replaced as the named mappings say, one after another."""

    secret: Secret
    start: int
    stop: int
    mappings: tuple[str, ...] = ()

    def __len__(self) -> int:
        return self.stop - self.start

    def reveal(self) -> str:
        cut = self.secret.reveal()[self.start : self.stop]
        for mapping in self.mappings:
            cut = cut.translate(_MAPPINGS[mapping])
        return cut

    def shell(self, after: str | None = None) -> str:
        """The shell expression that gives this piece. after: the text that follows it; None: any text may follow."""
        if self.start != 0 or self.stop != len(self.secret.reveal()):
            expression = f"${{{self.secret.name}:{self.start}:{len(self)}}}"
        elif not self.mappings and (after is None or re.match(r"[\w\[]", after)):
            # braces only where the next character would else be read as part of the name
            expression = f"${{{self.secret.name}}}"
        else:
            expression = f"${self.secret.name}"
        if not self.mappings:
            return expression
        return f'$(printf %s "{expression}"' + "".join(f" | tr {mapping}" for mapping in self.mappings) + ")"


_ENCODINGS: Mapping[str, tuple[Callable[[bytes], str], str]] = {
    "base64": (lambda raw: base64.b64encode(raw).decode(), "base64 -w0"),
    "hex": (bytes.hex, r"od -An -v -tx1 | tr -d ' \n'"),
    "percent": (lambda raw: "".join(f"%{byte:02x}" for byte in raw), r"od -An -v -tx1 | tr ' ' % | tr -d '\n'"),
}
"""Encodings of a text: how it is made here, and in a shell from standard input."""


@dataclass(frozen=True)
class _Encoded:
    """A whole text in another encoding."""

    text: Text
    encoding: str

    def __len__(self) -> int:
        return len(self.reveal())

    def reveal(self) -> str:
        return _ENCODINGS[self.encoding][0](bytes(self.text))

    def shell(self, after: str | None = None) -> str:
        return f'$(printf %s "{self.text.shell()}" | {_ENCODINGS[self.encoding][1]})'


class NamedId(int):
    """An id that the target gave to something of this run: evidence shows its repr, a name such as `$USER_1_ID`."""

    name: str

    def __new__(cls, name: str, value: int) -> NamedId:
        """Make one. name: what stands for it in a report."""
        made = super().__new__(cls, value)
        made.name = name
        return made

    def __repr__(self) -> str:
        return f"${self.name}"

    def __str__(self) -> str:
        return str(int(self))


class PreEncoded(str):
    """Characters that are percent-encoded already, and are sent as they stand."""


@dataclass(frozen=True, repr=False)
class Text:
    """A value made of secrets' pieces and literal characters.

    Behaves like an immutable string where mutations need it: `+`, slicing, `len`. `str()` and `repr()` give
    the shell form, fit to stand between double quotes; `reveal()` the real characters.
    """

    pieces: tuple[_Piece | _Encoded | str, ...] = ()

    @classmethod
    def of(cls, value: Text | Secret | str | int) -> Text:
        """A Text of a literal, a number or a whole secret; a Text is returned unchanged. A Number becomes a secret with
        its name, so evidence shows the name.
        """
        if isinstance(value, Text):
            return value
        if isinstance(value, NamedId):
            return Secret(value.name, str(int(value))).text
        if isinstance(value, int):
            return cls((str(value),))
        return value.text if isinstance(value, Secret) else cls((value,))

    def reveal(self) -> str:
        """The real characters: only for sending and for masking."""
        return "".join(piece if isinstance(piece, str) else piece.reveal() for piece in self.pieces)

    def __bytes__(self) -> bytes:
        """The real characters in UTF-8, and lone surrogates as the bytes that they stand for."""
        return self.reveal().encode("utf-8", "surrogateescape")

    def shell(self) -> str:
        """The expression that gives this text, to stand between double quotes in bash."""
        return self._told(_quoted)

    def plain(self) -> str:
        """The literal characters as they are, and the variables that stand for the rest."""
        return self._told(str)

    def _told(self, literal: Callable[[str], str]) -> str:
        parts: list[str] = []
        after = ""
        for piece in reversed(self.pieces):
            part = literal(piece) if isinstance(piece, str) else piece.shell(after)
            parts.append(part)
            after = part or after
        return "".join(reversed(parts))

    def secrets(self) -> Iterator[Secret]:
        """The secrets that pieces of this text come from, repeated ones included."""
        for piece in self.pieces:
            if isinstance(piece, _Piece):
                yield piece.secret
            elif isinstance(piece, _Encoded):
                yield from piece.text.secrets()

    @property
    def names_a_key(self) -> bool:
        """Whether the whole identifier of a key that exists is in it, as it is or in an encoding.

        A target that looks for such a key finds it, and has its secret's hash to compute.
        """
        end: tuple[Secret, int] | None = None  # whose beginning the pieces so far end with, and how much of it
        for piece in self.pieces:
            if isinstance(piece, _Encoded) and piece.text.names_a_key:
                return True
            if not isinstance(piece, _Piece) or piece.mappings or (piece.start and (piece.secret, piece.start) != end):
                end = None
                continue
            end = piece.secret, piece.stop
            if 0 < piece.secret.identifier <= piece.stop:
                return True
        return False

    def encoded(self, encoding: str) -> Text:
        """This text in `base64`, `hex` or `percent` (every byte of its UTF-8 form)."""
        return Text((_Encoded(self, encoding),))

    def swapcase(self) -> Text:
        """The same letters in the other case."""
        return self._mapped(SWAPPED)

    def other(self) -> Text:
        """A text of the same length: each letter or digit replaced by the next one of its kind."""
        return self._mapped(NEXT)

    def _mapped(self, mapping: str) -> Text:
        table = _MAPPINGS[mapping]
        return Text(
            tuple(
                replace(piece, mappings=(*piece.mappings, mapping))
                if isinstance(piece, _Piece)
                else _plain(piece).translate(table)
                for piece in self.pieces
            )
        )

    def __str__(self) -> str:
        return self.shell()

    __repr__ = __str__

    def __len__(self) -> int:
        return sum(len(piece) for piece in self.pieces)

    def __add__(self, other: Text | str) -> Text:
        return Text(self.pieces + Text.of(other).pieces)

    def __radd__(self, other: str) -> Text:
        return Text((other, *self.pieces))

    def __getitem__(self, wanted: slice | int) -> Text:
        if isinstance(wanted, int):
            wanted = slice(wanted, wanted + 1 or None)
        start, stop, step = wanted.indices(len(self))
        if step != 1:
            raise ValueError("a Text is cut in steps of one")
        cut: list[_Piece | _Encoded | str] = []
        at = 0
        for piece in self.pieces:
            low, high = max(start - at, 0), min(stop - at, len(piece))
            if low < high:
                cut.append(
                    replace(piece, start=piece.start + low, stop=piece.start + high)
                    if isinstance(piece, _Piece)
                    else _plain(piece)[low:high]
                )
            at += len(piece)
        return Text(tuple(cut))


def _plain(piece: _Encoded | str) -> str:
    if isinstance(piece, str):
        return piece
    raise ValueError("an encoded text can't be cut or mapped")


def _quoted(literal: str) -> str:
    """A literal as it stands between double quotes in bash.

    What can't be seen is put as `$'...'`, and a long run of one character as the printf that makes it.
    """
    return _UNLIKE_ITSELF.sub(_quoted_run, literal)


_UNLIKE_ITSELF = re.compile(r"(.)\1{23,}|[^ -~]+?(?=[ -~]|\Z)|[\\\"$`]", re.S)


def _quoted_run(found: re.Match[str]) -> str:
    run = found[0]
    if not " " <= run[0] <= "~":
        return "\"$'" + "".join(f"\\x{byte:02x}" for byte in run.encode("utf-8", "surrogateescape")) + "'\""
    if len(run) > 1 and run[0] not in "'%\\":
        return f"$(printf -- '{run[0]}%.0s' {{1..{len(run)}}})"
    return re.sub(r'([\\"$`])', r"\\\1", run)


_MACHINE_MADE = re.compile(r"(?=\D*\d)\w{24,}")
"""Machine-made secrets (keys, session ids, tokens): half of one is still long enough not to be an ordinary word."""

_HASH = re.compile(
    r"(?:\$(?:[PH1567y]|2[abxy]|argon2(?:id|i|d)|scrypt|pbkdf2[\w-]*)\$|\b(?:scrypt|pbkdf2)[:_][\w:]+\$)[\w./+=,$-]{8,}"
)
"""The hash of a secret, or its beginning, as phpass, PHP's password_hash, crypt(3) and their like write it."""


class Vault:
    """All secrets of a run, and the cleaning of every text that leaves it.

    Cleaning replaces values, not patterns: each secret in every encoding that a target or a library may put
    it in, and each name that the run made up by the neutral word that stands for it.
    """

    def __init__(self) -> None:
        self._shown: dict[str, str] = {}
        self._lengths: dict[str, list[int]] = {}
        """Of the forms that begin with these MASK_FROM characters, the longest first."""
        self._masked: set[str] = set()
        """Values whose forms are all there."""
        self._parts: set[str] = set()
        """MASK_FROM characters each: those of long forms of which one is seen wherever such a form stands."""
        self._short: list[str] = []
        """Forms that are shorter than LONG_FORM."""
        self._new: list[str] = []
        """Forms that are in neither yet."""
        self._sorting = threading.Lock()

    def secret(self, name: str, value: str) -> Secret:
        """Register `value` under `name`; from now on no cleaned text shows it."""
        self.mask(value, f"${name}", rename=True)
        return Secret(name, value)

    def key(self, name: str, value: str) -> Secret:
        """As `secret`, for a key that exists: its halves are not shown either."""
        pkid, _, secret = value.partition(":")
        self.mask(pkid, f"${name}_ID", rename=True)
        self.mask(secret, f"${name}_SECRET", rename=True)
        return replace(self.secret(name, value), identifier=len(pkid))

    def login(self, name: str, user: str, password: str) -> Secret:
        """As `secret`, for `USER:PASSWORD`: the password alone is not shown either."""
        self.mask(password, f"${name}_PASSWORD", rename=True)
        return self.secret(name, f"{user}:{password}")

    def mask(self, value: str, shown: str, *, rename: bool = False) -> None:
        """Replace `value`, in all its encodings, by `shown` in every text cleaned from now on.

        The two halves of a machine-made value are replaced too. Those of a value that a person chose are not: they may
        be ordinary words. rename: replace an earlier `shown` of this value.
        """
        if len(value) < MASK_FROM:
            return
        self._mask(value, shown, rename)
        if _MACHINE_MADE.fullmatch(value) or _HASH.fullmatch(value):
            middle = len(value) // 2
            self._mask(value[:middle], f"{shown}[:{middle}]", rename)
            self._mask(value[middle:], f"{shown}[{middle}:]", rename)

    def _mask(self, value: str, shown: str, rename: bool) -> None:
        if value in self._masked and not rename:
            return
        forms: Iterable[str] = encodings(value)
        if len(value) >= SHORTEST_INSIDE:
            forms = {*forms, value.swapcase(), value.lower(), value.upper()}
        for form in forms:
            known = form in self._shown
            if rename or not known:
                self._shown[form] = shown
            if not known:
                self._new.append(form)
                lengths = self._lengths.setdefault(form[:MASK_FROM], [])
                if len(form) not in lengths:
                    lengths.append(len(form))
                    lengths.sort(reverse=True)
        self._masked.add(value)

    def shown(self) -> Iterator[tuple[str, str]]:
        """Each value, in each of its encodings, with what is shown in its place."""
        return iter(self._shown.items())

    def clean(self, text: str) -> str:
        """`text` with every known secret replaced; of several that begin at one place the longest wins."""
        cleaned: list[str] = []
        kept = 0
        for at in self._begins(text):
            if at < kept:
                continue
            for length in self._lengths[text[at : at + MASK_FROM]]:
                if (shown := self._shown.get(text[at : at + length])) is not None:
                    cleaned += (text[kept:at], shown)
                    kept = min(at + length, len(text))
                    break
        return "".join([*cleaned, text[kept:]]) if cleaned else text

    def _begins(self, text: str) -> list[int]:
        """Where in a text a form may begin. There are thousands of forms, and most texts hold none."""
        with self._sorting:
            while self._new:
                if len(form := self._new.pop()) < LONG_FORM:
                    self._short.append(form)
                else:
                    self._parts.update(form[at : at + MASK_FROM] for at in range(STEP))
        every = range(len(text))
        places: Iterable[int] = every
        if not any(form in text for form in self._short):
            seen = [at for at in every[::STEP] if text[at : at + MASK_FROM] in self._parts]
            places = (at for end in seen for at in range(max(end - STEP + 1, 0), end + 1))
        return [at for at in places if text[at : at + MASK_FROM] in self._lengths]


def secret_hashes(text: str) -> list[str]:
    """Hashes of secrets in a text, whole or as much of them as it shows, in the order in which they stand there."""
    if "%24" in text:
        text = f"{text}\n{urllib.parse.unquote(text)}"
    return [found[0] for found in _HASH.finditer(text.replace("\\/", "/"))] if "$" in text else []


@lru_cache(maxsize=4096)  # a run's secrets are looked for in each of its exchanges
def encodings(value: str) -> frozenset[str]:
    """A value in every encoding that a target or a library may put it in."""
    raw = value.encode("utf-8", "surrogateescape")
    percent = {urllib.parse.quote(raw, safe=""), urllib.parse.quote_plus(raw), urllib.parse.quote(raw)}
    in_json = {json.dumps(value, ensure_ascii=ascii_alone)[1:-1] for ascii_alone in (True, False)}
    in_html = html.escape(value)
    return frozenset(
        {
            value,
            repr(value)[1:-1],  # Python's, in a traceback or a log
            *percent,
            *(re.sub("%..", lambda match: match[0].lower(), form) for form in percent),
            *in_json,
            *(form.replace("/", "\\/") for form in in_json),
            *(json.dumps(form)[1:-1] for form in in_json),  # JSON as a text in JSON
            in_html,
            in_html.replace("&#x27;", "&#039;"),  # PHP's
            raw.hex(),
            *_base64(raw),
        }
    )


def _base64(raw: bytes) -> Iterator[str]:
    """Base64 of a value that stands alone, or anywhere inside of something longer, such as `user:password`."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        alone = encode(raw).decode()
        yield from (alone, alone.rstrip("="))
        for before in range(3):
            # characters at either end also depend on what stands beside the value
            first, last = -(-8 * before // 6), 8 * (before + len(raw)) // 6
            inside = encode(bytes(before) + raw).decode()[first:last]
            if len(inside) >= SHORTEST_INSIDE:
                yield inside
