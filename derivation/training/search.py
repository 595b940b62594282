"""A step length by trial, for losses without a proved bound of their curvature."""

from __future__ import annotations

from collections.abc import Callable

from derivation.training.heights import Height
from derivation.training.methods import downhill
from derivation.training.problems import NotFiniteError

NOISE = 1e-14
"""Below this share of the loss a difference of two losses says nothing but rounding."""

TRIALS = 1100
"""So many halvings bring any step to 0."""

UNSEEN = 2.0**-60
"""A step of this share of the point changes nothing that matters."""


def is_lower(here: Height, there: Height, expected: float, share: float = 1.0) -> bool:
    """Whether a step was worth it: the loss fell by ``expected`` at least.

    Where that is less than rounding can tell, the gradient has to be shorter than ``share`` of
    what it was; so at the lowest point that can be seen no step is worth it.
    """
    noise = NOISE * abs(here.loss)
    if expected > noise:
        return there.loss <= here.loss - expected
    return there.loss <= here.loss + noise and there.steepness < share * here.steepness


def is_unseen(point: list[float], step: float) -> bool:
    """Whether no component of a step, of which ``step`` is the largest, changes the point."""
    return step < UNSEEN * max(map(abs, point))


def height_or_none(at: Callable[[list[float]], Height], point: list[float]) -> Height | None:
    """The height of a point, or None where it exceeds a float: too far."""
    try:
        return at(point)
    except NotFiniteError:
        return None


class Search:
    """Backtracking (Armijo, 1966): a rate is halved until the loss falls far enough.

    Far enough is half of what the slope promises, which a rate of 1/(the curvature) always
    reaches. It never goes uphill.
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def next(self, at: Callable[[list[float]], Height], here: Height) -> Height | None:
        """The height after a step along the slopes from ``here``; None if none goes down.

        ``at`` gives the height of a point, or raises NotFiniteError.
        """
        self.rate *= 2.0
        for _ in range(TRIALS):
            self.rate *= 0.5
            if is_unseen(here.point, self.rate * here.largest_slope):
                return None
            there = height_or_none(at, downhill(here.point, here.slopes, self.rate))
            expected = 0.5 * self.rate * here.steepness * here.steepness
            if there is not None and is_lower(here, there, expected):
                return there
        return None

    def lengthen(self) -> None:
        """Be bolder in the next step."""
        self.rate *= 1.5
