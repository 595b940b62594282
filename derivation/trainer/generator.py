"""Writes the Python module that trains what a checked derivation derived."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from derivation.domain import Domain, Interval
from derivation.errors import StructureError, UnsupportedError
from derivation.term import Term, plain
from derivation.trainer.bounds import Bound
from derivation.trainer.file.header import distinct, header, theorems_sha256
from derivation.trainer.file.inline import Inlined, import_lines, inlined
from derivation.trainer.file.public import IMPORTS, ROOTS, parameters_of_train, public_functions
from derivation.trainer.file.spelling import Spelling
from derivation.trainer.general.module import write_general_module
from derivation.trainer.python.functions import HELPERS, Function
from derivation.trainer.python.many_outputs import ManyOutputs
from derivation.trainer.python.one_output import OneOutput
from derivation.trainer.python.penalty import shipped_penalty
from derivation.trainer.reading.problem import TrainingProblem, extract
from derivation.trainer.reading.statements import Statement
from derivation.trainer.recipe import recipe
from derivation.trainer.softmax_forms import softmax_forms, sums_to_one

if TYPE_CHECKING:
    from derivation.check import Checked

__all__ = ["generate", "write_module"]


def generate(checked: Checked, source: str | None = None) -> str:
    """The source of a module that trains the model of ``checked``.

    The theorems are read by structure (see `derivation.trainer.reading.problem`), not by name.
    ``source`` is what `derivation.library.load` finds the derivation by, if that is not its name.

    Raises StructureError for a derivation that was not verified, and UnsupportedError, saying
    what is missing, for one that has no gradient of a loss or no form to compute it in.
    """
    from derivation.check import Checked as CheckedType

    if not isinstance(checked, CheckedType):
        raise StructureError("only a checked derivation can be trained: call verify() on it first")
    derivation = checked.derivation
    theorems = [checked.theorem(lemma.name) for lemma in derivation.lemmas]
    return write_module(theorems, derivation.name, derivation.title.en, source)


def write_module(
    statements: Sequence[Statement], name: str, title: str, source: str | None = None
) -> str:
    """The module for a training problem that ``statements`` give; `generate` asks for theorems.

    A problem that is linear in its parameters has faster engines, Newton's method and standard
    errors; any other loss over samples is read by `derivation.trainer.general`.
    """
    try:
        problem = extract(statements)
    except UnsupportedError as linear:
        try:
            return write_general_module(statements, name, title, source or name)
        except UnsupportedError as other:
            raise UnsupportedError(
                f"it cannot be read as a model that is linear in its parameters: {linear}. Nor "
                f"can it be read as another model: {other}"
            ) from None
    runtime = inlined(ROOTS)
    settings = [name for name, _, _ in parameters_of_train()]
    spelling = Spelling.of(problem.names, {*runtime.names, *settings})
    found = _formulas(problem, statements, spelling)
    penalty = shipped_penalty()
    forms = distinct(found.forms)
    explained = [(form, found.rules.get(_sides(form), ())) for form in forms]
    others = _bound(found.bound)
    others.append((_of_penalty(problem), penalty.theorem))
    theorems = distinct([*problem.gradients, *forms, *(theorem for _, theorem in others)])
    digest = theorems_sha256(theorems)
    functions = {**found.functions, "penalty": penalty.function()}
    helpers = _helpers(functions.values())
    text = [
        f'r"""{header((name, source or name, title), problem.gradients, explained, others)}\n"""\n',
        "from __future__ import annotations\n",
        import_lines(_imports(runtime, [*functions.values(), *helpers])) + "\n",
        _ALL,
        f'THEOREMS_SHA256 = "{digest}"',
        '"""SHA-256 of the theorems that this module was generated from."""\n\n',
        public_functions(
            spelling,
            mean=problem.mean,
            several=problem.outputs is not None,
            labels=replace(problem.labels, interval=found.labels),
            l2=_stated(problem),
        )
        + "\n",
        _rule("what the theorems say") + "\n\n",
        "\n\n".join(one.text for one in (*functions.values(), *helpers)) + "\n",
        runtime.text + "\n",
        _rule("the formulas") + "\n",
        _c_source(found.c_source),
        _record(name, problem, found, functions),
    ]
    return "\n".join(text)


_ALL = """\
__all__ = [
    "FORMULAS",
    "THEOREMS_SHA256",
    "Result",
    "gradient",
    "loss",
    "predict",
    "train",
]
"""


@dataclass(frozen=True, slots=True)
class _Found:
    """What is computed, and why it is right: ``rules`` are those that led to a form."""

    functions: dict[str, Function]
    labels: Interval
    forms: tuple[Statement, ...]
    rules: dict[tuple[Term, Term, Domain], tuple[str, ...]]
    bound: Bound | None
    sum_to_one: bool
    c_source: str


def _formulas(
    problem: TrainingProblem, statements: Sequence[Statement], spelling: Spelling
) -> _Found:
    from derivation.trainer.c.source import c_source, softmax_c_source

    if problem.outputs is not None:
        normal = sums_to_one(problem, statements)
        forms = softmax_forms(problem, problem.outputs, sum_to_one=normal)
        return _Found(
            functions=ManyOutputs(forms).functions(),
            labels=forms.labels,
            forms=forms.theorems,
            rules={},
            bound=forms.bound,
            sum_to_one=normal,
            c_source=_if_possible(partial(softmax_c_source, forms, sum_to_one=normal)),
        )
    found = recipe(problem, statements)
    proofs: list[Statement] = [theorem for one in found.stable for theorem in one.theorems]
    if found.folded is not None:
        proofs += found.folded.theorems
    chains = [chain for one in (*found.stable, found.folded) if one for chain in one.chains]
    return _Found(
        functions=OneOutput(found, spelling.predictor, spelling.labels).functions(),
        labels=found.labels,
        forms=tuple(proofs),
        rules={_sides(chain.theorem): tuple(step.rule for step in chain.steps) for chain in chains},
        bound=found.bound,
        sum_to_one=False,
        c_source=_if_possible(
            partial(
                c_source,
                loss=found.loss,
                residual=found.residual,
                prediction=found.prediction,
                curvature=found.curvature,
                predictor=problem.names.predictor,
                label=problem.names.labels,
            )
        ),
    )


def _sides(statement: Statement) -> tuple[Term, Term, Domain]:
    return plain(statement.lhs), plain(statement.rhs), statement.domain


def _if_possible(write: Callable[[], str]) -> str:
    """The C file; empty where a formula cannot be said in C, and Python alone computes it."""
    try:
        return write()
    except UnsupportedError:
        return ""


def _bound(bound: Bound | None) -> list[tuple[str, Statement]]:
    """The theorems behind the bound of the curvature."""
    if bound is None:
        return []
    sentence = f"The curvature is at most {bound.value}: {bound.why}"
    return [(sentence, theorem) for theorem in bound.theorems]


def _of_penalty(problem: TrainingProblem) -> str:
    """What the theorem about the penalty is for."""
    if not problem.strength:
        return "The penalty"
    return (
        f"The penalty of strength {problem.strength}, which the derivation adds to the loss; here "
        "it is the setting l2"
    )


def _stated(problem: TrainingProblem) -> float:
    """The strength of the penalty that the loss states as a number; 0 for a name."""
    return 0.0 if isinstance(problem.strength, str) else float(problem.strength)


def _helpers(functions: Iterable[Function]) -> list[Function]:
    """The helpers that functions call, each once, in the order of the table."""
    wanted = {name for one in functions for name in one.helpers}
    while more := {name for one in wanted for name in HELPERS[one].helpers} - wanted:
        wanted |= more
    return [one for name, one in HELPERS.items() if name in wanted]


def _imports(runtime: Inlined, functions: Sequence[Function]) -> set[tuple[str, str]]:
    imports = set(runtime.imports | IMPORTS).union(*(one.imports for one in functions))
    if any("Sequence[" in one.text for one in functions):
        imports.add(("collections.abc", "Sequence"))
    return imports


def _rule(title: str) -> str:
    return f"# {'-' * (79 - len(title))} {title}"


def _c_source(text: str) -> str:
    if not text:
        return 'C_SOURCE = ""\n'
    if '"""' in text or text.endswith(("\\", '"')):
        raise StructureError("the C file cannot stand in a Python string")
    return f'C_SOURCE = r"""\n{text}"""\n'


