"""`derive train` and `derive predict` as people run them: from any folder, with any input."""

from __future__ import annotations

import csv
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from derivation.errors import DataError
from derivation.models import Model, commands
from derivation.models.commands import TrainOptions
from derivation.tables import cache

Derive = Callable[..., object]
IRIS = ["bce", "iris.csv", "--target", "virginica"]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, *lines: str) -> None:
    Path(name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def three_towns() -> None:
    """Ages, towns and three kinds, with two empty cells; kinds depend on the ages."""
    source = random.Random(3)  # noqa: S311  # no secret
    lines = ["age,town,kind"]
    for k in range(120):
        age = source.uniform(20, 60)
        kind = ("red", "green", "blue")[min(2, int((age - 20 + source.gauss(0, 9)) % 40 / 13.4))]
        lines.append(f"{'' if k in (7, 70) else f'{age:.1f}'},{('Oslo', 'Rom')[k % 2]},{kind}")
    write("towns.csv", *lines)


# ------------------------------------------------------------------------------- train


def test_train_prints_the_summary_and_writes_what_was_asked_for(derive: Derive) -> None:
    run = derive("train", *IRIS, "--save", "model.json", "--plot", "history.svg")
    assert (run.code, run.err) == (0, "")
    lines = run.out.splitlines()
    assert lines[0] == "bce: 100 rows, 4 features, target virginica"
    assert lines[-2:] == ["saved to model.json", "plotted to history.svg"]
    model = Model.load("model.json")
    assert run.out.startswith(model.summary())
    picture = Path("history.svg").read_text(encoding="utf-8")
    assert "bce on iris.csv" in picture
    assert "converged" in picture
    assert sorted(path.name for path in Path().iterdir()) == ["history.svg", "model.json"]


def test_every_option_reaches_the_training(derive: Derive) -> None:
    run = derive(
        "train", *IRIS, "--method", "momentum", "--momentum", "0.8", "--engine", "python",
        "--epochs", "12", "--learning-rate", "0.3", "--batch-size", "20", "--seed", "7",
        "--l2", "0.01", "--schedule", "step:5:0.5", "--tolerance", "1e-3", "--patience", "50",
        "--no-standardize", "--features", "petal_width,sepal_length", "--checkpoint", "state.json",
        "--save", "model.json",
    )  # fmt: skip
    assert (run.code, run.err) == (0, "")
    model = Model.load("model.json")
    assert model.features == ("petal_width", "sepal_length")
    course = model.course
    assert (course.method, course.engine, course.epochs) == ("momentum", "python", 12)
    assert course.rate == 0.3 * 0.25, "halved after 5 and after 10 epochs"
    assert (course.l2, course.batch_size, course.standardized) == (0.01, 20, False)
    assert Path("state.json").exists()
    assert "momentum" in run.out
    assert "0.01 on the columns as they are" in run.out


def test_a_checkpoint_is_gone_on_from_if_that_is_asked_for(derive: Derive) -> None:
    nesterov = [*IRIS, "--method", "nesterov", "--save", "model.json"]
    derive("train", *nesterov, "--epochs", "60")
    whole = Model.load("model.json")
    assert derive("train", *nesterov, "--epochs", "20", "--checkpoint", "state").code == 0
    run = derive("train", *nesterov, "--epochs", "60", "--checkpoint", "state")
    assert run.code == 2
    assert "--resume" in run.err
    run = derive("train", *nesterov, "--epochs", "60", "--checkpoint", "state", "--resume")
    assert run.code == 0
    assert Model.load("model.json") == whole
    run = derive("train", *nesterov, "--resume")
    assert (run.code, "--checkpoint" in run.err) == (2, True)


@pytest.mark.parametrize(
    "schedule", ["constant", "step:5:0.5", "exponential:0.9", "cosine", "cosine:30", "inverse:0.1"]
)
def test_every_schedule_is_known(schedule: str, derive: Derive) -> None:
    run = derive("train", *IRIS, "--schedule", schedule, "--epochs", "20")
    assert (run.code, run.err) == (0, "")
    assert "Nesterov" in run.out


def test_a_name_with_a_comma_is_put_in_quotes(derive: Derive) -> None:
    write("comma.csv", '"a,1",b,y', *(f"{k % 7},{k % 3},{k * k % 5 % 2}" for k in range(40)))
    train = ["train", "bce", "comma.csv", "--target", "y", "--save", "model.json", "--features"]
    assert derive(*train, 'b, "a,1"').code == 0
    assert Model.load("model.json").features == ("b", "a,1")
    for wrong in ("a,1", "", ",", "b,,a", "b\nc\rd"):
        assert derive(*train, wrong).code == 2, wrong


def test_a_fit_that_does_not_converge_ends_well_and_says_so(derive: Derive) -> None:
    run = derive("train", *IRIS, "--method", "gd", "--epochs", "3")
    assert run.code == 0
    assert "3 (not converged)" in run.out
    assert "--method newton" in run.out


def test_perfect_separation_is_in_the_summary_alone(derive: Derive) -> None:
    write("apart.csv", "x,y", *(f"{k},{int(k > 9)}" for k in range(20)))
    run = derive("train", "bce", "apart.csv", "--target", "y")
    assert (run.code, run.err) == (0, "")
    assert "Perfect separation" in run.out


def test_classes_categories_and_missing_values(derive: Derive) -> None:
    three_towns()
    run = derive("train", "softmax", "towns.csv", "--target", "kind", "--missing", "mean",
                 "--save", "model.json")  # fmt: skip
    assert (run.code, run.err) == (0, "")
    assert "target kind of 3 classes" in run.out
    assert "town=Rom" in run.out
    assert "\nnote: " in run.out
    model = Model.load("model.json")
    assert set(model.classes) == {"red", "green", "blue"}
    write("new.csv", "town,more,age", "Rom,x,25", "Oslo,y,", "Rom,z,58.5")
    run = derive("predict", "model.json", "new.csv")
    assert (run.code, run.err) == (0, "")
    header, *rows = csv.reader(run.out.splitlines())
    assert header == ["prediction", *model.classes]
    for row in rows:
        values = list(map(float, row[1:]))
        assert sum(values) == pytest.approx(1)
        assert row[0] == header[1 + values.index(max(values))]
    write("other.csv", "town,age", "Paris,25")
    run = derive("predict", "model.json", "other.csv")
    assert run.code == 2
    assert "Paris" in run.err
    assert "line 2" in run.err
    assert run.out == ""


def test_named_levels_are_predicted_by_name(derive: Derive) -> None:
    write("named.csv", "x,y", *(f"{k},{'yes' if k % 3 else 'no'}" for k in range(30)))
    arguments = ["train", "bce", "named.csv", "--target", "y", "--save", "model.json"]
    assert derive(*arguments, "--positive", "no").code == 0
    assert Model.load("model.json").classes == ("yes", "no")
    lines = derive("predict", "model.json", "named.csv").out.splitlines()
    assert lines[0] == "prediction,class"
    assert len(lines) == 31
    assert all(re.fullmatch(r"0\.\d+,(yes|no)", line) for line in lines[1:])


@pytest.mark.parametrize(
    ("name", "labels"), [("squared_error", ["0.5", "-3", "7"]), ("poisson", ["0", "4", "2"])]
)
def test_losses_of_numbers(name: str, labels: list[str], derive: Derive) -> None:
    write("data.csv", "a,y", *(f"{k * k % 7},{labels[k % 3]}" for k in range(40)))
    run = derive("train", name, "data.csv", "--target", "y", "--save", "model.json")
    assert (run.code, run.err) == (0, "")
    assert "training R^2" in run.out
    lines = derive("predict", "model.json", "data.csv").out.splitlines()
    assert lines[0] == "prediction"
    assert len(lines) == 41


def test_a_cache_changes_nothing(derive: Derive) -> None:
    plain = derive("train", *IRIS, "--save", "plain.json")
    mapped = derive("train", *IRIS, "--save", "plain.json", "--cache", "cache")
    assert plain == mapped
    assert list(Path("cache").iterdir())


# ----------------------------------------------------------------------------- predict


def test_predictions_to_a_file_are_those_of_the_standard_output(derive: Derive) -> None:
    derive("train", *IRIS, "--save", "model.json")
    printed = derive("predict", "model.json", "iris.csv").out
    run = derive("predict", "model.json", "iris.csv", "--output", "found.csv")
    assert (run.code, run.out) == (0, "written to found.csv\n")
    assert Path("found.csv").read_text(encoding="utf-8") == printed
    assert len(printed.splitlines()) == 101


def test_a_bad_row_leaves_the_old_predictions(derive: Derive) -> None:
    derive("train", *IRIS, "--features", "petal_width", "--save", "model.json")
    write("found.csv", "old")
    write("bad.csv", "petal_width", *["1.5"] * 2000, "wide")
    run = derive("predict", "model.json", "bad.csv", "--output", "found.csv")
    assert run.code == 2
    assert "bad.csv, line 2002" in run.err
    assert Path("found.csv").read_text(encoding="utf-8") == "old\n"
    assert len(list(Path().iterdir())) == 3


def test_a_model_of_other_theorems_gets_a_warning(derive: Derive) -> None:
    derive("train", *IRIS, "--save", "model.json")
    values = json.loads(Path("model.json").read_text(encoding="utf-8"))
    write("model.json", json.dumps(values | {"theorems": "0" * 64}))
    run = derive("predict", "model.json", "iris.csv")
    assert run.code == 0
    assert "fitted by another version of 'bce'" in run.err
    write("model.json", json.dumps(values | {"derivation": "bcd"}))
    run = derive("predict", "model.json", "iris.csv")
    assert (run.code, "Did you mean 'bce'?" in run.err) == (2, True)


def test_a_model_of_the_first_version_still_predicts(derive: Derive) -> None:
    names = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
    old = {
        "format": "derive model 1", "derivation": "bce", "theorems": "0" * 64,
        "target": "virginica", "features": names, "weights": [-2.465, -6.681, 9.429, 18.286],
        "bias": -42.638, "loss": 0.0595, "epochs": 812, "converged": True,
        "learning_rate": 1.35, "standardized": True, "samples": 100, "accuracy": 0.98,
    }  # fmt: skip
    write("old.json", json.dumps(old))
    run = derive("predict", "old.json", "iris.csv")
    assert run.code == 0
    lines = run.out.splitlines()
    assert (lines[0], len(lines)) == ("prediction", 101)
    assert float(lines[1]) < 0.01
    assert float(lines[-50]) > 0.99


# --------------------------------------------------------------- derivations of the user

MINE = """
from dataclasses import replace
from pathlib import Path
from derivation import load

Path("ran").write_text("x")

def derivation():
    return replace(load("squared_error"), name="mine")
"""


def test_a_derivation_of_the_user_is_verified_and_trained(derive: Derive) -> None:
    write("mine.py", MINE)
    write("data.csv", "x,y", "1,1", "2,2.5", "4,3", "7,8")
    run = derive("train", "mine.py", "data.csv", "--target", "y", "--save", "model.json")
    assert (run.code, run.err) == (0, "")
    ours = Model.load("model.json")
    derive("train", "squared_error", "data.csv", "--target", "y", "--save", "known.json")
    known = Model.load("known.json")
    assert (ours.coefficients, ours.standard_errors) == (known.coefficients, known.standard_errors)
    assert ours.derivation == "mine.py"

    Path("ran").unlink()
    run = derive("predict", "model.json", "data.csv")
    assert run.code == 2
    assert "--derivation mine.py" in run.err
    assert not Path("ran").exists(), "a model must not run a program"

    run = derive("predict", "model.json", "data.csv", "--derivation", "mine.py")
    assert (run.code, run.err) == (0, "")
    assert run.out == derive("predict", "known.json", "data.csv").out


@pytest.mark.parametrize(
    ("program", "code", "message"),
    [
        ("derivation = 7", 2, "must define `derivation`"),
        (MINE.replace('return replace(load("squared_error"), name="mine")', "1/0"), 2, "mine.py:9"),
        (None, 2, "no file 'mine.py'"),
        (MINE.replace("squared_error", "l2"), 2, "no theorem gives the gradient in the weights"),
    ],
)
def test_a_file_without_a_loss_is_refused(
    program: str | None, code: int, message: str, derive: Derive
) -> None:
    if program:
        write("mine.py", program)
    write("data.csv", "x,y", "1,1", "2,2.5")
    run = derive("train", "mine.py", "data.csv", "--target", "y")
    assert run.code == code
    assert message in run.err
    assert "Traceback" not in run.err
    assert not run.out


def test_a_derivation_that_does_not_hold_is_not_trained(derive: Derive) -> None:
    spoil = """    mine = load("squared_error")
    first = mine.lemmas[0]
    last = first.rewrites[-1]
    line = replace(last.line, latex="1 + " + last.line.latex, term=1 + last.line.term)
    lemma = replace(first, rewrites=(*first.rewrites[:-1], replace(last, line=line)))
    return replace(mine, lemmas=(lemma, *mine.lemmas[1:]))
"""
    write(
        "mine.py", MINE.replace('    return replace(load("squared_error"), name="mine")\n', spoil)
    )
    write("data.csv", "x,y", "1,1", "2,2.5", "4,3")
    run = derive("train", "mine.py", "data.csv", "--target", "y", "--save", "model.json")
    assert run.code == 1
    assert "REFUTED" in run.err
    assert not Path("model.json").exists()


def test_too_few_rows_are_told_before_the_training(
    derive: Derive, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("wide.csv", "a,b,c,y", "1,2,3,0", "2,1,5,1", "4,4,1,0")

    def stop(*_: object, **__: object) -> None:
        raise DataError("the training begins")

    with monkeypatch.context() as patched:
        patched.setattr(commands, "fit", stop)
        run = derive("train", "bce", "wide.csv", "--target", "y")
    first, second = run.err.splitlines()
    assert first.startswith("derive: warning: 3 rows for 4 coefficients: they are not unique; add")
    assert second == "derive: error: the training begins"
    run = derive("train", "bce", "wide.csv", "--target", "y", "--l2", "0.1")
    assert (run.code, run.err) == (0, "")


def test_the_plot_says_that_its_loss_has_the_penalty(derive: Derive) -> None:
    derive("train", *IRIS, "--l2", "0.1", "--plot", "history.svg")
    assert "loss with penalty" in Path("history.svg").read_text(encoding="utf-8")
    derive("train", *IRIS, "--plot", "history.svg")
    assert "penalty" not in Path("history.svg").read_text(encoding="utf-8")


def test_a_binary_copy_that_is_kept_is_told(
    derive: Derive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cache, "LARGE", 100)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = tmp_path / "derive" / "tables"
    run = derive("train", *IRIS)
    assert run.out.endswith(f"\nkept for the next time: the data in binary, in {folder}\n")
    assert list(folder.iterdir())
    assert "in binary" not in derive("train", *IRIS, "--cache", "here").out


# -------------------------------------------------------------------------- wrong input


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["bce", "nowhere.csv", "--target", "y"], "nowhere.csv"),
        (["bce", "iris.csv", "--target", "virginia"], "Did you mean 'virginica'"),
        (["bce", "iris.csv"], "--target"),
        (["bec", "iris.csv", "--target", "virginica"], "Did you mean 'bce'"),
        (["bce", "word.csv", "--target", "y"], "word.csv, line 4"),
        (["bce", "empty.csv", "--target", "y"], "line 3, column 'x'"),
        (["bce", "many.csv", "--target", "y"], "many.csv"),
        (["bce", "twice.csv", "--target", "y"], "twice.csv"),
        (["bce", ".", "--target", "y"], "cannot read"),
        ([*IRIS, "--features", "petal_widht"], "Did you mean 'petal_width'"),
        ([*IRIS, "--features", "a,,b"], "commas"),
        ([*IRIS, "--categorical", "petal_widht"], "petal_widht"),
        ([*IRIS, "--positive", "yes"], "yes"),
        ([*IRIS, "--epochs", "0"], "epochs"),
        ([*IRIS, "--epochs", "many"], "epochs"),
        ([*IRIS, "--learning-rate", "0"], "learning_rate is 0.0; it must be positive"),
        ([*IRIS, "--learning-rate", "nan"], "learning_rate is nan"),
        ([*IRIS, "--learning-rate", "fast"], "--learning-rate"),
        ([*IRIS, "--tolerance", "-1"], "tolerance is -1"),
        ([*IRIS, "--l2", "inf"], "l2 is inf"),
        ([*IRIS, "--learning-rate", "1e300"], "diverged"),
        ([*IRIS, "--learning-rate", "40", "--no-standardize"], "diverged"),
        ([*IRIS, "--l2", "-1"], "l2 is -1"),
        ([*IRIS, "--momentum", "1"], "momentum"),
        ([*IRIS, "--method", "gd", "--momentum", "0.5"], "method 'gd' has no momentum"),
        ([*IRIS, "--method", "newton", "--batch-size", "5"], "batch_size"),
        ([*IRIS, "--method", "adam"], "--method"),
        ([*IRIS, "--engine", "gpu"], "--engine"),
        ([*IRIS, "--schedule", "sawtooth"], "there is no schedule 'sawtooth'"),
        ([*IRIS, "--schedule", "step:a"], "schedule 'step:a': "),
        ([*IRIS, "--schedule", "step:1:2"], "schedule 'step:1:2': factor is 2"),
        ([*IRIS, "--resume"], "--checkpoint"),
        ([*IRIS, "--cluster", "nonsense"], "--cluster"),
        ([*IRIS, "--checkpoint", "broken.json", "--resume"], "broken.json"),
        ([*IRIS, "--save", "absent/model.json"], "there is no folder absent"),
        ([*IRIS, "--plot", "absent/history.svg"], "there is no folder absent"),
        ([*IRIS, "--save", "."], "cannot write"),
        ([*IRIS, "--save", "/proc/x.json"], "cannot write /proc/x.json: "),
        ([*IRIS, "--save", ""], "the name is empty"),
        ([*IRIS, "--cache", ""], "the name is empty"),
        ([*IRIS, "--save", "out", "--plot", "./out"], "must name different files"),
        ([*IRIS, "--save", "out", "--checkpoint", "out"], "must name different files"),
        (["softmax", *IRIS[1:], "--positive", "1"], "leave --positive out"),
        (["bce", "twelve.csv", "--target", "y"], "say with --positive which of them is 1"),
        ([*IRIS, "--schedule", "step:1:1:1"], "schedule 'step:1:1:1': has 3 numbers, which"),
        ([*IRIS, "--plot", "/proc/x.svg"], "cannot write /proc/x.svg: "),
        (["bce", "word.csv", "--target", "y", "--save", "word.csv"], "it is read from, too"),
        (["bce", "word.csv", "--target", "y", "--plot", "./word.csv"], "it is read from, too"),
        ([*IRIS, "--learning-rate", "nan"], "which is not a finite number\n"),
        (["bce", "empty.csv", "--target", "y"], "--missing drop leaves such rows out"),
        (["bce", "twice.csv", "--target", "y"], "or add a penalty: --l2 0.01"),
        (["bce", "tiny.csv", "--target", "y"], "'a' are so small that the squares"),
        (["poisson", "below.csv", "--target", "y"], "below.csv, line 3"),
        (["bce", "three.csv", "--target", "y"], "three.csv"),
    ],
)
def test_wrong_input_is_one_message(arguments: list[str], message: str, derive: Derive) -> None:
    write("word.csv", "x,y", "1,0", "2,1", "two,1", "3,0")
    write("empty.csv", "x,y", "1,0", ",1", "3,0")
    write("many.csv", "x,y", "1,0,7", "2,1,7")
    write("twice.csv", "x,x2,y", "1,2,0", "2,4,1", "3,6,0", "5,10,1")
    write("below.csv", "x,y", "1,0", "2,-1", "3,4")
    write("three.csv", "x,y", "1,a", "2,b", "3,c", "4,a")
    write("tiny.csv", "a,b,y", *(f"{k}e-300,{k % 3},{k % 2}" for k in range(1, 9)))
    write("twelve.csv", "x,y", "1,1", "2,2", "3,1", "1.5,2")
    write("broken.json", "{")
    run = derive("train", *arguments)
    assert run.code == 2, run.out
    assert message in run.err
    assert "Traceback" not in run.err
    assert not run.out


