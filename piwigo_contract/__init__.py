"""A contract-test and compliance suite for everything that serves the Piwigo web API.

(To pytest, which would warn that it comes too late to rewrite assertions of this module, in which there are none:
PYTEST_DONT_REWRITE)
"""

__version__ = "0.1.0"
