"""A contract-test and compliance suite for everything that serves the Piwigo web API."""

__version__ = "0.1.0"
