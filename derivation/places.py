"""Where the files that are not Python modules lie.

In a checkout and in an editable install `templates/` and `cli.py` lie beside the package; in a
wheel they lie inside it.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["commands", "data_file", "templates"]

_PACKAGE = Path(__file__).resolve().parent


def templates() -> Path:
    """The folder of the Jinja2 templates, one file a target."""
    return _inside_or_beside("templates")


def commands() -> Path:
    """The file `cli.py`."""
    return _inside_or_beside("cli.py")


def data_file(path: Path) -> Path:
    """The path itself, or the shipped data set of that name where there is no such file."""
    shipped = _PACKAGE / "data" / path.name
    is_name = path == Path(path.name)
    return shipped if is_name and not path.exists() and shipped.is_file() else path


def _inside_or_beside(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.exists() else _PACKAGE.parent / name
