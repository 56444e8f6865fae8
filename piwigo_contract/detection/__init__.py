"""Mutation testing of the suite: it must catch every mutant of the reference, and find no fault with good galleries in
unusual setups.
"""
