"""Tables of any shape and size of numbers: a fit gives finite numbers, or says why it cannot."""

from __future__ import annotations

import warnings
from math import isfinite

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from derivation.errors import DataError
from derivation.models import Model, fit, predict
from derivation.tables import Encoding, Table
from derivation.tables.encoding import Column, ColumnKind, Target, TargetKind
from derivation.training.problems import SeparationWarning

NUMBERS = st.one_of(
    st.floats(-1e3, 1e3),
    st.integers(-3, 3).map(float),
    st.floats(allow_nan=False, allow_infinity=False),
)
LABELS = {
    "bce": st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1)),
    "squared_error": NUMBERS,
    "poisson": st.one_of(st.integers(0, 9).map(float), st.floats(0, 1e300)),
    "softmax": st.sampled_from([0.0, 1.0, 2.0]),
}


@st.composite
def tables(draw: st.DrawFn, kind: str) -> Table:
    rows, width = draw(st.integers(1, 12)), draw(st.integers(1, 4))
    names = tuple(f"x{k}" for k in range(width))
    values = tuple(tuple(draw(NUMBERS) for _ in names) for _ in range(rows))
    labels = tuple(draw(LABELS[kind]) for _ in range(rows))
    columns = tuple(Column(name, ColumnKind.NUMBER) for name in names)
    target = Target("y", TargetKind.CLASSES, ("a", "b", "c"))
    encoding = Encoding(columns, target) if kind == "softmax" else None
    return Table(names, values, "y", labels, encoding)


@pytest.mark.parametrize("kind", sorted(LABELS))
@pytest.mark.parametrize("method", ["auto", "nesterov"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_fit_is_finite_or_says_why(
    tmp_path_factory: pytest.TempPathFactory, kind: str, method: str, data: st.DataObject
) -> None:
    table = data.draw(tables(kind))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SeparationWarning)
        try:
            model = fit(
                table,
                kind,
                method=method,
                epochs=30,
                standardize=data.draw(st.booleans()),
                l2=data.draw(st.sampled_from([0.0, 0.1])),
            )
        except DataError as error:
            assert str(error)  # noqa: PT017  # it may come or not
            return
    for row in (*model.coefficients, *(model.standard_errors or ()), model.intercepts):
        assert all(map(isfinite, row))
    assert isfinite(model.loss)
    assert model.summary()
    path = tmp_path_factory.mktemp("models") / "model.json"
    model.save(path)
    assert Model.load(path) == model
    try:
        found = predict(model, table)
    except DataError as error:
        assert "cannot predict" in str(error)  # noqa: PT017
        return
    assert len(found.rows) == len(table.rows)
    for values in found.rows:
        assert all(value == value for value in values)  # noqa: PLR0124  # no nan
        assert kind not in ("bce", "softmax") or all(0 <= value <= 1 for value in values)
