"""`python -m derivation` and the console script `derive`."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from derivation import places


def main() -> None:
    """Run the command line."""
    load_commands().main()


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
