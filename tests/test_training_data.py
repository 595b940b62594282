"""Real data that ship in packages, against R's `glm` and against 50 digits.

The packages are not imported: only the place of their files is asked for.
"""

from __future__ import annotations

import csv
import math
from importlib.util import find_spec
from pathlib import Path

import mpmath
import pytest
from training_formulas import BCE, POISSON, SOFTMAX
from training_references import as_y, reference

from derivation.training.heights import total_sums
from derivation.training.python_engine import PythonEngine
from derivation.training.source import RowSource
from derivation.training.survey import survey
from derivation.training.train import train_rows

pytestmark = pytest.mark.tools


def lines(package: str, name: str, delimiter: str = ",") -> list[list[str]]:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise AssertionError(f"{package} is not installed: its data are not there")
    path = Path(spec.origin).parent / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(
            csv.reader(file, delimiter=delimiter, quotechar="'" if delimiter == " " else '"')
        )


def standardized(rows):
    columns = []
    for column in zip(*rows, strict=True):
        mean = math.fsum(column) / len(column)
        deviation = math.sqrt(math.fsum((v - mean) ** 2 for v in column) / len(column))
        columns.append([(v - mean) / deviation for v in column])
    return list(zip(*columns, strict=True))


def spector():
    table = [
        list(map(float, line))
        for line in lines("statsmodels", "datasets/spector/spector.csv", " ")[1:]
    ]
    return [tuple(line[1:4]) for line in table], [[line[4] for line in table]]


def default():
    table = lines("ISLP", "data/Default.csv")[1:]
    rows = [(float(line[1] == "Yes"), float(line[2]), float(line[3])) for line in table]
    return rows, [[float(line[0] == "Yes") for line in table]]


def breast_cancer():
    table = [
        list(map(float, line)) for line in lines("sklearn", "datasets/data/breast_cancer.csv")[1:]
    ]
    return [tuple(line[:-1]) for line in table], [[line[-1] for line in table]]


def randhie():
    table = [
        list(map(float, line)) for line in lines("statsmodels", "datasets/randhie/randhie.csv")[1:]
    ]
    return [tuple(line[1:]) for line in table[:3000]], [[line[0] for line in table[:3000]]]


def iris():
    table = [list(map(float, line)) for line in lines("sklearn", "datasets/data/iris.csv")[1:]]
    labels = [[float(line[-1] == kind) for line in table] for kind in range(3)]
    return [tuple(line[:-1]) for line in table], labels


# Coefficients, then the intercept, as R's `glm` prints them to six digits.
R_SPECTOR = [2.82611, 0.0951577, 2.37869, -13.0213]
R_DEFAULT = [-0.646776, 0.00573651, 3.03345e-6, -10.8690]


@pytest.mark.parametrize(("table", "wanted"), [(spector, R_SPECTOR), (default, R_DEFAULT)])
def test_coefficients_of_r(table, wanted):
    rows, labels = table()
    result = train_rows(BCE, rows, labels[0], method="newton", tolerance=1e-10)
    assert result.converged
    assert result.epochs < 12
    assert [*result.w, result.b] == pytest.approx(wanted, rel=5e-6)


def test_nesterov_gives_the_coefficients_of_r_too():
    rows, labels = spector()
    scaled = standardized(rows)
    result = train_rows(BCE, scaled, labels[0], method="nesterov", tolerance=1e-10, epochs=3000)
    assert result.converged
    for k, (weight, wanted) in enumerate(zip(result.w, R_SPECTOR, strict=False)):
        column = [row[k] for row in rows]
        mean = math.fsum(column) / len(column)
        deviation = math.sqrt(math.fsum((v - mean) ** 2 for v in column) / len(column))
        assert weight / deviation == pytest.approx(wanted, rel=5e-6)


@pytest.mark.parametrize(
    ("formulas", "table", "l2"),
    [(BCE, breast_cancer, 0.01), (POISSON, randhie, 0.0), (SOFTMAX, iris, 0.01)],
)
def test_the_gradient_vanishes_in_50_digits(formulas, table, l2):
    rows, labels = table()
    if formulas is BCE:
        rows = standardized(rows)
    y = as_y(formulas, labels)
    result = train_rows(formulas, rows, y, method="newton", l2=l2, tolerance=1e-11)
    several = formulas is SOFTMAX
    outputs = zip(result.w, result.b, strict=True) if several else [(result.w, result.b)]
    point = [v for w, b in outputs for v in (*w, b)]
    exact = reference(formulas, rows, labels, point)[1:]
    width = len(rows[0]) + 1
    for k, (slope, value) in enumerate(zip(exact, point, strict=True)):
        penalty = l2 * value if (k + 1) % width else 0.0
        assert abs(slope / len(rows) + penalty) < 1e-10


def test_gradient_of_raw_breast_cancer_data():
    """Columns from 1e-3 to 1e3, two of them nearly the square of another."""
    rows, labels = breast_cancer()
    source = RowSource(rows, labels)
    engine = PythonEngine(BCE, source, survey(source))
    assert survey(source).scales is not None, "this tests the fast route"
    early = train_rows(BCE, rows, labels[0], method="newton", epochs=4)
    points = [[0.0] * 31, [1e-3 * (-1) ** k / (1 + k) for k in range(31)], [*early.w, early.b]]
    for point in points:
        values = total_sums(engine.sums(point))
        exact = reference(BCE, rows, labels, point)
        assert values[0] == pytest.approx(float(exact[0]), rel=1e-13)
        with mpmath.workdps(50):
            error = mpmath.norm([v - e for v, e in zip(values[1:], exact[1:], strict=True)])
            assert error / mpmath.norm(exact[1:]) < 1e-12
