"""Four ways to ask whether two sides are equal, on the same claims in one run.

    python benchmarks/equality.py [CLAIMS.jsonl ...] [--time-out SECONDS] [--every N] [--show]

Without files: all of `tests/claims`. The engine is asked beside `sympy.simplify(lhs - rhs) == 0`,
`(lhs - rhs).equals(0)` (both after `doit()`) and `math_verify.verify` on the LaTeX of both sides
(`pip install 'derive[benchmark]'`). Each way has a process of its own, which is ended when one
comparison takes longer than the time-out; such a comparison counts as undecided, with the time-out
as its time. Reading and translating a claim are not timed for the other ways, and are for the
engine. Symbols carry the assumptions of the claim where SymPy has them.

Prints a Markdown table. *Wrong accepts*: false claims that are accepted. *Wrong rejects*: true
ones, with or without a condition, that are rejected. *Condition unsaid*: claims true only under a
condition that are accepted without one; for the engine these are wrong accepts as well.
"""

from __future__ import annotations

import argparse
import ast
import json
import multiprocessing
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sympy

ROOT = Path(__file__).resolve().parent.parent
HINT = "math-verify is not installed; for its row: pip install 'derive[benchmark]'\n"

Claim = Mapping[str, Any]


class Said(Enum):
    """What a way of asking says about a claim."""

    EQUAL = "equal"
    EQUAL_IF = "equal under a condition"
    DIFFERENT = "different"
    NOTHING = "nothing"


Opinion = tuple[Said, float]  # and the seconds it took
Asker = Callable[[Claim], Opinion]


def main() -> None:
    """Ask and print."""
    options = _options()
    claims = [
        json.loads(line)
        for path in options.claims or sorted((ROOT / "tests" / "claims").glob("*.jsonl"))
        for line in Path(path).read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    claims = [claim for claim in claims if not claim.get("given")]  # the others cannot take these
    claims = claims[:: options.every]
    ways = dict(WAYS)
    if not _has_math_verify():
        write(HINT)
        del ways["math-verify on LaTeX"]
    write(
        f"{len(claims)} claims, time-out {options.time_out:g} s. Python "
        f"{platform.python_version()}, SymPy {version('sympy')}, {platform.machine()}.\n\n"
    )
    opinions = {name: ask_all(way, claims, options.time_out) for name, way in ways.items()}
    write_table(claims, opinions)
    if options.show:
        write_wrong(claims, opinions)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "claims", nargs="*", type=Path, help="JSON lines with lhs, rhs, vars, truth"
    )
    parser.add_argument("--time-out", type=float, default=10.0, help="for one comparison")
    parser.add_argument("--every", type=int, default=1, help="only every N-th claim")
    parser.add_argument("--show", action="store_true", help="list the wrong answers of each way")
    return parser.parse_args()


def write(text: str) -> None:
    """Print at once: the run takes long."""
    sys.stdout.write(text)
    sys.stdout.flush()


def _has_math_verify() -> bool:
    try:
        version("math-verify")
    except PackageNotFoundError:
        return False
    return True


# ---------------------------------------------------------------------------- processes


def ask_all(way: str, claims: Sequence[Claim], time_out: float) -> list[Opinion]:
    """The opinion on each claim, from a process that is ended and replaced when it is late."""
    opinions: list[Opinion] = []
    process, pipe = _start(way)
    for claim in claims:
        pipe.send(claim)
        try:
            late = not pipe.poll(time_out + 1)
            opinion = (Said.NOTHING, time_out) if late else pipe.recv()
        except (EOFError, ConnectionError):  # the process has died
            late, opinion = True, (Said.NOTHING, time_out)
        opinions.append(opinion if opinion[1] <= time_out else (Said.NOTHING, time_out))
        if late:
            _end(process, pipe)
            process, pipe = _start(way)
    _end(process, pipe)
    return opinions


