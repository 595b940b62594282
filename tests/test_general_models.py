"""Trainers of models that are not linear in their parameters, from checked derivations."""

# ruff: noqa: S311  # random numbers with a fixed seed
from __future__ import annotations

import ast
import json
import math
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import mpmath
import pytest
from general_models import decay, hidden_layer, hidden_unit
from hypothesis import given, settings
from hypothesis import strategies as st

from derivation.check import Checked, verify
from derivation.derivation import Derivation
from derivation.domain import Domain
from derivation.errors import RewriteRejected, StructureError, UnsupportedError
from derivation.kernel import Definition, Judge, Theorem
from derivation.library._bce_boards import SIGMOID
from derivation.term import Term
from derivation.trainer.generator import generate, write_module
from derivation.writing import Board

XOR = [[0, 0], [0, 1], [1, 0], [1, 1]]
ODD = [0, 1, 1, 0]

MODELS: dict[str, Callable[[], Derivation]] = {
    "hidden unit": hidden_unit.derivation,
    "logistic layer": hidden_layer.derivation,
    "squared layer": lambda: hidden_layer.derivation(hidden_layer.SQUARED),
    "decay": decay.derivation,
}


def loaded(text: str, name: str = "general_model") -> ModuleType:
    module = ModuleType(name)
    sys.modules[name] = module  # where its dataclasses look for themselves
    exec(compile(text, name, "exec"), module.__dict__)  # noqa: S102  # what is tested
    return module


@cache
def checked(name: str) -> Checked:
    return verify(MODELS[name]())


@cache
def source(name: str) -> str:
    return generate(checked(name))


@cache
def model(name: str) -> ModuleType:
    return loaded(source(name), name.replace(" ", "_"))


def numbers(count: int, seed: int = 0, width: float = 1.5) -> list[float]:
    draw = random.Random(seed).uniform
    return [draw(-width, width) for _ in range(count)]


def shaped(values: Iterator[float], *shape: int) -> Any:
    return [shaped(values, *shape[1:]) for _ in range(shape[0])] if shape else next(values)


def sizes_of(module: ModuleType) -> dict[str, int]:
    return {"n": 3, "d": 2} if "n" in module.FORMULAS.sizes else {"d": 2}


def parameters_for(module: ModuleType, seed: int, width: float = 1.0) -> list[Any]:
    sizes = sizes_of(module)
    draws = iter(numbers(100, seed, width))
    return [
        shaped(draws, *(sizes.get(size, size) for size in shape))
        for _, shape in module.FORMULAS.parameters
    ]


def rows_for(module: ModuleType, count: int, seed: int) -> list[list[float]]:
    width = 1 if module.FORMULAS.columns[0].width is None else 2
    draws = iter(numbers(count * width, seed))
    return [[next(draws) for _ in range(width)] for _ in range(count)]


def flat(values: Any) -> list[float]:
    return (
        [one for v in values for one in flat(v)] if isinstance(values, list | tuple) else [values]
    )


