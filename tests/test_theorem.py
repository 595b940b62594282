"""Theorems, and derivations that were checked, are made by the kernel and `verify` alone."""

from __future__ import annotations

import copy
import dataclasses
import io
import pickle
import tokenize
from collections import Counter
from pathlib import Path

import pytest

from derivation.check import Checked, verify
from derivation.derivation import Derivation
from derivation.domain import Domain
from derivation.errors import ForgeryError, StructureError
from derivation.kernel import Definition, Theorem, Verdict, chain, decide
from derivation.library import bce
from derivation.notation import read
from derivation.term import Add, Call, Indexed, Mark, MarkKind, Neg, Number, Symbol

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "derivation"
KERNEL = PACKAGE / "kernel"
X = Symbol("x")


def theorem(lhs: str, rhs: str, domain: str = "x real", definitions=()) -> Theorem:
    sides = (read(side, syntax="python") for side in (lhs, rhs))
    found = decide(*sides, domain, tuple(definitions)).theorem
    assert found is not None
    return found


@pytest.fixture(scope="module")
def genuine() -> Theorem:
    return theorem("x + x", "2*x")


@pytest.fixture(scope="module")
def checked() -> Checked:
    return verify(bce.derivation())


# ------------------------------------------------------------------ what a theorem says


def test_a_theorem_says_what_was_claimed_as_it_was_written():
    marked = Add(X, Mark(MarkKind.KEY, X))
    found = decide(marked, Add(X, X), "x real").theorem
    assert found is not None
    assert found.lhs == marked  # not a normal form of it
    assert found.domain == Domain.parse("x real")
    assert found.conditions == ()


def test_only_a_proof_makes_a_theorem():
    assert decide(X, Neg(X), "x real").theorem is None
    assert decide(X, Call("f", (X,)), "x real").theorem is None
    assert decide(X, X, "x real").theorem is not None


# ------------------------------------------------------------------ forgery


def _by_constructor(real: Theorem) -> object:
    return Theorem(real.domain, (), X, Neg(X), (), "trust me")


def _by_constructor_with_a_seal(real: Theorem) -> object:
    return Theorem(real.domain, (), X, Neg(X), (), "trust me", object())


def _by_replace(real: Theorem) -> object:
    return dataclasses.replace(real, rhs=Neg(X))


def _by_copy_replace(real: Theorem) -> object:
    return real.__replace__(rhs=Neg(X))  # what copy.replace calls from Python 3.13 on


def _by_copy(real: Theorem) -> object:
    return copy.copy(real)


def _by_deepcopy(real: Theorem) -> object:
    return copy.deepcopy(real)


def _by_pickle(real: Theorem) -> object:
    return pickle.loads(pickle.dumps(real))  # noqa: S301


def _by_subclass(_: Theorem) -> object:
    return type("Lemma", (Theorem,), {"__post_init__": lambda *_: None})


@pytest.mark.parametrize(
    "forge",
    [
        _by_constructor,
        _by_constructor_with_a_seal,
        _by_replace,
        _by_copy_replace,
        _by_copy,
        _by_deepcopy,
        _by_pickle,
        _by_subclass,
    ],
)
def test_a_theorem_cannot_be_forged(genuine, forge):
    with pytest.raises(ForgeryError):
        forge(genuine)


@pytest.mark.parametrize("name", ["lhs", "rhs", "conditions", "domain", "definitions"])
def test_a_theorem_cannot_be_changed(genuine, name):
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(genuine, name, ())


def test_a_judgement_can_be_copied_but_its_theorem_stays_the_same(genuine):
    judgement = decide(genuine.lhs, genuine.rhs, genuine.domain)
    changed = dataclasses.replace(judgement, verdict=Verdict.REFUTED)
    assert changed.theorem is judgement.theorem


def test_a_checked_derivation_cannot_be_forged(checked):
    with pytest.raises(ForgeryError):
        Checked(checked.derivation, checked.report)
    with pytest.raises(ForgeryError):
        Checked(checked.derivation, checked.report, object())
    with pytest.raises(ForgeryError):
        dataclasses.replace(checked, derivation=checked.derivation)
    with pytest.raises(ForgeryError):
        checked.__replace__(report=checked.report)
    for forge in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(ForgeryError):
            forge(checked)


def test_checked_has_no_subclass_that_skips_the_seal(checked):
    def forge() -> object:
        lax = type("Lax", (Checked,), {"__post_init__": lambda *_: None})
        return lax(checked.derivation, checked.report)

    with pytest.raises(ForgeryError):
        forge()


def test_checked_is_frozen(checked):
    other: Derivation = checked.derivation
    with pytest.raises(dataclasses.FrozenInstanceError):
        checked.derivation = other


# ------------------------------------------------------------------ who may seal


def code_of(path: Path) -> str:
    """The names and signs of a module, without comments and strings."""
    source = io.StringIO(path.read_text(encoding="utf-8"))
    skipped = (tokenize.COMMENT, tokenize.STRING)
    tokens = [t.string for t in tokenize.generate_tokens(source.readline) if t.type not in skipped]
    return " ".join(tokens)


