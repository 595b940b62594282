"""How long `derive verify bce` takes, and what SymPy says to the same steps.

    python benchmarks/verify.py [--time-out SECONDS] [--runs N]

Prints Markdown. Part one runs in one process: the kernel's time for each rewrite, then
`sympy.simplify(lhs - rhs) == 0` for the same rewrites with definitions unfolded and derivatives
carried out by SymPy. Part two starts processes: a cold `derive verify bce` and an empty
`import sympy` by turns.
"""

from __future__ import annotations

import argparse
import platform
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from derivation.check import CheckedRewrite, Report, examine
from derivation.derivation import Definition, Derivation
from derivation.errors import UnsupportedError
from derivation.kernel import Verdict
from derivation.library.bce import derivation

if TYPE_CHECKING:
    import sympy

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5  # the kernel's time for a rewrite is its median over so many runs of `examine`

Pairs = list[tuple["sympy.Basic", "sympy.Basic"]]


class OutOfTimeError(BaseException):
    """Not an Exception, so that no `except Exception` inside SymPy keeps it."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What SymPy made of one rewrite: `shown`, `not shown`, `out of time` or `failed`."""

    outcome: str
    seconds: float


def main() -> None:
    """Measure and print."""
    options = _options()
    bce = derivation()
    reports = [examine(bce) for _ in range(ROUNDS)]
    write(f"Python {platform.python_version()}, SymPy {version('sympy')}, "
          f"python-flint {version('python-flint')}, {platform.machine()}\n\n")  # fmt: skip
    write_kernel(reports)
    write_comparison(reports, bce, options.time_out)
    write_wall_times(options.runs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--time-out", type=float, default=20.0, help="for SymPy, a step")
    parser.add_argument("--runs", type=int, default=10, help="of each command, by turns")
    return parser.parse_args()


def write(text: str) -> None:
    """Print at once: the run takes minutes."""
    sys.stdout.write(text)
    sys.stdout.flush()


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A Markdown table."""
    for row in (header, ["---"] * len(header), *rows):
        write(f"| {' | '.join(row)} |\n")
    write("\n")


def percentile(values: Sequence[float], percent: int) -> float:
    """Nearest rank: the smallest value with `percent` of all at or below it."""
    ordered = sorted(values)
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(rank, 1) - 1]


def milliseconds(seconds: float) -> str:
    """With three digits or so."""
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


# ---------------------------------------------------------------------------- the kernel


def write_kernel(reports: Sequence[Report]) -> None:
    """Verdicts, and the methods that gave them."""
    report = reports[0]
    verdicts = Counter(one.judgement.verdict for one in report.rewrites)
    methods = Counter(one.judgement.method for one in report.rewrites)
    rows = [["rewrites", str(len(report.rewrites))]]
    rows += [[verdict.value, str(verdicts[verdict])] for verdict in Verdict]
    rows += [["reason holds", str(sum(one.reason_holds for one in report.rewrites))]]
    rows += [["errata refuted and corrected", str(sum(e.as_written is not None and e.holds
                                                      for e in report.errata))]]  # fmt: skip
    rows += [[f"by {method}", str(count)] for method, count in methods.most_common()]
    table(["`derive verify bce`", "count"], rows)


def kernel_times(reports: Sequence[Report]) -> list[float]:
    """Seconds for each rewrite."""
    runs = zip(*(report.rewrites for report in reports), strict=True)
    return [statistics.median(one.judgement.seconds for one in run) for run in runs]


# ---------------------------------------------------------------------------- SymPy


def write_comparison(reports: Sequence[Report], bce: Derivation, time_out: float) -> None:
    """Times and outcomes side by side."""
    kernel = kernel_times(reports)
    proved = sum(one.judgement.verdict is Verdict.PROVED for one in reports[0].rewrites)
    opinions = [opinion(one, bce, time_out) for one in reports[0].rewrites]
    outcomes = Counter(one.outcome for one in opinions)
    by_sympy = [one.seconds for one in opinions]
    rows = []
    for name, shown, times in (
        ("kernel", f"{proved}", kernel),
        ("`sympy.simplify(lhs - rhs) == 0`", f"{outcomes['shown']}", by_sympy),
    ):
        rows.append([
            name,
            f"{shown}/{len(times)}",
            milliseconds(statistics.median(times)),
            milliseconds(percentile(times, 95)),
            milliseconds(sum(times)),
        ])  # fmt: skip
    table(["a rewrite", "shown equal", "median", "95th percentile", "all"], rows)
    ratio = statistics.median(by_sympy) / statistics.median(kernel)
    write(
        f"Ratio of the medians: {ratio:.3g}. SymPy: {outcomes['shown']} shown, "
        f"{outcomes['not shown']} not shown, {outcomes['out of time']} not within "
        f"{time_out:g} s (counted as {time_out:g} s), {outcomes['failed']} failed.\n\n"
    )
    for checked, one in zip(reports[0].rewrites, opinions, strict=True):
        if one.outcome != "shown":
            write(f"- {one.outcome}: {checked.lemma}, {checked.index} ({checked.rule})\n")
    write("\n")


def opinion(rewrite: CheckedRewrite, bce: Derivation, time_out: float) -> Opinion:
    """SymPy's outcome and time; translating and unfolding are not counted."""
    import sympy

    pairs = unfolded_definitions(bce.lemma(rewrite.lemma).definitions)
    try:
        difference = unfolded(rewrite.before.sympy - rewrite.after.sympy, pairs)
    except UnsupportedError:
        return Opinion("failed", 0.0)
    start = time.perf_counter()
    try:
        with limit(time_out):
            found = "shown" if sympy.simplify(difference.doit()) == 0 else "not shown"
    except OutOfTimeError:
        return Opinion("out of time", time_out)
    except (ArithmeticError, AttributeError, NotImplementedError, RecursionError, TypeError,
            ValueError):  # fmt: skip
        found = "failed"
    return Opinion(found, time.perf_counter() - start)


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTimeError in the block when its time is over. Needs a Unix alarm."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTimeError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def unfolded_definitions(definitions: tuple[Definition, ...]) -> Pairs:
    """Heads and bodies; a body holds no name that an earlier definition gives."""
    pairs: Pairs = []
    for definition in definitions:
        pairs.append((definition.head.sympy, unfolded(definition.body.sympy, pairs)))
    return pairs


def unfolded(expression: sympy.Basic, pairs: Pairs) -> sympy.Basic:
    """The expression without defined names.

    In one pass from the inside out: SymPy takes the derivative of an unknown h(x) by w to be 0,
    so no derivative may be rebuilt before all that it holds is unfolded.
    """
    body = _body_of(pairs)
    return expression.replace(lambda node: body(node) is not None, body)


def _body_of(pairs: Pairs) -> Callable[[sympy.Basic], sympy.Basic | None]:
    import sympy
    from sympy.core.function import AppliedUndef

    def body_of(node: sympy.Basic) -> sympy.Basic | None:
        for head, body in pairs:
            match head:
                case sympy.Symbol() if node == head:
                    return body
                case sympy.Indexed() if isinstance(node, sympy.Indexed):
                    if str(node.base) == str(head.base):
                        return body.subs(dict(zip(head.indices, node.indices, strict=True)))
                case AppliedUndef() if node.func == head.func:
                    return body.subs(dict(zip(head.args, node.args, strict=True)))
        return None

    return body_of


# ---------------------------------------------------------------------------- wall time


def write_wall_times(runs: int) -> None:
    """Two commands by turns, so that both see the same weather."""
    commands = {
        "`python -m derivation verify bce --no-cache`": [
            "-m", "derivation", "verify", "bce", "--no-cache",
        ],
        '`python -c "import sympy"`': ["-c", "import sympy"],
    }  # fmt: skip
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, arguments in commands.items():
            times[name].append(seconds_of([sys.executable, *arguments]))
    rows = [
        [name, milliseconds(statistics.median(found)), milliseconds(min(found)),
         milliseconds(max(found))]
        for name, found in times.items()
    ]  # fmt: skip
    table(["cold process", "median", "fastest", "slowest"], rows)
    verify, empty = (statistics.median(found) for found in times.values())
    write(f"Ratio of the medians, {runs} runs each: {verify / empty:.3g}.\n")


def seconds_of(command: Sequence[str]) -> float:
    """Wall time of a process that must succeed."""
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 (our own)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
