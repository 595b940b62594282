"""The commands: what they print, how they end, and that no bad input makes a traceback."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
import pytest

import derivation
from derivation.__main__ import load_commands
from derivation.errors import StructureError
from derivation.library import load, names

Derive = Callable[..., object]
COMMANDS = load_commands().commands

WRONG_FILE = '''
from dataclasses import replace
from derivation import load
from derivation.notation import read

def derivation():
    """bce with one line of its first lemma spoilt."""
    bce = load("bce")
    first = bce.lemmas[0]
    last = first.rewrites[-1]
    line = replace(last.line, latex="1 + " + last.line.latex, term=1 + last.line.term)
    lemma = replace(first, rewrites=(*first.rewrites[:-1], replace(last, line=line)))
    return replace(bce, lemmas=(lemma, *bce.lemmas[1:]))
'''


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# ---------------------------------------------------------------------------- help


def examples() -> list[str]:
    """The lines below `Example:` in the help of each command."""
    found = []
    for command in [COMMANDS, *COMMANDS.commands.values()]:
        _, _, below = (command.help or "").partition("Example:")
        found += [line.strip() for line in below.splitlines() if line.strip()]
    return found


def test_every_command_of_the_interface_is_there() -> None:
    assert set(COMMANDS.commands) == {
        "check", "list", "new", "predict", "render", "train", "verify",
    }  # fmt: skip


def test_every_command_has_an_example() -> None:
    for name, command in COMMANDS.commands.items():
        assert f"derive {name}" in (command.help or "").partition("Example:")[2]


@pytest.mark.parametrize("example", examples())
def test_examples_of_the_help_run(example: str, derive: Derive) -> None:
    program, *arguments = shlex.split(example)
    assert program == "derive"
    if arguments[0] == "predict":
        derive("train", "bce", "iris.csv", "--target", "virginica", "--save", arguments[1])
    run = derive(*arguments)
    assert run.code == 0, run.err
    assert not run.err


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS.commands)])
def test_help_needs_no_heavy_import(command: list[str], root: Path) -> None:
    script = (
        "import sys\nfrom derivation.__main__ import main\n"
        f"sys.argv = {['derive', *command, '--help']!r}\n"
        "try:\n    main()\nfinally:\n"
        "    assert not {'sympy', 'flint', 'jinja2'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert "Usage: derive" in done.stdout


def test_version(derive: Derive) -> None:
    run = derive("--version")
    assert (run.code, run.out) == (0, f"derive, version {derivation.__version__}\n")


# ---------------------------------------------------------------------------- list, verify


def test_list_names_the_library(derive: Derive) -> None:
    run = derive("list")
    assert run.code == 0
    assert run.out.startswith("bce  ")
    assert r"\frac{\partial L}{\partial w_{j}} = " in run.out


def test_list_in_korean(derive: Derive) -> None:
    assert re.search("[가-힣]", derive("list", "--lang", "ko").out)


def test_verify_prints_every_line_and_what_follows(derive: Derive) -> None:
    run = derive("verify", "bce")
    assert run.code == 0, run.out
    bce = load("bce")
    for lemma in bce.lemmas:
        for line in lemma.lines:
            assert line.latex in run.out
    for rewrite in (rewrite for lemma in bce.lemmas for rewrite in lemma.rewrites):
        assert f"by {rewrite.rule} (" in run.out
    for heading in ("assumed", "conclusion", "errata of the source"):
        assert f"\n{heading}\n" in run.out
    count = sum(len(lemma.rewrites) for lemma in bce.lemmas)
    assert f"holds: {count} rewrites" in run.out.splitlines()[-1]
    assert "0 refuted, 0 undecided, 0 wrong reasons" in run.out
    assert "\x1b[" not in run.out, "no colour to a pipe"


def test_verify_without_a_target_verifies_the_library(derive: Derive) -> None:
    run = derive("verify")
    assert run.code == 0
    for name in names():
        assert f"{name}: " in run.out


def test_verify_reports_a_spoilt_line_and_fails(derive: Derive) -> None:
    Path("spoilt.py").write_text(WRONG_FILE, encoding="utf-8")
    run = derive("verify", "spoilt.py")
    assert run.code == 1
    assert "REFUTED at " in run.out
    assert "left side" in run.out
    assert "does not hold: " in run.out.splitlines()[-1]
    assert "1 refuted" in run.out.splitlines()[-1]


def test_verify_as_json_has_the_shape_of_the_interface(derive: Derive) -> None:
    run = derive("verify", "bce", "--format", "json")
    assert run.code == 0
    report = json.loads(run.out)
    (bce,) = report["derivations"]
    assert {"name", "title", "conclusion", "assumed", "conditions", "rewrites", "errata"} <= set(
        bce
    )
    assert set(bce["conclusion"]) == {"latex", "sympy"}
    for rewrite in bce["rewrites"]:
        assert {
            "index", "lemma", "line_latex", "before_sympy", "after_sympy", "rule", "reason",
            "verdict", "method", "conditions", "witness", "ms", "slide",
        } <= set(rewrite)  # fmt: skip
        assert rewrite["reason"] == "ok"
        assert rewrite["verdict"] in ("PROVED", "PROVED_IF")
        assert rewrite["before_sympy"]
        assert rewrite["after_sympy"]
    for erratum in bce["errata"]:
        assert {
            "source", "as_written", "corrected", "verdict", "witness", "diagnosis",
        } <= set(erratum)  # fmt: skip
        assert erratum["verdict"] in ("REFUTED", None)
    assert any(erratum["verdict"] == "REFUTED" for erratum in bce["errata"])
    assert report["totals"]["rewrites"] == len(bce["rewrites"])
    assert report["totals"]["wrong_reasons"] == 0


def test_verify_as_json_tells_where_a_spoilt_line_differs(derive: Derive) -> None:
    Path("spoilt.py").write_text(WRONG_FILE, encoding="utf-8")
    run = derive("verify", "spoilt.py", "--format", "json")
    assert run.code == 1
    (spoilt,) = json.loads(run.out)["derivations"]
    assert spoilt["holds"] is False
    wrong = [rewrite for rewrite in spoilt["rewrites"] if rewrite["verdict"] == "REFUTED"]
    assert len(wrong) == 1
    assert wrong[0]["line_latex"].startswith("1 + ")
    assert wrong[0]["witness"]


def test_verify_for_github_annotates_what_does_not_hold(derive: Derive) -> None:
    Path("spoilt.py").write_text(WRONG_FILE, encoding="utf-8")
    run = derive("verify", "spoilt.py", "--format", "github")
    assert run.code == 1
    errors = [line for line in run.out.splitlines() if line.startswith("::error file=")]
    assert errors
    assert "title=bce%3A " in errors[0]
    assert "REFUTED" in errors[0]
    assert derive("verify", "bce", "--format", "github").out.startswith("::notice title=bce::holds")


def test_options_that_change_nothing_yet_are_accepted(derive: Derive) -> None:
    assert derive("verify", "bce", "--jobs", "2", "--no-cache", "--strict").code == 0


def test_cross_check_prints_an_opinion_and_changes_no_verdict(derive: Derive) -> None:
    assert derive("new", "small").code == 0
    run = derive("verify", "small.py", "--cross-check")
    assert run.code == 0
    assert "second opinion (SymPy; decides nothing)" in run.out
    assert "agrees" in run.out


# ---------------------------------------------------------------------------- check


@pytest.mark.parametrize(
    ("claim", "given", "code", "verdict"),
    [
        ("(x + 1)**2 = x**2 + 2*x + 1", "x real", 0, "PROVED"),
        (r"\frac{x^2 - 1}{x - 1} = x + 1", "x real", 0, "PROVED_IF x"),
        ("sqrt(x**2) = x", "x real", 1, "REFUTED at x = -"),
        ("sqrt(x**2) = x", "x > 0", 0, "PROVED"),
    ],
)
def test_check(claim: str, given: str, code: int, verdict: str, derive: Derive) -> None:
    run = derive("check", claim, "--given", given)
    assert run.code == code
    assert run.out.startswith(verdict)


def test_check_judges_each_equals_sign_of_a_chain(derive: Derive) -> None:
    run = derive("check", "(x + 1)**2 = x**2 + 2*x + 1 = x**2 + 2*x", "--given", "x real")
    assert run.code == 1
    first, second, *_ = run.out.splitlines()
    assert first.startswith("PROVED")
    assert second.startswith("REFUTED")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["(x + 1", "--given", "x real"], r"line 1, column"),
        (["x + 1", "--given", "x real"], r"a claim is an equation"),
        (["x = x", "--given", "x purple"], r"cannot read 'purple'"),
        ([], r"Give one claim"),
        (["x = x", "--batch", "-"], r"Give one claim"),
        (["--batch", "missing.jsonl"], r"missing\.jsonl"),
    ],
)
def test_check_says_what_cannot_be_read(arguments: list[str], message: str, derive: Derive) -> None:
    run = derive("check", *arguments)
    assert run.code == 2
    assert re.search(message, run.err)
    assert not run.out


BATCH = [
    {"id": "a", "lhs": "x + x", "rhs": "2*x", "vars": {"x": "real"}},
    {"id": "b", "lhs": "p/p", "rhs": "1", "vars": {"p": "real"}},
    {"id": "c", "lhs": "x", "rhs": "x + 1", "vars": {"x": "real"}},
    {"id": "d", "lhs": r"\frac{x}{2}", "rhs": "x / 2", "vars": {"x": "real"}, "syntax": "latex"},
    {"id": "e", "lhs": "sqrt(x**2)", "rhs": "x", "vars": {"x": "real"}, "given": ["x > 0"]},
    {"id": "f", "lhs": "x +", "rhs": "x", "vars": {"x": "real"}},
    {"id": "g", "lhs": "__import__('os').system('touch ran')", "rhs": "0", "vars": {}},
    {"id": "h", "rhs": "1"},
    {"id": "i", "lhs": "x", "rhs": "x", "vars": {"x": "real"}, "given": 7},
    {"id": "j", "lhs": "k", "rhs": "Abs(k)", "vars": {"k": "int>=0"}, "given": ["k < 5"]},
    {"id": "k", "lhs": "x", "rhs": "x", "vars": {"x": "real"}, "syntax": "klingon"},
]


def test_a_batch_gives_one_line_a_claim_in_order(derive: Derive) -> None:
    lines = [*map(json.dumps, BATCH), "not json", "[1]", "", '"\\ud800"', "[" * 100_000]
    Path("claims.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    run = derive("check", "--batch", "claims.jsonl")
    assert run.code == 1, "one of them is refuted"
    answers = [json.loads(line) for line in run.out.splitlines()]
    assert [answer["id"] for answer in answers] == [*"abcdefghijk", None, None, None, None]
    verdicts = {answer["id"]: answer["verdict"] for answer in answers[:11]}
    assert verdicts == {
        "a": "PROVED", "b": "PROVED_IF", "c": "REFUTED", "d": "PROVED", "e": "PROVED",
        "f": "UNDECIDED", "g": "UNDECIDED", "h": "UNDECIDED", "i": "UNDECIDED", "j": "PROVED",
        "k": "UNDECIDED",
    }  # fmt: skip
    by_id = {answer["id"]: answer for answer in answers}
    assert by_id["b"]["conditions"] == ["p != 0"]
    assert set(by_id["c"]["witness"]) == {"x"}
    for answer in answers:
        assert {"id", "verdict", "method", "conditions", "witness", "diagnosis", "ms"} <= set(
            answer
        )
        assert ("error" in answer) == (answer["id"] is None or answer["id"] in "fghik")
    assert not Path("ran").exists()


def test_a_hypothesis_narrows_a_declaration_and_never_replaces_it(derive: Derive) -> None:
    """With `k < 9` alone, k = -1 would refute the claim."""
    claim = {
        "lhs": "sqrt(k**2)", "rhs": "k", "vars": {"k": "int>=1"}, "given": ["k < 9"],
    }  # fmt: skip
    Path("claims.jsonl").write_text(json.dumps(claim) + "\n", encoding="utf-8")
    assert json.loads(derive("check", "--batch", "claims.jsonl").out)["verdict"] == "PROVED"


def test_a_batch_streams(root: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "derivation", "check", "--batch", "-"],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdin
        assert process.stdout
        for claim in BATCH[:3]:
            process.stdin.write(json.dumps(claim) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == claim["id"]
        process.stdin.close()
        assert process.wait() == 1, "the last one is refuted"


# ---------------------------------------------------------------------------- render


def test_render_writes_four_targets_in_two_languages(derive: Derive) -> None:
    run = derive("render", "bce")
    assert run.code == 0, run.err
    written = sorted(path.name for path in Path("output").iterdir())
    assert len(written) == 8
    assert sorted(Path(line).name for line in run.out.splitlines()) == written
    assert {"bce.ko.html", "bce.en.html", "bce.en.beamer.tex"} <= set(written)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("pptx", "not supported yet"),
        ("html,ipynb", "not supported yet"),
        ("hmtl", "no target 'hmtl'; there are: html, "),
    ],
)
def test_render_refuses_a_target_before_it_writes(
    target: str, message: str, derive: Derive
) -> None:
    run = derive("render", "bce", "--to", target)
    assert run.code == 2
    assert message in run.err
    assert not Path("output").exists()


def test_render_says_how_to_install_what_pdf_needs(
    derive: Derive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    run = derive("render", "bce", "--to", "html,pdf")
    assert run.code == 2
    assert "texlive-xetex" in run.err
    assert not Path("output").exists()


def test_render_refuses_what_does_not_hold(derive: Derive) -> None:
    Path("spoilt.py").write_text(WRONG_FILE, encoding="utf-8")
    run = derive("render", "spoilt.py", "--to", "html")
    assert run.code == 1
    assert run.err.startswith("derive: error: ")
    assert not Path("output").exists()


def test_render_into_a_folder_that_is_a_file(derive: Derive) -> None:
    Path("output").write_text("in the way", encoding="utf-8")
    run = derive("render", "bce", "--to", "html", "--lang", "en")
    assert run.code == 2
    assert Path("output").read_text(encoding="utf-8") == "in the way"


@pytest.mark.tools
def test_render_pdf(derive: Derive) -> None:
    run = derive("render", "bce", "--to", "pdf", "--lang", "ko")
    assert run.code == 0, run.err
    (pdf,) = Path("output").iterdir()
    assert pdf.name == "bce.ko.pdf"
    assert pdf.read_bytes().startswith(b"%PDF-")


# ---------------------------------------------------------------------------- train, predict


def test_train_save_and_predict(derive: Derive) -> None:
    run = derive("train", "bce", "iris.csv", "--target", "virginica", "--save", "model.json")
    assert run.code == 0, run.err
    assert "petal_length" in run.out
    run = derive("predict", "model.json", "iris.csv")
    assert run.code == 0, run.err
    header, *rows = run.out.splitlines()
    probabilities = [float(row.split(",")[0]) for row in rows]
    assert header.split(",")[0] == "prediction"
    assert len(probabilities) == 100
    assert all(0 <= probability <= 1 for probability in probabilities)
    labels = [
        line.rpartition(",")[2] == "1"
        for line in (Path(derivation.__file__).parent / "data" / "iris.csv")
        .read_text(encoding="utf-8")
        .splitlines()[1:]
    ]
    right = sum((p > 0.5) == label for p, label in zip(probabilities, labels, strict=True))
    assert right >= 93


def test_train_learns_more_in_more_epochs(derive: Derive) -> None:
    def loss(epochs: int) -> float:
        run = derive("train", "bce", "iris.csv", "--target", "virginica", "--epochs", str(epochs))
        found = re.search(r"loss\s+([0-9.e+-]+)", run.out)
        assert found, run.out
        return float(found[1])

    assert loss(200) < loss(5)


# ---------------------------------------------------------------------------- new


def test_new_writes_a_file_that_verifies_and_renders(derive: Derive) -> None:
    assert derive("new", "softplus").code == 0
    text = Path("softplus.py").read_text(encoding="utf-8")
    run = derive("verify", "softplus.py")
    assert run.code == 0, run.out + run.err
    assert run.out.startswith("softplus: ")
    assert derive("render", "softplus.py", "--to", "html").code == 0
    again = derive("new", "softplus")
    assert again.code == 2
    assert "softplus.py" in again.err
    assert Path("softplus.py").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", ["a b", "../up", "1st", "class", "x.py.py", ""])
def test_new_refuses_what_is_not_a_name(name: str, derive: Derive) -> None:
    run = derive("new", name)
    assert run.code == 2
    assert not list(Path().iterdir())


# ---------------------------------------------------------------------------- files of users


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x = (", r"bad\.py:1: .*never closed"),
        ("y = 1\n\n1 / 0\n", r"bad\.py:3: ZeroDivisionError"),
        (
            "from derivation.domain import Domain\nDomain.parse('x purple')",
            r"bad\.py:2: cannot read",
        ),
        ("def derivation():\n    return undefined\n", r"bad\.py:2: NameError"),
        ("derivation = 7", r"bad\.py must define `derivation`.*found a int"),
        ("x = 1", r"bad\.py must define `derivation`.*found nothing"),
        ("raise SystemExit(0)", r"bad\.py:1: SystemExit"),
    ],
)
def test_a_bad_file_is_reported_with_its_line(content: str, message: str, derive: Derive) -> None:
    Path("bad.py").write_text(content, encoding="utf-8")
    run = derive("verify", "bad.py")
    assert run.code == 2
    assert run.err.startswith("derive: error: ")
    assert re.search(message, run.err)
    assert "Traceback" not in run.err
    assert not run.out


def test_an_unknown_name_gets_a_suggestion(derive: Derive) -> None:
    run = derive("verify", "bec")
    assert run.code == 2
    assert "Did you mean 'bce'?" in run.err
    with pytest.raises(StructureError, match=r"no file 'missing\.py'"):
        load("missing.py")


@pytest.mark.parametrize("target", ["notes.md", "notes.tex", "deck.ipynb"])
def test_documents_are_refused_plainly(target: str, derive: Derive) -> None:
    run = derive("verify", target)
    assert run.code == 2
    assert "not read yet" in run.err


def test_usage_errors_are_two(derive: Derive) -> None:
    assert derive("verify", "--fromat", "json").code == 2
    assert derive("verify", "bce", "--format", "sarif").code == 2
    assert derive("frobnicate").code == 2


# ---------------------------------------------------------------------------- endings


def test_a_closed_pipe_ends_quietly(root: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m derivation verify bce | head -n 1"
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("bce: ")
    assert not done.stderr


def test_an_interrupt_ends_quietly(root: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "derivation", "check", "--batch", "-"],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(json.dumps(BATCH[0]) + "\n")
        process.stdin.flush()
        process.stdout.readline()  # the answer: it is now waiting for the next claim
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert not process.stderr.read().strip()


def test_colour_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    module = load_commands()
    assert module._painter()("PROVED", "green") == "PROVED"
    monkeypatch.setattr(module.sys.stdout, "isatty", lambda: True)
    assert module._painter()("PROVED", "green") == click.style("PROVED", fg="green")
    assert module._painter()("bce", "bold") == click.style("bce", bold=True)
