"""The author's own theorems as rows: tried when the table finds nothing."""

from __future__ import annotations

from derivation.domain import Domain, Interval, Kind
from derivation.term import Symbol, Term, free_names, plain, substitute
from derivation.trainer.reading.statements import Statement
from derivation.trainer.stable.branch import Branch
from derivation.trainer.stable.proposals import as_exponentials
from derivation.trainer.stable.rows import Row

__all__ = ["lemma_rows"]


def lemma_rows(branch: Branch) -> list[Row]:
    """One row for each of the setting's lemmas; the kernel proves anew what it proposes."""
    return [_row(statement) for statement in branch.setting.lemmas if not statement.conditions]


def _row(statement: Statement) -> Row:
    from derivation.notation import to_latex

    def propose(term: Term, branch: Branch) -> Term:
        renaming = renaming_of(plain(statement.lhs), term)
        if renaming is None or not _holds(statement, renaming, branch):
            return term
        new = {old: Symbol(name) for old, name in renaming.items()}
        form = substitute(plain(statement.rhs), dict(new))
        known = {branch.setting.predictor, branch.setting.label}
        return as_exponentials(form, branch) if free_names(form) <= known else term

    text = f"{to_latex(statement.lhs)} = {to_latex(statement.rhs)}"
    return Row(f"lemma of the author, for {statement.domain}", text, propose)


def _holds(statement: Statement, renaming: dict[str, str], branch: Branch) -> bool:
    symbols: set[Term] = {Symbol(name) for name in renaming}
    if any(plain(d.head) in symbols for d in statement.definitions):
        return False  # then it holds for one value, not for all
    half = branch.domain.get(branch.setting.predictor)
    where = {
        branch.setting.predictor: half.interval if half else Interval(),
        branch.setting.label: branch.setting.labels,
    }
    return all(
        new in where and _covers(statement.domain, old, where[new]) for old, new in renaming.items()
    )


def renaming_of(pattern: Term, term: Term) -> dict[str, str] | None:
    """The one-to-one renaming of symbols that turns ``pattern`` into ``term``, if there is one."""
    names: dict[str, str] = {}
    if not _match(pattern, term, names) or len(set(names.values())) != len(names):
        return None
    return names


def _match(pattern: Term, term: Term, names: dict[str, str]) -> bool:
    if isinstance(pattern, Symbol) and isinstance(term, Symbol):
        return names.setdefault(pattern.name, term.name) == term.name
    if type(pattern) is not type(term) or len(pattern.children) != len(term.children):
        return False
    if pattern.with_children(term.children) != term:
        return False
    return all(
        _match(one, other, names)
        for one, other in zip(pattern.children, term.children, strict=True)
    )


def _covers(domain: Domain, name: str, interval: Interval) -> bool:
    declared = domain.get(name)
    return (
        declared is not None
        and declared.kind is Kind.REAL
        and not (declared.nonzero or declared.values)
        and declared.interval.intersect(interval) == interval
    )
