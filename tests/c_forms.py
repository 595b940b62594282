"""Losses by hand for the tests of the C engine: forms as terms, and the same in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from derivation.notation import read
from derivation.term import Symbol, Term
from derivation.trainer.c.source import c_source
from derivation.training.formulas import Columns, Formulas

Z = Symbol("z")


@dataclass(frozen=True)
class Form:
    nonnegative: Term
    negative: Term
    pivot: Term = Z


def form(upper: str, lower: str | None = None) -> Form:
    names = frozenset("zy")
    return Form(
        read(upper, symbols=names, syntax="latex"),
        read(lower or upper, symbols=names, syntax="latex"),
    )


FORMS = {
    "bce": {
        "loss": form(r"z(1 - y) + \log(1 + e^{-z})", r"-y z + \log(1 + e^{z})"),
        "residual": form(r"(1 - y) - e^{-z}/(1 + e^{-z})", r"e^{z}/(1 + e^{z}) - y"),
        "prediction": form(r"1/(1 + e^{-z})", r"e^{z}/(1 + e^{z})"),
        "curvature": form(r"e^{-z}/(1 + e^{-z})^2", r"e^{z}/(1 + e^{z})^2"),
    },
    "squared error": {
        "loss": form(r"(z - y)^2/2"),
        "residual": form(r"z - y"),
        "prediction": form(r"z"),
        "curvature": form(r"1"),
    },
    "poisson": {
        "loss": form(r"e^{z} - y z"),
        "residual": form(r"e^{z} - y"),
        "prediction": form(r"e^{z}"),
        "curvature": form(r"e^{z}"),
    },
}

Sample = Callable[[float, float], tuple[float, float, float, float]]


def _bce(z: float, y: float) -> tuple[float, float, float, float]:
    u = math.exp(-abs(z))
    share = u / (1 + u)
    if z >= 0:
        return z * (1 - y) + math.log1p(u), (1 - y) - share, 1 / (1 + u), share / (1 + u)
    return -y * z + math.log1p(u), share - y, share, share / (1 + u)


def _squared_error(z: float, y: float) -> tuple[float, float, float, float]:
    return (z - y) ** 2 / 2, z - y, z, 1.0


def _poisson(z: float, y: float) -> tuple[float, float, float, float]:
    h = math.exp(z) if z < 709 else math.inf
    return h - y * z, h - y, h, h


SAMPLES: dict[str, Sample] = {
    "bce": _bce,
    "squared error": _squared_error,
    "poisson": _poisson,
}
"""Loss, residual, prediction and curvature of one sample."""

LABELS = {
    "bce": (0.0, 1.0, False, False),
    "squared error": (-math.inf, math.inf, True, True),
    "poisson": (0.0, math.inf, False, True),
}


def formulas(name: str, title: str = "For a test.", c_text: str | None = None) -> Formulas:
    sample = SAMPLES[name]

    def block(z: Columns, y: Columns) -> tuple[float, Columns]:
        values = [sample(a, b) for a, b in zip(z[0], y[0], strict=True)]
        return math.fsum(v[0] for v in values), [[v[1] for v in values]]

    def curvature(z: Columns, y: Columns) -> list[Columns]:
        return [[[sample(a, b)[3] for a, b in zip(z[0], y[0], strict=True)]]]

    if c_text is None:
        c_text = c_source(**FORMS[name], predictor="z", label="y", title=title)
    return Formulas(
        name=name,
        outputs=1,
        mean=True,
        labels=LABELS[name],
        sum_to_one=False,
        block=block,
        folded=None,
        prediction=lambda z: [[sample(a, 1.0)[2] for a in z[0]]],
        curvature=curvature,
        curvature_bound=None,
        penalty=lambda weights, strength: (0.0 * strength, [0.0 for _ in weights]),
        c_source=c_text,
    )
