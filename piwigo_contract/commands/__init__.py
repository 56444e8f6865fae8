"""The small commands beside a run: openapi, shapes and matrix each have `main`; listing and visit are helpers.

Only the plugin (for `--list-clauses` and `--explain`) and piwigo_contract/matrix.py import from here.
"""
