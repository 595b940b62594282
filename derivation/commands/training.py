"""`derive train` and `derive predict`. Thin: what they do is in `derivation.models.commands`."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import click

__all__ = ["predict", "train"]


class _NamedPath(click.Path):
    """A path that is not empty: that would be the folder where one is."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        if not os.fspath(value):
            self.fail("the name is empty", param, ctx)
        return super().convert(value, param, ctx)


_PATH = _NamedPath(path_type=Path)
_METHODS = click.Choice(["auto", "gd", "momentum", "nesterov", "newton"])


def _list(_: click.Context, parameter: click.Parameter, value: str | None) -> list[str] | None:
    """Names with commas between."""
    if value is None:
        return None
    try:
        rows = list(csv.reader([value], skipinitialspace=True))  # so a name may be in quotes
    except csv.Error:
        rows = []
    names = [part.strip() for row in rows for part in row]
    if not names or not all(names):
        raise click.BadParameter("give names with commas between them", param=parameter)
    return names


@click.command()
@click.argument("name")
@click.argument("data", metavar="DATA.csv", type=_PATH)
@click.option("--target", required=True, metavar="COLUMN", help="The column of the labels.")
@click.option("--features", callback=_list, metavar="A,B,C",
              help="The columns to use; without it, all but the target.")  # fmt: skip
@click.option("--categorical", callback=_list, metavar="A,B",
              help="Columns of names, even if they look like numbers.")  # fmt: skip
@click.option("--missing", type=click.Choice(["error", "drop", "mean"]), default="error",
              show_default=True, help="What an empty cell does: mean fills it in.")  # fmt: skip
@click.option("--positive", metavar="LEVEL", help="Which of two levels of the target is 1.")
@click.option("--method", type=_METHODS, default="auto", show_default=True,
              help="auto: newton for few parameters, else nesterov; gd for batches.")  # fmt: skip
@click.option("--engine", type=click.Choice(["auto", "python", "c"]), default="auto",
              show_default=True, help="auto: C for large data, if it compiles.")  # fmt: skip
@click.option("--epochs", type=click.IntRange(min=1), default=1000, show_default=True,
              help="At most so many passes over the data.")  # fmt: skip
@click.option("--learning-rate", type=float, metavar="R",
              help="Without it, a safe one is computed.")  # fmt: skip
@click.option("--schedule", metavar="SCHEDULE",
              help="step:100:0.5, exponential:0.99, cosine, inverse:0.01, constant.")  # fmt: skip
@click.option("--batch-size", type=click.IntRange(1), metavar="N",
              help="Rows of a step; without it, all.")  # fmt: skip
@click.option("--momentum", type=float, metavar="M",
              help="For momentum; 0.9 without it.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, metavar="N",
              help="Of the order of the batches.")  # fmt: skip
@click.option("--l2", type=float, metavar="S",
              help="Penalty: S/2 times the sum of squares of the fitted weights.")  # fmt: skip
@click.option("--tolerance", type=float, metavar="T",
              help="Converged when no slope is above it; 1e-8, newton 1e-12.")  # fmt: skip
@click.option("--patience", type=click.IntRange(1), metavar="N",
              help="Stop after N epochs without improvement.")  # fmt: skip
@click.option("--no-standardize", is_flag=True, help="Fit the columns as they are.")
@click.option(
    "--checkpoint", type=_PATH, metavar="FILE", help="Write the state there now and then."
)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint, if it is there.")
@click.option("--cluster", metavar="ADDRESS",
              help="Sum on the workers of a dask scheduler; local:4 starts four.")  # fmt: skip
@click.option("--cache", type=_PATH, metavar="DIR",
              help="Map the data from a binary file in DIR, made once.")  # fmt: skip
@click.option("--save", type=_PATH, metavar="model.json", help="Where to write the model.")
@click.option("--plot", type=_PATH, metavar="history.svg", help="Draw the loss after each epoch.")
def train(name: str, data: Path, target: str, **options: object) -> int:
    """Fit the model of the derivation NAME to DATA.csv.

    NAME is one from `derive list` that states a loss, or the path of a .py file, which is verified
    first. The code that runs was generated from the checked gradient. Columns are standardised
    for the fit, and the coefficients are given for the columns as they are in the file.

    Where there is no file DATA.csv, the shipped data set of that name is used: iris.csv.

    Files of 64 MiB and more are kept in binary, in derive/tables of the user's cache folder
    (~/.cache), or in DIR. They take at most 20 GB, or half of what the disk would have free without
    them; those that were not used for longest go first. To empty it, delete its *.table files.

    Exits with 0 for a fit that did not converge, too: the summary says so; 1 if the derivation
    does not hold, 2 if the data or an option cannot be used.

    \b
    Example:
      derive train bce iris.csv --target virginica
      derive train bce iris.csv --target virginica --l2 0.01 --plot history.svg
    """
    from derivation.models.commands import TrainOptions, train_model

    train_model(name, data, target, TrainOptions(**options))  # type: ignore[arg-type]  # click's
    return 0


@click.command()
@click.argument("model", metavar="model.json", type=_PATH)
@click.argument("data", metavar="DATA.csv", type=_PATH)
@click.option("--output", type=_PATH, metavar="FILE.csv",
              help="Write them there instead, whole or not at all.")  # fmt: skip
@click.option("--derivation", metavar="FILE.py",
              help="Of a model that was fitted to a file of yours.")  # fmt: skip
def predict(model: Path, data: Path, output: Path | None, derivation: str | None) -> int:
    """Print the prediction for each row of DATA.csv, one a line below a header.

    Columns are found by their names in the header; levels and missing values are treated as in
    training. A model of named classes prints the most likely class too.

    \b
    Example:
      derive predict model.json iris.csv
    """
    from derivation.models.commands import predict_rows

    predict_rows(model, data, output, derivation)
    return 0
