"""Binary cross-entropy of one sample, done by several programs: how many digits are right.

    python benchmarks/accuracy.py [--magnitudes N] [--skip a,b] [--forms | --softmax]

Loss and gradient (the derivative in the predictor z) at 34,030 points: 17,015 values of z with
|z| <= 1e4, each with the labels 0 and 1; then with soft labels. The reference is ball arithmetic
with 400 bits. Counted are exceptions, wrong zeros (0 where the true value is a float other than
0), and the largest error in units in the last place of the true value. Where h crosses a soft
label y the gradient is zero and no program can keep that; there the unit is that of max(h, y).

With --forms the forms that the rule table finds for other losses are measured instead, as Python
computes them, over the same predictors (every fourth one) and the labels that are named.

With --softmax it is softmax with 2 to 6 classes: 8,507 samples with |z| <= 1e4, many of them with
predictors hundreds apart and of unlike signs, one class with the label 1; loss and the slope in
each z.

Printed is Markdown. Programs that are not installed are left out and named; all of them:
pip install 'derive[benchmark]'
"""

# ruff: noqa: T201  # the table is printed
from __future__ import annotations

import argparse
import math
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import flint

from derivation.domain import Interval

if TYPE_CHECKING:
    from derivation.term import Term
    from derivation.trainer.stable import Stable

BITS = 400
LARGEST = 1e4

Points = Sequence[tuple[float, float]]
"""(z, y)."""
Outcome = float | Exception
Program = Callable[[Points], tuple[list[Outcome], list[Outcome]]]
"""Losses and gradients at the points; an exception is an outcome too."""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--magnitudes", type=int, default=8507, help="values of |z|")
    parser.add_argument("--skip", default="", help="programs to leave out, with commas")
    parser.add_argument("--forms", action="store_true", help="the forms found for other losses")
    parser.add_argument("--softmax", action="store_true", help="softmax, 2 to 6 classes")
    options = parser.parse_args()
    if options.softmax:
        show_softmax(options.magnitudes, {name for name in options.skip.split(",") if name})
        return 0
    values = predictors(options.magnitudes)
    if options.forms:
        show_forms(values[::4])
        return 0
    hard = [(z, y) for z in values for y in (0.0, 1.0)]
    soft = [(z, SOFT[k % len(SOFT)]) for k, z in enumerate(values)]
    skipped = {name for name in options.skip.split(",") if name}
    missing: dict[str, str] = {}
    rows = []
    references = [[reference(z, y) for z, y in points] for points in (hard, soft)]
    for name, build in PROGRAMS.items():
        if name in skipped:
            continue
        try:
            program = build()
        except (ImportError, RuntimeError) as error:
            missing[name] = str(error)
            continue
        rows.append((name, [
            report(points, known, program, soft=points is soft)
            for points, known in zip((hard, soft), references, strict=True)
        ]))  # fmt: skip
    show(rows, (len(hard), len(soft)), missing)
    return 0


# ---------------------------------------------------------------------- points and truth

SOFT = (0.25, 0.5, 0.9, 0.001, 1 / 3, 0.999999)


def predictors(magnitudes: int) -> list[float]:
    """0, and magnitudes with both signs: spread over all scales, dense where things happen."""
    source = random.Random(400)  # noqa: S311  # points, not a secret
    few = magnitudes // 17
    sizes = [10 ** (-12 + 16 * k / (8 * few)) for k in range(8 * few)]
    sizes += [source.uniform(0, 50) for _ in range(5 * few)]
    sizes += [source.uniform(0, 800) for _ in range(3 * few)]
    sizes += [source.uniform(0, LARGEST) for _ in range(magnitudes - 16 * few)]
    sizes[-1] = LARGEST
    return [*(-size for size in reversed(sizes)), 0.0, *sizes]


@dataclass(frozen=True, slots=True)
class Truth:
    """Loss and gradient as balls, and the prediction as a float."""

    loss: flint.arb
    gradient: flint.arb
    prediction: float


def reference(z: float, y: float) -> Truth:
    """-y log h - (1 - y) log(1 - h) and h - y for h = 1/(1 + e^-z), with 400 bits."""
    with flint.ctx.workprec(BITS):
        label, small = flint.arb(y), flint.arb(-abs(z)).exp()
        larger, smaller = 1 / (1 + small), small / (1 + small)  # h and 1 - h, or the reverse
        up, down = (larger, smaller) if z >= 0 else (smaller, larger)
        gap = (1 - label) * z if z >= 0 else -label * z
        return Truth(gap + small.log1p(), (1 - label) * up - label * down, float(up.mid()))


