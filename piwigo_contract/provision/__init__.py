"""What makes users, keys and things on a target, and takes all of it away again.

Nothing here claims anything of a target, but that what a check needs could be made.
"""
