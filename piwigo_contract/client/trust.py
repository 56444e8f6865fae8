"""Whose certificates are believed."""

from __future__ import annotations

import ssl
from functools import cache


@cache
def system_trust() -> ssl.SSLContext:
    """The TLS context that goes by the system's authorities; reading them takes 20 ms, so a process does it once."""
    return ssl.create_default_context()
