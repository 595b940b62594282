"""How many claims a second `derive check --batch` judges, and in how much memory.

    python benchmarks/batch.py [--claims N] [--jobs 1,2]

Makes claims from templates, gives them to the program as a file, and prints Markdown: claims a
second, milliseconds a claim, verdicts, and the peak of the resident memory of the program and of
its workers. Runs with and without the search for the mistake in a false claim, which costs more
than the verdict. Reads /proc, so it works on Linux alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAUSE = 0.02  # seconds between two looks at the memory


@dataclass(frozen=True, slots=True)
class Template:
    """A claim with the whole numbers N and K in it, and its verdict: it is true of all."""

    lhs: str
    rhs: str
    variables: dict[str, str]
    verdict: str = "PROVED"

    def claim(self, number: int) -> str:
        """One of them, as a line."""
        values = str.maketrans({"N": str(2 + number % 7), "K": str(1 + number // 7 % 50)})
        return json.dumps({
            "id": number, "lhs": self.lhs.translate(values), "rhs": self.rhs.translate(values),
            "vars": self.variables,
        })  # fmt: skip


X = {"x": "real"}
PAIR = {"x": "real", "y": "real"}
MEAN = {"m": "int>=1", "z": "idx m", "w": "real", "b": "real"}

TEMPLATES = (
    Template("(x + K)**2", "x**2 + 2*K*x + K**2", X),
    Template("(x**2 - K**2)/(x - K)", "x + K", X, "PROVED_IF"),
    Template("(x + K*y)**N*(x + K*y)", "(x + K*y)**(N + 1)", PAIR),
    Template("1/(1 + exp(-K*x))", "exp(K*x)/(1 + exp(K*x))", X),
    Template("Derivative(1/(1 + exp(-K*x)), x)", "K*exp(-K*x)/(1 + exp(-K*x))**2", X),
    Template("Derivative(log(1 + exp(K*x)), x)", "K/(1 + exp(-K*x))", X),
    Template("Derivative(log(1 + exp(K*x)), x)", "K/(1 + exp(K*x))", X, "REFUTED"),
    Template("log(p**N*K)", "N*log(p) + log(K)", {"p": ">0"}),
    Template("log(p**N)", "N*log(p) + 1/K", {"p": "(0,1)"}, "REFUTED"),
    Template("sqrt(K**2*x**2)", "K*x", X, "REFUTED"),
    Template("sqrt(K**2*x**2)", "K*Abs(x)", X),
    Template("Derivative((w*x + K)**N, w)", "N*x*(w*x + K)**(N - 1)", {**X, "w": "real"}),
    Template("Sum(w*z[i] + K, (i, 1, m))", "w*Sum(z[i], (i, 1, m)) + K*m", MEAN),
    Template("Derivative(Sum((w*z[i] - K)**2, (i, 1, m)), w)",
             "2*Sum(z[i]*(w*z[i] - K), (i, 1, m))", MEAN),
    Template("Derivative(Sum((w*z[i] - K)**2, (i, 1, m)), w)",
             "Sum(z[i]*(w*z[i] - K), (i, 1, m))", MEAN, "REFUTED"),
    Template("Derivative(1/m*Sum(log(1 + exp(w*z[i] + K*b)), (i, 1, m)), b)",
             "K/m*Sum(1/(1 + exp(-w*z[i] - K*b)), (i, 1, m))", MEAN),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of the program came to: seconds on the wall and of processors, KiB."""

    jobs: int
    diagnosis: bool
    seconds: float
    processor: float
    answers: list[dict[str, object]]
    program: int
    worker: int


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, default=10_000)
    parser.add_argument("--jobs", default="1,2", help="runs, commas between")
    options = parser.parse_args()
    templates = [TEMPLATES[number % len(TEMPLATES)] for number in range(options.claims)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.jsonl"
        lines = [template.claim(number) for number, template in enumerate(templates)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        runs = [
            run(path, int(jobs), diagnosis=diagnosis)
            for diagnosis in (True, False)
            for jobs in options.jobs.split(",")
        ]
    write(f"Python {platform.python_version()}, {os.cpu_count()} processors, "
          f"{options.claims:,} claims from {len(TEMPLATES)} templates\n\n")  # fmt: skip
    write_table(runs)
    write_verdicts(runs[0], templates)


def run(path: Path, jobs: int, *, diagnosis: bool) -> Run:
    """The program from its start to its end."""
    answers = path.with_suffix(f".{jobs}.out")
    program = worker = 0
    start = time.perf_counter()
    with answers.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 (our own)
            [sys.executable, "-m", "derivation", "check", "--batch", str(path),
             "--jobs", str(jobs), *(() if diagnosis else ("--no-diagnosis",))],
            cwd=ROOT, stdout=out,
        )  # fmt: skip
        while True:
            ended, _, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            program = max(program, peak(process.pid))
            worker = max([worker, *map(peak, children(process.pid))])
            time.sleep(PAUSE)
        process.returncode = 0
    seconds = time.perf_counter() - start
    found = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    processor = usage.ru_utime + usage.ru_stime
    return Run(jobs, diagnosis, seconds, processor, found, program, worker)


def peak(pid: int) -> int:
    """The most memory that a process has had, in KiB; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line), 0)


def children(pid: int) -> Iterator[int]:
    """The processes that it has started."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return
    yield from map(int, found.split())


def write(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def write_table(runs: Sequence[Run]) -> None:
    """One row a run."""
    header = ("jobs", "diagnosis", "claims a second", "all", "processor time", "median of a claim",
              "95th percentile", "slowest", "memory of the program", "of a worker")  # fmt: skip
    rows = [header, ("---",) * len(header), *map(row, runs)]
    for cells in rows:
        write(f"| {' | '.join(cells)} |\n")
    write("\n")


def row(one: Run) -> tuple[str, ...]:
    """What is said of a run."""
    times = sorted(float(str(answer["ms"])) for answer in one.answers)
    return (
        f"{one.jobs}",
        "yes" if one.diagnosis else "no",
        f"{len(times) / one.seconds:,.0f}",
        f"{one.seconds:.2f} s",
        f"{one.processor:.2f} s",
        f"{statistics.median(times):.2f} ms",
        f"{times[len(times) * 95 // 100]:.2f} ms",
        f"{times[-1]:.1f} ms",
        f"{one.program / 1024:.1f} MiB",
        f"{one.worker / 1024:.1f} MiB",
    )


def write_verdicts(one: Run, templates: Sequence[Template]) -> None:
    """How many of each, and those that are not what the template says."""
    counts = Counter(str(answer["verdict"]) for answer in one.answers)
    write(", ".join(f"{count:,} {verdict}" for verdict, count in sorted(counts.items())) + "\n")
    missed = Counter(
        f"{template.lhs} = {template.rhs}: {answer['verdict']}, not {template.verdict}"
        for answer, template in zip(one.answers, templates, strict=True)
        if template.verdict != answer["verdict"]
    )
    for text, count in missed.items():
        write(f"- {count:,} times {text}\n")


if __name__ == "__main__":
    main()
