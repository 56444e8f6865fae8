"""The small commands beside a run: openapi, shapes and matrix each have `main`; the other modules are helpers.

Only the plugin (for `--list-clauses`, `--explain`, `--sweep`) and matrix.py and merge.py beside it import from here.
"""
