"""The errors that end a run, each with one line that says what to do."""


class PiwigoContractError(Exception):
    """Base of every error that this package raises on purpose; its text is one line, fit for a terminal."""


class UsageError(PiwigoContractError):
    """The command line, the environment or a data file is wrong: exit code 4."""


class NoVerdict(PiwigoContractError):
    """The target can't be judged (unreachable, no Piwigo, credentials refused): exit code 2."""


class SuiteError(PiwigoContractError):
    """The suite itself failed, so what it was checking stays unknown: exit code 2, never a pass."""
