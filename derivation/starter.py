"""The file that `derive new NAME` writes: a small derivation that holds, with comments."""

from __future__ import annotations

import keyword
from pathlib import Path
from string import Template

from derivation.errors import DerivationError
from derivation.render.files import write

__all__ = ["starter", "write_starter"]


def write_starter(name: str, folder: Path) -> Path:
    """Write `folder/NAME.py` and return its path.

    Raises DerivationError for what is not a Python name, and where the file is there already.
    """
    if not name.isidentifier() or keyword.iskeyword(name):
        raise DerivationError(
            f"'{name}' is not a name; use letters, digits and _, as in: derive new softplus"
        )
    path = folder / f"{name}.py"
    if path.exists():
        raise DerivationError(f"{path} is there already; choose another name, or move it away")
    return write(path, starter(name))


def starter(name: str) -> str:
    """The text of the file."""
    return _STARTER.substitute(name=name)


# In a Template, $$ is a dollar sign.
_STARTER = Template(r'''"""A derivation to start from.

Check it with `derive verify ${name}.py`, show it with `derive render ${name}.py`.

It differentiates log(1 + e^x). Change a sign in one of the lines and verify again: the report
names the line, a point where the two sides differ, and what is probably wrong.
"""

from derivation.derivation import Box, Derivation, Question, Rows, Slide, Step
from derivation.rules import (
    add_and_subtract,
    cancel,
    chain_rule,
    definition,
    derivative_of_constant,
    derivative_of_exp,
    derivative_of_log,
    linearity,
    split_fraction,
)
from derivation.writing import Board, by, say

# What each name stands for, and the definitions. Domains are written as in
# "x real, 0 < p < 1, m integer >= 1, i in 1..m, u[1..m] real, g(x) function".
board = Board(
    "x real",
    definitions=((r"s(x)", r"\log(1 + e^x)"),),
)

# A chain of rewrites, start = line = line ... Each line is what the slide shows; before it
# stand the rules that give it. `derivation.rules.__all__` lists them, and any SymPy function
# from expression to expression (sympy.factor, sympy.cancel, ...) is a rule, too.
slope = board.lemma(
    "slope",
    say(ko="기울기", en="The slope"),
    r"\frac{d}{dx} s(x)",
    by(
        definition("s"),
        r"\frac{d}{dx} \log(1 + e^x)",
        say=say(ko="정의를 넣는다", en="Insert the definition"),
    ),
    by(
        derivative_of_log,
        chain_rule,
        r"\frac{1}{1 + e^x} \frac{d}{dx} (1 + e^x)",
        say=say(
            ko="로그를 미분하고, 안쪽 함수의 미분을 곱한다",
            en="Differentiate the logarithm, times the derivative of what is inside",
        ),
    ),
    by(
        linearity,
        derivative_of_constant,
        derivative_of_exp,
        r"\frac{e^x}{1 + e^x}",
        say=say(ko="$$e^x$$ 의 도함수는 $$e^x$$", en="The derivative of $$e^x$$ is $$e^x$$"),
    ),
    by(
        add_and_subtract("1"),
        r"\frac{\key{1} + e^x \key{- 1}}{1 + e^x}",  # \key marks what is new
        say=say(ko="분자에 1 을 더하고 뺀다", en="Add and subtract 1"),
    ),
    by(split_fraction, r"\frac{1 + e^x}{1 + e^x} - \frac{1}{1 + e^x}"),
    by(cancel, r"\boxed{1 - \frac{1}{1 + e^x}}"),
)

# Slides: each Step is one reveal. Rows("slope", 1, 2) shows lines 1 and 2 of the chain.
slides = (
    Slide(
        title=say(ko="기울기", en="The slope"),
        introduction=say(ko="한 줄씩 미분한다", en="Differentiate line by line"),
        steps=(
            Step((Question("slope"),)),
            Step((Rows("slope", 1, 1),)),
            Step((Rows("slope", 2, 2, head=False),)),
            Step((Rows("slope", 3, 6, head=False),)),
        ),
    ),
    Slide(title=say(ko="결과", en="The result"), steps=(Step((Box("slope"),)),)),
)

derivation = Derivation(
    name="${name}",
    title=say(ko="$$\\log(1 + e^x)$$ 의 기울기", en="The slope of $$\\log(1 + e^x)$$"),
    domain=board.domain,
    definitions=board.defined,
    lemmas=(slope,),
    results=("slope",),
    slides=slides,
)
''')