def _start(way: str) -> tuple[multiprocessing.process.BaseProcess, Connection]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(way, theirs))
    process.start()
    theirs.close()
    ours.recv()  # everything is imported
    return process, ours


def _end(process: multiprocessing.process.BaseProcess, pipe: Connection) -> None:
    process.kill()
    process.join()
    pipe.close()


def _serve(way: str, pipe: Connection) -> None:
    ask = ASKERS[way]()
    pipe.send("ready")
    while True:
        try:
            claim = pipe.recv()
        except EOFError:
            return
        try:
            opinion = ask(claim)
        except Exception:  # noqa: BLE001  (whatever the other side raises, it has not decided)
            opinion = (Said.NOTHING, 0.0)
        pipe.send(opinion)


# ---------------------------------------------------------------------------- the four ways


def engine() -> Asker:
    """`derivation.claims.answer`: reading included."""
    from derivation.claims import answer

    said = {"PROVED": Said.EQUAL, "PROVED_IF": Said.EQUAL_IF, "REFUTED": Said.DIFFERENT}

    def ask(claim: Claim) -> Opinion:
        line = json.dumps(claim)
        start = time.perf_counter()
        verdict = answer(line, diagnosis=False)["verdict"]
        return said.get(str(verdict), Said.NOTHING), time.perf_counter() - start

    answer('{"lhs": "sin(x)", "rhs": "x", "vars": {"x": "real"}}')  # everything is imported
    return ask


def simplify() -> Asker:
    """`simplify(lhs - rhs) == 0`; whatever else comes out counts as a rejection."""
    import sympy

    def ask(claim: Claim) -> Opinion:
        left, right = sides(claim)
        start = time.perf_counter()
        equal = sympy.simplify((left - right).doit()) == 0
        return Said.EQUAL if equal else Said.DIFFERENT, time.perf_counter() - start

    return ask


def equals() -> Asker:
    """`(lhs - rhs).equals(0)`; None counts as undecided."""

    def ask(claim: Claim) -> Opinion:
        left, right = sides(claim)
        start = time.perf_counter()
        found = (left - right).doit().equals(0)
        said = {True: Said.EQUAL, False: Said.DIFFERENT}.get(found, Said.NOTHING)
        return said, time.perf_counter() - start

    return ask


def math_verify() -> Asker:
    """`verify(parse(lhs), parse(rhs))` on LaTeX that SymPy prints."""
    import logging

    from math_verify import parse, verify
    from sympy import latex

    logging.disable(logging.WARNING)  # it warns that time-outs are ours

    def ask(claim: Claim) -> Opinion:
        left, right = (f"${latex(side)}$" for side in sides(claim))
        start = time.perf_counter()
        gold, answered = parse(left, parsing_timeout=None), parse(right, parsing_timeout=None)
        if not gold or not answered:
            return Said.NOTHING, time.perf_counter() - start
        equal = verify(gold, answered, timeout_seconds=None)
        return Said.EQUAL if equal else Said.DIFFERENT, time.perf_counter() - start

    return ask


ASKERS: Mapping[str, Callable[[], Asker]] = {
    "engine": engine, "simplify": simplify, "equals": equals, "math_verify": math_verify,
}  # fmt: skip
WAYS = {
    "derive": "engine",
    "`simplify(lhs - rhs) == 0`": "simplify",
    "`(lhs - rhs).equals(0)`": "equals",
    "math-verify on LaTeX": "math_verify",
}

# ---------------------------------------------------------------------------- text to SymPy