def moved(values: Any, place: int, step: float) -> Any:
    """Nested lists with one number changed, counted from the left."""
    rest = iter(flat(values))
    count = iter(range(10**6))

    def copied(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [copied(one) for one in value]
        return next(rest) + (step if next(count) == place else 0.0)

    return copied(values)


def differences(module: ModuleType, x: Any, y: Any, parameters: list[Any]) -> list[float]:
    """Central differences of the loss."""
    step = 1e-5
    return [
        (
            module.loss(x, y, *moved(parameters, k, step))
            - module.loss(x, y, *moved(parameters, k, -step))
        )
        / (2 * step)
        for k in range(len(flat(parameters)))
    ]


# ------------------------------------------------------------------------------ the file


@pytest.mark.parametrize("name", MODELS)
def test_a_module_needs_the_standard_library_alone(name: str, tmp_path: Path):
    text = source(name)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [getattr(node, "module", None) or node.names[0].name]
            assert {one.split(".")[0] for one in names} <= sys.stdlib_module_names
    path = tmp_path / "alone.py"
    path.write_text(text, encoding="utf-8")
    code = "import alone; print(alone.THEOREMS_SHA256)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == model(name).THEOREMS_SHA256


def formulas_in(text: str) -> str:
    """The header and what the theorems say, without the runtime."""
    head, _, rest = text.partition('"""\n\nfrom __future__')
    _, _, written = rest.partition("what the theorems say\n\n\n")
    return f"{head}\n\n{written.partition('# -----')[0].rstrip()}\n"


def test_the_formulas_have_not_drifted(request: pytest.FixtureRequest):
    """After a change that is meant: `pytest tests/test_general_models.py --update`."""
    golden = Path(__file__).parent / "general_models" / "hidden_layer.txt"
    text = formulas_in(source("logistic layer"))
    if request.config.getoption("--update"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_the_header_states_every_theorem_that_the_module_rests_on():
    text = source("logistic layer")
    assert "\\frac{\\partial L}{\\partial U_{jk}} = \\frac{1}{m}" in text
    assert "\\frac{\\partial s^{(i)}}{\\partial U_{jk}} = v_{k} (1 - (a^{(i)}_{k})^{2})" in text
    other = loaded(source("squared layer"), "other")
    assert other.THEOREMS_SHA256 != model("logistic layer").THEOREMS_SHA256


# ------------------------------------------------------------------------------ gradients


@pytest.mark.parametrize("name", MODELS)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_gradients_agree_with_finite_differences(name: str, seed: int):
    module = model(name)
    x = rows_for(module, 5, seed)
    y = [abs(value) / 2 for value in numbers(5, seed + 1)]
    parameters = parameters_for(module, seed + 2)
    gradient = flat(module.gradient(x, y, *parameters))
    assert gradient == pytest.approx(differences(module, x, y, parameters), rel=1e-5, abs=1e-6)


def exact_layer(
    x: Sequence[float], y: float, u: Any, b: Any, v: Any, c: float, *, logistic: bool
) -> tuple[mpmath.mpf, list[mpmath.mpf]]:
    """Loss and gradient of one sample to 50 digits at least, by the chain rule."""
    exact_u = [[mpmath.mpf(one) for one in row] for row in u]
    z = [
        mpmath.fsum(mpmath.mpf(x[j]) * exact_u[j][k] for j in range(len(x))) + mpmath.mpf(b[k])
        for k in range(len(b))
    ]
    a = [mpmath.tanh(one) for one in z]
    s = mpmath.fsum(mpmath.mpf(v[k]) * a[k] for k in range(len(v))) + mpmath.mpf(c)
    if logistic:
        small = mpmath.exp(-abs(s))
        p, q = (1 / (1 + small), small / (1 + small))
        if s < 0:
            p, q = q, p
        loss = mpmath.log1p(small) + (max(s, 0) - y * s)
        error = (1 - y) * p - y * q
    else:
        loss, error = (s - y) ** 2, 2 * (s - y)
    bends = [error * mpmath.mpf(v[k]) / mpmath.cosh(z[k]) ** 2 for k in range(len(v))]
    in_u = [mpmath.mpf(x[j]) * bends[k] for j in range(len(x)) for k in range(len(v))]
    return loss, [*in_u, *bends, *(error * one for one in a), error]


EXTREMES = (0.0, 1e-3, 1.0, 30.0, 37.0, 100.0, 300.0, 700.0, 1e4)


@pytest.mark.parametrize("logistic", [True, False])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("far", EXTREMES)
def test_values_keep_their_digits_at_extremes(far: float, sign: int, logistic: bool):
    """No overflow, and no 0 where the true value is another float; s and z up to 1e4."""
    module = model("logistic layer" if logistic else "squared layer")
    x = [0.75, -0.5]
    u, b, v = [[0.5, -0.25, 1.0], [0.25, 0.5, -1.5]], [0.125, sign * far, 0.5], [0.25, -0.5, 1.0]
    for y in (0.0, 1.0):
        for c in (sign * far, -sign * far, 0.375):
            with mpmath.workdps(60):
                loss, slopes = exact_layer(x, y, u, b, v, c, logistic=logistic)
                computed = module.gradient([x], [y], u, b, v, c)
                assert_close(module.loss([x], [y], u, b, v, c), loss)
                for value, exact in zip(flat(computed), slopes, strict=True):
                    assert_close(value, exact)


def assert_close(value: float, exact: mpmath.mpf) -> None:
    """Within rounding of the node: s = 700 is off by 1e-13, and e^-s relatively as much."""
    assert abs(value - exact) <= mpmath.mpf(2e-12) * abs(exact) + mpmath.mpf(5e-324)


@settings(max_examples=40, deadline=None)
@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(-20, 20), st.floats(-3, 3))
def test_decay_agrees_with_50_digits(a: float, k: float, t: float, y: float):
    module = model("decay")
    with mpmath.workdps(50):
        power = mpmath.exp(-mpmath.mpf(k) * t)
        error = 2 * (a * power - y)
        exact = [error * power, -error * a * power * t]
        if abs(exact[0]) > 1e300 or abs(exact[1]) > 1e300:
            return
        size = 2 * (abs(a * power) + abs(y)) * power * max(1, abs(a * t))
        for value, wanted in zip(module.gradient([[t]], [y], a, k), exact, strict=True):
            assert abs(value - wanted) <= mpmath.mpf(1e-12) * size + mpmath.mpf(1e-300)


def test_no_difference_of_parts_of_one_node_cancels():
    given_, equations, _ = SHAPES["a function of a square"]
    module = loaded(write_module(theorems(given_, *equations), "square", "A square"))
    for w in (4.0, 6.0, -15.0):  # 1 - tanh(w^2)^2 is 0 in floats
        with mpmath.workdps(500):
            bend = 1 / mpmath.cosh(mpmath.mpf(w) ** 2) ** 2
            exact = 4 * (3 * mpmath.tanh(mpmath.mpf(w) ** 2) - 1) * 3 * bend * w
            _, slope = module.gradient([[1.0]], [1.0], 3.0, w)
            assert slope != 0.0
            assert_close(slope, exact)


def test_what_exceeds_the_largest_float_is_said():
    with pytest.raises(ValueError, match="the loss is not finite"):
        model("decay").loss([[1.0]], [1.0], 1.0, -1000.0)
    with pytest.raises(ValueError, match="a prediction is not finite"):
        model("decay").predict([[1.0]], 1.0, -1000.0)


def test_the_order_of_blocks_has_no_effect():
    module = model("logistic layer")
    x, y = rows_for(module, 5 * 512, 3), [abs(value) / 2 for value in numbers(5 * 512, 4)]
    parameters = parameters_for(module, 5)
    for first in (1, 3):
        turned = (x[first * 512 :] + x[: first * 512], y[first * 512 :] + y[: first * 512])
        assert module.loss(x, y, *parameters) == module.loss(*turned, *parameters)
        assert module.gradient(x, y, *parameters) == module.gradient(*turned, *parameters)


def test_the_loss_is_the_mean_over_the_samples():
    module = model("squared layer")
    x, y, parameters = rows_for(module, 600, 3), numbers(600, 4), parameters_for(module, 5)
    single = [module.loss([row], [label], *parameters) for row, label in zip(x, y, strict=True)]
    assert module.loss(x, y, *parameters) == pytest.approx(math.fsum(single) / 600, rel=1e-14)


def test_a_sum_of_losses_is_not_divided():
    total = (r"L", r"\sum_{i=1}^{m} (a t^{(i)} e^a - y^{(i)})^2")
    lines = Board("m integer >= 1, i in 1..m, t[1..m] real, y[1..m] real, a real", (total,))
    definitions = tuple(Definition(one.head.term, one.body.term) for one in lines.defined)
    slope = r"\sum_{i=1}^{m} 2 (a t^{(i)} e^a - y^{(i)}) t^{(i)} e^a (1 + a)"
    judgement = Judge(lines.domain, definitions).decide(
        lines.line(r"\frac{\partial L}{\partial a}").term, lines.line(slope).term
    )
    assert judgement.theorem is not None
    module = loaded(write_module([judgement.theorem], "total", "A sum"))
    assert module.loss([[1.0], [2.0]], [0.5, 3.0], 0.0) == 9.25
    assert module.gradient([[1.0], [2.0]], [0.5, 3.0], 0.0) == (-13.0,)
    assert module.predict([[2.0]], 1.0) == pytest.approx([2 * math.e])


# ------------------------------------------------------------------------------ training


@pytest.mark.parametrize("method", ["gd", "momentum", "nesterov"])
def test_a_hidden_layer_learns_xor(method: str):
    module = model("logistic layer")
    result = module.train(XOR, ODD, sizes={"n": 4}, seed=1, method=method)
    predicted = module.predict(XOR, *result.parameters.values())
    assert [round(value) for value in predicted] == ODD
    assert result.loss < 1e-4
    assert result.loss == module.loss(XOR, ODD, *result.parameters.values()) == result.history[-1]
    assert all(b <= a + 1e-12 for a, b in zip(result.history, result.history[1:], strict=False))


def test_decay_is_found_again():
    module = model("decay")
    times = [[k / 10] for k in range(40)]
    heights = [2.5 * math.exp(-0.7 * t) for (t,) in times]
    result = module.train(times, heights, method="nesterov", tolerance=1e-10)
    assert result.converged
    assert result.parameters == pytest.approx({"a": 2.5, "k": 0.7}, rel=1e-8)
    assert module.predict(times, **result.parameters) == pytest.approx(heights)


def test_one_seed_gives_the_same_bits_and_another_other_ones():
    module = model("logistic layer")
    options = {"sizes": {"n": 3}, "epochs": 20}
    results = [module.train(XOR, ODD, seed=seed, **options) for seed in (5, 5, 6)]
    assert results[0] == results[1]
    assert results[0].parameters != results[2].parameters
    in_batches = [
        module.train(XOR, ODD, seed=5, batch_size=2, learning_rate=0.5, **options) for _ in range(2)
    ]
    assert in_batches[0] == in_batches[1]


def test_training_goes_on_from_parameters_by_name_in_order_or_from_a_result():
    module = model("squared layer")
    first = module.train(XOR, ODD, sizes={"n": 3}, epochs=5)
    ways = [first, first.parameters, list(first.parameters.values())]
    results = [module.train(XOR, ODD, start=way, epochs=5, learning_rate=0.1) for way in ways]
    assert results[0] == results[1] == results[2]
    assert results[0].history[0] == first.loss


def test_a_result_is_saved_to_the_last_bit(tmp_path: Path):
    module = model("logistic layer")
    result = module.train(XOR, ODD, sizes={"n": 2}, epochs=7)
    path = tmp_path / "result.json"
    result.save(path)
    assert module.Result.load(path) == result
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["parameters"]
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ValueError, match="lacks a part of a result"):
        module.Result.load(path)


