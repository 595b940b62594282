"""The scikit-learn estimators: scikit-learn's own checks, and agreement with its models."""

from __future__ import annotations

import pickle
import subprocess
import sys

import mpmath
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import LinearRegression, LogisticRegression, PoissonRegressor
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from derivation.estimator import DeriveClassifier, DeriveRegressor
from derivation.models import Model


@pytest.mark.filterwarnings("ignore")  # the checks fit odd data, of which some is separated
@pytest.mark.parametrize(
    "estimator",
    [
        DeriveClassifier(),
        DeriveClassifier(l2=0.01, method="nesterov"),
        DeriveClassifier(batch_size=16, max_iter=30),
        DeriveRegressor(),
        DeriveRegressor(loss="poisson"),
    ],
    ids=repr,
)
def test_the_checks_of_scikit_learn(estimator):
    results = check_estimator(estimator, on_skip=None, on_fail=None)
    wrong = {
        result["check_name"]: result["exception"]
        for result in results
        if result["status"] not in ("passed", "skipped")
    }
    assert not wrong
    assert sum(result["status"] == "passed" for result in results) > 40


# ------------------------------------------------------------------ against other solvers


def test_iris_has_the_coefficients_of_an_unpenalised_regression():
    x, y = load_iris(return_X_y=True)
    x, y = x[50:], y[50:]
    ours = DeriveClassifier().fit(x, y)
    theirs = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    theirs.fit(x, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-6)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-6)
    np.testing.assert_allclose(ours.predict_proba(x), theirs.predict_proba(x), atol=1e-7)
    assert (ours.predict(x) == theirs.predict(x)).all()
    assert ours.standard_errors_.shape == (1, 5)


def test_a_penalty_is_that_of_scikit_learn_on_standardised_columns():
    x, y = load_breast_cancer(return_X_y=True)
    x = StandardScaler().fit_transform(x)
    ours = DeriveClassifier(l2=0.01).fit(x, y)
    theirs = LogisticRegression(C=1 / (0.01 * len(y)), solver="newton-cg", tol=1e-10).fit(x, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-4, atol=1e-5)
    assert ours.score(x, y) == theirs.score(x, y) > 0.98


def test_three_classes_have_the_probabilities_of_a_multinomial_regression():
    x, y = load_wine(return_X_y=True)
    x = StandardScaler().fit_transform(x)
    names = np.array(["barolo", "grignolino", "barbera"])[y]
    ours = DeriveClassifier(l2=0.01).fit(x, names)
    theirs = LogisticRegression(C=1 / (0.01 * len(y)), solver="newton-cg", tol=1e-10).fit(x, names)
    assert list(ours.classes_) == ["barbera", "barolo", "grignolino"]
    np.testing.assert_allclose(ours.predict_proba(x), theirs.predict_proba(x), atol=1e-4)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(np.exp(ours.predict_log_proba(x)), ours.predict_proba(x))
    assert ours.decision_function(x).shape == (178, 3)
    assert (ours.predict(x) == theirs.predict(x)).all()


def test_diabetes_has_the_coefficients_of_least_squares():
    x, y = load_diabetes(return_X_y=True)
    ours = DeriveRegressor().fit(x, y)
    theirs = LinearRegression().fit(x, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-9)
    assert ours.intercept_ == pytest.approx(theirs.intercept_)
    assert ours.score(x, y) == pytest.approx(theirs.score(x, y))
    assert ours.standard_errors_[-1] == pytest.approx(2.57585, rel=1e-5)


def test_counts_have_the_coefficients_of_poisson_regression():
    x, y = load_diabetes(return_X_y=True)
    counts = np.floor(y / 30)
    ours = DeriveRegressor(loss="poisson").fit(x, counts)
    theirs = PoissonRegressor(alpha=0, solver="newton-cholesky", tol=1e-10).fit(x, counts)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(ours.predict(x), theirs.predict(x), rtol=1e-6)


# ------------------------------------------------------------------------- as a citizen


def test_pipelines_searches_clones_and_pickles():
    x, y = load_breast_cancer(return_X_y=True)
    pipeline = make_pipeline(StandardScaler(), DeriveClassifier(l2=0.01))
    assert cross_val_score(pipeline, x, y, cv=3).mean() > 0.95
    search = GridSearchCV(DeriveClassifier(), {"l2": [0.001, 0.1]}, cv=3).fit(x, y)
    assert search.best_params_["l2"] in (0.001, 0.1)
    fitted = search.best_estimator_
    again = pickle.loads(pickle.dumps(fitted))  # noqa: S301  # our own
    assert (again.predict_proba(x) == fitted.predict_proba(x)).all()
    assert not hasattr(clone(fitted), "coef_")


