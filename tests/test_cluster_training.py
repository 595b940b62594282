"""Training on real worker processes: the same bits as alone, whatever happens to a worker."""

from __future__ import annotations

import os
import pickle
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from math import exp
from pathlib import Path

import pytest

from derivation.cluster import connection
from derivation.cluster.connection import connect
from derivation.cluster.engine import ClusterEngine
from derivation.cluster.shards import SHARD_ROWS, Program, Recipe, can_compile
from derivation.cluster.training import engine_maker
from derivation.errors import DerivationError, StructureError
from derivation.gradients import bce, poisson, softmax
from derivation.models.modules import run_text, text_of
from derivation.training.centring import centred_source, centres_of
from derivation.training.engines import engine_for
from derivation.training.settings import checked_settings
from derivation.training.source import RowSource, block_count
from derivation.training.survey import survey
from derivation.training.train import run_training, train_source

ROWS = 3 * SHARD_ROWS + 700  # four shards, the last one not full


def data(outputs=1):
    source = random.Random(5)  # noqa: S311  # data, not a secret
    rows = [tuple(source.gauss(0, 10**k) for k in range(3)) for _ in range(ROWS)]
    if outputs == 1:
        labels = [[float(source.random() < 1 / (1 + exp(-row[0]))) for row in rows]]
    else:
        chosen = [source.randrange(outputs) for _ in rows]
        labels = [[float(k == c) for c in chosen] for k in range(outputs)]
    return RowSource(rows, labels)


SOURCE = data()


def trained(engine, **settings):
    found = run_training(bce.FORMULAS, engine, checked_settings(**{"epochs": 6, **settings}))
    assert found.history[-1] < found.history[0]
    return found


@pytest.fixture(scope="module")
def client():
    with connect("local:2") as found:
        yield found


@pytest.mark.parametrize(
    "settings",
    [
        {"method": "gd"},
        {"method": "nesterov", "l2": 0.1},
        {"method": "newton"},
        {"method": "gd", "batch_size": 1000, "seed": 3, "epochs": 2},
    ],
    ids=lambda settings: "-".join(map(str, settings.values())),
)
def test_the_result_is_that_of_one_machine_bit_for_bit(client, settings):
    there = trained(engine_maker(client, "python")(bce.FORMULAS, SOURCE), **settings)
    here = trained(engine_for(bce.FORMULAS, SOURCE, "python"), **settings)
    assert there == here


def test_columns_far_from_0_are_centred_alike(client):
    rows = [tuple(1e9 + value for value in row) for row in zip(*columns_of(SOURCE), strict=True)]
    labels = [[y for k in range(block_count(SOURCE)) for y in SOURCE.block(k)[1][0]]]
    source = RowSource(rows, labels)
    centres, settings = centres_of(source), checked_settings(method="newton", epochs=3)
    assert all(value > 9e8 for value in centres.values)
    makers = engine_maker(client, "python"), lambda *both: engine_for(*both, "python")
    engines = [make(bce.FORMULAS, centred_source(source, centres)) for make in makers]
    there, here = (run_training(bce.FORMULAS, one, settings, centres) for one in engines)
    plain = train_source(bce.FORMULAS, source, engine="python", method="newton", epochs=3)
    assert there == here == plain


def columns_of(source):
    blocks = [source.block(number)[0] for number in range(block_count(source))]
    return [[value for part in parts for value in part] for parts in zip(*blocks, strict=True)]


def test_any_number_of_workers_gives_the_same_bits(client):
    found = [trained(engine_maker(client, "python")(bce.FORMULAS, SOURCE))]
    for workers in (1, 3):
        with connect(f"local:{workers}") as other:
            found.append(trained(engine_maker(other, "python")(bce.FORMULAS, SOURCE)))
    assert found[0] == found[1] == found[2]


def test_the_engine_in_c_gives_the_same_bits(client):
    try:
        here = trained(engine_for(bce.FORMULAS, SOURCE, "c"))
    except RuntimeError:  # no compiler here, so none on the workers
        with pytest.raises(RuntimeError, match="these workers cannot compile C"):
            engine_maker(client, "c")(bce.FORMULAS, SOURCE)
        return
    assert trained(engine_maker(client, "c")(bce.FORMULAS, SOURCE)) == here


def test_several_outputs(client):
    source = data(3)
    engines = (
        engine_maker(client, "python")(softmax.FORMULAS, source),
        engine_for(softmax.FORMULAS, source, "python"),
    )
    there, here = (
        run_training(softmax.FORMULAS, engine, checked_settings(epochs=3)) for engine in engines
    )
    assert there == here
    assert len(there.w) == 3


def test_a_worker_killed_in_the_middle_of_an_epoch_changes_nothing(client):
    killed = []

    class Deadly:
        """The client, but a worker is killed while the tasks of the fourth pass are under way."""

        passes = 0

        def __getattr__(self, name):
            return getattr(client, name)

        def gather(self, tasks):
            self.passes += 1
            if self.passes == 4:
                victim = max(client.run(os.getpid).values())
                os.kill(victim, signal.SIGKILL)
                killed.append(victim)
            return client.gather(tasks)

    recipe = Recipe(Program.shipped("bce"), "python", survey(SOURCE))
    there = trained(ClusterEngine(Deadly(), SOURCE, recipe))
    assert len(killed) == 1
    assert there == trained(engine_for(bce.FORMULAS, SOURCE, "python"))


