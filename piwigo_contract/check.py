"""The vocabulary of a check: everything that a module of `suite/` imports."""

from __future__ import annotations

import pytest

from piwigo_contract.credentials import ApiKey, Body, Cookie, Header, KeyHeader, OtherKeyHeader, Query, Session, basic
from piwigo_contract.exchange import Call
from piwigo_contract.vault import Text


def clause(clause_id: str) -> pytest.MarkDecorator:
    """Say which clause of `specs/contract/` a check stands for."""
    return pytest.mark.clause(clause_id)


__all__ = [
    "ApiKey",
    "Body",
    "Call",
    "Cookie",
    "Header",
    "KeyHeader",
    "OtherKeyHeader",
    "Query",
    "Session",
    "Text",
    "basic",
    "clause",
]
