"""The small commands beside a run. Each has `main`, and its mistakes are told as `command_line` tells them.

Nothing else imports what lives here but the plugin, for `--list-clauses` and `--explain`.
"""
