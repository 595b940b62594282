"""Training with the blocks of the data on the workers of a cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from derivation.cluster.engine import ClusterEngine
from derivation.cluster.shards import Program, Recipe, can_compile
from derivation.training.engine import Engine
from derivation.training.engines import SMALL
from derivation.training.formulas import Formulas
from derivation.training.source import Source
from derivation.training.survey import survey
from derivation.training.unbiased import with_own_bias

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["engine_maker"]


def engine_maker(
    client: Client, engine: str = "auto", text: str | None = None
) -> Callable[[Formulas, Source], Engine]:
    """What makes an engine on the cluster, as `derivation.training.engines.engine_for` does here.

    What is trained with either has the same bits, for any number of workers. "auto" takes C where
    `engine_for` would, if every worker can compile it; "c" raises RuntimeError if one cannot.
    ``text`` is the module of the formulas, where that is not shipped: the workers get it.
    """
    if engine not in ("auto", "python", "c"):
        raise ValueError(f"engine is {engine!r}; known are 'auto', 'python' and 'c'")

    def make(formulas: Formulas, source: Source) -> Engine:
        name = formulas.name
        program = Program.shipped(name) if text is None else Program.of_text(name, text)
        kind = engine
        if engine == "auto" and source.samples * source.features < SMALL:
            kind = "python"
        if kind != "python":
            kind = _compiled(client, program, required=engine == "c")
        recipe = Recipe(program, kind, survey(source))
        return with_own_bias(formulas, ClusterEngine(client, source, recipe), source)

    return make


def _compiled(client: Client, program: Program, *, required: bool) -> str:
    answers: dict[str, bool] = client.run(can_compile, program)
    unable = sorted(worker for worker, able in answers.items() if not able)
    if unable and required:
        raise RuntimeError(f"these workers cannot compile C: {', '.join(unable)}")
    return "python" if unable else "c"
