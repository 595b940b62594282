"""What `derive train` and `derive predict` do."""

from __future__ import annotations

import csv
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TextIO

from derivation import places
from derivation.errors import DataError
from derivation.models.fitting import EngineMaker, fit
from derivation.models.model import Model
from derivation.models.modules import text_of, trainer_of
from derivation.models.plot import history_svg
from derivation.models.predicting import formulas_of, likeliest, predict_blocks
from derivation.models.sources import AnyTable
from derivation.models.summary import ENGINES, METHODS, how_it_ended
from derivation.models.whole import whole_file
from derivation.tables import MappedTable, Table, csv_blocks, load_csv, open_csv
from derivation.training.formulas import Formulas
from derivation.training.problems import SeparationWarning
from derivation.training.whole_files import require_place

__all__ = ["TrainOptions", "predict_rows", "train_model"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOptions:
    """The options of `derive train`, as its help describes them."""

    features: list[str] | None
    categorical: list[str] | None
    missing: Literal["error", "drop", "mean"]
    positive: str | None
    method: str
    engine: str
    epochs: int
    learning_rate: float | None
    schedule: str | None
    batch_size: int | None
    momentum: float | None
    seed: int
    l2: float | None
    tolerance: float | None
    patience: int | None
    no_standardize: bool
    checkpoint: Path | None
    resume: bool
    cluster: str | None
    cache: Path | None
    save: Path | None
    plot: Path | None


def train_model(name: str, data: Path, target: str, options: TrainOptions) -> None:
    """Fit, print the summary, and write what was asked for.

    Raises DerivationError for whatever cannot be used.
    """
    formulas = trainer_of(name).FORMULAS
    outputs = [path for path in (options.save, options.plot, options.checkpoint) if path]
    for path in outputs:
        _require_place(path, data, Path(name))
    if len({path.resolve() for path in outputs}) < len(outputs):
        raise DataError("--save, --plot and --checkpoint must name different files")
    if options.positive is not None and formulas.outputs is None:
        raise DataError(f"{formulas.name} tells all levels apart: leave --positive out")
    with _warnings_in_one_line(sys.stderr):
        l2 = formulas.l2 if options.l2 is None else options.l2
        table = _table(formulas, data, target, options, l2)
        coefficients = len(table.features) + formulas.bias
        if not l2 and table.samples < coefficients:
            sys.stderr.write(f"derive: warning: {_underdetermined(table, coefficients)}\n")
        with _engine(name, options) as engine:
            model = fit(
                table,
                name,
                method=options.method,
                engine=engine,
                epochs=options.epochs,
                learning_rate=options.learning_rate,
                l2=l2,
                batch_size=options.batch_size,
                momentum=options.momentum,
                seed=options.seed,
                schedule=options.schedule,
                tolerance=options.tolerance,
                patience=options.patience,
                standardize=not options.no_standardize,
                checkpoint=options.checkpoint,
                resume=options.resume,
                progress=True,  # on a terminal alone
            )
    sys.stdout.write(f"{model.summary()}\n")
    if isinstance(table, MappedTable) and options.cache is None:
        folder = table.path.parent
        sys.stdout.write(f"\nkept for the next time: the data in binary, in {folder}\n")
    if options.save is not None:
        model.save(options.save)
        sys.stdout.write(f"saved to {options.save}\n")
    if options.plot is not None:
        with whole_file(options.plot) as stream:
            stream.write(
                history_svg(
                    model.history,
                    f"{name} on {data.name}",
                    _subtitle(model),
                    loss="loss with penalty" if l2 else "loss",
                )
            )
        sys.stdout.write(f"plotted to {options.plot}\n")


def predict_rows(model: Path, data: Path, output: Path | None, derivation: str | None) -> None:
    """Predict for each row of ``data``, as it is read: to ``output``, or to the standard output."""
    _require_place(output, data, model)
    fitted = Model.load(model)
    formulas = formulas_of(fitted, derivation)
    tables = _tables(fitted, places.data_file(data))
    if fitted.theorems != formulas.theorems:
        sys.stderr.write(
            f"derive: warning: {model} was fitted by another version of {fitted.derivation!r}; "
            "train it again to be sure\n"
        )
    lines = _predictions(fitted, formulas, tables)
    if output is None:
        csv.writer(sys.stdout, lineterminator="\n").writerows(lines)
        return
    with whole_file(output) as stream:
        csv.writer(stream, lineterminator="\n").writerows(lines)
    sys.stdout.write(f"written to {output}\n")


def _table(
    formulas: Formulas, data: Path, target: str, options: TrainOptions, l2: float
) -> AnyTable:
    return open_csv(
        places.data_file(data),
        target,
        features=options.features,
        folder=options.cache,
        categorical=options.categorical or (),
        missing=options.missing,
        positive=options.positive,
        classes=formulas.outputs is None,
        dependent="keep" if l2 > 0 else "error",
        labels=formulas.labels,
        intercept=formulas.bias,
    )


def _underdetermined(table: AnyTable, coefficients: int) -> str:
    """Said before the training, which may take long in many columns."""
    return (
        f"{table.samples:,} rows for {coefficients:,} coefficients: they are not "
        "unique; add a penalty (--l2 0.01), or name fewer columns (--features)"
    )


def _require_place(path: Path | None, *inputs: Path) -> None:
    """Raise DataError now for a file that could not be written later, or that is an input."""
    if path is None:
        return
    if not path.absolute().parent.is_dir():
        raise DataError(f"cannot write {path}: there is no folder {path.parent}")
    for read in inputs:
        if path.exists() and read.exists() and path.samefile(read):
            raise DataError(f"cannot write {path}: it is read from, too; name another file")
    try:
        require_place(path)
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror or error}") from error


@contextmanager
def _engine(name: str, options: TrainOptions) -> Iterator[str | EngineMaker]:
    """What sums over the rows: the name of an engine, or what makes one on a cluster."""
    if options.cluster is None:
        yield options.engine
        return
    from derivation.cluster.connection import connect
    from derivation.cluster.training import engine_maker

    with connect(options.cluster) as client:
        yield engine_maker(client, options.engine, text_of(name))


def _tables(model: Model, data: Path) -> Iterator[Table]:
    if model.encoding is not None:
        return csv_blocks(data, model.encoding)
    return iter((load_csv(data, features=model.features),))


def _predictions(
    model: Model, formulas: Formulas, tables: Iterator[Table]
) -> Iterator[list[str | float]]:
    """The header, once there is a row to follow it, then the cells of each row."""
    several = model.outputs > 1
    header: list[str | float] = ["prediction"]
    if model.classes:
        header += model.classes if several else ["class"]
    for table in tables:
        for block in predict_blocks(model, table, formulas):
            if header:
                yield header
                header = []
            for row in block:
                likely = [model.classes[likeliest(row)]] if model.classes else []
                yield [*likely, *row] if several else [*row, *likely]


def _subtitle(model: Model) -> str:
    course = model.course
    return (
        f"{model.samples:,} rows \N{MIDDLE DOT} {METHODS.get(course.method, course.method)} in "
        f"{ENGINES.get(course.engine, course.engine)} \N{MIDDLE DOT} {how_it_ended(model)}"
    )


@contextmanager
def _warnings_in_one_line(stream: TextIO) -> Iterator[None]:
    """Warnings as one plain line each; that of perfect separation is in the summary."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")  # what only developers want to know
        for category in (UserWarning, RuntimeWarning):
            warnings.simplefilter("always", category)
        try:
            yield
        finally:
            for one in caught:
                if not issubclass(one.category, SeparationWarning):
                    stream.write(f"derive: warning: {one.message}\n")
