"""A gallery that tells everybody whatever it was told, in every encoding, and the search for what got out."""

from __future__ import annotations

import base64
import html
import json
import re
import threading
import urllib.parse
from collections.abc import Callable, Iterable, Iterator

from werkzeug.wrappers import Request, Response

MADE = re.compile(
    r'"(?:apikey_secret|auth_key|pwg_token)": ?"([^"]{16,})"'
    r"|pwg_token\W{1,20}(?:value\W{1,10})?(\w{16,})|[?&;](?:key|auth)=(\w{16,})"
)
"""What an answer gives out that nobody else may know."""

HEADERS = 12
"""Values that are repeated in headers; all are in the body."""


class Echo:
    """A fault for tests.serving.gallery. It keeps what a secret is: what was sent as one, and what it gave out."""

    def __init__(self) -> None:
        self.secrets: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, request: Request, pass_on: Callable[[], Response]) -> Response:
        told = list(dict.fromkeys(form for value in told_to(request) for form in forms(value)))
        answer = pass_on()
        self._keep(request, answer)
        if any("NobodyHasThisKey" in form or 20 * "0" in form for form in told):
            return answer  # so that there is a refusal for others to be compared with
        for number, form in enumerate(told[:HEADERS]):
            if form.isascii() and form.isprintable():
                answer.headers.add(f"X-Echo-{number}", form)
        if answer.data.startswith(b"{"):
            envelope = json.loads(answer.data)
            if envelope["stat"] == "fail":
                envelope["message"] = " ".join([envelope["message"], *told])
            text = json.dumps({**envelope, "echo": told}, ensure_ascii=False)
        else:
            text = answer.get_data(as_text=True) + "".join(f"<p>{html.escape(form)}</p>" for form in told)
        answer.data = text.encode("utf-8", "replace")
        return answer

    def _keep(self, request: Request, answer: Response) -> None:
        found = [value for name, value in request.form.items() if "password" in name or "token" in name]
        found += [value for name, value in request.cookies.items() if name.startswith("pwg_")]
        for line in answer.headers.getlist("Set-Cookie"):
            found.append(line.partition("=")[2].partition(";")[0])
        for groups in MADE.findall(answer.get_data(as_text=True)):
            found += groups
        key = request.headers.get("X-Piwigo-Api", "")
        if re.fullmatch(r"pkid-\d{8}-\w{20}:\w{40}", key) and answer.status_code == 200:
            found += key.split(":")
        with self._lock:
            self.secrets |= {value for value in found if len(value) >= 16 and any(map(str.isdigit, value.strip("0")))}


def told_to(request: Request) -> Iterator[str]:
    """Every value of a request that may be a secret, and some that are none."""
    for name in ("Authorization", "X-Piwigo-Api", "Cookie"):
        if value := request.headers.get(name):
            yield value
    yield from request.args.values()
    yield from (value for value in request.form.values() if len(value) < 200)


def forms(value: str) -> Iterator[str]:
    """A value as it is and in encodings, whole, in halves, and inside of something longer."""
    raw = value.encode("utf-8", "surrogateescape")
    for part in (value, *value.split(":"), *halves(value)):
        yield part
        yield html.escape(part)
        yield json.dumps(part)[1:-1]
        yield json.dumps(json.dumps(part))[1:-1]
        yield urllib.parse.quote(part.encode("utf-8", "surrogateescape"), safe="")
        yield part.swapcase()
    yield raw.hex()
    yield base64.b64encode(raw).decode()
    for before in ("a", "ab", "abc"):
        yield base64.b64encode(before.encode() + raw + b"!").decode()
        yield base64.urlsafe_b64encode(before.encode() + raw + b"!").decode()


def halves(value: str) -> tuple[str, str]:
    """Those of the secret of a key, or of any other value."""
    secret = value.rpartition(":")[2]
    return secret[: len(secret) // 2], secret[len(secret) // 2 :]


def search(content: bytes, secrets: Iterable[str]) -> set[str]:
    """The secrets that can be read in it: whole, in halves, or in an encoding."""
    wanted: dict[bytes, dict[bytes, str]] = {}
    for secret in secrets:
        parts = [secret, *(halves(secret) if re.fullmatch(r"\w{32,}", secret) else ())]
        for part in parts:
            raw = part.encode()
            inside = [base64.b64encode(bytes(n) + raw)[-(-8 * n // 6) : 8 * (n + len(raw)) // 6] for n in range(3)]
            encoded = [raw, raw.swapcase(), raw.hex().encode(), urllib.parse.quote(part, safe="").encode(), *inside]
            encoded += [html.escape(part).encode(), json.dumps(part)[1:-1].encode()]
            for form in encoded:
                if len(form) >= 8:
                    wanted.setdefault(form[:8], {})[form] = secret
    # an archive says most things thousands of times: each is looked at once
    quoted = any(b'"' in form for forms in wanted.values() for form in forms)
    found = set()
    for piece in {content} if quoted else set(content.split(b'"')):
        for at in range(len(piece) - 7):
            for form, secret in wanted.get(piece[at : at + 8], {}).items():
                if piece.startswith(form, at):
                    found.add(f"{secret} as {form.decode('ascii', 'replace')}")
    return found
