"""Look for wrong verdicts: the engine against mpmath at 50 digits, on random claims.

    python benchmarks/fuzz.py [--count N] [--seed N] [--first N] [--jobs N] [--points N]

Random claims come from `tests/fuzzing.py`, the second engine is `tests/claim_values.py`; it reads
the claim's text by itself and shares nothing with the first. Wrong is: PROVED where a side has no
value at a point of the domain, or the sides differ; PROVED_IF where they differ although the
conditions hold; REFUTED with a witness outside the domain, or at which the sides are equal or one
has no value. Each wrong verdict is printed as one line of JSON; the end is a table. Exit code 1 if
there was any.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from claim_audit import audit
from fuzzing import random_claim

from derivation.batch.many import JsonLine
from derivation.batch.worker import Limits, ask
from derivation.claims import BUDGET

CHUNK = 50
SLOW = 9.0  # seconds
LIMITS = Limits(seconds=30.0, more_seconds=1.0, memory=4 * 2**30)


def main() -> int:
    """Fuzz and print."""
    options = _options()
    starts = range(options.first, options.first + options.count, CHUNK)
    work = [
        (options.seed, start, min(CHUNK, options.first + options.count - start), options.points)
        for start in starts
    ]
    total: Counter[str] = Counter()
    start = time.perf_counter()
    for tally, lines in _results(work, options.jobs):
        total.update(tally)
        for line in lines:
            write(line + "\n")
    write(f"\n| claims | {total.total() - total['wrong'] - total['slow']} |\n| --- | --- |\n")
    for name, number in sorted(total.items()):
        write(f"| {name} | {number} |\n")
    write(f"| seconds | {time.perf_counter() - start:.0f} |\n")
    return 1 if total["wrong"] else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="how many claims")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first claim")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--points", type=int, default=16, help="points a proved claim is tried at")
    return parser.parse_args()


def write(text: str) -> None:
    """Print at once: the run may take hours."""
    sys.stdout.write(text)
    sys.stdout.flush()


def _results(
    work: list[tuple[int, int, int, int]], jobs: int
) -> Iterator[tuple[Counter[str], list[str]]]:
    if jobs == 1:
        yield from map(fuzz, work)
        return
    with ProcessPoolExecutor(jobs) as pool:
        for done in as_completed([pool.submit(fuzz, part) for part in work]):
            yield done.result()


def judged(claim: dict[str, object]) -> dict[str, object]:
    """The engine's answer, from a process that can be ended, as `derive check` asks for it."""
    answer: dict[str, object] = json.loads(
        ask(JsonLine(diagnosis=False, budget=BUDGET), LIMITS, json.dumps(claim).encode())
    )
    return answer


def fuzz(part: tuple[int, int, int, int]) -> tuple[Counter[str], list[str]]:
    """Verdicts of some claims, and a line for each that is wrong or slow."""
    seed, first, count, points = part
    tally: Counter[str] = Counter()
    lines = []
    for number in range(first, first + count):
        claim = random_claim(seed, number)
        start = time.perf_counter()
        answer = judged(claim)
        seconds = time.perf_counter() - start
        tally[str(answer["verdict"])] += 1
        wrong = audit(claim, answer, points, seed=str(seed))
        if wrong or str(answer.get("error", "")).startswith("internal error"):
            tally["wrong"] += bool(wrong)
            tally["internal error"] += not wrong
            lines.append(json.dumps({"wrong": wrong, "claim": claim, "answer": answer}))
        if seconds > SLOW:
            tally["slow"] += 1
            lines.append(json.dumps({"slow": round(seconds, 1), "claim": claim}))
    return tally, lines


if __name__ == "__main__":
    sys.exit(main())
