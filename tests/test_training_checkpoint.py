"""Going on from a checkpoint gives the same bits; a wrong one is refused; files are whole."""

from __future__ import annotations

import json
import math

import pytest
from training_formulas import BCE, POISSON, SOFTMAX, SQUARED
from training_references import as_y, data

from derivation.training import whole_files
from derivation.training.problems import CheckpointError
from derivation.training.result import Result, Stopped
from derivation.training.schedules import CosineRate
from derivation.training.train import train_rows

CASES = {
    "gd": (BCE, {}),
    "momentum": (BCE, {"method": "momentum"}),
    "nesterov": (BCE, {"method": "nesterov"}),
    "newton": (POISSON, {"method": "newton"}),
    "penalty": (SOFTMAX, {"method": "nesterov", "l2": 0.1}),
    "schedule": (SQUARED, {"learning_rate": 0.3, "schedule": CosineRate(40)}),
    "search": (POISSON, {}),
    "searched momentum": (POISSON, {"method": "nesterov"}),
    "batches": (BCE, {"batch_size": 16, "seed": 3}),
    "batches with momentum": (SOFTMAX, {"batch_size": 32, "method": "momentum"}),
    "batches with a search": (POISSON, {"batch_size": 16, "method": "nesterov"}),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("samples", [60, 530])
def test_the_same_bits_as_without_a_stop(case, samples, tmp_path):
    formulas, settings = CASES[case]
    rows, labels = data(formulas, samples, 9, seed=1)
    y = as_y(formulas, labels)
    half = 3 if case == "newton" else 15
    settings = {**settings, "tolerance": 0.0}
    whole = train_rows(formulas, rows, y, epochs=2 * half, **settings)
    path = tmp_path / "run.json"
    first = train_rows(formulas, rows, y, epochs=half, checkpoint=path, **settings)
    assert first.epochs == half
    assert first != whole
    assert train_rows(formulas, rows, y, epochs=2 * half, checkpoint=path, **settings) == whole
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.json"]


def test_a_training_that_broke_off_goes_on_from_the_last_checkpoint(tmp_path):
    rows, labels = data(BCE, 60, 3, seed=2)
    settings = {"epochs": 30, "tolerance": 0.0, "checkpoint": tmp_path / "run.json"}

    def break_off(progress):
        if progress.epoch == 17:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_rows(BCE, rows, labels[0], checkpoint_every=5, callback=break_off, **settings)
    saved = json.loads((tmp_path / "run.json").read_text())
    assert len(saved["history"]) == 15
    seen = []
    result = train_rows(BCE, rows, labels[0], callback=lambda p: seen.append(p.epoch), **settings)
    assert seen == list(range(16, 31))
    del settings["checkpoint"]
    assert result == train_rows(BCE, rows, labels[0], **settings)


def test_a_finished_training_is_not_repeated(tmp_path):
    rows, labels = data(BCE, 60, 3, seed=2)
    settings = {"method": "newton", "checkpoint": tmp_path / "run.json"}
    first = train_rows(BCE, rows, labels[0], **settings)
    seen = []
    assert train_rows(BCE, rows, labels[0], callback=seen.append, **settings) == first
    assert first.converged
    assert seen == []


def test_the_end_of_precision_is_kept(tmp_path):
    rows, labels = data(POISSON, 60, 3, seed=2)
    settings = {"method": "newton", "tolerance": 1e-300, "checkpoint": tmp_path / "run.json"}
    first = train_rows(POISSON, rows, labels[0], **settings)
    assert first.stopped is Stopped.PRECISION
    assert train_rows(POISSON, rows, labels[0], **settings) == first


def test_patience_goes_on_too(tmp_path):
    rows, labels = data(BCE, 60, 3, seed=2)
    settings = {"learning_rate": 1.0, "batch_size": 8, "patience": 5}
    whole = train_rows(BCE, rows, labels[0], epochs=500, **settings)
    half = {**settings, "checkpoint": tmp_path / "run.json"}
    train_rows(BCE, rows, labels[0], epochs=whole.epochs - 2, **half)
    assert train_rows(BCE, rows, labels[0], epochs=500, **half) == whole
    assert whole.stopped is Stopped.PATIENCE


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"method": "nesterov"}, "its method was 'gd', now it is 'nesterov'"),
        ({"l2": 0.5}, "its l2 was 0.0, now it is 0.5"),
        ({"learning_rate": 0.1}, "its learning_rate was None, now it is 0.1"),
        ({"batch_size": 4}, "its batch_size was None, now it is 4"),
        ({"formulas": SQUARED}, "its loss was 'bce', now it is 'squared_error'"),
        ({"rows": 1e-9}, "its data had another loss or other slopes at zero than these"),
        ({"samples": 39}, "its samples was 40, now it is 39"),
    ],
)
def test_a_checkpoint_of_another_training_is_refused(change, message, tmp_path):
    rows, labels = data(BCE, 40, 3, seed=4)
    path = tmp_path / "run.json"
    train_rows(BCE, rows, labels[0], epochs=3, checkpoint=path)
    before = path.read_bytes()
    formulas = change.pop("formulas", BCE)
    rows[5] = (rows[5][0] + change.pop("rows", 0.0), *rows[5][1:])
    count = change.pop("samples", 40)
    with pytest.raises(CheckpointError, match=message):
        train_rows(formulas, rows[:count], labels[0][:count], checkpoint=path, **change)
    assert path.read_bytes() == before


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": "derive checkpoint 1"}', "\xff"])
def test_a_file_that_is_no_checkpoint_is_refused(text, tmp_path):
    path = tmp_path / "run.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(CheckpointError, match="cannot go on from"):
        train_rows(BCE, [[1.0]], [1], checkpoint=path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"point": [1.0]}, "its point has 1 numbers, not 2"),
        ({"point": [1.0, math.nan]}, "one of its numbers is not finite"),
        ({"history": []}, "its history is empty"),
        ({"history": ["?"]}, "could not convert"),
        ({"rate": math.inf}, "one of its numbers is not finite"),
        ({"memory": {}}, "it has no '"),
        ({"memory": []}, "no attribute"),
        ({"random": [3, [1], None]}, "wrong size"),
        ({"random": 3}, "unpack"),
    ],
)
def test_a_damaged_checkpoint_is_refused(change, message, tmp_path):
    path = tmp_path / "run.json"
    data = {"X": [[1.0], [2.0], [4.0]], "y": [1, 0, 1]}
    settings = {"method": "nesterov", "checkpoint": path, "tolerance": 0}
    train_rows(BCE, **data, **settings, epochs=3)
    whole = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**whole, **change}), encoding="utf-8")
    with pytest.raises(CheckpointError, match=f"cannot go on from .*{message}.*Name another file"):
        train_rows(BCE, **data, **settings, epochs=5)
    path.write_text(json.dumps(whole), encoding="utf-8")
    assert train_rows(BCE, **data, **settings, epochs=5).epochs == 5


