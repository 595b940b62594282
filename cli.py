"""The commands of `derive`. Thin: each one reads its arguments, calls the package and prints.

Exit codes: 0 everything asked for holds; 1 something is refuted, undecided or has a wrong
reason; 2 usage or unreadable input; 130 an interrupt; 141 nobody reads the output. What a command
needs is imported inside it, so that `derive verify` never waits for SymPy.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

import click

from derivation import __version__
from derivation.commands.training import predict, train
from derivation.errors import DerivationError, RewriteRejected, UnsupportedError

if TYPE_CHECKING:
    from derivation.check import Report
    from derivation.report import Paint

__all__ = ["commands", "main"]

HOLDS, FAILS, UNREADABLE, INTERRUPTED, UNREAD = 0, 1, 2, 130, 141

_LANGUAGE = click.Choice(["ko", "en"])
_FORMAT = click.Choice(["text", "json", "github", "sarif"])
_PATH = click.Path(path_type=Path)

lang_option = click.option("--lang", type=_LANGUAGE, default="en", help="Language of the text.")


class _NobodyReadsError(click.ClickException):
    """The reader of the output has gone: no error, and no verdict either."""

    exit_code = UNREAD

    def show(self, file: IO[str] | None = None) -> None:
        """Nothing: there is nothing to do about it."""


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _NobodyReadsError(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="derive")
def commands() -> None:
    """Write the maths once; it is checked, shown and run.

    \b
    Example:
      derive verify bce
    """


@commands.command("list")
@lang_option
def list_library(lang: str) -> int:
    """List the library: names, titles, conclusions.

    \b
    Example:
      derive list
    """
    from derivation.library import load, names
    from derivation.report import statement

    for name in names():
        derivation = load(name)
        rewrites = sum(len(lemma.rewrites) for lemma in derivation.lemmas)
        click.echo(f"{name}  {derivation.title.text(lang)}  ({rewrites} rewrites)")
        for result in derivation.results:
            click.echo(f"    {statement(derivation.lemma(result))}")
    return HOLDS


@commands.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option("--format", "form", type=_FORMAT, default="text", help="sarif: not supported yet.")
@click.option("--strict", is_flag=True, expose_value=False, help="Accepted; all is checked here.")
@click.option("--jobs", type=click.IntRange(1), expose_value=False, help="Accepted; does nothing.")
@click.option("--no-cache", is_flag=True, expose_value=False, help="Accepted; there is no cache.")
@click.option("--cross-check", is_flag=True, help="Report SymPy's opinion of each rewrite. Slow.")
@lang_option
def verify(targets: tuple[str, ...], *, form: str, cross_check: bool, lang: str) -> int:
    """Replay every rewrite of TARGET through the kernel.

    Each line must equal the one before it and be what its reason gives. TARGET is a name from
    `derive list` or the path of a .py file; without any, the whole library is verified.

    \b
    Example:
      derive verify bce
    """
    from derivation import report as view
    from derivation.check import examine
    from derivation.library import load, names

    if form == "sarif":
        raise UnsupportedError("--format sarif is not supported yet; there are text, json, github")
    reports: list[Report] = []
    for derivation in [load(target) for target in targets or names()]:
        report = examine(derivation)
        reports.append(report)
        if form == "text":
            _print(view.text(report, lang, _painter()))
        elif form == "github":
            _print(view.github(report))
        if cross_check:
            from derivation.second_opinion import opinions

            _print(opinions(report), error=form != "text")
    if form == "json":
        from derivation.report_json import as_json

        click.echo(json.dumps(as_json(reports, lang), ensure_ascii=False, indent=2))
    elif form == "text" and len(reports) > 1:
        click.echo(view.totals_line(reports, _painter()))
    return HOLDS if all(report.holds for report in reports) else FAILS


@commands.command()
@click.argument("claim", required=False)
@click.option("--given", default="", help="Domains and hypotheses: 'x real, 0 < p < 1'.")
@click.option("--batch", type=click.File("rb"), metavar="FILE",
              help="A JSON claim a line ('-' = standard input); a verdict a line out.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(1, 256), default=1, help="Claims at a time.")
@click.option("--timeout", type=click.FloatRange(0, 3600, min_open=True), default=8.0,
              show_default=True, metavar="SECONDS", help="For a claim.")  # fmt: skip
@click.option("--memory", type=click.IntRange(128), default=2048, show_default=True,
              metavar="MiB", help="For a claim.")  # fmt: skip
@click.option("--no-diagnosis", is_flag=True, help="In a batch: do not look for the mistake.")
@click.option("--cluster", metavar="ADDRESS",
              help="A dask scheduler whose workers judge; local:4 starts four.")  # fmt: skip
def check(  # noqa: PLR0913  # one for each option
    *, claim: str | None, given: str, batch: BinaryIO | None, jobs: int, timeout: float,
    memory: int, no_diagnosis: bool, cluster: str | None,
) -> int:  # fmt: skip
    """Judge one CLAIM, 'LHS = RHS', or a batch of them.

    It is written in LaTeX or in Python maths syntax. A claim that takes too long, or too much
    memory, is UNDECIDED.

    A claim that begins with a minus goes after `--`.

    Exits with 0 if every claim is PROVED or PROVED_IF, 1 if one is REFUTED or UNDECIDED, 2 for
    a single claim, or a file, that cannot be read.

    \b
    Example:
      derive check '(x**2 - 1)/(x - 1) = x + 1' --given 'x real'
    """
    if (claim is None) == (batch is None):
        raise click.UsageError("Give one claim, 'LHS = RHS', or --batch FILE.")
    if batch is not None and given:
        raise click.UsageError('A batch claim carries its own "vars" and "given".')
    from derivation.batch.options import Options
    from derivation.batch.single import check_one

    options = Options(jobs, timeout, memory, diagnosis=not no_diagnosis)
    if batch is None:
        if cluster is not None:
            raise click.UsageError("--cluster is for a --batch FILE.")
        holds = check_one(claim or "", given, options, _painter(), sys.stdout)
    elif cluster is not None:
        from derivation.cluster.claims import check_all_on
        from derivation.cluster.connection import connect

        with connect(cluster) as client:
            holds = check_all_on(client, batch, options, sys.stdout, sys.stderr)
    else:
        from derivation.batch.many import check_all

        holds = check_all(batch, options, sys.stdout, sys.stderr)
    return HOLDS if holds else FAILS


@commands.command()
@click.argument("target")
@click.option("--to", "targets", default="html,marp,beamer,article", show_default=True,
              help="Of html, marp, beamer, article, pdf; commas between.")  # fmt: skip
@click.option("--lang", type=_LANGUAGE, help="One language; without it, both.")
@click.option("-o", "--output", type=_PATH, default=Path("output"), show_default=True,
              help="The folder to write to.")  # fmt: skip
def render(target: str, targets: str, lang: str | None, output: Path) -> int:
    """Write slides and notes of TARGET.

    It is verified first: unchecked maths is not shown.

    \b
    Example:
      derive render bce --to html --lang en -o output/
    """
    from derivation.check import verify
    from derivation.library import load
    from derivation.outputs import write_all
    from derivation.render import LANGUAGES

    checked = verify(load(target))
    languages = (lang,) if lang else LANGUAGES
    _print(map(str, write_all(checked, _listed(targets), languages, output)))
    return HOLDS


commands.add_command(train)
commands.add_command(predict)


@commands.command()
@click.argument("name")
def new(name: str) -> int:
    """Write a commented, verified starting point to NAME.py.

    Never replaces a file.

    \b
    Example:
      derive new softplus
    """
    from derivation.starter import write_starter

    path = write_starter(name, Path())
    click.echo(f"wrote {path}; now run: derive verify {path}")
    return HOLDS


def _print(lines: Iterator[str], *, error: bool = False) -> None:
    for line in lines:
        click.echo(line, err=error)


def _listed(targets: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in targets.split(",") if part.strip()))


def _painter() -> Paint:
    """Colours on a terminal, nothing elsewhere."""
    from derivation.report import plainly

    if not sys.stdout.isatty():
        return plainly
    return lambda text, colour: (
        click.style(text, bold=True) if colour == "bold" else click.style(text, fg=colour)
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit; errors that were raised on purpose become one message."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that has no Hangul still gets the rest
            stream.reconfigure(errors="backslashreplace")
    try:
        status = commands.main(arguments, prog_name="derive", standalone_mode=False)
    except click.exceptions.Abort:
        status = INTERRUPTED
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except RewriteRejected as error:
        click.echo(f"derive: error: {error}", err=True)
        status = FAILS
    except DerivationError as error:
        click.echo(f"derive: error: {error}", err=True)
        status = UNREADABLE
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        click.echo(f"derive: error: {error.strerror or error}{where}", err=True)
        status = UNREADABLE
    sys.exit(_flushed(status))


def _flushed(status: int) -> int:
    """The status, once all output is written; another one where nobody reads it, or it is lost."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        status = UNREAD
    except OSError as error:
        if status != UNREADABLE:  # else it was said before
            why = error.strerror or error
            click.echo(f"derive: error: cannot write the output: {why}", err=True)
        status = UNREADABLE
    else:
        return status
    with suppress(OSError):  # so that the interpreter does not try again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status
