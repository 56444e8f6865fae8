"""The vocabulary of checks, of this project and of others: a public interface (docs/interface.md).

A name in `__all__` goes, or changes its meaning, only with a major version, and after a DeprecationWarning in a minor
one. Apart from this, suite/ imports only families of malformed keys, ways to call a method, smuggled requests and
prepared writes, which are nobody else's.
"""

from __future__ import annotations

import pytest

from piwigo_contract.claims import Claim, Expect
from piwigo_contract.claims.timing import compare_timing
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.browser_pages import API_BROWSER, PROFILE
from piwigo_contract.client.clock import between
from piwigo_contract.client.credentials import (
    Account,
    ApiKey,
    Body,
    Cookie,
    Header,
    KeyHeader,
    OtherKeyHeader,
    Query,
    Session,
    basic_of,
)
from piwigo_contract.client.envelopes import FORMATS
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.login import session_after, submit_login_form
from piwigo_contract.client.pages import pages_that_know, signs_of_login
from piwigo_contract.client.profile_page import (
    administration_page,
    markup_named,
    offers_keys,
    profile_page,
    shows_last_use,
)
from piwigo_contract.client.vault import PreEncoded, Text
from piwigo_contract.errors import ContractBroken, OutOfReach
from piwigo_contract.provision.sessions import SESSION_LOGIN, UPLOAD_LOGIN


def clause(clause_id: str) -> pytest.MarkDecorator:
    """Say which clause of `specs/contract/` a check stands for."""
    return pytest.mark.clause(clause_id)


def each_end(fixture: str, *, revoked: pytest.MarkDecorator, expired: pytest.MarkDecorator) -> pytest.MarkDecorator:
    """A check for each way in which a key ends, which this fixture is told, `end` or `ended_key`; a clause for each."""
    ways = [pytest.param("revoked", marks=revoked), pytest.param("expired", marks=expired)]
    return pytest.mark.parametrize(fixture, ways, indirect=True)


__all__ = [
    "API_BROWSER",
    "FORMATS",
    "PROFILE",
    "SESSION_LOGIN",
    "UPLOAD_LOGIN",
    "Account",
    "Answer",
    "ApiCall",
    "ApiKey",
    "Body",
    "Claim",
    "ContractBroken",
    "Cookie",
    "Expect",
    "Gallery",
    "Header",
    "KeyHeader",
    "OtherKeyHeader",
    "OutOfReach",
    "PreEncoded",
    "Query",
    "Session",
    "Text",
    "administration_page",
    "basic_of",
    "between",
    "clause",
    "compare_timing",
    "each_end",
    "markup_named",
    "offers_keys",
    "pages_that_know",
    "profile_page",
    "session_after",
    "shows_last_use",
    "signs_of_login",
    "submit_login_form",
]
