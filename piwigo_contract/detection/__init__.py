"""Proof that the suite judges: it is run on reference targets with a known fault, and on good ones in odd places."""
