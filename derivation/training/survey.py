"""Facts about all rows that every engine of a cluster has to know alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import dist, frexp, ldexp, sqrt

from derivation.training.source import BLOCK, Source, block_count


@dataclass(frozen=True, slots=True)
class BlockSurvey:
    """One block: the root mean square of each feature; whether all labels are 0 or 1.

    ``whole``: it has `BLOCK` rows; the last block may have only a few.
    """

    sizes: tuple[float, ...]
    hard: bool
    whole: bool


@dataclass(frozen=True, slots=True)
class Survey:
    """All blocks: ``scales`` are powers of two, the size of each feature within 3/2.

    They are None where there are at most `BLOCK` samples: too few to be worth a fast route,
    so that every sum there is exact. ``hard``: all labels are 0 or 1.
    """

    samples: int
    scales: tuple[float, ...] | None
    hard: bool


def survey_block(source: Source, number: int) -> BlockSurvey:
    """What one block contributes."""
    columns, labels = source.block(number)
    origin = (0.0,) * len(labels[0])
    root = sqrt(len(origin))
    sizes = tuple(dist(column, origin) / root for column in columns)
    hard = all(set(column) <= {0.0, 1.0} for column in labels)
    return BlockSurvey(sizes, hard, len(origin) == BLOCK)


def combine_surveys(surveys: Iterable[BlockSurvey], samples: int) -> Survey:
    """The facts about all blocks, in whatever order they come."""
    parts = list(surveys)
    hard = all(part.hard for part in parts)
    if samples <= BLOCK:
        return Survey(samples, None, hard)
    columns = zip(*(part.sizes for part in parts if part.whole), strict=True)
    return Survey(samples, tuple(power_of_two(1.5 * _typical(sizes)) for sizes in columns), hard)


def _typical(sizes: Iterable[float]) -> float:
    """The middle one of those that are not 0: one extraordinary block has no effect."""
    found = sorted(size for size in sizes if size)
    return found[(len(found) - 1) // 2] if found else 0.0


def survey(source: Source) -> Survey:
    """The facts about a whole source, in one pass."""
    blocks = range(block_count(source))
    return combine_surveys((survey_block(source, k) for k in blocks), source.samples)


def power_of_two(value: float, limit: int = 500) -> float:
    """The greatest power of two up to a positive ``value``; 1 for 0.

    It stays within 2^-limit and 2^limit: by default neither it nor its inverse nor the square
    of either leaves the range of a float.
    """
    return ldexp(1.0, max(-limit, min(limit, frexp(value)[1] - 1))) if value else 1.0
