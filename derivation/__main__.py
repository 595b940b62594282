"""`python -m derivation` and the console script `derive`."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

from derivation import places


def main() -> None:
    """Run the command line."""
    open_closed_streams()
    try:
        load_commands().main()
    except KeyboardInterrupt:  # while the commands are being loaded
        sys.exit(130)


def open_closed_streams() -> None:
    """Give a standard stream that the caller has closed something to stand on."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115  # to the end
            setattr(sys, name, stream)


def load_commands() -> ModuleType:
    """The module `derivation.cli`, wherever its file lies."""
    name = "derivation.cli"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, places.commands())
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {places.commands()}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
