"""`python expire.py URL PKID`: makes a key of a running reference server expire now.

Imports next to nothing: a run makes dozens of keys expire, each with a process of its own, and the standard library's
HTTP takes three times as long to import as all the rest.
"""

from __future__ import annotations

import socket
import sys

CONTROL = "/_reference/"
EXPIRE_PATH = CONTROL + "expire"


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0, 1 with one line on stderr, or 2 for other arguments."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 2 or not given[0].startswith(("http://", "https://")):
        print(
            "usage: python expire.py URL PKID; URL: root of the server, as its first line of output says",
            file=sys.stderr,
        )
        return 2
    url, pkid = given
    try:
        status = _asked(url, pkid)
    except (OSError, ValueError) as error:
        reason = f"can't be reached: {error}"
    else:
        if status == 204:
            return 0
        reason = f"no key {pkid}" if status == 404 else f"answered {status}"
    print(f"{url}: {reason}", file=sys.stderr)
    return 1


def _asked(url: str, pkid: str) -> int:
    """The status of the answer. Raises OSError, or ValueError for what is none."""
    scheme, _, rest = url.partition("://")
    authority, _, path = rest.partition("/")
    host, _, port = authority.rpartition(":")
    body = "pkid=" + "".join(f"%{byte:02x}" for byte in pkid.encode())
    lines = [
        f"POST {f'/{path}'.rstrip('/')}{EXPIRE_PATH} HTTP/1.1",
        f"Host: {authority}",
        "Connection: close",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]
    with socket.create_connection((host.strip("[]"), int(port)), timeout=10) as plain:
        connection = _secured(plain) if scheme == "https" else plain
        connection.sendall("\r\n".join([*lines, "", body]).encode())
        return int(connection.recv(64).partition(b" ")[2][:3])


def _secured(connection: socket.socket) -> socket.socket:
    import ssl

    # the server is on this machine, and its certificate nobody's but its own
    return ssl._create_unverified_context().wrap_socket(connection)


if __name__ == "__main__":
    sys.exit(main())
