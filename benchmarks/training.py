"""One epoch of logistic regression, done by ten programs: loss, gradient, update, on all rows.

    python benchmarks/training.py [--sizes 1000x2,10000x10,100000x30] [--rounds N] [--skip a,b]

All of them run by turns in one process on the same rows, and each gives the same gradient (checked
before a clock starts). At its turn a program does six epochs, as in training, of which the first
does not count. Printed, as Markdown, is the median over the rounds of the processor time of
one epoch; the preparation of the data is not counted, but shown for our engines. Rows are in the
form that each program likes best. Programs that are not installed are left out and named; all of
them: pip install 'derive[benchmark]'
"""

from __future__ import annotations

import argparse
import platform
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

Epoch = Callable[[], tuple[list[float], float]]
"""One epoch from the fixed point: the slopes in the weights, and in the bias."""

RATE = 0.1
LONG = 2.0  # seconds of an epoch from which one round is enough
EPOCHS = 6  # of a program at its turn; the first has the caches of another one, and is not counted


@dataclass(frozen=True, slots=True)
class Task:
    """Rows of features, labels 0 and 1, and the point at which all programs compute."""

    rows: list[tuple[float, ...]]
    labels: list[float]
    weights: list[float]
    bias: float


def main() -> int:
    """Measure and print."""
    options = _options()
    skipped = {name for name in options.skip.split(",") if name}
    columns: dict[str, dict[str, float]] = {}
    sizes = options.sizes.split(",")
    missing: dict[str, str] = {}
    notes: list[str] = []
    for size in sizes:
        samples, features = map(int, size.split("x"))
        task = make_task(samples, features)
        programs = {}
        for name, build in PROGRAMS.items():
            if name in skipped:
                continue
            start = time.process_time()
            try:
                programs[name] = build(task)
            except ImportError as error:
                missing[name] = str(error)
                continue
            if name.startswith("derive"):
                notes.append(f"{size}: preparing {name} {time.process_time() - start:.3f} s")
        columns[size] = measure(programs, options.rounds)
    _print(columns, sizes, missing, notes)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1000x2,10000x10,100000x30", help="rows x features, ...")
    parser.add_argument("--rounds", type=int, default=15, help="epochs of each program")
    parser.add_argument("--skip", default="", help="programs to leave out, with commas")
    return parser.parse_args()


def make_task(samples: int, features: int) -> Task:
    """Rows from a logistic model, standardised; every run makes the same ones."""
    source = random.Random(samples * 1000 + features)  # noqa: S311  # data, not a secret
    true = [source.gauss(0, 1) for _ in range(features)]
    rows = [tuple(source.gauss(0, 1) for _ in range(features)) for _ in range(samples)]
    labels = [
        float(source.random() < 1 / (1 + exp(-sum(map(float.__mul__, row, true))))) for row in rows
    ]
    weights = [0.3 * value for value in true]
    return Task(rows, labels, weights, 0.1)


def measure(programs: dict[str, Epoch], rounds: int) -> dict[str, float]:
    """Median seconds of processor time of one epoch, by name; the programs take turns."""
    expected: tuple[list[float], float] | None = None
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for name, epoch in programs.items():
        weights, bias = epoch()
        if expected is None:
            expected = weights, bias
        for one, other in zip((*weights, bias), (*expected[0], expected[1]), strict=True):
            if abs(one - other) > 1e-9 * (1 + abs(other)):
                raise ArithmeticError(f"{name} gives the slope {one!r} where it is {other!r}")
    for turn in range(rounds):
        for name, epoch in programs.items():
            if turn and min(seconds[name]) > LONG:
                continue
            quick = bool(seconds[name]) and seconds[name][0] < LONG
            for number in range(EPOCHS if quick else 1):
                start = time.process_time()
                epoch()
                if number or not quick:
                    seconds[name].append(time.process_time() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}


# -------------------------------------------------------------------------- ours


def derive_with(engine: str) -> Callable[[Task], Epoch]:
    """The generated trainer's engine."""

    def build(task: Task) -> Epoch:
        from derivation.gradients.bce import FORMULAS
        from derivation.training.engines import engine_for
        from derivation.training.heights import total_sums
        from derivation.training.source import RowSource

        sums = engine_for(FORMULAS, RowSource(task.rows, [task.labels]), engine)
        point = [*task.weights, task.bias]
        sums.sums(point)  # the first pass prepares

        def epoch() -> tuple[list[float], float]:
            _, *slopes = (value / len(task.rows) for value in total_sums(sums.sums(point)))
            _ = [value - RATE * slope for value, slope in zip(point, slopes, strict=True)]
            return slopes[:-1], slopes[-1]

        return epoch

    return build