# ---------------------------------------------------------------------------- counting


@dataclass(slots=True)
class Count:
    """What came out for one quantity."""

    exceptions: Counter[str] = field(default_factory=Counter)
    wrong_zeros: int = 0
    error: float = 0.0
    at: tuple[float, float] = (0.0, 0.0)


def report(
    points: Points, references: Sequence[Truth], program: Program, *, soft: bool
) -> tuple[Count, Count]:
    """The counts for loss and gradient."""
    losses, gradients = program(points)
    counts = Count(), Count()
    for point, truth, loss, gradient in zip(points, references, losses, gradients, strict=True):
        unit = max(truth.prediction, point[1]) if soft else None
        count(counts[0], point, loss, truth.loss, None)
        count(counts[1], point, gradient, truth.gradient, unit)
    return counts


def count(
    so_far: Count,
    point: tuple[float, float],
    outcome: Outcome,
    truth: flint.arb,
    unit: float | None = None,
    least: float = 0.0,
) -> None:
    """Add one outcome. ``unit``: the size whose last place is the unit; None: the true value.

    A 0 is wrong where the true value is above ``least``.
    """
    if isinstance(outcome, Exception):
        so_far.exceptions[type(outcome).__name__] += 1
        return
    if math.isnan(outcome) or math.isinf(outcome):  # all true values are finite
        so_far.exceptions["inf or nan"] += 1
        return
    nearest = float(truth.mid())
    if outcome == 0 and abs(nearest) > least:
        so_far.wrong_zeros += 1
    with flint.ctx.workprec(BITS):
        off = abs(flint.arb(outcome) - truth) / flint.arb(math.ulp(unit or nearest))
        error = float(off.mid())
    if error > so_far.error:
        so_far.error, so_far.at = error, point


# ---------------------------------------------------------------------------- programs


def one_by_one(
    loss: Callable[[float, float], float], slope: Callable[[float, float], float]
) -> Program:
    """A program of functions of one sample."""

    def outcome(function: Callable[[float, float], float], z: float, y: float) -> Outcome:
        try:
            return function(z, y)
        except (ArithmeticError, ValueError) as error:
            return error

    def run(points: Points) -> tuple[list[Outcome], list[Outcome]]:
        return [outcome(loss, *point) for point in points], [
            outcome(slope, *point) for point in points
        ]

    return run


def lambdified() -> Program:
    """The definition and its derivative, as SymPy gives them to the math module."""
    import sympy

    z, y = sympy.symbols("z y", real=True)
    h = 1 / (1 + sympy.exp(-z))
    loss = -y * sympy.log(h) - (1 - y) * sympy.log(1 - h)
    return one_by_one(
        sympy.lambdify([z, y], loss, "math"), sympy.lambdify([z, y], loss.diff(z), "math")
    )


def branches() -> Program:
    """max(z, 0) - y z + log1p(e^-|z|), and the sigmoid by branches minus the label."""

    def sigmoid(z: float) -> float:
        small = math.exp(-abs(z))
        return 1 / (1 + small) if z >= 0 else small / (1 + small)

    return one_by_one(
        lambda z, y: max(z, 0.0) - y * z + math.log1p(math.exp(-abs(z))),
        lambda z, y: sigmoid(z) - y,
    )


def derive_block() -> Program:
    """The generated module's formulas for any label."""
    from derivation.gradients.bce import FORMULAS

    return one_by_one(
        lambda z, y: FORMULAS.block([[z]], [[y]])[0],
        lambda z, y: FORMULAS.block([[z]], [[y]])[1][0][0],
    )


def derive_folded() -> Program:
    """The generated module's formulas for labels 0 and 1 folded into the predictor."""
    from derivation.gradients.bce import FORMULAS

    folded = FORMULAS.folded
    if folded is None:
        raise ImportError("derivation.gradients.bce has no folded formulas")

    def hard(y: float) -> float:
        if y not in (0.0, 1.0):
            raise _NotAskedError
        return 1.0 if y == 0 else -1.0

    def loss(z: float, y: float) -> float:
        return folded([hard(y) * z])[0]

    def slope(z: float, y: float) -> float:
        return hard(y) * folded([hard(y) * z])[1][0]

    return one_by_one(loss, slope)


