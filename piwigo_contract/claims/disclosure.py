"""What an answer discloses besides its content: internal details, and permission to cache it or to read it from other
origins.
"""

from __future__ import annotations

import email.utils
import re
from collections.abc import Collection

from piwigo_contract.client.answers import Answer

_INTERNAL = re.compile(
    r"\b(?:Warning|Notice|Deprecated|Parse error|Fatal error)(?:</b>)?:"
    r"|\bStack trace:|\bUncaught \w|\bTraceback \(most recent|__set_state|\bon line (?:<b>)?\d"
    r"|\w\.php(?:\(\d+\)|:\d+)|\b(?:mysqli?|PDO)(?:_sql)?_?[Ee]xception|\[mysql error|\bSQL(?:STATE| syntax)"
    r"|\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM) [^\n]*(?:FROM|SET|VALUES|WHERE)\b"
    r"|(?<![\w:/.])/(?:srv|var|home|usr|opt|www|app|data)/\w[^\s<]*\.\w+|\b[A-Za-z]:\\\\?\w+\\"
)
"""Traces of PHP, of a database, of other languages' stacks, and of paths on the server."""

_FRESH_BY_ITSELF = frozenset({200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501})
"""Statuses that a cache may keep for a time of its own choice (RFC 9110, section 15.1)."""


def internals(text: str) -> list[str]:
    """The lines of a text that disclose internal details."""
    return [line.strip() for line in text.splitlines() if _INTERNAL.search(line)]


def apart_from(text: str, usual: str) -> str:
    """The text without the disclosing lines that are in `usual` too, apart from numbers.

    So a gallery that prints the same PHP notice with every answer is judged only by what is new in this one.
    """
    known = set(map(_without_numbers, internals(usual)))
    if not known:
        return text
    return "\n".join(line for line in text.splitlines() if known.isdisjoint(map(_without_numbers, internals(line))))


def _without_numbers(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def may_be_kept_by_a_shared_cache(answer: Answer, verb: str, key_header: str) -> bool:
    """Whether RFC 9111 lets a shared cache answer somebody else's request with this answer.

    verb: of the request; an answer to POST may be stored only with explicit freshness (RFC 9110, section 9.3.3).
    key_header: the name of the header with the key; an answer to a request with Authorization may be stored only if a
    directive allows it (RFC 9111, section 3.5), and one with `Vary` on the key's header is never given to a request
    with another key (section 4.1).
    """
    directives = _directives(answer)
    # with field names, as in private="Set-Cookie", these speak of those fields alone
    if {"no-store", "private", "no-cache"} & set(directives):
        return False
    if varies_by(answer, key_header):
        return False
    told = {directive.partition("=")[0] for directive in directives}
    if key_header.lower() == "authorization" and not told & {"public", "s-maxage", "must-revalidate"}:
        return False
    return _is_told_to_be_fresh(answer, verb, told)


def may_be_kept(answer: Answer, verb: str) -> bool:
    """Whether any cache, a browser's own included, may answer a request with this answer to another one."""
    directives = _directives(answer)
    if {"no-store", "no-cache"} & set(directives) or varies_by(answer, "*"):
        return False
    return _is_told_to_be_fresh(answer, verb, {directive.partition("=")[0] for directive in directives})


def varies_by(answer: Answer, header: str) -> bool:
    """Whether the answer is for those requests alone that have the same value of a header."""
    varies = {name.strip().lower() for line in answer.all_headers("vary") for name in line.split(",")}
    return bool(varies & {"*", header.lower()})


def _directives(answer: Answer) -> list[str]:
    return [
        directive.strip().lower()
        for line in answer.all_headers("cache-control")
        for directive in re.split(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', line)
    ]


def _is_told_to_be_fresh(answer: Answer, verb: str, directives: Collection[str]) -> bool:
    told = set(directives)
    if told & {"s-maxage", "max-age"}:
        return True
    if verb in ("GET", "HEAD") and (answer.status in _FRESH_BY_ITSELF or "public" in told):
        return True
    expires = answer.header("expires")
    return expires is not None and _is_a_date(expires)


def _is_a_date(text: str) -> bool:
    return email.utils.parsedate_tz(text) is not None


def origins_allowed(answer: Answer) -> list[str]:
    """The values of Access-Control-Allow-Origin."""
    return [value.strip() for value in answer.all_headers("access-control-allow-origin")]