# ------------------------------------------------------------------- Python alone


def idiomatic(task: Task) -> Epoch:
    """The formulas as one writes them in Python."""

    def epoch() -> tuple[list[float], float]:
        weights, bias, samples = task.weights, task.bias, len(task.rows)
        total, slopes, slope = 0.0, [0.0] * len(weights), 0.0
        for row, label in zip(task.rows, task.labels, strict=True):
            z = sum(w * x for w, x in zip(weights, row, strict=True)) + bias
            h = 1 / (1 + exp(-z))
            total += -(label * log(h) + (1 - label) * log(1 - h))
            residual = h - label
            for j, x in enumerate(row):
                slopes[j] += residual * x
            slope += residual
        slopes = [s / samples for s in slopes]
        _ = [w - RATE * s for w, s in zip(weights, slopes, strict=True)]
        return slopes, slope / samples

    return epoch


def lambdified(*, cse: bool) -> Callable[[Task], Epoch]:
    """SymPy's loss of one sample, differentiated by each parameter and turned into a function."""

    def build(task: Task) -> Epoch:
        import sympy

        count = len(task.weights)
        xs, ws = sympy.symbols(f"x:{count}"), sympy.symbols(f"w:{count}")
        b, y = sympy.symbols("b y")
        h = 1 / (1 + sympy.exp(-(sum(w * x for w, x in zip(ws, xs, strict=True)) + b)))
        loss = -(y * sympy.log(h) + (1 - y) * sympy.log(1 - h))
        outputs = [loss, *(sympy.diff(loss, v) for v in (*ws, b))]
        one = sympy.lambdify([*xs, y, *ws, b], outputs, modules="math", cse=cse)

        def epoch() -> tuple[list[float], float]:
            totals = [0.0] * len(outputs)
            for row, label in zip(task.rows, task.labels, strict=True):
                values = one(*row, label, *task.weights, task.bias)
                totals = [t + v for t, v in zip(totals, values, strict=True)]
            _, *slopes = (t / len(task.rows) for t in totals)
            return slopes[:-1], slopes[-1]

        return epoch

    return build


def micrograd(task: Task) -> Epoch:
    """Micrograd's scalar values, a sample at a time; exp and log are added as its lecture does."""
    from micrograd.engine import Value

    def lifted(value: Value, result: float, slope: float) -> Value:
        out = Value(result, (value,))

        def backward() -> None:
            value.grad += slope * out.grad

        out._backward = backward  # noqa: SLF001  # how micrograd is extended
        return out

    def epoch() -> tuple[list[float], float]:
        weights, bias = [Value(w) for w in task.weights], Value(task.bias)
        for row, label in zip(task.rows, task.labels, strict=True):
            z = bias
            for w, x in zip(weights, row, strict=True):
                z = z + w * x
            e = lifted(-z, exp(-z.data), exp(-z.data))
            h = 1 / (1 + e)
            chosen = h if label else 1 - h
            (-lifted(chosen, log(chosen.data), 1 / chosen.data)).backward()
        samples = len(task.rows)
        return [w.grad / samples for w in weights], bias.grad / samples

    return epoch


# ------------------------------------------------------------------- array programs


def _arrays(task: Task) -> tuple[Any, Any, Any]:
    import numpy as np

    return np.array(task.rows), np.array(task.labels), np.array(task.weights)


def numpy_by_hand(task: Task) -> Epoch:
    """The formulas over arrays, in their stable form."""
    import numpy as np

    rows, labels, weights = _arrays(task)

    def epoch() -> tuple[list[float], float]:
        z = rows @ weights + task.bias
        _ = np.mean(np.logaddexp(0, z) - labels * z)
        residuals = 1 / (1 + np.exp(-z)) - labels
        slopes = rows.T @ residuals / len(labels)
        _ = weights - RATE * slopes
        return slopes.tolist(), float(residuals.mean())

    return epoch


