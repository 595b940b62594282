"""The public functions of the module of a model: thin, over the runtime and the formulas."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template
from textwrap import fill

from derivation.trainer.general.declared import Data
from derivation.trainer.general.formulas import Written
from derivation.trainer.general.roles import Prediction

__all__ = ["general_functions"]

_TEXT = '''\
def loss(
    $X: Iterable[Iterable[float]],$noqa
    $y: Iterable[Any],
$arguments
) -> float:
    """The $kind over the samples.

$told
    Raises ValueError, naming the place, for wrong shapes and for values that are not finite.
    """
    return model_loss(FORMULAS, $X, $y, $tuple)


def gradient(
    $X: Iterable[Iterable[float]],$noqa
    $y: Iterable[Any],
$arguments
) -> tuple[Any, ...]:
    """The derivatives of the loss: ($names), in the shapes of the parameters.

    Arguments and errors as for `loss`.
    """
    return model_gradient(FORMULAS, $X, $y, $tuple)

$predict
def train(  # noqa: PLR0913  # one for each setting
    $X: Iterable[Iterable[float]],$noqa
    $y: Iterable[Any],
    *,
$settings
) -> ModelResult:
    """Find parameters with a small loss, for at most ``epochs`` passes over the samples.

    The loss need not be convex: where training ends depends on where it starts, and it may be a
    minimum of the neighbourhood alone. ``start``: a `Result`, parameters by name or in the order
    ($names) to begin with; None for small random numbers from ``seed`` (the same seed, the
    same bits), which also gives the order of the samples in batches. ``sizes``: what the data do
    not tell$sizes.

    ``method``: "gd" for gradient descent, "momentum" (``momentum`` is the share of the last step
    that is kept) or "nesterov" (accelerated). ``learning_rate``: the step; None for one that is
    searched so that the loss cannot rise, that of each batch with ``batch_size``. ``tolerance``:
    training has converged once no slope exceeds it. ``batch_size``: samples an update, None for
    all. ``schedule``: a function from the number of epochs done to a factor on the step.
    ``patience``: stop after so many epochs without a lower loss. ``callback``: called after each
    epoch with its `Progress`; a true answer stops. ``progress``: a line on the terminal.
    ``checkpoint``: a file to go on from if it is there, written every ``checkpoint_every`` epochs
    and at the end. ``engine``: "python", which is also what "auto" takes.

    Raises ValueError for data as in `loss`, for senseless settings, and when the loss diverges.
    """
    return train_model_rows(
        FORMULAS,
        $X,
        $y,
$passed
    )
'''

_PREDICT = '''
def predict(
    $X: Iterable[Iterable[float]],$noqa
$arguments
) -> list[Any]:
    """The prediction for each row of ``$X``. Errors as for `loss`."""
    return model_prediction(FORMULAS, $X, $tuple)

'''


def general_functions(
    of: Written,
    settings: Sequence[tuple[str, str, str]],
    rows: str,
    prediction: Prediction | None,
) -> str:
    """The text of ``loss``, ``gradient``, ``predict`` if there is a prediction, and ``train``.

    ``settings`` are name, type and default of those of `train`; ``rows`` is what X is called.
    """
    names = [of.names[one.name] for one in of.model.parameters]
    scalars = ["float" if not one.sizes else "Iterable[Any]" for one in of.model.parameters]
    free = [of.names[size] for size in of.sizes if size not in _told(of)]
    shared = {
        "X": rows,
        "y": of.names[of.label.name],
        "noqa": "" if rows.islower() else "  # noqa: N803  # as in the theorems",
        "arguments": "\n".join(
            f"    {name}: {kind}," + ("" if name.islower() else "  # noqa: N803")
            for name, kind in zip(names, scalars, strict=True)
        ),
        "names": ", ".join(names),
        "tuple": f"({', '.join(names)})" if len(names) > 1 else f"({names[0]},)",
    }
    predict = "" if prediction is None else Template(_PREDICT).substitute(shared)
    return Template(_TEXT).substitute(
        shared,
        kind="mean loss" if of.model.mean else "sum of the losses",
        told=_told_of_arguments(of, rows, names),
        sizes=f", such as {{{', '.join(f'{chr(34)}{one}{chr(34)}: 4' for one in free)}}}"
        if free
        else "; here they tell all",
        predict=predict,
        settings="\n".join(f"    {name}: {kind} = {value}," for name, kind, value in settings),
        passed="\n".join(f"        {name}={name}," for name, _, _ in settings),
    )


def _told_of_arguments(of: Written, rows: str, names: Sequence[str]) -> str:
    label = "a row of numbers" if of.label.sizes else "one number"
    shapes = ", ".join(
        f"``{name}`` ({_shape(one.sizes)})"
        for name, one in zip(names, of.model.parameters, strict=True)
    )
    text = f"``{rows}``: rows of {_row(of)}; ``{of.names[of.label.name]}``: {label} a sample; "
    return fill(f"{text}then {shapes}.", 96, initial_indent="    ", subsequent_indent="    ")


def _told(of: Written) -> set[object]:
    """The sizes that rows and labels tell."""
    data: list[Data] = [*of.columns, of.label]
    return {size for one in data for size in one.sizes}


def _row(of: Written) -> str:
    texts = [
        of.names[one.name] + (f"[1..{one.sizes[0]}]" if one.sizes else "") for one in of.columns
    ]
    return f"({', '.join(texts)})" if texts else "no numbers"


def _shape(sizes: Sequence[str | int]) -> str:
    return "a number" if not sizes else " x ".join(map(str, sizes))
