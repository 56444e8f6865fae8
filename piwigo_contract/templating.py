"""Jinja2 environments for HTML: all values escaped, undefined names are errors."""

from __future__ import annotations

import jinja2


def templates(package: str) -> jinja2.Environment:
    """The templates in the folder `templates` of a package."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader(package),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
