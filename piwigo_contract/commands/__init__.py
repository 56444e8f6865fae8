"""The small commands beside a run: openapi, shapes, coverage, findings and matrix each have `main`; other modules help.

Only the plugin (for `--list-clauses`, `--explain`, `--sweep`) and matrix.py and merge.py beside it import from here.
"""