@pytest.mark.parametrize(
    "options",
    [
        {"method": "gd"},
        {"method": "nesterov"},
        {"method": "momentum", "learning_rate": 0.3},
        {"batch_size": 3, "learning_rate": 0.3, "seed": 4},
        {"batch_size": 4, "seed": 4},
    ],
)
def test_a_training_that_was_stopped_ends_with_the_same_bits(options: Any, tmp_path: Path):
    module = model("logistic layer")
    path = tmp_path / "state.json"
    whole = module.train(XOR, ODD, sizes={"n": 3}, epochs=30, **options)
    module.train(XOR, ODD, sizes={"n": 3}, epochs=13, checkpoint=path, **options)
    assert module.train(XOR, ODD, sizes={"n": 3}, epochs=30, checkpoint=path, **options) == whole
    with pytest.raises(ValueError, match="checkpoint of another training"):
        module.train(XOR, [1, 1, 1, 0], sizes={"n": 3}, checkpoint=path, **options)


def test_patience_and_callbacks_stop():
    module = model("logistic layer")
    options = {"sizes": {"n": 2}, "epochs": 500}
    seen: list[int] = []
    result = module.train(
        XOR, ODD, callback=lambda now: seen.append(now.epoch) or now.epoch == 4, **options
    )
    assert (seen, result.stopped.name) == ([1, 2, 3, 4], "CALLBACK")
    result = module.train([[0, 0]] * 4, ODD, patience=3, learning_rate=4.0, **options)
    assert result.stopped.name in ("PATIENCE", "CONVERGED")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, r"how large is n\? Give sizes=\{'n': 4\}, or start"),
        ({"sizes": {"q": 3}}, "'q' is no size of this model; they are: d, n"),
        ({"sizes": {"n": 2, "d": 3}}, r"sizes\['d'\] is 3, but the data say 2"),
        ({"sizes": {"n": 2.5}}, "must be a whole number"),
        ({"sizes": 4}, "it must be a dict"),
        ({"engine": "c", "sizes": {"n": 2}}, "trained in Python alone"),
        ({"engine": "rust", "sizes": {"n": 2}}, "known are 'auto', 'python'"),
        ({"method": "newton", "sizes": {"n": 2}}, "no theorem gives the second derivatives"),
        ({"sizes": {"n": 2}, "schedule": lambda _: 1.0}, "give learning_rate, or leave schedule"),
        ({"start": {"U": [[1], [2]], "b": [0], "v": [1]}}, "start lacks c"),
        ({"start": {"U": [[1], [2]], "b": [0], "v": [1], "c": 0, "w": 0}}, "start has w"),
        ({"start": [[[1], [2]], [0], [1, 2], 0]}, "v has length 2, but n is 1"),
        ({"start": [[[1], [2]], [0], [math.nan], 0]}, r"v\[0\] is nan"),
        ({"start": [[[1], [2]], [0], [1]]}, "start has 3 parameters"),
        ({"sizes": {"n": 2}, "learning_rate": 1e9, "epochs": 3}, "training diverged"),
    ],
)
def test_bad_settings_are_told_in_one_message(options: Any, message: str):
    with pytest.raises(ValueError, match=message):
        model("logistic layer").train(XOR, ODD, **options)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([], [], "X is empty"),
        ([[0, 1], [1]], [0, 1], r"X\[1\] has length 1, but X\[0\] has 2"),
        ([[0, math.inf]], [0], r"X\[0\]\[1\] is inf"),
        ([[]], [0], "a row has at least 1 numbers"),
        ([[0, 1]], [0, 1], "y has 2 labels, but X has 1 rows"),
        ([[0, 1]], [1.5], r"y\[0\] is 1.5; the theorems hold for y from 0 to 1"),
        ([[0, 1]], ["a"], r"y\[0\] is 'a', which is not a finite number"),
    ],
)
def test_bad_data_are_told_by_their_place(x: Any, y: Any, message: str):
    with pytest.raises(ValueError, match=message):
        model("logistic layer").train(x, y, sizes={"n": 2})


