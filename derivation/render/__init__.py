"""Views of a checked derivation: slides in HTML, Marp and Beamer, and an article.

``render`` takes what ``derivation.check.verify`` returns and nothing else: unchecked maths
cannot be shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivation.errors import DerivationError
from derivation.render.files import write
from derivation.render.readback import formulas_of_beamer, formulas_of_html, formulas_of_marp
from derivation.render.targets import TARGETS, Target, fill, known_target
from derivation.render.words import LANGUAGES, known_language

if TYPE_CHECKING:
    from derivation.check import Checked

__all__ = [
    "LANGUAGES", "TARGETS", "Target", "formulas_of_beamer", "formulas_of_html",
    "formulas_of_marp", "render", "write",
]  # fmt: skip


def render(checked: Checked, target: str = "html", language: str = "en") -> str:
    """The text of a deck or article.

    ``target`` is the name of one of ``TARGETS``, ``language`` one of ``LANGUAGES``. Raises
    DerivationError for another one, for anything that ``verify`` did not return, and for a
    line that the target cannot set; StructureError when a slide shows what is not there.
    """
    from derivation.check import Checked
    from derivation.render.article import article_of
    from derivation.render.compose import deck_of

    row, known = known_target(target), known_language(language)
    if not isinstance(checked, Checked):
        raise DerivationError(
            f"only a checked derivation can be shown, not a {type(checked).__name__}; "
            "call verify(derivation) first"
        )
    deck = deck_of(checked, known)
    if row.name == "article":
        return fill(row, deck, article=article_of(checked, known))
    return fill(row, deck)