def _record(
    name: str, problem: TrainingProblem, found: _Found, functions: dict[str, Function]
) -> str:
    """FORMULAS, which the runtime works with."""
    ends = [
        "inf" if end is None else repr(float(end)) for end in (found.labels.low, found.labels.high)
    ]
    if found.labels.low is None:
        ends[0] = "-inf"
    among = [value for value in problem.labels.among if value in found.labels]
    opened = (found.labels.low_open, found.labels.high_open)
    fields = {
        "name": f'"{name}"',
        "outputs": "1" if problem.outputs is None else "None",
        "mean": repr(problem.mean),
        "labels": f"({', '.join([*ends, *map(repr, opened)])})",
        "sum_to_one": repr(found.sum_to_one),
        **{
            field: f"formula_{field}" if field in functions else "None"
            for field in ("block", "folded", "prediction", "curvature")
        },
        "curvature_bound": "None" if found.bound is None else repr(float(found.bound.value)),
        "penalty": "formula_penalty",
        "c_source": "C_SOURCE",
        "theorems": "THEOREMS_SHA256",
        **({} if problem.names.bias else {"bias": "False"}),
        **({"among": repr(tuple(map(float, among)))} if among else {}),
        **({"whole": "True"} if problem.labels.whole else {}),
        **({"l2": repr(_stated(problem))} if _stated(problem) else {}),
    }
    lines = "".join(f"    {field}={value},\n" for field, value in fields.items())
    return f"FORMULAS = Formulas(\n{lines})\n"
