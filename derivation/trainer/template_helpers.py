"""The second half of the text of a generated module: what stands behind its public functions."""

from __future__ import annotations

__all__ = ["HELPERS"]

HELPERS = r'''# ------------------------------------------------------------- what the theorems say


def _predictors(rows: _Rows, weights: Sequence[float], bias: float) -> list[float]:
    """The linear predictor $z of each row."""
    predictors = _linear(len(weights))(rows, weights, bias)
    if not all(map(isfinite, predictors)):
        i = [isfinite(value) for value in predictors].index(False)
        raise ValueError(
            f"$X[{i}]: the products with the weights exceed the largest float; scale the "
            "features down, or lower the learning rate"
        )
    return predictors


@cache
def _linear(width: int) -> Callable[[_Rows, Sequence[float], float], list[float]]:
    """A function of (rows, weights, bias) that gives the linear predictors.

    For two features it is ``[x0*w0 + x1*w1 + b for x0, x1, in rows]``: written out for the
    width of the rows, which takes about half the time of a loop over each row.
    """
    if width > 64:
        return lambda rows, weights, bias: [sum(map(mul, row, weights), bias) for row in rows]
    row = "".join(f"x{k}, " for k in range(width))
    weights = "".join(f"w{k}, " for k in range(width))
    predictor = " + ".join(f"x{k}*w{k}" for k in range(width))
    source = f"def linear(rows, w, b):\n {weights}= w\n return [{predictor} + b for {row}in rows]"
    names: dict[str, Callable[[_Rows, Sequence[float], float], list[float]]] = {}
    exec(source, names)  # noqa: S102  # the text depends on `width` alone
    return names["linear"]


def _losses_and_residuals(
    predictors: Sequence[float], labels: Sequence[float]
) -> tuple[list[float], list[float]]:
    """Loss and residual of each sample."""
    losses: list[float] = []
    residuals: list[float] = []
    for $z, $y in zip(predictors, labels, strict=True):
$sample_code
    return losses, residuals


def _prediction($z: float) -> float:
    """The prediction for one linear predictor."""
$prediction_code


def _gradient(columns: _Rows, residuals: Sequence[float]) -> tuple[list[float], float]:
    """Means of residual times feature, and of the residual."""
    in_weights = [_mean_product(residuals, column, "gradient") for column in columns]
    return in_weights, _mean(residuals, "gradient")


def _mean(values: Sequence[float], what: str) -> float:
    """The mean; exact but for the last rounding, also where the sum exceeds a float."""
    try:
        try:
            mean = fsum(values) / len(values)
        except OverflowError:
            mean = fsum(value / len(values) for value in values)
    except (OverflowError, ValueError):  # ValueError: inf - inf
        mean = inf
    if not isfinite(mean):
        raise ValueError(
            f"the {what} is not finite: scale the features down, or lower the learning rate"
        )
    return mean


def _mean_product(p: Sequence[float], q: Sequence[float], what: str) -> float:
    """The mean of the products, as `_mean`."""
    try:
        mean = fsum(map(mul, p, q)) / len(p)
    except (OverflowError, ValueError):
        return _mean(list(map(mul, p, q)), what)
    return mean if isfinite(mean) else _mean((mean,), what)


def _safe_learning_rate(columns: _Rows) -> float:
    """A step with which gradient descent cannot diverge.

    The second derivative of the loss of one sample in $z is at most $curvature:
    $curvature_why.

    So the Hessian is at most $curvature times G, the mean of the products of the rows (1, x)
    with themselves, and a step of 1/($curvature times the largest eigenvalue of G) never
    increases the loss. That eigenvalue is at most trace(G^32)^(1/32), or trace(G).
    """
    size = max(1.0, *(max(map(abs, column)) for column in columns))
    scaled = [[1.0 / size] * len(columns[0]), *([v / size for v in c] for c in columns)]
    if len(scaled) > 64:  # G would cost more than many epochs
        bound = fsum(_mean_product(c, c, "scale") for c in scaled)
    else:
        matrix = [[_mean_product(c, d, "scale") for d in scaled] for c in scaled]
        trace = fsum(row[k] for k, row in enumerate(matrix))
        matrix = [[value / trace for value in row] for row in matrix]
        for _ in range(5):  # G/trace to the powers 2, 4, 8, 16, 32
            matrix = [[fsum(map(mul, row, other)) for other in matrix] for row in matrix]
        bound = trace * fsum(row[k] for k, row in enumerate(matrix)) ** (1 / 32)
    rate = 1.0 / ($curvature * bound) / size / size
    if rate < 1e-300:
        raise ValueError(f"a feature as large as {size:.3g} leaves no learning rate: scale it")
    return rate


# --------------------------------------------------------------- checks of arguments


def _checked_samples(
    x: Iterable[Iterable[float]], y: Iterable[float]
) -> tuple[list[tuple[float, ...]], list[float]]:
    rows = _checked_rows(x)
    values = _sequence(y, "$y")
    if len(values) != len(rows):
        raise ValueError(f"$y has {len(values)} labels, but $X has {len(rows)} rows")
    labels = [_number(value, f"$y[{i}]") for i, value in enumerate(values)]
$label_check
    return rows, labels


def _checked_rows(x: Iterable[Iterable[float]]) -> list[tuple[float, ...]]:
    rows = [_numbers(row, f"$X[{i}]") for i, row in enumerate(_sequence(x, "$X"))]
    if not rows:
        raise ValueError("$X is empty: there is no sample")
    width = len(rows[0])
    if width == 0:
        raise ValueError("$X[0] is empty: there is no feature")
    for i, row in enumerate(rows):
        if len(row) != width:
            raise ValueError(
                f"$X[{i}] has length {len(row)}, but $X[0] has {width}: "
                "every row needs the same number of features"
            )
    return rows


def _checked_parameters(
    w: Iterable[float], b: float, width: int
) -> tuple[tuple[float, ...], float]:
    weights = _numbers(w, "$w")
    if len(weights) != width:
        raise ValueError(f"$w has length {len(weights)}, but the rows of $X have {width} features")
    return weights, _number(b, "$b")


def _check_settings(
    learning_rate: float | None, epochs: int, tolerance: float, method: str, engine: str
) -> None:
    if learning_rate is not None and _number(learning_rate, "learning_rate") <= 0:
        raise ValueError(f"learning_rate is {learning_rate!r}; it must be positive")
    if _number(epochs, "epochs") < 0 or epochs % 1:
        raise ValueError(f"epochs is {epochs!r}; it must be a whole number, at least 0")
    if _number(tolerance, "tolerance") < 0:
        raise ValueError(f"tolerance is {tolerance!r}; it must not be negative")
    if method not in ("gd", "nesterov"):
        raise ValueError(f"method is {method!r}; known are 'gd' and 'nesterov'")
    if engine not in ("auto", "python"):
        raise ValueError(f"engine is {engine!r}; known are 'auto' and 'python'")


def _numbers(values: Iterable[float], place: str) -> tuple[float, ...]:
    row = tuple(_sequence(values, place))
    try:
        if all(map(isfinite, row)):
            return tuple(map(float, row))
    except (TypeError, ValueError, OverflowError):
        pass  # found again below, with its place
    return tuple(_number(value, f"{place}[{j}]") for j, value in enumerate(row))


def _number(value: float, place: str) -> float:
    """``value`` as a float; text is not a number."""
    try:
        if isfinite(value):
            return float(value)
    except (TypeError, ValueError, OverflowError):
        pass  # the same message as for nan
    raise ValueError(f"{place} is {value!r}, which is not a finite number (counted from 0)")


def _sequence(values: Iterable[_T], place: str) -> list[_T]:
    try:
        return list(values)
    except TypeError:
        raise ValueError(f"{place} is {values!r}, which is not a list") from None
'''