def numpy_sum(task: Task) -> Epoch:
    """One pass over as much memory as the features take; its slopes are made up beforehand."""
    import numpy as np

    rows, _, _ = _arrays(task)
    known = numpy_by_hand(task)()

    def epoch() -> tuple[list[float], float]:
        np.sum(rows)
        return known

    return epoch


def autograd(task: Task) -> Epoch:
    """Autograd over NumPy."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    rows, labels, weights = _arrays(task)
    point = anp.append(weights, task.bias)

    def loss(p: anp.ndarray) -> anp.ndarray:
        z = anp.dot(rows, p[:-1]) + p[-1]
        return anp.mean(anp.logaddexp(0, z) - labels * z)

    both = value_and_grad(loss)

    def epoch() -> tuple[list[float], float]:
        _, slopes = both(point)
        _ = point - RATE * slopes
        return slopes[:-1].tolist(), float(slopes[-1])

    return epoch


def pytorch(task: Task) -> Epoch:
    """PyTorch, doubles, one thread."""
    import torch

    torch.set_num_threads(1)
    rows = torch.tensor(task.rows, dtype=torch.float64)
    labels = torch.tensor(task.labels, dtype=torch.float64)
    weights = torch.tensor(task.weights, dtype=torch.float64, requires_grad=True)
    bias = torch.tensor(task.bias, dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.binary_cross_entropy_with_logits

    def epoch() -> tuple[list[float], float]:
        weights.grad = bias.grad = None
        loss(rows @ weights + bias, labels).backward()
        with torch.no_grad():
            _ = weights - RATE * weights.grad
        return weights.grad.tolist(), float(bias.grad)

    return epoch


def scikit_learn(task: Task) -> Epoch:
    """What scikit-learn's LogisticRegression computes for its solver in one step."""
    import numpy as np
    from sklearn._loss import HalfBinomialLoss
    from sklearn.linear_model._linear_loss import LinearModelLoss

    rows, labels, weights = _arrays(task)
    model = LinearModelLoss(base_loss=HalfBinomialLoss(), fit_intercept=True)
    point = np.append(weights, task.bias)

    def epoch() -> tuple[list[float], float]:
        _, slopes = model.loss_gradient(point, rows, labels)
        _ = point - RATE * slopes
        return slopes[:-1].tolist(), float(slopes[-1])

    return epoch


PROGRAMS: dict[str, Callable[[Task], Epoch]] = {
    "idiomatic Python": idiomatic,
    "micrograd": micrograd,
    "SymPy lambdify": lambdified(cse=False),
    "SymPy lambdify, cse": lambdified(cse=True),
    "derive, Python engine": derive_with("python"),
    "autograd": autograd,
    "NumPy by hand": numpy_by_hand,
    "PyTorch, 1 thread": pytorch,
    "scikit-learn": scikit_learn,
    "derive, C engine": derive_with("c"),
    "np.sum of the rows": numpy_sum,
}


def _print(
    columns: dict[str, dict[str, float]],
    sizes: Sequence[str],
    missing: dict[str, str],
    notes: Sequence[str],
) -> None:
    lines = [
        f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}; "
        "milliseconds of processor time for an epoch",
        "",
        "| | " + " | ".join(sizes) + " |",
        "| --- |" + " ---: |" * len(sizes),
    ]
    for name in PROGRAMS:
        cells = [columns[size].get(name) for size in sizes]
        if any(cells):
            shown = (f"{cell * 1000:.3g}" if cell else "" for cell in cells)
            lines.append(f"| {name} | " + " | ".join(shown) + " |")
    lines += ["", "Times as long as ours:", "", "| | " + " | ".join(sizes) + " |"]
    lines.append("| --- |" + " ---: |" * len(sizes))
    for ours in ("derive, Python engine", "derive, C engine"):
        for name in PROGRAMS:
            pairs = [(columns[size].get(name), columns[size].get(ours)) for size in sizes]
            if name != ours and all(all(pair) for pair in pairs):
                shown = (f"{other / own:.3g}" for other, own in pairs if other and own)
                lines.append(f"| {name} / {ours} | " + " | ".join(shown) + " |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines += ["", *notes, f"peak memory of all programs together: {peak:.0f} MiB"]
    lines += [f"not installed: {name} ({why})" for name, why in missing.items()]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
