"""What real clients send from their first call to their last, and what becomes of it (specs/journeys/).

A journey is data; the runner makes its requests, and claims what the client counts on. None of a client's code is here.
"""

from piwigo_contract.journeys.data import Journey, journeys
from piwigo_contract.journeys.walk import Walk

__all__ = ["Journey", "Walk", "journeys"]