@pytest.mark.parametrize("name", [".", "absent/run.json", "/proc/run.json"])
def test_a_place_where_nothing_can_be_written_is_told_at_once(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    seen = []
    with pytest.raises(CheckpointError, match=f"cannot write the checkpoint {name}: "):
        train_rows(BCE, [[1.0], [2.0]], [1, 0], checkpoint=name, callback=seen.append)
    assert not seen
    assert not list(tmp_path.iterdir())


def test_a_disk_that_is_full_is_told(tmp_path, monkeypatch):
    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_files.os, "fsync", fail)
    with pytest.raises(CheckpointError, match=r"cannot write the checkpoint .*: No space left"):
        train_rows(BCE, [[1.0], [2.0]], [1, 0], checkpoint=tmp_path / "run.json")


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "run.json"
    whole_files.write_json_file(path, {"format": "x", "value": 1})

    def fail(_):
        raise OSError("no space left")

    monkeypatch.setattr(whole_files.os, "fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        whole_files.write_json_file(path, {"format": "x", "value": 2})
    assert whole_files.read_json_file(path, "x")["value"] == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.json"]


# ------------------------------------------------------------------------------- results


@pytest.mark.parametrize("formulas", [BCE, SOFTMAX])
def test_a_result_comes_back_bit_for_bit(formulas, tmp_path):
    rows, labels = data(formulas, 60, 3, seed=5)
    result = train_rows(formulas, rows, as_y(formulas, labels), method="newton")
    result.save(tmp_path / "result.json")
    assert Result.load(tmp_path / "result.json") == result


@pytest.mark.parametrize(
    "text", ["", "[]", '{"format": "derive result 2"}', '{"format": "derive result 1", "w": [1]}']
)
def test_what_is_no_result(text, tmp_path):
    path = tmp_path / "result.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"result\.json (is not a file|lacks a part)"):
        Result.load(path)


def test_training_begins_where_it_is_told():
    rows, labels = data(BCE, 60, 3, seed=6)
    first = train_rows(BCE, rows, labels[0], epochs=5)
    second = train_rows(BCE, rows, labels[0], epochs=5, start=first)
    assert second.history[0] == first.history[-1]
    assert second.w == train_rows(BCE, rows, labels[0], epochs=5, start=(first.w, first.b)).w
    assert second.w == train_rows(BCE, rows, labels[0], epochs=10).w
