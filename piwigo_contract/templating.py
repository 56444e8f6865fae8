"""Jinja2 environments: in HTML all values are escaped, and undefined names are errors."""

from __future__ import annotations

import jinja2


def templates(package: str, *, markup: bool = True) -> jinja2.Environment:
    """The templates in the folder `templates` of a package. markup: they make HTML, and what is put in is escaped."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader(package),
        autoescape=markup,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=not markup,
        undefined=jinja2.StrictUndefined,
    )
