"""What a run says to people: the compliance page, the matrix of several results, a comparison, and CI's forms.

All of it is made from compliance.json, a HAR file and the contract's own data, so that it can be made again later.
"""
