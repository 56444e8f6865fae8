"""What a gallery's URL is, and what of it a key must never leave."""

from __future__ import annotations

import ipaddress
import re
import urllib.parse

from piwigo_contract.errors import UsageError


def without_login(url: str) -> tuple[str, tuple[str, str] | None]:
    """A URL, and user name and password that stood in it for a server in front (RFC 3986, section 3.2.1).

    Raises UsageError, which repeats none of it, for one of the two alone.
    """
    before, mark, rest = url.partition("://")
    authority = re.match(r"[^/?#]*", rest)
    login, at, host = (authority[0] if authority else "").rpartition("@")
    if not (mark and at):
        return url, None
    user, _, password = (urllib.parse.unquote(half) for half in login.partition(":"))
    if not (user and password) or ":" in user:
        raise UsageError("--target: before the @ of a URL stands USER:PASSWORD of the server in front of the gallery")
    return before + mark + host + rest[len(login) + 1 + len(host) :], (user, password)


def gallery_root(url: str) -> str:
    """The root of a gallery, ending in a slash, from what a user may give: with or without path or `ws.php`.

    Raises UsageError for what is no http(s) URL, or carries a password (which would end up in reports).
    """
    with_password = UsageError("--target: leave user name and password out of the URL")
    try:
        parts = urllib.parse.urlsplit(url.strip())
        port = parts.port
    except ValueError:
        # the error's own words may repeat a password: one with a slash in it is taken for a port
        raise with_password if "@" in url else UsageError("--target: not a URL: no such host or port") from None
    if "@" in parts.netloc:
        raise with_password
    if parts.scheme not in ("http", "https") or not parts.hostname:
        # without a scheme, say, a password is no part of what is taken for the host
        if "@" in url:
            raise with_password
        raise UsageError(f"--target {url}: give an http:// or https:// URL of a gallery's root")
    try:  # as it stands in a request: names of hosts in ASCII (IDNA), paths without blanks
        name = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
    except UnicodeError:
        raise UsageError(f"--target {url}: no host can have that name") from None
    host = f"[{name}]" if ":" in name else name
    path = urllib.parse.quote(parts.path, safe="/%:@!$&'()*+,;=~").removesuffix("/ws.php").rstrip("/")
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{path}/"


def destination(url: str, location: str) -> str | None:
    """Where an answer from a URL sends the caller by its Location; None where that is nowhere."""
    try:
        there = urllib.parse.urljoin(url, location)
        origin(there)
    except ValueError:
        return None
    return there


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port: what a key must never leave."""
    parts = urllib.parse.urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def is_here(host: str) -> bool:
    """Whether a host is this machine by its own address: nobody else is asked, and nobody else can ask."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_page(text: str) -> bool:
    """Whether this is the address of a page that a link may lead to, http(s) or a path, without an anchor."""
    scheme = re.match("[A-Za-z][A-Za-z0-9+.-]*:", text)
    return bool(re.fullmatch(r"[^\s#\x00-\x1f]+", text)) and (scheme is None or bool(re.match("https?://", text)))
