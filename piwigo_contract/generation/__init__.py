"""Calls with generated values, for every operation that a gallery describes, by schemathesis.

schemathesis makes the values; the requests are this project's own, so that rate, evidence and secrets are as in all
other checks. Generated values are confined (`confinement`); journeys use only ids that answers returned and names of
the run (`journeys`).
"""

from piwigo_contract.generation.runner import CaseRunner

__all__ = ["CaseRunner"]
