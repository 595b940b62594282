"""`python -m derivation.trainer NAME ...` writes derivation/gradients/NAME.py anew."""

from __future__ import annotations

import sys
from pathlib import Path

from derivation import gradients
from derivation.check import verify
from derivation.errors import DerivationError
from derivation.files import write_whole
from derivation.library import load
from derivation.trainer.generator import generate


def main(names: list[str]) -> int:
    """Generate each module; 0 if all were written, 2 if one cannot be."""
    if not names:
        sys.stderr.write("usage: python -m derivation.trainer NAME ...\n")
        return 2
    for name in names:
        path = Path(gradients.__path__[0]) / f"{name}.py"
        try:
            write_whole(path, generate(verify(load(name))))
        except DerivationError as error:
            sys.stderr.write(f"{name}: {error}\n")
            return 2
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
