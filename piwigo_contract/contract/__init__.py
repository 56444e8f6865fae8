"""What is promised, as data: clauses, releases, waivers, and where their files lie.

Nothing here sends anything, or knows how a clause is checked.
"""
