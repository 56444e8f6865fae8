"""The cookies that a browser holds, and which of them go where (RFC 6265): http.cookiejar's affair, as values."""

from __future__ import annotations

import copy
import http.client
import http.cookiejar
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

from piwigo_contract.client.vault import Text


@dataclass(frozen=True)
class HeldCookie:
    """A cookie as a browser holds it. rule: where it goes and until when; it is without a value."""

    name: str
    value: Text
    rule: http.cookiejar.Cookie = field(repr=False, compare=False)


def held_after(
    lines: Iterable[str], url: str, before: Iterable[HeldCookie]
) -> Iterator[tuple[http.cookiejar.Cookie, str]]:
    """The rules and values of what is held after an answer from this URL with these Set-Cookie lines.

    They set cookies, replace and delete those held before, or are refused.
    """
    jar = _jar((cookie.rule, cookie.value.reveal()) for cookie in before)
    for line in lines:  # each by itself: of several at once, http.cookiejar first does all that delete
        jar.extract_cookies(cast(http.client.HTTPResponse, _Response(line)), urllib.request.Request(url))
    for cookie in jar:
        value, cookie.value = cookie.value, None
        if value is not None:  # a line without an equals sign is no cookie
            yield cookie, value


def sent_to(url: str, held: Sequence[HeldCookie]) -> list[tuple[str, Text]]:
    """Names and values of those that a request to this URL brings, in their order."""
    request = _request(url)
    sent = [
        cookie
        for cookie in held
        if _POLICY.domain_return_ok(cookie.rule.domain, request)
        and _POLICY.path_return_ok(cookie.rule.path, request)
        and _POLICY.return_ok(cookie.rule, request)
    ]
    sent.sort(key=lambda cookie: len(cookie.rule.path), reverse=True)
    return [(cookie.name, cookie.value) for cookie in sent]


def _jar(cookies: Iterable[tuple[http.cookiejar.Cookie, str]]) -> http.cookiejar.CookieJar:
    jar = http.cookiejar.CookieJar(_Policy())
    for rule, value in cookies:
        cookie = copy.copy(rule)
        cookie.value = value
        jar.set_cookie(cookie)
    return jar


class _Policy(http.cookiejar.DefaultCookiePolicy):
    """Browsers', as far as a run can tell: nobody here knows which domains are public (co.uk)."""

    def return_ok_expires(self, cookie: http.cookiejar.Cookie, request: urllib.request.Request) -> bool:
        return not cookie.is_expired()

    def return_ok_domain(self, cookie: http.cookiejar.Cookie, request: urllib.request.Request) -> bool:
        # a host of one word is to http.cookiejar another one, under .local
        own = cookie.domain == f".{urllib.parse.urlsplit(request.full_url).hostname}"
        return own or super().return_ok_domain(cookie, request)


_POLICY = _Policy()

_request = lru_cache(maxsize=256)(urllib.request.Request)
"""Most requests go to a few addresses."""


class _Response:
    """What http.cookiejar wants of an answer: its headers, of which it reads one kind."""

    def __init__(self, line: str) -> None:
        self._line = line

    def info(self) -> _Response:
        return self

    def get_all(self, name: str, default: list[str]) -> list[str]:
        return [self._line] if name == "Set-Cookie" else default
