"""Calls that must succeed for a check to be made at all, most of them the gallery's own webmaster's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from piwigo_contract.claims.front import refused_in_front, server_in_front
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Account
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import LacksMethod, OutOfReach, SuiteError
from piwigo_contract.methods.results import unfit

PAGE = 500
"""Rows of a list that are asked for at once."""


def required_result(answer: Answer, method: str) -> Any:
    """The result of a call that must succeed for a check to be made at all, in the form that `methods.results` has.

    Raises LacksMethod where the target has no such method, OutOfReach for any other answer.
    """
    envelope = answer.envelope
    if envelope is None:
        by = f", from {server_in_front(answer)}" if refused_in_front(answer) else ""
        raise OutOfReach(detail=f"{method}: HTTP {answer.status} with no envelope of the API{by}")
    if envelope.err == 501:
        raise LacksMethod(method)
    if not envelope.ok:
        # the caller has read the token in the same session just before
        hint = ": does something in front of the target answer from a cache?" if envelope.err == 403 else ""
        told = f"HTTP {answer.status}, err {envelope.err} {envelope.message!r}{hint}"
        raise OutOfReach(detail=f"{method}: {told}")
    if wanted := unfit(answer, method):
        raise OutOfReach(detail=f"{method} to give {wanted}")
    return envelope.result


class WebmasterApi:
    """Calls in the webmaster's session, with its token. account: the webmaster, or None where none was given."""

    def __init__(self, gallery: Gallery, account: Account | None) -> None:
        self._gallery = gallery
        self.account = account

    def __call__(self, method: str, **params: Text | str | int) -> Any:
        """The result of a call. Raises as `required_result` does."""
        return required_result(self.ask(method, **params), method)

    def paged(self, method: str, rows: str, **params: str) -> Iterator[Mapping[str, Any]]:
        """All rows of a list that is told in pages. Raises as `required_result` does."""
        known, page = set[int](), 0
        while True:
            listed = self(method, per_page=PAGE, page=page, **params)[rows]
            fresh = [row for row in listed if int(row["id"]) not in known]
            yield from fresh
            if len(listed) < PAGE or not fresh:  # the target may pass over the number of the page
                return
            known |= {int(row["id"]) for row in fresh}
            page += 1

    def groups(self, **params: str) -> Mapping[int, str]:
        """The name of every group by its number. params: as pwg.groups.getList takes them. Raises as
        `required_result` does.
        """
        return {int(row["id"]): str(row["name"]) for row in self.paged("pwg.groups.getList", "groups", **params)}

    def ask(self, method: str, **params: Text | str | int) -> Answer:
        """The answer to a call, whatever it is. Raises SuiteError where no webmaster was given."""
        if self.account is None or self.account.session.token is None:
            raise SuiteError(f"{method} was called without a webmaster's session")
        session, token = self.account.session, self.account.session.token
        return self._gallery.call(method, session, params={"pwg_token": token.text, **params})
