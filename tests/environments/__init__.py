"""Places in which a gallery may stand, and what a run there comes to: the right one is blamed, or nobody.

`python -m tests.environments` writes the table of docs/environments.md; test_environments.py shows that it is true.
"""
