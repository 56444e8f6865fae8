"""`python expire.py URL PKID`: makes a key of a running reference server expire now.

Imports nothing but the standard library: a run makes dozens of keys expire, each with a process of its own.
"""

from __future__ import annotations

import argparse
import ssl
import sys
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

CONTROL = "/_reference/"
EXPIRE_PATH = CONTROL + "expire"


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0, or 1 with one line on stderr."""
    parser = argparse.ArgumentParser(prog="piwigo-reference-expire", description="Makes a key expire now.")
    parser.add_argument("url", help="root of the server, as its first line of output says")
    parser.add_argument("pkid", help="the id of the key")
    asked = parser.parse_args(arguments)
    if not asked.url.startswith(("http://", "https://")):
        parser.error("URL starts with http://")
    # the server is on this machine, and its certificate nobody's but its own
    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=ssl._create_unverified_context()))
    body = urlencode({"pkid": asked.pkid}).encode()
    try:
        opener.open(asked.url.rstrip("/") + EXPIRE_PATH, body, timeout=10).close()
    except HTTPError as error:
        error.close()
        reason = f"no key {asked.pkid}" if error.code == 404 else f"answered {error.code}"
    except (URLError, HTTPException, OSError) as error:
        reason = f"can't be reached: {error}"
    else:
        return 0
    print(f"{asked.url}: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
