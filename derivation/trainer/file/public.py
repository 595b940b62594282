"""The public functions of a generated module: thin, over the runtime and the formulas."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Template

from derivation.trainer.file.spelling import Spelling
from derivation.trainer.reading.premises import Labels

__all__ = ["ROOTS", "parameters_of_train", "public_functions", "runtime_parameters"]

ROOTS = ("evaluate", "train")
"""The modules of the runtime that the public functions call."""

IMPORTS = frozenset({("collections.abc", "Iterable"), ("typing", "Any")})
"""What their annotations need, apart from those of `parameters_of_train`."""

_TEXT = '''\
def loss(
    $X: Iterable[Iterable[float]],$noqa
    $y: $labels,
    $w: $weights,$b_argument
) -> float:
    """The $kind over the samples.

    ``$X``: rows of features; ``$y``: $labels_text;
    ``$w``: $weights_text$b_text.
    Raises ValueError, naming the place, for wrong shapes and for values that are not finite.
    """
    return evaluate_loss(FORMULAS, $X, $y, $w$b)


def gradient(
    $X: Iterable[Iterable[float]],$noqa
    $y: $labels,
    $w: $weights,$b_argument
) -> $slopes:
    """The gradient of the loss: $slopes_text.

    $shapes. Arguments and errors as for `loss`.
    """
    return evaluate_gradient(FORMULAS, $X, $y, $w$b)$part


def predict(
    $X: Iterable[Iterable[float]],$noqa
    $w: $weights,$b_argument
) -> $predictions:
    """The prediction for each row of ``$X``$each. Errors as for `loss`."""
    return evaluate_prediction(FORMULAS, $X, $w$b)


def train(  # noqa: PLR0913  # one for each setting
    $X: Iterable[Iterable[float]],$noqa
    $y: $labels,
    *,
$parameters
) -> Result:
    """Find parameters with a small loss, for at most ``epochs`` passes over the samples.

    ``learning_rate``: the step; None for one from the data, or by search, that cannot raise the
    loss: that of all samples with "gd", that of each batch with ``batch_size``. ``tolerance``:
    training has converged once no slope exceeds it. Features are taken as they are: columns of
    very different scale need many epochs, so standardise them first.

    ``method``: "gd" for gradient descent, "momentum" (``momentum`` is the share of the last step
    that is kept), "nesterov" (accelerated, far fewer epochs), or "newton" (few epochs, each of
    them dear with many features). ``engine``: "python"; "c" for code that a C compiler of this
    machine builds, RuntimeError if it cannot; "auto" for C where the data are large and it can
    be had. ``batch_size``: samples an update, None for all; ``seed``: of their order.

    ``l2``: the strength of the penalty on the weights. ``schedule``: a function from the number
    of epochs done to a factor on the step. ``patience``: stop after so many epochs without a
    lower loss. ``callback``: called after each epoch with its `Progress`; a true answer stops.
    ``progress``: a line on the terminal. ``start``: a `Result`, or $start, to begin
    with instead of zeros. ``checkpoint``: a file to go on from if it is there, written every
    ``checkpoint_every`` epochs and at the end.

    Raises ValueError for data as in `loss`, for senseless settings, and when the loss diverges.
    """
    return train_rows(
        FORMULAS,
        $X,
        $y,
$arguments
    )
'''


def public_functions(
    spelling: Spelling, *, mean: bool, several: bool, labels: Labels, l2: float
) -> str:
    """The text of ``loss``, ``gradient``, ``predict`` and ``train``.

    ``mean``: the loss is a mean, else a sum; ``several``: a sample has several outputs; ``l2``:
    the strength of the penalty that the loss states.
    """
    row, column = "Iterable[Iterable[float]]", "Iterable[float]"
    parameters = [
        (name, kind, repr(l2) if name == "l2" else value)
        for name, kind, value in parameters_of_train()
    ]
    return Template(_TEXT).substitute(
        _of_bias(spelling, several=several),
        X=spelling.rows,
        noqa="" if spelling.rows.islower() else "  # noqa: N803  # as in the theorems",
        y=spelling.labels,
        w=spelling.weights,
        kind=("mean loss" if mean else "sum of the losses") + (", with its penalty," if l2 else ""),
        labels=row if several else column,
        weights=row if several else column,
        predictions="list[list[float]]" if several else "list[float]",
        each=", one number a class" if several else "",
        labels_text=_labels_text(labels, several=several),
        weights_text="one row a class, with one weight a feature"
        if several
        else "one weight a feature",
        parameters="\n".join(f"    {name}: {kind} = {value}," for name, kind, value in parameters),
        arguments="\n".join(f"        {name}={name}," for name, _, _ in parameters),
    )


def _of_bias(spelling: Spelling, *, several: bool) -> dict[str, str]:
    """What depends on whether a predictor has a bias."""
    w, b = spelling.weights, spelling.bias
    in_weights = "list[list[float]]" if several else "list[float]"
    if b is None:
        return {
            "b": "",
            "b_argument": "",
            "part": "[0]",
            "b_text": "; the predictors have no bias",
            "slopes": in_weights,
            "slopes_text": "its derivatives in the weights",
            "shapes": f"They have the shape of ``{w}``",
            "start": f"weights {w}",
        }
    biases, in_bias = ("Iterable[float]", "list[float]") if several else ("float", "float")
    return {
        "b": f", {b}",
        "part": "",
        "b_argument": f"\n    {b}: {biases},",
        "b_text": f"; ``{b}``: {'one bias a class' if several else 'the bias'}",
        "slopes": f"tuple[{in_weights}, {in_bias}]",
        "slopes_text": "(derivatives in the weights, derivative in the bias)",
        "shapes": f"They have the shapes of ``{w}`` and ``{b}``",
        "start": f"parameters ({w}, {b})",
    }


def parameters_of_train() -> list[tuple[str, str, str]]:
    """Name, type and default of the settings, as the runtime has them."""
    return runtime_parameters(("settings", "checked_settings"), ("train", "train_rows"))


def runtime_parameters(*functions: tuple[str, str]) -> list[tuple[str, str, str]]:
    """Name, type and default of the keyword parameters of functions: (module, function)."""
    import derivation.training

    folder = Path(derivation.training.__path__[0])
    found: dict[str, tuple[str, str, str]] = {}
    for module, function in functions:
        tree = ast.parse((folder / f"{module}.py").read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == function:
                for one, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
                    kind = "" if one.annotation is None else ast.unparse(one.annotation)
                    default = "" if value is None else ast.unparse(value).replace("'", '"')
                    found[one.arg] = (one.arg, kind, default)
    return list(found.values())


def _labels_text(labels: Labels, *, several: bool) -> str:
    what = "one row of labels a sample, one a class" if several else "one label a row"
    if labels.among:
        return f"{what}, each one of {', '.join(map(str, labels.among))}"
    if labels.whole:
        what += ", a whole number"
    interval = labels.interval
    if interval.low is None and interval.high is None:
        return what
    if interval.high is None:
        return f"{what}, {'above' if interval.low_open else 'at least'} {interval.low}"
    if interval.low is None:
        return f"{what}, {'below' if interval.high_open else 'at most'} {interval.high}"
    return f"{what}, from {interval.low} to {interval.high}"
