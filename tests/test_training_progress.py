"""What users are told while training runs."""

from __future__ import annotations

import io
import sys

import pytest
from training_formulas import BCE
from training_references import data

from derivation.training.evaluate import evaluate_loss
from derivation.training.result import Stopped
from derivation.training.train import train_rows

ROWS, (LABELS,) = data(BCE, 60, 3, seed=1)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_callback_is_told_each_epoch():
    seen = []
    result = train_rows(BCE, ROWS, LABELS, epochs=7, callback=seen.append)
    assert [progress.epoch for progress in seen] == list(range(1, 8))
    assert tuple(progress.loss for progress in seen) == result.history[1:]
    last = seen[-1]
    assert last.point == (*result.w, result.b)
    assert last.rate == result.learning_rate
    assert last.loss == evaluate_loss(BCE, ROWS, LABELS, result.w, result.b)
    assert last.largest_slope > 1e-8
    with pytest.raises(AttributeError):
        last.loss = 0.0


def test_a_callback_can_stop():
    result = train_rows(BCE, ROWS, LABELS, callback=lambda progress: progress.epoch == 4)
    assert (result.epochs, result.stopped, result.converged) == (4, Stopped.CALLBACK, False)


def test_progress_on_a_terminal(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    train_rows(BCE, ROWS, LABELS, epochs=50, progress=True, tolerance=0.0)
    text = terminal.getvalue()
    assert text.startswith("\repoch 0/50  loss 0.693147  largest slope ")
    assert text.count("\repoch 50/50") == 1
    assert text.endswith("\n")


def test_no_progress_in_a_file_or_unasked(monkeypatch, capsys):
    train_rows(BCE, ROWS, LABELS, epochs=5, progress=True)
    assert capsys.readouterr().err == ""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    train_rows(BCE, ROWS, LABELS, epochs=5)
    assert terminal.getvalue() == ""