def test_only_the_kernel_mentions_the_seal_of_theorems():
    outside = [path for path in PACKAGE.rglob("*.py") if KERNEL not in path.parents]
    assert len(outside) > 20
    for path in outside:
        code = code_of(path)
        assert "kernel.theorem . seal" not in code
        assert " seal (" not in code, path
        if path != PACKAGE / "check.py":  # has a seal of its own, for Checked
            assert "_SEAL" not in code, path


def test_inside_the_kernel_theorem_and_decide_alone_seal():
    sealing = {path.name for path in KERNEL.rglob("*.py") if " seal (" in code_of(path)}
    assert sealing == {"theorem.py", "decide.py"}
    assert {path.name for path in KERNEL.rglob("*.py") if "_SEAL" in code_of(path)} == {
        "theorem.py"
    }


# ------------------------------------------------------------------ how much must be trusted

# Lines that each room of the kernel may have; raised only with a reason. `search` proposes only,
# and what it proposes is checked by the others: it is not counted.
LIMITS = {
    "kernel": 620,  # decide, proving, partial, theorem
    "names": 430,  # what need not be walked through is told apart first
    "calculus": 450,
    "bounds": 650,
    "definedness": 1500,
    "normal_form": 3800,  # polynomials are kept in two rings, small and large
    "integration": 1500,
    "matrices": 3000,
    "refutation": 1800,
}


def trusted_lines(path: Path) -> int:
    """Lines with code: no blank lines, comments or docstrings."""
    lines: set[int] = set()
    before = tokenize.NEWLINE
    blank = (tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER)
    layout = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    with path.open("rb") as source:
        for token in tokenize.tokenize(source.readline):
            if token.type in blank:
                continue
            is_docstring = token.type == tokenize.STRING and before in layout
            if not is_docstring and token.type not in layout:
                lines.update(range(token.start[0], token.end[0] + 1))
            before = token.type
    return len(lines)


def test_the_trusted_core_stays_small(record_property):
    """What must be right for a theorem to be true, besides python-flint and Python."""
    rooms: Counter[str] = Counter()
    for path in KERNEL.rglob("*.py"):
        if path.parent.name != "search":
            rooms[path.parent.name] += trusted_lines(path)
            assert trusted_lines(path) < 300, path
    floors = [PACKAGE / "domain.py", *(PACKAGE / "term").glob("*.py")]
    below = sum(trusted_lines(path) for path in floors)
    record_property("trusted lines", rooms.total() + below)
    shown = ", ".join(f"{room} {lines}" for room, lines in rooms.most_common())
    print(f"trusted: {rooms.total()} in the kernel ({shown}), {below} below it")  # noqa: T201
    assert set(rooms) == set(LIMITS)
    assert not {room: lines for room, lines in rooms.items() if lines > LIMITS[room]}


# ------------------------------------------------------------------ chains


def test_a_chain_of_theorems_is_a_theorem_under_all_their_conditions():
    first = theorem("y/y + log(x)", "1 + log(x)", "x, y real")
    second = theorem("1 + log(x)", "log(x) + 1", "x, y real")
    whole = chain((first, second))
    assert (whole.lhs, whole.rhs) == (first.lhs, second.rhs)
    assert set(whole.conditions) == {*first.conditions, *second.conditions}
    assert [str(condition) for condition in whole.conditions] == ["y != 0", "x > 0"]


def test_a_chain_keeps_a_condition_of_its_middle():
    """x = x^2/x = x: the detour over 1/x leaves its condition behind."""
    whole = chain((theorem("x", "x**2/x"), theorem("x**2/x", "x")))
    assert [str(condition) for condition in whole.conditions] == ["x != 0"]


def test_links_of_a_chain_must_meet_under_the_same_assumptions():
    link = theorem("x + x", "2*x")
    with pytest.raises(StructureError, match="meet"):
        chain((link, theorem("x*2", "x + x")))
    with pytest.raises(StructureError, match="assumptions"):
        chain((link, theorem("2*x", "x + x", "x > 0")))
    with pytest.raises(StructureError, match="assumptions"):
        chain((link, theorem("2*x", "x + x", definitions=[Definition(Symbol("u"), X)])))
    with pytest.raises(StructureError, match="at least one"):
        chain(())


# ------------------------------------------------------------------ definitions


@pytest.mark.parametrize(
    "head",
    [
        Number("1"),
        Add(X, X),
        Call("f", (X,), 1),
        Call("f", (X, X)),
        Call("f", (Number("1"),)),
        Indexed("w", (Number("1"),)),
    ],
)
def test_only_a_name_over_distinct_symbols_can_be_defined(head):
    with pytest.raises(StructureError):
        Definition(head, X)


def test_the_name_and_the_arguments_of_a_definition():
    family = Definition(Indexed("z", (Symbol("i"),)), X)
    assert (family.name, family.arguments) == ("z", ("i",))
    assert (Definition(Symbol("u"), X).name, Definition(Symbol("u"), X).arguments) == ("u", ())