# ------------------------------------------------------------------------------ other shapes


def theorems(board: Board, *equations: tuple[str, str]) -> list[Theorem]:
    """What the kernel proves of dL/dtheta = ...: the parameter, and the term of one sample.

    Instead of a parameter a whole left side may stand; its right side is then no mean.
    """
    definitions = tuple(Definition(one.head.term, one.body.term) for one in board.defined)
    judge, found = Judge(board.domain, definitions), []
    for left, term in equations:
        whole = left.startswith("\\")
        lhs = left if whole else rf"\frac{{\partial L}}{{\partial {left}}}"
        rhs = term if whole else rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {term}"
        judgement = judge.decide(board.line(lhs).term, board.line(rhs).term)
        assert judgement.theorem is not None, judgement
        found.append(judgement.theorem)
    return found


def board(given: str, *definitions: tuple[str, str]) -> Board:
    mean = ("L", r"\frac{1}{m} \sum_{i=1}^{m} \ell^{(i)}")
    return Board(f"m integer >= 1, i in 1..m, y[1..m] real, {given}", (*definitions, mean))


SQUARE = (r"\ell^{(i)}", r"(h^{(i)} - y^{(i)})^2")
ERROR = r"2 (h^{(i)} - y^{(i)})"
LINE = "d integer >= 1, j in 1..d, x[1..m, 1..d] real, w[1..d] real, t[1..m] real"
OUTPUTS = (
    "d integer >= 1, n integer >= 1, j in 1..d, k in 1..n, x[1..m, 1..d] real, "
    "U[1..d, 1..n] real, c real"
)

