"""An engine whose blocks lie on the workers of a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from derivation.cluster.connection import lost_cluster
from derivation.cluster.shards import (
    SHARD_ROWS,
    Recipe,
    Shard,
    ShardData,
    shard_data,
    sums_of,
)
from derivation.training.engine import Engine
from derivation.training.source import BLOCK, Source, block_count, feature_blocks, largest_rows

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["ClusterEngine"]

_BYTES = 1 << 22  # of a shard, about: below what dask takes for too large a message
_SHARDS_PER_WORKER = 4  # so that no worker waits long for another


class ClusterEngine:
    """Sums over blocks, computed where the blocks lie; fulfils `derivation.training.Engine`.

    Mini-batches are small and are drawn from all of the data: they are computed here.
    """

    def __init__(self, client: Client, source: Source, recipe: Recipe) -> None:
        self._client = client
        self._source = source
        self._recipe = recipe
        self._local: Engine | None = None
        self._shards = [
            client.submit(Shard, data, recipe, pure=False)
            for data in self._cut(_workers(client))
        ]  # fmt: skip

    @property
    def kind(self) -> str:
        """The name of the workers' kind of engine: python or c."""
        return self._recipe.kind

    @property
    def samples(self) -> int:
        """The number of rows."""
        return self._source.samples

    @property
    def features(self) -> int:
        """The number of features."""
        return self._source.features

    @property
    def outputs(self) -> int:
        """The number of outputs of one sample."""
        return self._source.outputs

    @property
    def hard(self) -> bool:
        """Whether all labels are 0 or 1."""
        return self._recipe.facts.hard

    def sums(self, point: Sequence[float]) -> list[list[float]]:
        """For each block: the sum of the losses, then the sum of each slope."""
        return self._everywhere("sums", point)

    def second_sums(self, point: Sequence[float]) -> list[list[float]]:
        """For each block: the upper triangle of the second derivatives' sums, row by row."""
        return self._everywhere("second_sums", point)

    def gram_sums(self) -> list[list[float]]:
        """For each block: the sums of the products of the columns; see `Engine`."""
        return self._everywhere("gram_sums", ())

    def largest_rows(self, count: int) -> float:
        """The mean of the ``count`` largest sums of squares of a row and 1."""
        return largest_rows(feature_blocks(self._source), count)

    def batch_sums(self, point: Sequence[float], rows: Sequence[int]) -> list[float]:
        """The sums as in `sums`, for the rows with these numbers only."""
        if self._local is None:
            self._local = self._recipe.engine(self._source)
        return self._local.batch_sums(point, rows)

    def _cut(self, workers: int) -> Iterator[ShardData]:
        width = 8 * (self.features + self.outputs)
        fitting = _BYTES // width
        even = -(-self.samples // (workers * _SHARDS_PER_WORKER))
        rows = max(1, min(fitting, even) // SHARD_ROWS) * SHARD_ROWS
        step, count = rows // BLOCK, block_count(self._source)
        for first in range(0, count, step):
            yield shard_data(self._source, first, min(first + step, count))

    def _everywhere(self, what: str, point: Sequence[float]) -> list[list[float]]:
        """One task for each shard. What a lost worker had is computed anew by the scheduler."""
        tasks: list[Future] = [
            self._client.submit(sums_of, shard, what, tuple(point), pure=False)
            for shard in self._shards
        ]
        with lost_cluster():
            parts: list[list[list[float]]] = self._client.gather(tasks)
        return [block for part in parts for block in part]


def _workers(client: Client) -> int:
    return max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