def test_a_name_with_a_line_feed_or_an_escape_stays_on_its_line(derive: Derive) -> None:
    lines = [f"{k % 7},{k % 3},{'no' if k * k % 5 < 2 else 'yes'}" for k in range(40)]
    write("odd.csv", '"a\nb",\x1b[2J,y', *lines)
    run = derive("train", "softmax", "odd.csv", "--target", "y")
    assert (run.code, run.err) == (0, "")
    assert r"  a\nb" in run.out
    assert r"  \x1b[2J" in run.out
    assert "\x1b" not in run.out


def test_a_shipped_model_is_not_read_as_one_of_another_loss(derive: Derive) -> None:
    derive("train", *IRIS, "--save", "model.json")
    write("mine.py", MINE)
    for other in ("poisson", "mine.py"):
        run = derive("predict", "model.json", "iris.csv", "--derivation", other)
        assert run.code == 2
        assert f"this model was fitted to 'bce', not to {other!r}" in run.err
        assert not run.out
    assert not Path("ran").exists()
    assert derive("predict", "model.json", "iris.csv", "--derivation", "bce").code == 0


def test_one_name_for_two_classes_is_a_damaged_model(derive: Derive) -> None:
    derive("train", *IRIS, "--save", "model.json")
    values = json.loads(Path("model.json").read_text(encoding="utf-8"))
    write("model.json", json.dumps(values | {"classes": ["one"]}))
    run = derive("predict", "model.json", "iris.csv")
    assert (run.code, run.out) == (2, "")
    assert "model.json has 1 names for two classes" in run.err


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"weights": "many"}', "\ud800"])
def test_wrong_models_are_one_message(content: str, derive: Derive) -> None:
    Path("model.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    run = derive("predict", "model.json", "iris.csv")
    assert run.code == 2
    assert run.err.startswith("derive: error: ")
    assert "model.json" in run.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.json", "iris.csv"], "there is no model file absent.json"),
        (["model.json", "absent.csv"], "absent.csv"),
        (["model.json", "other.csv"], "petal_length"),
        (["model.json", "header.csv"], "header.csv"),
        (["model.json", "iris.csv", "--output", "absent/found.csv"], "absent/found.csv"),
        (["model.json", "iris.csv", "--output", "model.json"], "it is read from, too"),
        (["model.json", "other.csv", "--output", "other.csv"], "it is read from, too"),
        (["model.json"], "Missing argument"),
    ],
)
def test_predict_says_what_is_wrong(arguments: list[str], message: str, derive: Derive) -> None:
    derive("train", *IRIS, "--save", "model.json")
    write("other.csv", "sepal_length,sepal_width,petal_width", "1,2,3")
    write("header.csv", "sepal_length,sepal_width,petal_length,petal_width")
    run = derive("predict", *arguments)
    assert run.code == 2
    assert message in run.err
    assert not run.out


# ------------------------------------------------------------------------ the real thing


def test_from_another_folder_in_a_process_of_its_own(tmp_path: Path) -> None:
    def derive(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-W", "error", "-m", "derivation", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    done = derive("train", *IRIS, "--save", "model.json", "--plot", "history.svg")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\r" not in done.stdout, "no progress to a pipe"
    done = derive("predict", "model.json", "iris.csv", "--output", "found.csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert len((tmp_path / "found.csv").read_text(encoding="utf-8").splitlines()) == 101
    done = derive("train", "bce", "model.json", "--target", "virginica")
    assert done.returncode == 2
    assert done.stderr.startswith("derive: error: ")
    assert "Traceback" not in done.stderr


def test_training_loads_no_sympy_and_no_kernel(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom derivation.__main__ import main\n"
        f"sys.argv = {['derive', 'train', *IRIS]!r}\n"
        "try:\n    main()\nfinally:\n"
        "    assert not {'sympy', 'flint', 'numpy', 'derivation.kernel'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=True)


def test_options_of_the_command_are_those_that_are_read() -> None:
    from derivation.commands.training import train

    given = {parameter.name for parameter in train.params} - {"name", "data", "target"}
    assert given == set(TrainOptions.__dataclass_fields__)