def test_a_cluster_that_loses_worker_after_worker_says_so():
    class Deadly(ClusterEngine):
        """Kills whoever starts, until the scheduler gives up."""

        def _everywhere(self, what, point):
            self._shards = [self._client.submit(os._exit, 3, pure=False)]
            return super()._everywhere(what, point)

    recipe = Recipe(Program.shipped("bce"), "python", survey(SOURCE))
    with (
        connect("local:1") as client,
        pytest.raises(DerivationError, match="the cluster lost 4 workers at the same piece"),
    ):
        Deadly(client, SOURCE, recipe).sums([0.0] * 4)


def test_a_cluster_without_any_worker_says_so(monkeypatch):
    monkeypatch.setattr(connection, "_LONELY", "1s")
    recipe = Recipe(Program.shipped("bce"), "python", survey(SOURCE))
    with connect("local:1") as client:
        client.cluster.scale(0)
        with pytest.raises(DerivationError, match="no worker is left"):
            ClusterEngine(client, SOURCE, recipe).sums([0.0] * 4)


def test_another_version_of_the_theorems_is_refused(client):
    recipe = Recipe(Program("bce", "0" * 64), "python", survey(SOURCE))
    with pytest.raises(Exception, match="another version of bce"):
        ClusterEngine(client, SOURCE, recipe).sums([0.0] * 4)


MINE = """
from dataclasses import replace
from derivation import load

def derivation():
    return replace(load("poisson"), name="mine")
"""


def counts():
    source = random.Random(7)  # noqa: S311  # data, not a secret
    rows = [tuple(source.gauss(0, 1) for _ in range(3)) for _ in range(ROWS)]
    return RowSource(rows, [[float(source.randrange(1 + 3 * (row[0] > 0))) for row in rows]])


def seen_by_a_worker(path, digest):
    """Whether it has run the text of that hash, and whether it sees the user's file."""
    return any(name.endswith(f".text_{digest}") for name in sys.modules), Path(path).exists()


@pytest.mark.parametrize("engine", ["python", "auto"])
def test_a_derivation_of_the_user_travels_as_text(client, tmp_path, engine):
    path = tmp_path / "mine.py"
    path.write_text(MINE, encoding="utf-8")
    text = text_of(str(path))
    path.unlink()
    formulas = run_text(text).FORMULAS
    source = counts()
    there = engine_maker(client, engine, text)(formulas, source)
    settings = checked_settings(method="gd", epochs=6)
    found = run_training(formulas, there, settings)
    assert found == run_training(formulas, engine_for(formulas, source, engine), settings)
    assert found.history[-1] < found.history[0]
    digest = Program.of_text("mine", text).digest
    assert set(client.run(seen_by_a_worker, str(path), digest).values()) == {(True, False)}
    shipped = engine_maker(client, engine)(poisson.FORMULAS, source)
    assert run_training(poisson.FORMULAS, shipped, settings) == found


def test_a_text_is_run_once():
    program = Program.of_text("mine", "FORMULAS = object()")
    assert program.module() is pickle.loads(pickle.dumps(program)).module()  # noqa: S301  # ours
    with pytest.raises(ZeroDivisionError):
        run_text("1 / 0")
    with pytest.raises(ZeroDivisionError):  # what failed is not taken for a module
        run_text("1 / 0")


def test_a_text_that_is_not_the_one_that_was_sent_does_not_run(client):
    program = Program.of_text("mine", "raise SystemExit")
    damaged = replace(program, packed=Program.of_text("mine", "FORMULAS = None").packed)
    with pytest.raises(Exception, match="the module of mine was damaged"):
        client.run(can_compile, damaged)


def test_the_command_trains_a_derivation_of_the_user(derive, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    lines = [f"{k % 13},{(k * k) % 5}" for k in range(60)]
    (tmp_path / "data.csv").write_text("\n".join(["x,y", *lines, ""]), encoding="utf-8")
    train = ["train", "mine.py", "data.csv", "--target", "y", "--save"]
    alone, spread = derive(*train, "a.json"), derive(*train, "b.json", "--cluster", "local:2")
    assert (alone.code, spread.code, spread.err) == (0, 0, "")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_what_cannot_be_asked_for(client):
    with pytest.raises(ValueError, match="engine is 'fortran'"):
        engine_maker(client, "fortran")
    unknown = replace(bce.FORMULAS, name="nothing")
    with pytest.raises(StructureError, match="no module was generated for 'nothing'"):
        engine_maker(client)(unknown, SOURCE)


def test_an_interrupt_of_the_terminal_ends_all_quietly(tmp_path):
    state = tmp_path / "state.json"
    command = [
        sys.executable, "-m", "derivation", "train", "bce", "iris.csv", "--target", "virginica",
        "--method", "gd", "--tolerance", "0", "--epochs", "1000000", "--checkpoint", str(state),
        "--cluster", "local:2",
    ]  # fmt: skip
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while not state.exists() and process.poll() is None:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        out, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert (out, told.strip()) == ("", "")


HELD = """
import os, signal
from derivation.cluster.connection import _hold_interrupts, _release_interrupts

before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
held = _hold_interrupts()
os.kill(os.getpid(), signal.SIGINT)
print("held")
try:
    _release_interrupts(held)
except KeyboardInterrupt:
    print("raised")
assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before
"""


def test_an_interrupt_at_the_start_waits_for_the_processes():
    """In a process of one thread, as the command's is: another thread would take the signal."""
    found = subprocess.run(
        [sys.executable, "-c", HELD], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.split() == ["held", "raised"]
