"""scikit-learn estimators: trainers generated from checked theorems, for pipelines and searches.

    >>> from derivation.estimator import DeriveClassifier
    >>> DeriveClassifier().fit(X, y).predict(X)

They need scikit-learn, which nothing else here does: ``pip install 'derive[sklearn]'``.
"""

from __future__ import annotations

import warnings
from typing import Any, Self, TypeAlias

from derivation.errors import MissingToolError
from derivation.models.fitting import fit
from derivation.models.model import Ending, Model
from derivation.models.modules import generated
from derivation.models.summary import how_it_ended
from derivation.tables import Encoding, Table
from derivation.tables.encoding import Column, ColumnKind, Target, TargetKind
from derivation.training.formulas import Formulas
from derivation.training.problems import SeparationWarning
from derivation.training.schedules import Schedule


class MissingSklearnError(MissingToolError, ImportError):
    """scikit-learn is not installed."""


try:
    import numpy as np
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as missing:
    raise MissingSklearnError(
        f"derivation.estimator needs scikit-learn 1.6 or newer ({missing}); install it with: "
        "pip install 'derive[sklearn]'"
    ) from missing

Array: TypeAlias = Any
"""A NumPy array, or what scikit-learn makes one of: its arrays have no types here."""

RandomState: TypeAlias = Any
"""A number, a NumPy random state, or None."""

Tags: TypeAlias = Any

__all__ = ["DeriveClassifier", "DeriveRegressor", "MissingSklearnError"]


def _trouble(model: Model) -> str:
    """What to do about a fit without a minimum, in terms of the parameters; empty if it has one."""
    course = model.course
    if course.ending is Ending.SEPARATED:
        why = how_it_ended(model).removeprefix("stopped: ")
        return f"{why}: ever larger coefficients fit ever better; add a penalty (l2=0.01)"
    if course.ending is Ending.STALLED:
        return "not converged: columns that nearly follow from others; leave some out, or add l2"
    if course.ending is not Ending.EPOCHS:
        return ""
    if course.batch_size:
        return (
            "not converged: batches never come to rest at a constant rate; use schedule='cosine' "
            "and more epochs, or no batch_size"
        )
    return f"not converged after {course.epochs} epochs; raise max_iter, or take method='newton'"


class _Estimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """The parameters and the fit that both estimators share."""

    def __init__(  # noqa: PLR0913  # parameters of an estimator are arguments, all with a default
        self,
        *,
        l2: float = 0.0,
        method: str = "auto",
        engine: str = "auto",
        max_iter: int = 1000,
        tol: float | None = None,
        learning_rate: float | None = None,
        schedule: str | Schedule | None = None,
        batch_size: int | None = None,
        momentum: float | None = None,
        patience: int | None = None,
        standardize: bool = True,
        random_state: RandomState = 0,
    ) -> None:
        self.l2 = l2
        self.method = method
        self.engine = engine
        self.max_iter = max_iter
        self.tol = tol
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.batch_size = batch_size
        self.momentum = momentum
        self.patience = patience
        self.standardize = standardize
        self.random_state = random_state

    coef_: Array
    intercept_: Array
    standard_errors_: Array

    def _fit(self, derivation: str, x: Array, labels: list[float], target: Target) -> Self:
        """Fit to validated samples; sets what a fitted estimator has."""
        names = [str(name) for name in getattr(self, "feature_names_in_", ())]
        names = names or [f"x{k}" for k in range(x.shape[1])]
        encoding = Encoding(tuple(Column(name, ColumnKind.NUMBER) for name in names), target)
        table = Table(
            tuple(names), tuple(map(tuple, x.tolist())), target.name, tuple(labels), encoding
        )
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SeparationWarning)  # said below
            model = fit(
                table,
                derivation,
                l2=self.l2,
                method=self.method,
                engine=self.engine,
                epochs=self.max_iter,
                tolerance=self.tol,
                learning_rate=self.learning_rate,
                schedule=self.schedule,
                batch_size=self.batch_size,
                momentum=self.momentum,
                patience=self.patience,
                standardize=self.standardize,
                seed=seed,
            )
        self.model_ = model
        self.n_iter_ = max(1, model.course.epochs)
        self.loss_ = model.loss
        self.loss_curve_ = list(model.history)
        self._set_coefficients(model)
        message = _trouble(model)
        if message:
            warnings.warn(message, ConvergenceWarning, stacklevel=3)
        return self

    def _set_coefficients(self, model: Model) -> None:
        self.coef_ = np.array(model.coefficients)
        self.intercept_ = np.array(model.intercepts)
        errors = model.standard_errors
        self.standard_errors_ = None if errors is None else np.array(errors)

    def _predictors(self, x: Array) -> Array:
        """One row of linear predictors a sample, one column an output."""
        check_is_fitted(self)
        samples = validate_data(self, x, dtype=np.float64, reset=False)
        return samples @ np.atleast_2d(self.coef_).T + np.atleast_1d(self.intercept_)

    @property
    def _formulas(self) -> Formulas:
        return generated(self.model_.derivation).FORMULAS


