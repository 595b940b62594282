"""LaTeX to MathML Core, with the deck's semantic marks as CSS classes.

math-core is strict: what it does not know it refuses, it never guesses. It has no notion of a
class, so each mark is translated through a colour that nothing else uses. ``<menclose>`` is not
in MathML Core (Chromium draws nothing for it): boxes become rows with a border.
"""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING

from derivation.errors import DerivationError, MissingToolError
from derivation.render.marks import COLOUR_MARKS, binary_signs

if TYPE_CHECKING:
    from math_core import LatexToMathML

__all__ = ["mathml"]

_COLOURS = {name: f"00000{number}" for number, name in enumerate(COLOUR_MARKS, 1)}


@cache
def _converter() -> LatexToMathML:
    try:
        from math_core import LatexToMathML
    except ImportError:
        raise MissingToolError(
            "HTML decks need math-core, which turns LaTeX into MathML; "
            "install it with: pip install math-core"
        ) from None
    macros = {name: rf"{{\color[HTML]{{{colour}}}#1}}" for name, colour in _COLOURS.items()}
    return LatexToMathML(macros=macros, fancy_error=False)


def mathml(latex: str, *, display: bool = True) -> str:
    """The formula as a ``<math>`` element, with ``latex`` itself as its TeX annotation.

    Raises DerivationError for LaTeX that has no MathML, MissingToolError without math-core.
    """
    converter = _converter()
    from math_core import LatexError

    source = binary_signs(latex)
    try:
        text = converter.convert_with_local_state(source, displaystyle=display)
    except LatexError as error:
        raise DerivationError(f"no MathML for {latex!r}: {str(error).strip()}") from error
    for name, colour in _COLOURS.items():
        text = text.replace(f'style="color:#{colour};"', f'class="{name}"')
    text = text.replace('<menclose notation="box">', '<mrow class="boxed">')
    text = text.replace("</menclose>", "</mrow>")
    opening, _, body = text.removesuffix("</math>").partition(">")
    annotation = f'<annotation encoding="application/x-tex">{escape(latex)}</annotation>'
    return f"{opening}><semantics><mrow>{body}</mrow>{annotation}</semantics></math>"