@dataclass(frozen=True, slots=True)
class ToSympy:
    """Reads a side by `ast`: SymPy's own reader would run what it reads."""

    names: Mapping[str, Any]

    def __call__(self, node: ast.expr) -> Any:  # noqa: ANN401  (SymPy's objects)
        """One node."""
        import sympy

        match node:
            case ast.Constant(value=bool() as value):
                return sympy.true if value else sympy.false
            case ast.Constant(value=int() | float() as value):
                return sympy.Rational(str(value))
            case ast.Name(id=name):
                return self.names[name] if name in self.names else getattr(sympy, name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self(operand)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return sympy.Not(self(operand))
            case ast.BoolOp(op=op, values=values):
                parts = [self(value) for value in values]
                return sympy.And(*parts) if isinstance(op, ast.And) else sympy.Or(*parts)
            case ast.Compare(left=left, ops=ops, comparators=rest):
                ends = [self(end) for end in (left, *rest)]
                pairs = zip(ops, ends, ends[1:], strict=False)
                return sympy.And(*(_compared(op, a, b) for op, a, b in pairs))
            case ast.Tuple(elts=parts):
                return tuple(self(part) for part in parts)
            case ast.Subscript(value=ast.Name(id=name), slice=index):
                return self.names[name][self(index)]
            case ast.BinOp(left=left, op=op, right=right):
                return _combined(op, self(left), self(right))
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self.call(name, arguments)
        raise ValueError(f"no formula: {ast.dump(node)[:80]}")

    def call(self, name: str, arguments: list[ast.expr]) -> Any:  # noqa: ANN401
        """A function of ours, of the claim, or of SymPy."""
        import sympy

        if name in ("Sum", "Product", "Integral"):
            bound = {limits.elts[0].id: sympy.Symbol(limits.elts[0].id, integer=name != "Integral")
                     for limits in arguments[1:]}  # fmt: skip
            inside = ToSympy({**self.names, **bound})
            return getattr(sympy, name)(*(inside(one) for one in arguments))
        parts = [self(one) for one in arguments]
        if name in self.names:
            return self.names[name](*parts)
        if name in OURS:
            return OURS[name](sympy, *parts)
        found = getattr(sympy, name)
        if not isinstance(found, type) and name != "sqrt":
            raise ValueError(f"{name} is no function of a formula")
        return found(*parts)


def _prime(sp: Any, call: Any) -> Any:  # noqa: ANN401
    place = sp.Dummy("t", real=True)
    return sp.Subs(sp.Derivative(call.func(place), place), place, call.args[0])


OURS: Mapping[str, Callable[..., Any]] = {
    "Delta": lambda sp, i, j: sp.KroneckerDelta(i, j),
    "Prime": _prime,
    "expm1": lambda sp, x: sp.exp(x) - 1,
    "log1p": lambda sp, x: sp.log(1 + x),
    "logit": lambda sp, p: sp.log(p / (1 - p)),
    "relu": lambda sp, x: sp.Max(x, 0),
    "sigmoid": lambda sp, x: 1 / (1 + sp.exp(-x)),
    "softplus": lambda sp, x: sp.log(1 + sp.exp(x)),
}


def _combined(op: ast.operator, left: Any, right: Any) -> Any:  # noqa: ANN401
    match op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right
        case ast.Pow():
            return left**right
    raise ValueError("an operator that no formula has")


def _compared(op: ast.cmpop, left: Any, right: Any) -> Any:  # noqa: ANN401
    import sympy

    kinds = {ast.Lt: sympy.Lt, ast.LtE: sympy.Le, ast.Gt: sympy.Gt, ast.GtE: sympy.Ge,
             ast.Eq: sympy.Eq, ast.NotEq: sympy.Ne}  # fmt: skip
    return kinds[type(op)](left, right)


def sides(claim: Claim) -> tuple[sympy.Basic, sympy.Basic]:
    """Both sides for SymPy. Raises ValueError, AttributeError, ... for what it has no form for."""
    read = ToSympy({name: _symbol(name, text) for name, text in claim["vars"].items()})
    left, right = (read(ast.parse(f"({claim[key]})", mode="eval").body) for key in ("lhs", "rhs"))
    return left, right


def _symbol(name: str, text: str) -> Any:  # noqa: ANN401
    """A symbol with the assumptions of the claim, a family, or a function."""
    import sympy

    kind = text.split(maxsplit=1)[0]
    if text == "function":
        return sympy.Function(name, real=True)
    if kind in ("idx", "idx>0"):
        return sympy.IndexedBase(name, real=True, positive=True if kind == "idx>0" else None)
    facts: dict[str, bool] = {"real": True}
    if kind == "index":
        return sympy.Symbol(name, integer=True, positive=True)
    if text.startswith("int"):
        facts["integer"] = True
        text = text.removeprefix("int")
    if text == "!=0":
        facts["nonzero"] = True
    if text[:1] == ">" and float(text.lstrip(">=")) >= 0:
        zero_in = text.startswith(">=") and float(text.lstrip(">=")) == 0
        facts["nonnegative" if zero_in else "positive"] = True
    if text[:1] == "<" and float(text.lstrip("<=")) <= 0:
        facts["nonpositive" if text.startswith("<=") else "negative"] = True
    if text[:1] in "([" and text[1:].split(",")[0].strip() == "0":
        facts["positive" if text[0] == "(" else "nonnegative"] = True
    return sympy.Symbol(name, **facts)


# ---------------------------------------------------------------------------- the table


def write_table(claims: Sequence[Claim], opinions: Mapping[str, list[Opinion]]) -> None:
    """One row for each way."""
    names = [kind.__name__.strip("_").replace("_", " ") for kind in KINDS]
    header = ["", *names, "median", "95th percentile", "ratio of medians"]
    ours = statistics.median(seconds for _, seconds in opinions["derive"])
    rows = []
    for name, found in opinions.items():
        seconds = sorted(one for _, one in found)
        counts = [sum(map(kind, claims, [said for said, _ in found])) for kind in KINDS]
        middle = statistics.median(seconds)
        late = seconds[-(-95 * len(seconds) // 100) - 1]
        rows.append([name, *map(str, counts), _time(middle), _time(late), f"{middle / ours:.3g}"])
    for row in (header, ["---"] * len(header), *rows):
        write(f"| {' | '.join(row)} |\n")
    write("\n")


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def _right_accepts(claim: Claim, said: Said) -> bool:
    return (claim["truth"] == "true" and said in (Said.EQUAL, Said.EQUAL_IF)) or (
        claim["truth"] == "cond" and said is Said.EQUAL_IF
    )


def _right_rejects(claim: Claim, said: Said) -> bool:
    return claim["truth"] == "false" and said is Said.DIFFERENT


def _wrong_accepts(claim: Claim, said: Said) -> bool:
    return claim["truth"] in ("false", "na") and said in (Said.EQUAL, Said.EQUAL_IF)


def _wrong_rejects(claim: Claim, said: Said) -> bool:
    return claim["truth"] != "false" and said is Said.DIFFERENT


def _condition_unsaid(claim: Claim, said: Said) -> bool:
    return claim["truth"] == "cond" and said is Said.EQUAL


def _undecided(_claim: Claim, said: Said) -> bool:
    return said is Said.NOTHING


KINDS = (
    _right_accepts,
    _right_rejects,
    _wrong_accepts,
    _wrong_rejects,
    _condition_unsaid,
    _undecided,
)


def write_wrong(claims: Sequence[Claim], opinions: Mapping[str, list[Opinion]]) -> None:
    """The claims that a way gets wrong."""
    for name, found in opinions.items():
        for claim, (said, _) in zip(claims, found, strict=True):
            for kind in (_wrong_accepts, _wrong_rejects, _condition_unsaid):
                if kind(claim, said):
                    what = kind.__name__.strip("_").replace("_", " ")
                    write(f"- {name}: {what}: {claim.get('id')}: "
                          f"`{claim['lhs']} = {claim['rhs']}`, {claim['vars']}\n")  # fmt: skip
    write("\n")


if __name__ == "__main__":
    main()
