"""`python -m derivation.trainer NAME ...` writes derivation/gradients/NAME.py anew.

The path of a Python file that defines a derivation, instead of a name, gives NAME_trainer.py in
the folder of that file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from derivation import gradients
from derivation.check import verify
from derivation.errors import DerivationError
from derivation.files import write_whole
from derivation.library import load, names
from derivation.trainer.generator import generate


def main(wanted: list[str]) -> int:
    """Generate each module; 0 if all were written, 2 if one cannot be."""
    if not wanted:
        sys.stderr.write("usage: python -m derivation.trainer NAME ...\n")
        return 2
    for name in wanted:
        try:
            text = generate(verify(load(name)), name)
            path = _target(name)
            write_whole(path, text)
        except DerivationError as error:
            sys.stderr.write(f"{name}: {error}\n")
            return 2
        sys.stdout.write(f"{path}\n")
    return 0


def _target(name: str) -> Path:
    if name in names():
        return Path(gradients.__path__[0]) / f"{name}.py"
    path = Path(name)
    return path.with_name(f"{path.stem}_trainer.py")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
