"""The order of the rows in each epoch of a training in batches."""

from __future__ import annotations

RandomState = tuple[int, tuple[int, ...], float | None]
"""The state of Python's random numbers, as `random.Random.getstate` gives it."""


class RowOrder:
    """Another order in each epoch, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        from random import Random  # here, since a generated module is imported for its loss too

        self._random = Random(seed)  # noqa: S311  # an order of rows, no secret

    def shuffled(self, samples: int) -> list[int]:
        """The numbers of the rows in the order of the next epoch."""
        order = list(range(samples))
        self._random.shuffle(order)
        return order

    def state(self) -> RandomState:
        """What the following orders depend on."""
        version, words, gauss = self._random.getstate()
        return version, words, gauss

    def restore(self, state: RandomState) -> None:
        """Go on from what `state` gave."""
        self._random.setstate(state)
