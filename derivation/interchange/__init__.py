"""Derivations as JSON text: all the data of ``derivation.derivation``, lines as LaTeX.

    text = to_json(derivation)
    from_json(text) == derivation      # the terms too

A line is read back under the declarations and definitions that it was written under, as
``derivation.writing.Board`` reads it. Reasons go by name. Reading checks nothing of the maths:
what was read is verified like any other derivation.
"""

from derivation.interchange.page import FORMAT
from derivation.interchange.reading import from_json
from derivation.interchange.writing import to_json

__all__ = ["FORMAT", "from_json", "to_json"]
