"""What checks amount to: outcomes, verdicts, compliance.json, the archive of exchanges, comparison with earlier ones.

Plain data in, plain data out: nothing here talks to a target, or to pytest.
"""