SHAPES: dict[str, tuple[Board, tuple[tuple[str, str], ...], int]] = {
    "arguments that have no name": (
        board("t[1..m] real, v, w, b real", (r"h^{(i)}", r"v \tanh(w t^{(i)} + b)"), SQUARE),
        (
            ("v", rf"{ERROR} \tanh(w t^{{(i)}} + b)"),
            ("w", rf"{ERROR} v (1 - (\tanh(w t^{{(i)}} + b))^2) t^{{(i)}}"),
            ("b", rf"{ERROR} v (1 - (\tanh(w t^{{(i)}} + b))^2)"),
        ),
        1,
    ),
    "definitions with another name for the index of samples": (
        board(
            "s in 1..m, t[1..m] real, a, w real",
            (r"z^{(s)}", r"w t^{(s)}"),
            (r"h^{(s)}", r"a \tanh(z^{(s)})"),
            (r"\ell^{(s)}", r"(h^{(s)} - y^{(s)})^2"),
        ),
        (
            ("a", rf"{ERROR} \tanh(z^{{(i)}})"),
            ("w", rf"{ERROR} a (1 - (\tanh(z^{{(i)}}))^2) t^{{(i)}}"),
        ),
        1,
    ),
    "a function of a square": (
        board(
            "t[1..m] real, a, w real",
            (r"z^{(i)}", r"w t^{(i)}"),
            (r"h^{(i)}", r"a \tanh((z^{(i)})^2)"),
            SQUARE,
        ),
        (
            ("a", rf"{ERROR} \tanh((z^{{(i)}})^2)"),
            (
                "w",
                rf"2 {ERROR} a (1 - (\tanh((z^{{(i)}})^2))^2) z^{{(i)}} t^{{(i)}}".replace(
                    "2 2", "4"
                ),
            ),
        ),
        1,
    ),
    "a weight for each sample of a linear model": (
        board(
            f"{LINE}, b real",
            (r"z^{(i)}", r"\sum_{k=1}^{d} x^{(i)}_k w_k + b"),
            (r"\ell^{(i)}", r"t^{(i)} (z^{(i)} - y^{(i)})^2"),
        ),
        (
            ("w_j", r"2 t^{(i)} (z^{(i)} - y^{(i)}) x^{(i)}_j"),
            ("b", r"2 t^{(i)} (z^{(i)} - y^{(i)})"),
        ),
        4,
    ),
    "a parameter in an exponent": (
        board(
            "t[1..m] real, a, s real",
            (r"h^{(i)}", r"a t^{(i)}"),
            (
                r"\ell^{(i)}",
                r"s + \frac{1}{2} \log(2 \pi) + \frac{(h^{(i)} - y^{(i)})^2}{2} e^{-2 s}",
            ),
        ),
        (
            ("a", r"(h^{(i)} - y^{(i)}) t^{(i)} e^{-2 s}"),
            ("s", r"(1 - (h^{(i)} - y^{(i)})^2 e^{-2 s})"),
        ),
        1,
    ),
    "several columns, and a square of a node": (
        board(
            f"{LINE}, c real",
            (r"z^{(i)}", r"\sum_{k=1}^{d} x^{(i)}_k w_k"),
            (r"h^{(i)}", r"z^{(i)} + c (z^{(i)})^2 + t^{(i)}"),
            SQUARE,
        ),
        (
            ("w_j", rf"{ERROR} \frac{{\partial h^{{(i)}}}}{{\partial w_j}}"),
            (r"\frac{\partial h^{(i)}}{\partial w_j}", r"(1 + 2 c z^{(i)}) x^{(i)}_j"),
            ("c", rf"{ERROR} (z^{{(i)}})^2"),
        ),
        4,
    ),
    "a function of the error": (
        board(
            f"{LINE}, v real",
            (r"z^{(i)}", r"\sum_{k=1}^{d} x^{(i)}_k w_k"),
            (r"h^{(i)}", r"v z^{(i)} + t^{(i)} v^2"),
            (r"\ell^{(i)}", r"\log(1 + e^{h^{(i)} - y^{(i)}})"),
        ),
        (
            ("w_j", r"\frac{e^{h^{(i)} - y^{(i)}}}{1 + e^{h^{(i)} - y^{(i)}}} v x^{(i)}_j"),
            (
                "v",
                r"\frac{e^{h^{(i)} - y^{(i)}}}{1 + e^{h^{(i)} - y^{(i)}}}"
                r" (z^{(i)} + 2 v t^{(i)})",
            ),
        ),
        4,
    ),
    "values of parameters alone": (
        board(
            LINE,
            (r"r_j", r"w_j^2"),
            (r"h^{(i)}", r"\sum_{k=1}^{d} x^{(i)}_k r_k + t^{(i)}"),
            SQUARE,
        ),
        (("w_j", r"4 (h^{(i)} - y^{(i)}) w_j x^{(i)}_j"),),
        4,
    ),
    "a number of features that is fixed": (
        board(
            "x[1..m, 1..2] real, a, b real",
            (r"z^{(i)}", r"a x^{(i)}_1 + b x^{(i)}_2"),
            (r"h^{(i)}", r"\tanh(z^{(i)})"),
            SQUARE,
        ),
        (
            ("a", rf"{ERROR} (1 - (h^{{(i)}})^2) x^{{(i)}}_1"),
            ("b", rf"{ERROR} (1 - (h^{{(i)}})^2) x^{{(i)}}_2"),
        ),
        2,
    ),
    "an inner sum that is no dot product": (
        board(
            OUTPUTS,
            (r"z^{(i)}_k", r"\sum_{r=1}^{d} x^{(i)}_r U_{rk}"),
            (r"h^{(i)}", r"\sum_{q=1}^{n} (z^{(i)}_q)^2 + c"),
            SQUARE,
        ),
        (
            ("U_{jk}", rf"{ERROR} \frac{{\partial h^{{(i)}}}}{{\partial U_{{jk}}}}"),
            (r"\frac{\partial h^{(i)}}{\partial U_{jk}}", r"2 z^{(i)}_k x^{(i)}_j"),
            ("c", ERROR),
        ),
        3,
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_models_of_other_shapes(shape: str):
    given_, equations, width = SHAPES[shape]
    module = loaded(write_module(theorems(given_, *equations), "shape", "A model"))
    draws = iter(numbers(200, 11))
    x = shaped(draws, 6, width)
    y = shaped(draws, 6)
    fixed = sum(one.width is None for one in module.FORMULAS.columns)
    sizes = {"d": width - fixed, "n": 2}
    parameters = [
        shaped(draws, *(sizes.get(size, size) for size in lengths))
        for _, lengths in module.FORMULAS.parameters
    ]
    gradient = flat(module.gradient(x, y, *parameters))
    assert gradient == pytest.approx(differences(module, x, y, parameters), rel=1e-5, abs=1e-5)
    result = module.train(x, y, sizes={"n": 2} if "n" in module.FORMULAS.sizes else None, epochs=50)
    assert result.loss < result.history[0]
    assert len(module.predict(x, *result.parameters.values())) == 6


def test_labels_may_be_rows():
    lines = (
        (r"h^{(i)}_c", r"a_c e^{-k t^{(i)}}"),
        (r"\ell^{(i)}", r"\sum_{q=1}^{K} (h^{(i)}_q - y^{(i)}_q)^2"),
        ("L", r"\frac{1}{m} \sum_{i=1}^{m} \ell^{(i)}"),
    )
    several = Board(
        "m integer >= 1, K integer >= 1, i in 1..m, c in 1..K, y[1..m, 1..K] real, "
        "t[1..m] real, a[1..K] real, k real",
        lines,
    )
    proved = theorems(
        several,
        ("a_c", r"2 (h^{(i)}_c - y^{(i)}_c) e^{-k t^{(i)}}"),
        ("k", r"\left(-\sum_{q=1}^{K} 2 (h^{(i)}_q - y^{(i)}_q) h^{(i)}_q t^{(i)} \right)"),
    )
    module = loaded(write_module(proved, "rows", "Rows"))
    x, y, parameters = [[0.5], [1.5]], [[1.0, 2.0], [0.5, 0.25]], [[1.5, 0.5], 0.75]
    gradient = flat(module.gradient(x, y, *parameters))
    assert gradient == pytest.approx(differences(module, x, y, parameters), rel=1e-6)
    assert [len(row) for row in module.predict(x, *parameters)] == [2, 2]
    with pytest.raises(ValueError, match=r"y\[1\] has length 1; it must have 2"):
        module.loss(x, [[1.0, 2.0], [0.5]], *parameters)


def test_data_lie_where_the_theorems_hold():
    lines = board("0 < t[1..m] <= 2, a real", (r"h^{(i)}", r"t^{(i)} e^{a t^{(i)}}"), SQUARE)
    proved = theorems(lines, ("a", rf"{ERROR} (t^{{(i)}})^2 e^{{a t^{{(i)}}}}"))
    module = loaded(write_module(proved, "limits", "Limits"))
    assert module.loss([[2.0]], [2.0], 0.0) == 0.0
    for outside in (0.0, -1.0, 2.5):
        with pytest.raises(ValueError, match=r"hold for t from 0 to 2, without 0"):
            module.loss([[outside]], [2.0], 0.0)


# ------------------------------------------------------------------------------ must be rejected


def test_a_wrong_sign_is_refused_by_the_kernel():
    with pytest.raises(RewriteRejected, match="gradient in k"):
        verify(decay.of(decay.in_a(), decay.in_k(sign="")))


@pytest.mark.parametrize(
    ("drop", "name"), [("gradient in v_k", "v"), ("gradient in c", "c"), ("s in b_k", "b")]
)
def test_a_gradient_that_is_missing_is_named(drop: str, name: str):
    whole = checked("logistic layer")
    names = [one.name for one in whole.derivation.lemmas if one.name != drop]
    statements = [whole.theorem(one) for one in names]
    with pytest.raises(UnsupportedError, match=f"no theorem gives the gradient in {name}: needed"):
        write_module(statements, "part", "A part")


def test_both_readings_are_told():
    with pytest.raises(UnsupportedError) as told:
        generate(verify(decay.of(decay.in_a())))
    message = str(told.value)
    assert "linear in its parameters: no theorem gives the gradient in the weights" in message
    assert "as another model: no theorem gives the gradient in k" in message


REFUSED = {
    "an overflow without a stable form": (
        board("t[1..m] real, a, b > 0", (r"h^{(i)}", r"a t^{(i)}"), SQUARE),
        (("a", rf"{ERROR} t^{{(i)}}"),),
        "declare a real",
    ),
    "a division by what may be 0": (
        board(
            "t[1..m] > 0, a real, K real",
            (r"h^{(i)}", r"a \frac{t^{(i)}}{1 + K^2 + t^{(i)}}"),
            SQUARE,
        ),
        (
            ("a", rf"{ERROR} \frac{{t^{{(i)}}}}{{1 + K^2 + t^{{(i)}}}}"),
            ("K", rf"(-{ERROR} a t^{{(i)}} \frac{{2 K}}{{(1 + K^2 + t^{{(i)}})^2}})"),
        ),
        r"where u_\{i\} = 1 \+ K\^\{2\} \+ t_\{i\}: no stable form of 1/u",
    ),
    "a function that is not computed": (
        board("t[1..m] real, a real", (r"h^{(i)}", r"\sin(a t^{(i)})"), SQUARE),
        (("a", rf"{ERROR} \cos(a t^{{(i)}}) t^{{(i)}}"),),
        r"the part \\sin\(u_\{i\}\), where u_\{i\} = a t_\{i\}: no stable form",
    ),
    "a sum that may cancel": (
        board(
            "t[1..m] real, w real",
            SIGMOID,
            (r"z^{(i)}", r"w t^{(i)}"),
            (r"p^{(i)}", r"\text{sigmoid}(z^{(i)})"),
            (r"h^{(i)}", r"z^{(i)} p^{(i)}"),
            SQUARE,
        ),
        (("w", rf"{ERROR} (p^{{(i)}} + z^{{(i)}} p^{{(i)}} (1 - p^{{(i)}})) t^{{(i)}}"),),
        r"the part \\text\{sigmoid\}\(z_\{i\}\) \+ .*: no stable form",
    ),
    "a feature that need not be there": (
        board(
            "d integer >= 2, x[1..m, 1..d] real, a real",
            (r"h^{(i)}", r"a x^{(i)}_2"),
            SQUARE,
        ),
        (("a", rf"{ERROR} x^{{(i)}}_2"),),
        r"x_\{i 2\} is no member of a family that is known to be there",
    ),
    "an index as a number": (
        board(LINE, (r"h^{(i)}", r"\sum_{k=1}^{d} k x^{(i)}_k w_k + t^{(i)}"), SQUARE),
        (("w_j", rf"{ERROR} j x^{{(i)}}_j"),),
        "the index [jk] is used as a number",
    ),
    "one member of a family": (
        board(LINE, (r"h^{(i)}", r"\sum_{k=1}^{d} x^{(i)}_k (w_k)^2 + t^{(i)}"), SQUARE),
        (("w_1", r"4 (h^{(i)} - y^{(i)}) w_1 x^{(i)}_1"),),
        "the gradient is not proved for every w",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_trained_is_refused(what: str):
    given_, equations, message = REFUSED[what]
    with pytest.raises(UnsupportedError, match=message):
        write_module(theorems(given_, *equations), "refused", "Refused")


def test_a_lemma_under_other_declarations_is_not_put_in():
    whole = checked("logistic layer")
    names = [one.name for one in whole.derivation.lemmas]
    statements = [whole.theorem(one) for one in names]
    narrow = Board(
        hidden_layer.LOGISTIC.given.replace("c real", "c > 0"), hidden_layer.LOGISTIC.definitions
    )
    definitions = tuple(Definition(one.head.term, one.body.term) for one in narrow.defined)
    lhs, rhs = r"\frac{\partial s^{(i)}}{\partial v_k}", "a^{(i)}_k"
    judgement = Judge(narrow.domain, definitions).decide(
        narrow.line(lhs).term, narrow.line(rhs).term
    )
    assert judgement.theorem is not None
    statements[names.index("s in v_k")] = judgement.theorem
    with pytest.raises(UnsupportedError, match=r"gradient in v: .*a derivative is left in it"):
        write_module(statements, "narrow", "Narrow")


@dataclass(frozen=True)
class Said:
    """What is said to be a theorem, true or not."""

    domain: Domain
    definitions: tuple[Definition, ...]
    lhs: Term
    rhs: Term
    conditions: tuple[object, ...] = ()


WIDE = board(
    "d integer >= 1, n integer >= 1, j in 1..d, k in 1..n, x[1..m, 1..d] real, w[1..d] real",
    (r"h^{(i)}", r"\sum_{q=1}^{d} x^{(i)}_q w_q"),
    (r"\ell^{(i)}", r"\log(1 + e^{h^{(i)} - y^{(i)}})"),
)
SLOPE = r"\frac{e^{h^{(i)} - y^{(i)}}}{1 + e^{h^{(i)} - y^{(i)}}}"
OPEN = (
    r"\frac{\partial L}{\partial w_j}",
    rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {SLOPE} \frac{{\partial h^{{(i)}}}}{{\partial w_j}}",
)


def said(*equations: tuple[str, str]) -> list[Said]:
    definitions = tuple(Definition(one.head.term, one.body.term) for one in WIDE.defined)
    return [
        Said(WIDE.domain, definitions, WIDE.line(left).term, WIDE.line(right).term)
        for left, right in equations
    ]


def test_a_derivative_is_put_in_for_the_range_that_it_is_stated_for():
    right = (r"\frac{\partial h^{(i)}}{\partial w_j}", r"x^{(i)}_j")
    assert "formula_block" in write_module(said(OPEN, right), "put_in", "Put in")
    for left, rest in (
        (r"\frac{\partial h^{(i)}}{\partial w_k}", r"x^{(i)}_k"),  # k runs to n, not to d
        (r"\frac{\partial h^{(i)}}{\partial w_1}", r"x^{(i)}_1"),
        (r"\frac{\partial h^{(i)}}{\partial w_j}", r"x^{(i)}_j + 0 \cdot w_k"),
    ):
        with pytest.raises(UnsupportedError, match="a derivative is left in it"):
            write_module(said(OPEN, (left, rest)), "not_put_in", "Not put in")


def test_what_is_put_together_is_held_against_the_kernel():
    wrong = (r"\frac{\partial h^{(i)}}{\partial w_j}", r"-x^{(i)}_j")
    with pytest.raises(StructureError, match="contradict the kernel"):
        write_module(said(OPEN, wrong), "wrong", "Wrong")


def test_derive_train_says_that_such_models_are_trained_from_python(
    derive: Callable[..., Any], tmp_path: Path
):
    data = tmp_path / "data.csv"
    data.write_text("t,y\n0,1\n1,0.5\n2,0.25\n", encoding="utf-8")
    run = derive("train", decay.__file__, str(data), "--target", "y")
    assert run.code == 2
    assert "is not one of a linear predictor and one label" in run.err
    assert run.err.count("\n") == 1
