"""Escapes text from a target so that it has no effect on terminals and readers; HTML is escaped by the templates."""

from __future__ import annotations

import re
import unicodedata

KEPT = "\n\t"
"""Characters that are kept although they are not printable."""


def escape_unprintable(text: str) -> str:
    """`text` with every character that is not printable as its escape (`\\x1b`, `\\u202e`).

    These are controls (ANSI sequences, NUL), bidirectional and other invisible formats, lone surrogates, and line
    separators but the newline.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(each if each in KEPT or is_printable(each) else escape(each) for each in text.replace("\r\n", "\n"))


def on_one_line(text: str) -> str:
    """`text` inert, on one line."""
    return escape_unprintable(" ".join(text.split()))


def escape_ci_commands(line: str) -> str:
    """A line with nothing in it that a CI system would take for a command when it finds it in the output of a job.

    GitHub takes `::` for one where it begins a line; so the ids of checks stay as they are.
    """
    for mark in ("##[", "##vso["):
        line = line.replace(mark, f"#\\{mark[1:]}")
    return re.sub(r"^(\s*):(?=:)", r"\1:\\", line, flags=re.MULTILINE)


def is_printable(character: str) -> bool:
    """Whether a character shows itself, and does nothing else."""
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def escape(character: str) -> str:
    """How a character that is not seen is shown."""
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