def test_a_fitted_estimator_has_a_model_with_summary_and_file(tmp_path):
    data = load_iris()
    fitted = DeriveClassifier(l2=0.01).fit(data.data, data.target_names[data.target])
    text = fitted.model_.summary()
    assert "  x3 " in text
    assert "virginica" in text
    assert len(fitted.loss_curve_) == fitted.n_iter_ + 1
    fitted.model_.save(tmp_path / "model.json")
    assert Model.load(tmp_path / "model.json") == fitted.model_


def test_the_random_state_decides_the_order_of_batches():
    x, y = load_breast_cancer(return_X_y=True)

    def coefficients(state):
        with pytest.warns(ConvergenceWarning, match="batches never"):
            return DeriveClassifier(batch_size=50, max_iter=3, random_state=state).fit(x, y).coef_

    assert (coefficients(1) == coefficients(1)).all()
    assert (coefficients(1) != coefficients(2)).any()
    assert (coefficients(np.random.RandomState(1)) == coefficients(1)).all()


def test_trouble_is_told_in_the_ways_of_scikit_learn():
    x, y = load_iris(return_X_y=True)
    with pytest.raises(NotFittedError):
        DeriveClassifier().predict(x)
    with pytest.warns(ConvergenceWarning, match="perfectly separated"):
        DeriveClassifier().fit(x[:100], y[:100])
    with pytest.warns(ConvergenceWarning, match="raise max_iter"):
        DeriveClassifier(method="gd", max_iter=3).fit(x[50:], y[50:])
    with pytest.raises(ValueError, match="one class"):
        DeriveClassifier().fit(x[:50], y[:50])
    with pytest.raises(ValueError, match="known are 'squared_error' and 'poisson'"):
        DeriveRegressor(loss="huber").fit(x, y)
    with pytest.raises(ValueError, match="labels of poisson are at least 0"):
        DeriveRegressor(loss="poisson").fit(x, y - 1)
    with pytest.raises(ValueError, match="epochs is -1"):
        DeriveClassifier(max_iter=-1).fit(x[50:], y[50:])


def test_without_scikit_learn_the_hint_says_how_to_install_it():
    script = (
        "import sys\nsys.modules['sklearn'] = None\n"
        "try:\n    import derivation.estimator\n"
        "except ImportError as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert "pip install 'derive[sklearn]'" in done.stdout


def test_nothing_else_needs_scikit_learn():
    script = (
        "import sys\nimport derivation.models, derivation.commands.training\n"
        "assert not {'sklearn', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)


@pytest.mark.parametrize("several", [False, True])
def test_probabilities_have_no_wrong_zeros(several):
    x, y = load_iris(return_X_y=True)
    if not several:
        x, y = x[50:], y[50:]
    fitted = DeriveClassifier(l2=1e-3).fit(x, y)
    far = x.mean(0) + 40 * (x - x.mean(0))
    logs, z = fitted.predict_log_proba(far), fitted.decision_function(far)
    z = z if several else np.stack([0 * z, z], axis=1)
    with mpmath.workdps(50):
        for row, found, shares in zip(z, logs, fitted.predict_proba(far), strict=True):
            total = mpmath.log(mpmath.fsum(mpmath.exp(mpmath.mpf(v)) for v in row.tolist()))
            for value, log, share in zip(row.tolist(), found, shares, strict=True):
                assert log == pytest.approx(float(value - total), rel=1e-14)
                assert share == pytest.approx(float(mpmath.exp(value - total)), rel=1e-12)
    assert (logs < -40).any()
    assert (logs < 0).all()


def test_separation_in_part_is_told_in_its_own_words():
    x = np.array([[1.0], [2.0], [2.0], [3.0]])
    with pytest.warns(ConvergenceWarning, match="separated in part.*l2=0.01"):
        DeriveClassifier().fit(x, [0, 0, 1, 1])
    with pytest.warns(ConvergenceWarning, match="the loss has no minimum.*l2=0.01"):
        DeriveRegressor(loss="poisson").fit(np.c_[x, x == 1], [0, 2, 4, 2])