class DeriveClassifier(ClassifierMixin, _Estimator):  # type: ignore[misc]  # no types
    """Logistic regression: binary cross-entropy for two classes, softmax for more.

    Parameters: ``l2``: half of it times the sum of the squared weights is added to the mean loss
    (for n samples, ``LogisticRegression(C=1/(n*l2))`` is the same on standardised columns; 0:
    no penalty). ``method``: "auto", "newton", "nesterov", "momentum" or "gd". ``engine``:
    "auto", "python" or "c". ``max_iter``: epochs. ``tol``: the largest slope of a converged fit
    (None: 1e-8, for Newton's method 1e-12). ``learning_rate``: a safe one from the data if None.
    ``schedule``: a name such as "cosine", or a function from the number of epochs done to a
    factor of the rate. ``batch_size``, ``momentum``, ``patience``: see `derivation.models.fit`.
    ``standardize``: the fit runs on standardised columns; coefficients are those of the columns
    as they are. ``random_state``: of the order of the batches.

    Attributes of a fitted estimator: ``classes_``, ``coef_`` (1 or K rows), ``intercept_``,
    ``standard_errors_`` (like ``coef_``, with that of the intercept last; None if there are none),
    ``loss_``, ``loss_curve_``, ``n_iter_``, ``model_`` (a `derivation.models.Model`: its
    ``summary()`` is a table, its ``save()`` writes a file for `derive predict`).
    """

    def fit(self, X: Array, y: Array) -> Self:  # noqa: N803  # scikit-learn's name
        """Fit to samples X (n x d) and their classes y."""
        samples, classes = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(classes)
        self.classes_, numbers = np.unique(classes, return_inverse=True)
        levels = tuple(map(str, self.classes_.tolist()))
        if len(levels) < 2:
            raise ValueError(f"y has one class only, {levels[0]}; there is nothing to tell apart")
        several = len(levels) > 2
        kind = TargetKind.CLASSES if several else TargetKind.TWO_LEVELS
        labels = [float(number) for number in numbers.tolist()]
        derivation = "softmax" if several else "bce"
        return self._fit(derivation, samples, labels, Target("y", kind, levels))

    def decision_function(self, X: Array) -> Array:  # noqa: N803
        """The linear predictors: of the second of two classes (n), or of each class (n x K)."""
        found = self._predictors(X)
        return found[:, 0] if len(self.classes_) == 2 else found

    def predict_proba(self, X: Array) -> Array:  # noqa: N803
        """The probability of each class (n x K), in the order of ``classes_``.

        Of two classes the loss treats each as it does the other, with -z for z: so the first has
        a probability that is not 0 where that of the second rounds to 1.
        """
        z = self._predictors(X).T
        prediction = self._formulas.prediction
        if len(self.classes_) > 2:
            return np.array(prediction(z.tolist())).T
        return np.array([prediction(side.tolist())[0] for side in (-z, z)]).T

    def predict_log_proba(self, X: Array) -> Array:  # noqa: N803
        """The logarithms of `predict_proba`, exact for probabilities that round to 0 or to 1.

        They are the losses of each class as the label, with the other sign.
        """
        predictors = self._predictors(X)
        block, several = self._formulas.block, len(self.classes_) > 2
        labels = np.eye(len(self.classes_)) if several else np.array([[0.0], [1.0]])
        columns = [[[number] for number in label] for label in labels.tolist()]
        rows = [[[number] for number in row] for row in predictors.tolist()]
        return np.array([[-block(row, label)[0] for label in columns] for row in rows])

    def predict(self, X: Array) -> Array:  # noqa: N803
        """The most likely class of each sample."""
        scores = self.decision_function(X)
        chosen = (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
        return self.classes_[chosen]


class DeriveRegressor(RegressorMixin, _Estimator):  # type: ignore[misc]  # no types
    """Linear regression: least squares, or Poisson's for counts (with the link exp).

    ``loss``: "squared_error" or "poisson". The other parameters, and the attributes of a fitted
    estimator, are those of `DeriveClassifier`, but ``coef_`` is flat and ``intercept_`` a number.
    """

    def __init__(  # noqa: PLR0913  # parameters of an estimator are arguments, all with a default
        self,
        *,
        loss: str = "squared_error",
        l2: float = 0.0,
        method: str = "auto",
        engine: str = "auto",
        max_iter: int = 1000,
        tol: float | None = None,
        learning_rate: float | None = None,
        schedule: str | Schedule | None = None,
        batch_size: int | None = None,
        momentum: float | None = None,
        patience: int | None = None,
        standardize: bool = True,
        random_state: RandomState = 0,
    ) -> None:
        super().__init__(
            l2=l2,
            method=method,
            engine=engine,
            max_iter=max_iter,
            tol=tol,
            learning_rate=learning_rate,
            schedule=schedule,
            batch_size=batch_size,
            momentum=momentum,
            patience=patience,
            standardize=standardize,
            random_state=random_state,
        )
        self.loss = loss

    def fit(self, X: Array, y: Array) -> Self:  # noqa: N803  # scikit-learn's name
        """Fit to samples X (n x d) and their numbers y."""
        if self.loss not in ("squared_error", "poisson"):
            raise ValueError(f"loss is {self.loss!r}; known are 'squared_error' and 'poisson'")
        samples, numbers = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        labels = [float(number) for number in numbers.tolist()]
        return self._fit(self.loss, samples, labels, Target("y", TargetKind.NUMBER))

    def predict(self, X: Array) -> Array:  # noqa: N803
        """The expected number of each sample."""
        columns = self._predictors(X).T.tolist()
        return np.array(self._formulas.prediction(columns)[0])

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.positive_only = self.loss == "poisson"
        return tags

    def _set_coefficients(self, model: Model) -> None:
        super()._set_coefficients(model)
        self.coef_ = self.coef_[0]
        self.intercept_ = float(self.intercept_[0])
        if self.standard_errors_ is not None:
            self.standard_errors_ = self.standard_errors_[0]
