"""What `ws.php` offers: a target's own reflection, and what is known of each of Piwigo's methods.

Nothing here says whether a target is right.
"""