class _NotAskedError(ValueError):
    """The program is not for such points."""


def derive_c() -> Program:
    """The generated module's C code, one row at a time."""
    from derivation.gradients.bce import FORMULAS
    from derivation.training.engines import engine_for
    from derivation.training.source import RowSource

    def run(points: Points) -> tuple[list[Outcome], list[Outcome]]:
        source = RowSource([(z,) for z, _ in points], [[y for _, y in points]])
        engine = engine_for(FORMULAS, source, "c")
        sums = [engine.batch_sums([1.0, 0.0], [row]) for row in range(len(points))]
        return [one[0] for one in sums], [one[-1] for one in sums]

    return run


def pytorch() -> Program:
    """binary_cross_entropy_with_logits and its gradient, in double precision."""
    import torch

    def run(points: Points) -> tuple[list[Outcome], list[Outcome]]:
        z = torch.tensor([z for z, _ in points], dtype=torch.float64, requires_grad=True)
        y = torch.tensor([y for _, y in points], dtype=torch.float64)
        losses = torch.nn.functional.binary_cross_entropy_with_logits(z, y, reduction="none")
        losses.sum().backward()
        return losses.tolist(), z.grad.tolist()

    return run


def scipy_special() -> Program:
    """scipy.special: log_expit for the loss, expit(z) - y for the gradient."""
    import numpy
    from scipy.special import expit, log_expit

    def run(points: Points) -> tuple[list[Outcome], list[Outcome]]:
        z, y = numpy.array(points).T
        losses = -y * log_expit(z) - (1 - y) * log_expit(-z)
        return losses.tolist(), (expit(z) - y).tolist()

    return run


def numpy_logaddexp() -> Program:
    """logaddexp(0, z) - y z, and 1/(1 + e^-z) - y, as NumPy code often has it."""
    import numpy

    def run(points: Points) -> tuple[list[Outcome], list[Outcome]]:
        z, y = numpy.array(points).T
        with numpy.errstate(over="ignore"):
            return (numpy.logaddexp(0, z) - y * z).tolist(), (1 / (1 + numpy.exp(-z)) - y).tolist()

    return run


PROGRAMS: dict[str, Callable[[], Program]] = {
    "lambdify": lambdified,
    "max, log1p; sigmoid - y": branches,
    "NumPy logaddexp": numpy_logaddexp,
    "SciPy log_expit, expit": scipy_special,
    "PyTorch": pytorch,
    "derive, any label": derive_block,
    "derive, folded": derive_folded,
    "derive, C": derive_c,
}


# ---------------------------------------------------------------------------- softmax

Samples = Sequence[tuple[tuple[float, ...], int]]
"""(the predictors, the number of the class)."""
ManyProgram = Callable[[Samples], tuple[list[Outcome], list[Sequence[Outcome]]]]
"""Losses, and the slopes in each predictor."""


def show_softmax(count: int, skipped: set[str]) -> None:
    """Print the table of softmax."""
    samples = softmax_samples(count)
    truths = [softmax_reference(*sample) for sample in samples]
    print(f"{count:,} samples of 2 to 6 classes, one label 1\n")
    print("| program | loss: exceptions | wrong 0 | max ulp | slopes: exceptions | wrong 0 "
          "| max ulp |")  # fmt: skip
    print("|---|---|---|---|---|---|---|")
    for name, build in SOFTMAX_PROGRAMS.items():
        if name in skipped:
            continue
        try:
            program = build()
        except (ImportError, RuntimeError) as error:
            print(f"\n{name}: left out: {error}", file=sys.stderr)
            continue
        of_loss, of_slopes = Count(), Count()
        for at, (truth, slopes), loss, found in zip(
            samples, truths, *program(samples), strict=True
        ):
            count_normal(of_loss, at, loss, truth)
            for outcome, slope in zip(found, slopes, strict=True):
                count_normal(of_slopes, at, outcome, slope)
        print(f"| {name} | {' | '.join((*cells(of_loss), *cells(of_slopes)))} |")


def count_normal(so_far: Count, at: tuple[Sequence[float], int], outcome: Outcome,
                 truth: flint.arb) -> None:  # fmt: skip
    """Count an outcome where the true value is a normal float; a 0 is right for smaller ones."""
    if abs(float(truth.mid())) >= sys.float_info.min or isinstance(outcome, Exception):
        count(so_far, (at[0][0], at[1]), outcome, truth)


