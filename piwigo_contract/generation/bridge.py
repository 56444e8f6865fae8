"""schemathesis' pytest interface, fitted to checks that are judged as a whole.

`schemathesis.pytest.from_fixture` makes one test of all operations and has each of them reported as a subtest. A check
of the contract is one thing: what breaks in it is collected by its `expect`, for each cause and not for each operation.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import pytest
import schemathesis.pytest.lazy


class _OneCheck:
    """Stands in for pytest's subtests: nothing is reported, and whatever is raised is raised by the check."""

    def test(self, **_: Any) -> AbstractContextManager[None]:
        return nullcontext()


@contextmanager
def as_one_check(request: pytest.FixtureRequest) -> Iterator[None]:
    """While this lasts, a test of a lazy schema is one check."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(schemathesis.pytest.lazy, "make_subtests", lambda _: _OneCheck())
        if not hasattr(request.node, "_nodeid"):
            # where the operation at hand is named; pytest 9.2 has done away with it
            patched.setattr(request.node, "_nodeid", request.node.nodeid, raising=False)
        # each operation is added to it
        patched.setattr(request.session, "testscollected", request.session.testscollected)
        yield
