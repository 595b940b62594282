"""Build hook: the wheel holds cli.py and templates/ inside the package.

An editable install needs nothing moved: there the package finds them beside itself.
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface[Any]):
    """Adds the two to a standard wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Map the files of the checkout to their places in the wheel."""
        if version == "standard":
            build_data["force_include"]["cli.py"] = "derivation/cli.py"
            build_data["force_include"]["templates"] = "derivation/templates"
