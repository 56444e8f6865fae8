"""Claims about how an answer comes over the connection: compressed or not, and how long it says that it is."""

from __future__ import annotations

from piwigo_contract.claims.claim import BaseClaim
from piwigo_contract.claims.disclosure import may_be_kept, varies_by
from piwigo_contract.client.answers import Answer
from piwigo_contract.errors import SuiteError


class CodingClaims(BaseClaim):
    """Coding and length."""

    def is_in_no_coding_but(self, *accepted: str) -> None:
        """The answer is as it is, or in one of the codings that the client takes (RFC 9110, section 12.5.3)."""
        named = ",".join(self._answer.all_headers("content-encoding")).lower().split(",")
        codings = {name.strip() for name in named} - {"", "identity"}
        self.that(
            codings <= set(accepted),
            f"no coding but {' or '.join(accepted)}" if accepted else "no coding, as none was asked for",
            f"the answer is in {', '.join(sorted(codings))}",
        )

    def is_as_long_as_it_says(self) -> None:
        """As many bytes came as Content-Length says, if the answer has one (RFC 9112, section 6.2).

        Of an answer whose bytes were counted (`Gallery.send_counted`).
        """
        came, told = self._exchange.came, self._answer.header("content-length")
        if came is None:
            raise SuiteError("the bytes of an answer were not counted")
        self.that(told in (None, str(came)), f"as many bytes as Content-Length says, {told}", f"{came} came")

    def is_kept_for_its_coding_alone(self, plain: Answer) -> None:
        """A cache that may keep the answer, compressed here and `plain` for another client, asks for one anew for each
        (RFC 9110, section 12.5.5).
        """
        coded = self._answer.header("content-encoding") is not None
        for answer in (self._answer, plain) if coded else ():
            if may_be_kept(answer, self._exchange.call.verb) and not varies_by(answer, "accept-encoding"):
                which = "the compressed answer" if answer is self._answer else "the answer that is not compressed"
                self._broken("Vary: Accept-Encoding, as caches may keep it", f"{which} has it not")
        self._held()
