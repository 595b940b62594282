"""Writes the Python module that trains what a checked derivation derived."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from string import Template
from textwrap import fill, indent
from typing import TYPE_CHECKING

from derivation.domain import Interval
from derivation.errors import StructureError
from derivation.term import Mark, Term, substitute, transform
from derivation.trainer.bounds import Curvature, curvature_of, prediction_range
from derivation.trainer.code import Block, block
from derivation.trainer.forms import Branches
from derivation.trainer.problem import TrainingProblem, extract
from derivation.trainer.spelling import Spelling
from derivation.trainer.statements import Statement
from derivation.trainer.template import MODULE

if TYPE_CHECKING:
    from derivation.check import Checked

__all__ = ["generate", "theorems_sha256", "write_module"]


def generate(checked: Checked) -> str:
    """The source of a module that trains the model of ``checked``.

    The theorems are read by structure (see `derivation.trainer.problem`), not by name.
    Raises StructureError for a derivation that was not verified, and UnsupportedError, saying
    what is missing, for one that has no gradient of a mean loss or no form to compute it in.
    """
    from derivation.check import Checked as CheckedType

    if not isinstance(checked, CheckedType):
        raise StructureError("only a checked derivation can be trained: call verify() on it first")
    derivation = checked.derivation
    problem = extract([checked.theorem(lemma.name) for lemma in derivation.lemmas])
    return write_module(problem, derivation.name, derivation.title.en, curvature_of(problem))


def write_module(
    problem: TrainingProblem, derivation: str, title: str, curvature: Curvature
) -> str:
    """The module text for an extracted problem; `generate` is the way in from outside."""
    spelling = Spelling.of(problem.names)
    symbols = spelling.symbols(problem.names)
    sample = _blocks((problem.loss, problem.residual), symbols)
    prediction = _blocks((problem.prediction,), symbols)
    imports = {"fsum", "inf", "isfinite"}.union(*(one.imports for one in (*sample, *prediction)))
    labels = prediction_range(problem).intersect(problem.labels)
    in_weights, _ = problem.gradients
    text = Template(MODULE).substitute(
        spelling.placeholders,
        title=title.rstrip(".") + ".",
        derivation=derivation,
        definitions=_paragraph(_definition_texts(in_weights)),
        domain=_paragraph([str(in_weights.domain)]),
        theorems=_paragraph(map(_equation, problem.gradients)),
        forms=_paragraph(f"{_equation(form)}, for {form.domain}" for form in problem.forms),
        sha256=theorems_sha256(problem.statements),
        imports=", ".join(sorted(imports)),
        sample_code=_sample_code(sample, spelling.predictor),
        prediction_code=_prediction_code(prediction, spelling.predictor),
        labels_text=_labels_text(labels),
        label_check=_label_check(labels, spelling.labels),
        curvature=repr(float(curvature.bound)),
        curvature_why=curvature.why,
    )
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def theorems_sha256(statements: Sequence[Statement]) -> str:
    """A digest of what the theorems say: domain, definitions and both sides."""
    digest = hashlib.sha256()
    for statement in statements:
        given = "; ".join([str(statement.domain), *_definition_texts(statement)])
        digest.update(f"{given} |- {_equation(statement)}\n".encode())
    return digest.hexdigest()


# ------------------------------------------------------------------ words and LaTeX


def _latex(term: Term) -> str:
    """LaTeX without the boxes and colours of the slides."""
    from derivation.notation import to_latex

    return to_latex(transform(term, lambda node: node.body if isinstance(node, Mark) else node))


def _equation(statement: Statement) -> str:
    return f"{_latex(statement.lhs)} = {_latex(statement.rhs)}"


def _definition_texts(statement: Statement) -> list[str]:
    return [f"{_latex(d.head)} = {_latex(d.body)}" for d in statement.definitions]


def _paragraph(lines: Iterable[str]) -> str:
    """Indented lines of a docstring, wrapped at spaces."""
    return "\n".join(
        fill(
            line,
            width=96,
            initial_indent="    ",
            subsequent_indent="        ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in lines
    )


def _labels_text(labels: Interval) -> str:
    if labels.low is None and labels.high is None:
        return "one label a row"
    return f"one label a row, {_limits(labels)}"


def _limits(labels: Interval) -> str:
    if labels.high is None:
        return f"at least {labels.low}"
    if labels.low is None:
        return f"at most {labels.high}"
    return f"from {labels.low} to {labels.high}"


# -------------------------------------------------------------------------- formulas


def _blocks(functions: Sequence[Branches], symbols: dict[str, Term]) -> tuple[Block, ...]:
    """Code for z >= 0 and for z < 0, or one block where both are the same."""
    taken = frozenset(str(getattr(symbol, "name", "")) for symbol in symbols.values())
    upper = block([substitute(one.nonnegative, symbols) for one in functions], taken)
    lower = block([substitute(one.negative, symbols) for one in functions], taken)
    return (upper,) if upper == lower else (upper, lower)


def _sample_code(blocks: Sequence[Block], predictor: str) -> str:
    bodies = []
    for one in blocks:
        loss, residual = one.values
        bodies.append(
            [*_assignments(one), f"losses.append({loss})", f"residuals.append({residual})"]
        )
    if len(bodies) == 1:
        return indent("\n".join(bodies[0]), " " * 8)
    upper, lower = ("\n".join(body) for body in bodies)
    text = f"if {predictor} >= 0:\n{indent(upper, '    ')}\nelse:\n{indent(lower, '    ')}"
    return indent(text, " " * 8)


def _prediction_code(blocks: Sequence[Block], predictor: str) -> str:
    bodies = ["\n".join([*_assignments(one), f"return {one.values[0]}"]) for one in blocks]
    if len(bodies) == 1:
        return indent(bodies[0], " " * 4)
    upper, lower = bodies
    return indent(f"if {predictor} >= 0:\n{indent(upper, '    ')}\n{lower}", " " * 4)


def _assignments(one: Block) -> list[str]:
    return [f"{name} = {value}" for name, value in one.assignments]


def _label_check(labels: Interval, name: str) -> str:
    tests = []
    if labels.low is not None:
        tests.append(f"{float(labels.low)!r} {'<' if labels.low_open else '<='} label")
    if labels.high is not None:
        tests.append(f"label {'<' if labels.high_open else '<='} {float(labels.high)!r}")
    if not tests:
        return ""
    test = " and ".join(tests).replace("label and label", "label")
    lines = [
        "for i, label in enumerate(labels):",
        f"    if not {test}:",
        f'        raise ValueError(f"{name}[{{i}}] is {{label!r}}; labels lie {_limits(labels)}")',
    ]
    return indent("\n".join(lines), " " * 4)
