"""Fits of real data that ship in packages, against what R and statsmodels print for them.

The packages are not imported; only their data files are read. `.ci/run` installs them.
"""

from __future__ import annotations

import csv
import random
from importlib import metadata
from pathlib import Path

import mpmath
import pytest

from derivation.gradients import bce
from derivation.models import fit
from derivation.tables import load_csv
from derivation.training.engines import engine_for
from derivation.training.heights import total_sums
from derivation.training.source import RowSource

pytestmark = pytest.mark.tools


def packaged(distribution, name):
    """The path of a data file in an installed package."""
    for file in metadata.files(distribution) or ():
        if str(file).endswith(name):
            return Path(file.locate())
    raise AssertionError(f"{distribution} has no {name}")


def breast_cancer():
    with packaged("scikit-learn", "data/breast_cancer.csv").open(encoding="utf-8") as stream:
        _, *lines = csv.reader(stream)
    values = [tuple(map(float, line)) for line in lines]
    return [row[:-1] for row in values], [row[-1] for row in values]


def coefficients(model):
    return {
        **dict(zip(model.features, model.coefficients[0], strict=True)),
        "(intercept)": model.intercepts[0],
    }


def assert_close(found, expected, relative):
    assert set(found) == set(expected)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=relative), name


@pytest.mark.parametrize("method", ["newton", "nesterov"])
def test_default_is_what_glm_of_r_prints(method):
    table = load_csv(packaged("ISLP", "data/Default.csv"), "default", positive="Yes")
    model = fit(table, method=method, epochs=20_000, tolerance=1e-10)
    expected = {
        "student=Yes": -0.646776,
        "balance": 0.00573651,
        "income": 3.03345e-6,
        "(intercept)": -10.8690,
    }
    assert model.converged
    assert model.samples == 10_000
    assert_close(coefficients(model), expected, 5e-6)


def test_spector_as_it_ships():
    lines = packaged("statsmodels", "spector/spector.csv").read_text(encoding="utf-8").splitlines()
    rows = [tuple(map(float, line.split()[1:4])) for line in lines[1:]]
    labels = [float(line.split()[4]) for line in lines[1:]]
    found = bce.train(rows, labels, method="newton")
    assert found.w == pytest.approx((2.82611, 0.0951577, 2.37869), rel=5e-6)
    assert found.b == pytest.approx(-13.0213, rel=5e-6)


def test_visits_to_a_doctor_are_what_poisson_of_statsmodels_prints():
    table = load_csv(packaged("statsmodels", "randhie/randhie.csv"), "mdvis")
    model = fit(table, "poisson")
    expected = {
        "lncoins": -0.0525, "idp": -0.2471, "lpi": 0.0353, "fmde": -0.0346, "physlm": 0.2717,
        "disea": 0.0339, "hlthg": -0.0126, "hlthf": 0.0541, "hlthp": 0.2061, "(intercept)": 0.7003,
    }  # fmt: skip
    assert model.converged
    found = coefficients(model)
    assert set(found) == set(expected)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=6e-5), name


@pytest.mark.parametrize("engine", ["python", "c"])
def test_the_gradient_on_raw_breast_cancer_data(engine):
    """Columns from 0.003 to 4254: nothing is lost to cancellation."""
    rows, labels = breast_cancer()
    source = random.Random(1)  # noqa: S311  # points, no secret
    sizes = [max(map(abs, column)) for column in zip(*rows, strict=True)]
    for spread in (0.0, 0.1, 1.0):
        weights = [source.gauss(0, spread) / size for size in sizes]
        bias = source.gauss(0, spread)
        sums = engine_for(bce.FORMULAS, RowSource(rows, [labels]), engine).sums([*weights, bias])
        _, *slopes = total_sums(sums)
        for slope, exact in zip(slopes, exact_slopes(rows, labels, weights, bias), strict=True):
            assert abs(slope - exact) <= 1e-12 * abs(exact)


def exact_slopes(rows, labels, weights, bias):
    with mpmath.workdps(50):
        slopes = [mpmath.mpf(0)] * (len(weights) + 1)
        for row, label in zip(rows, labels, strict=True):
            z = mpmath.fdot(zip(map(mpmath.mpf, row), map(mpmath.mpf, weights), strict=True)) + bias
            residual = 1 / (1 + mpmath.exp(-z)) - label
            for j, x in enumerate((*row, 1.0)):
                slopes[j] += residual * mpmath.mpf(x)
        return slopes