def softmax_samples(count: int) -> Samples:
    """Predictors near each other, far apart, of unlike signs, on all scales, and tied."""
    source = random.Random(401)  # noqa: S311  # points, not a secret
    draws: list[Callable[[float], float]] = [
        lambda _: source.uniform(-LARGEST, LARGEST),
        lambda _: source.uniform(-380, 380),
        lambda _: source.choice((-1, 1)) * source.uniform(200, 372),
        lambda _: source.choice((-1, 1)) * 10 ** source.uniform(-12, 4),
        lambda middle: middle + source.uniform(-40, 40),
        lambda _: source.gauss(0, 3),
    ]
    samples = []
    for k in range(count):
        classes, middle = 2 + k % 5, source.uniform(-9900, 9900)
        z = [draws[k // 5 % len(draws)](middle) for _ in range(classes)]
        if k % 9 == 0:
            z[1] = z[0]
        source.shuffle(z)
        samples.append((tuple(z), source.randrange(classes)))
    return samples


def softmax_reference(z: Sequence[float], kind: int) -> tuple[flint.arb, list[flint.arb]]:
    """log(sum of e^z) - z_kind, and its slopes p_c - y_c, with 400 bits."""
    with flint.ctx.workprec(BITS):
        classes = range(len(z))
        top = max(classes, key=z.__getitem__)
        powers = [(flint.arb(v) - flint.arb(z[top])).exp() for v in z]
        rest = sum((powers[c] for c in classes if c != top), flint.arb(0))
        others = sum((powers[c] for c in classes if c != kind), flint.arb(0))
        slopes = [v / (1 + rest) for v in powers]
        slopes[kind] = -others / (1 + rest)
        return flint.arb(z[top]) - flint.arb(z[kind]) + rest.log1p(), slopes


def softmax_one_by_one(
    sample: Callable[[Sequence[float], int], tuple[float, Sequence[float]]],
) -> ManyProgram:
    """A program that takes one sample at a time."""

    def run(samples: Samples) -> tuple[list[Outcome], list[Sequence[Outcome]]]:
        losses: list[Outcome] = []
        slopes: list[Sequence[Outcome]] = []
        for z, kind in samples:
            try:
                loss, of_classes = sample(z, kind)
            except (ArithmeticError, ValueError) as error:
                losses.append(error)
                slopes.append([error] * len(z))
            else:
                losses.append(loss)
                slopes.append(of_classes)
        return losses, slopes

    return run


def softmax_as_written() -> ManyProgram:
    """-log p and p - y for p = e^z over the sum of all e^z."""

    def sample(z: Sequence[float], kind: int) -> tuple[float, Sequence[float]]:
        powers = [math.exp(v) for v in z]
        p = [v / math.fsum(powers) for v in powers]
        return -math.log(p[kind]), [v - (c == kind) for c, v in enumerate(p)]

    return softmax_one_by_one(sample)


def softmax_shifted() -> ManyProgram:
    """The same with the greatest z taken off, by hand in NumPy: log-sum-exp."""
    import numpy

    def sample(z: Sequence[float], kind: int) -> tuple[float, Sequence[float]]:
        gaps = numpy.array(z) - max(z)
        powers = numpy.exp(gaps)
        slopes = powers / powers.sum()
        slopes[kind] -= 1
        return float(numpy.log(powers.sum()) - gaps[kind]), slopes.tolist()

    return softmax_one_by_one(sample)


def softmax_scipy() -> ManyProgram:
    """scipy.special: log_softmax for the loss, softmax - y for the slopes."""
    import numpy
    from scipy.special import log_softmax
    from scipy.special import softmax as shares

    def sample(z: Sequence[float], kind: int) -> tuple[float, Sequence[float]]:
        slopes = shares(numpy.array(z))
        slopes[kind] -= 1
        return float(-log_softmax(numpy.array(z))[kind]), slopes.tolist()

    return softmax_one_by_one(sample)


def softmax_pytorch() -> ManyProgram:
    """cross_entropy and its gradient, in double precision."""
    import torch

    def sample(z: Sequence[float], kind: int) -> tuple[float, Sequence[float]]:
        values = torch.tensor([z], dtype=torch.float64, requires_grad=True)
        loss = torch.nn.functional.cross_entropy(values, torch.tensor([kind]))
        loss.backward()
        return loss.item(), values.grad[0].tolist()

    return softmax_one_by_one(sample)


def softmax_derive(engine: str) -> Callable[[], ManyProgram]:
    """The generated module, row by row: the features are the predictors, so these are exact."""
    from derivation.gradients.softmax import FORMULAS
    from derivation.training.engines import engine_for
    from derivation.training.source import RowSource

    def sample(z: Sequence[float], kind: int) -> tuple[float, Sequence[float]]:
        classes = range(len(z))
        labels = [[float(c == kind)] for c in classes]
        point = [float(c == j) for c in classes for j in range(len(z) + 1)]
        loss, *slopes = engine_for(FORMULAS, RowSource([tuple(z)], labels), engine).sums(point)[0]
        return loss, slopes[len(z) :: len(z) + 1]

    return lambda: softmax_one_by_one(sample)


SOFTMAX_PROGRAMS: dict[str, Callable[[], ManyProgram]] = {
    "as written": softmax_as_written,
    "NumPy, greatest z taken off": softmax_shifted,
    "SciPy log_softmax, softmax": softmax_scipy,
    "PyTorch cross_entropy": softmax_pytorch,
    "derive, Python": softmax_derive("python"),
    "derive, C": softmax_derive("c"),
}


# ------------------------------------------------------------- forms of the rule table

# name: loss, residual, prediction, lowest and highest label, labels to measure at
LOSSES: dict[str, tuple[str, str, str, float | None, float | None, tuple[float, ...]]] = {
    "binary cross-entropy": (
        "-y*log(sigmoid(z)) - (1 - y)*log(1 - sigmoid(z))",
        "sigmoid(z) - y", "sigmoid(z)", 0, 1, (0, 1),
    ),
    "squared error": ("(z - y)**2/2", "z - y", "z", None, None, (0, 1, -2.5)),
    "poisson": ("exp(z) - y*log(exp(z))", "exp(z) - y", "exp(z)", 0, None, (0,)),
    "logistic, labels -1 and 1": (
        "log(1 + exp(-y*z))", "-y/(1 + exp(y*z))", "sigmoid(z)", -1, 1, (-1, 1)
    ),
    "shifted logistic": (
        "log(1 + exp(1 - y*z))", "-y/(1 + exp(y*z - 1))", "sigmoid(z)", -1, 1, (-1, 1)
    ),
    "exponential": ("exp(-y*z)", "-y*exp(-y*z)", "sigmoid(2*z)", -1, 1, (-1, 1)),
    "negative binomial": (
        "(y + 2)*log(2 + exp(z)) - y*z", "(y + 2)*exp(z)/(2 + exp(z)) - y", "exp(z)", 0, None, (0,)
    ),
    "log cosh": ("log(cosh(z - y))", "tanh(z - y)", "z", None, None, (0,)),
    "pseudo-Huber": (
        "sqrt(1 + (z - y)**2) - 1", "(z - y)/sqrt(1 + (z - y)**2)", "z", None, None, (0, 1)
    ),
    "symmetric": (
        "log(2 + exp(z) + exp(-z)) - (2*y - 1)*z", "tanh(z/2) - (2*y - 1)", "tanh(z/2)", 0, 1,
        (0, 1),
    ),
}  # fmt: skip


def show_forms(values: Sequence[float]) -> None:
    """Print the forms of each loss, and the largest error of each."""
    from derivation.errors import UnsupportedError
    from derivation.kernel import Definition
    from derivation.notation import read, to_python
    from derivation.term import Derivative, Symbol
    from derivation.trainer.stable import Setting, stable_forms

    sigmoid = (Definition(read("sigmoid(x)"), read("1/(1 + exp(-x))")),)
    print(f"{len(values):,} predictors; errors in units in the last place of the value\n")
    print("| loss | part | pivot >= 0 | pivot < 0 | exceptions | wrong 0 | max ulp |")
    print("|---|---|---|---|---|---|---|")
    for name, (*texts, low, high, labels) in LOSSES.items():
        setting = Setting("z", "y", interval(low, high), sigmoid)
        loss, residual, prediction = map(read, texts)
        parts = {
            "loss": loss,
            "residual": residual,
            "prediction": prediction,
            "curvature": Derivative(residual, Symbol("z")),
        }
        for part, term in parts.items():
            try:
                stable = stable_forms(term, setting)
            except UnsupportedError as error:
                print(f"| {name} | {part} | none found | | | | |")
                print(f"{name}, {part}: {error}", file=sys.stderr)
                continue
            found = measured(stable, values, labels)
            forms = (f"`{to_python(one)}`" for one in (stable.nonnegative, stable.negative))
            print(f"| {name} | {part} | {' | '.join(forms)} | {' | '.join(cells(found))} |")


def interval(low: float | None, high: float | None) -> Interval:
    """A closed interval of labels; None is an infinite end."""
    ends = [None if end is None else Fraction(end) for end in (low, high)]
    return Interval(*ends, low_open=low is None, high_open=high is None)


def measured(stable: Stable, values: Sequence[float], labels: Sequence[float]) -> Count:
    """The errors of the forms against themselves with 400 bits: they are proved to be equal."""
    from derivation.trainer.stable import Measure
    from derivation.trainer.stable.floats import compiled

    counts = Count()
    touching = any(audit.measure is Measure.ONE for audit in stable.audits)
    upper, lower, pivot = map(compiled, (stable.nonnegative, stable.negative, stable.pivot))
    for z in values:
        for y in labels:
            at = {"z": z, "y": float(y)}
            above = pivot(at) >= 0
            form = stable.nonnegative if above else stable.negative
            with flint.ctx.workprec(BITS):
                truth = ball(form, {name: flint.arb(value) for name, value in at.items()})
            if abs(float(truth.mid())) == math.inf:
                continue  # no float is near the value
            try:
                outcome: Outcome = (upper if above else lower)(at)
            except (ArithmeticError, ValueError) as error:
                outcome = error
            if touching:  # no relative accuracy, and no wrong zero, where the loss is nearly 0
                truth, outcome = truth + 1, outcome + 1 if isinstance(outcome, float) else outcome
            count(counts, (z, y), outcome, truth, None, sys.float_info.min)
    return counts


def ball(term: Term, values: dict[str, flint.arb]) -> flint.arb:
    """The value of a form in ball arithmetic, at the working precision."""
    from derivation.term import Add, Call, Constant, Div, Mul, Neg, Number, Pow, Sub, Symbol

    match term:
        case Call(name="log", arguments=(Add(left=Number(value=1), right=small),)):
            return ball(small, values).log1p()
        case Sub(left=Pow(left=Constant(name="e"), right=exponent), right=Number(value=1)):
            return ball(exponent, values).expm1()
    parts = [ball(child, values) for child in term.children]
    match term:
        case Number(value=value):
            return flint.arb(flint.fmpq(value.numerator, value.denominator))
        case Constant(name="e"):
            return flint.arb(1).exp()
        case Symbol(name=name):
            return values[name]
        case Pow(left=Constant(name="e")):
            return parts[1].exp()
        case Pow():
            return parts[0] ** parts[1]
        case Call(name="log"):
            return parts[0].log()
        case Call(name="sqrt"):
            return parts[0].sqrt()
        case Neg():
            return -parts[0]
        case Add():
            return parts[0] + parts[1]
        case Sub():
            return parts[0] - parts[1]
        case Mul():
            return parts[0] * parts[1]
        case Div():
            return parts[0] / parts[1]
    raise NotImplementedError(type(term).__name__)


# ---------------------------------------------------------------------------- printing


def show(
    rows: Sequence[tuple[str, list[tuple[Count, Count]]]],
    sizes: tuple[int, int],
    missing: dict[str, str],
) -> None:
    """One table for hard labels, one for soft ones."""
    for k, kind in enumerate(("labels 0 and 1", "soft labels")):
        print(f"\n{sizes[k]:,} points, {kind}\n")
        print("| program | loss: exceptions | wrong 0 | max ulp | gradient: exceptions | wrong 0 "
              "| max ulp |")  # fmt: skip
        print("|---|---|---|---|---|---|---|")
        for name, counts in rows:
            asked = [one for one in counts[k] if "_NotAskedError" not in one.exceptions]
            if asked:
                print(
                    f"| {name} | " + " | ".join(cell for one in asked for cell in cells(one)) + " |"
                )
    for name, why in missing.items():
        print(
            f"\n{name}: left out: {why}. To see it: pip install 'derive[benchmark]'",
            file=sys.stderr,
        )


def cells(one: Count) -> Iterator[str]:
    """Exceptions, wrong zeros, largest error."""
    yield ", ".join(f"{number} {name}" for name, number in one.exceptions.items()) or "0"
    yield str(one.wrong_zeros)
    yield f"{one.error:.2f}" if one.error < 100 else f"{one.error:.1e}"


if __name__ == "__main__":
    sys.exit(main())
