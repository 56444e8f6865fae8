"""Claims: what a check says of an answer, and the rules that make a claim worth something."""

from piwigo_contract.claims.broken import no_answer_is_broken
from piwigo_contract.claims.expect import Claim, Expect
from piwigo_contract.claims.refusal import UniformRefusal

__all__ = ["Claim", "Expect", "UniformRefusal", "no_answer_is_broken"]
