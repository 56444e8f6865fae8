"""What stands in for the programs that docs/ names, under whose name it is called (tests/test_doc_commands.py).

Ours do what is printed, on a reference gallery and of the contract no more than HDR-06. Those of others, which take a
network or a container, only say that they were asked.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

GIVEN = json.loads(os.environ["DOCUMENTED"])
"""What stands in for what a reader has: url, webmaster, account, api_key, expired_key."""
SECRETS = ("webmaster", "account", "api-key", "expired-key", "revoked-key")
PYTHON = [sys.executable]


def main() -> int:
    name, arguments = Path(sys.argv[0]).name, sys.argv[1:]
    match name:
        case "python" | "python3" if arguments[:2] == ["-m", "venv"]:
            return 0
        case "python" | "python3" if arguments[:2] == ["-m", "piwigo_contract.detection"]:
            # all of them take an hour
            few = [] if "--contract" in arguments else ["--mutant", "revoked-key-accepted"]
            return run([*PYTHON, *arguments, *few, "-n", "1", "--output", "detection"])
        case "python" | "python3":
            return run([*PYTHON, *arguments])
        case "piwigo-contract":
            return run([*PYTHON, "-m", "piwigo_contract", *chosen(aimed(arguments))])
        case "pytest" if "tests" in arguments:  # those of this project, which are running already
            return 0
        case "pytest":
            return run([*PYTHON, "-m", "pytest", "-p", "no:cacheprovider", *aimed(arguments)])
        case "piwigo-reference":
            return first_line([*PYTHON, "-m", "piwigo_contract.reference.cli", *at_any_port(arguments)])
        case _:
            return 0


def run(command: list[str]) -> int:
    return subprocess.run(command, check=False).returncode


def aimed(arguments: list[str]) -> list[str]:
    """The arguments with a gallery, and secrets, that there are."""
    known = {"--target": GIVEN["url"], **{f"--{name}": GIVEN[name.replace("-", "_")] for name in SECRETS}}
    told = [known.get(option, word) for option, word in zip(["", *arguments], arguments, strict=False)]
    told = ["--sweep=yes" if word == "--sweep" else word for word in told]  # nobody is there to be asked
    if "--expire-command" in told:  # on a database that is not there
        place = told.index("--expire-command")
        assert "{pkid}" in told[place + 1]
        told[place + 1] = GIVEN["expire_command"]
    return told


def chosen(arguments: list[str]) -> list[str]:
    """A selection that takes no time, but for what makes no checks at all."""
    if any(word.startswith(("--list-clauses", "--explain", "--sweep", "--version", "--help")) for word in arguments):
        return arguments
    # a gallery that is there has no such plugin
    ours = "NOTE-01" if "NOTE" in arguments and "--target" not in arguments else "HDR-06"
    return [*arguments, "-k", ours]


def at_any_port(arguments: list[str]) -> list[str]:
    return ["0" if option == "--port" else word for option, word in zip(["", *arguments], arguments, strict=False)]


def first_line(command: list[str]) -> int:
    """Start a server, and stop it once it is there."""
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        told = server.stdout.readline()
        server.terminate()
    return 0 if json.loads(told)["url"] else 1


if __name__ == "__main__":
    sys.exit(main())
