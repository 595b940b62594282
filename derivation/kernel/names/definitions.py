"""Definitions as the kernel uses them: with private arguments, none in a circle."""

from __future__ import annotations

from derivation.errors import StructureError
from derivation.kernel.names.scopes import names_used, private
from derivation.kernel.theorem import Definition
from derivation.term import Symbol, Term, plain, substitute

__all__ = ["refuse_circle", "with_private_arguments"]


def with_private_arguments(definition: Definition) -> Definition:
    """The plain definition over arguments of names that nobody can write."""
    head, body = plain(definition.head), plain(definition.body)
    new = {name: private(name) for name in definition.arguments}
    values: dict[str, Term] = {name: Symbol(own) for name, own in new.items()}
    try:
        body = substitute(body, values)
    except ValueError as error:
        raise StructureError(f"the definition of {definition.name}: {error}") from error
    return Definition(head.with_children(tuple(values.values())), body)


def refuse_circle(name: str, table: dict[str, Definition], path: tuple[str, ...]) -> None:
    """Raises StructureError for a name that is defined by itself, however far around."""
    if name in path:
        raise StructureError(f"the definitions go in a circle: {' -> '.join((*path, name))}")
    for used in names_used(table[name].body) & table.keys():
        refuse_circle(used, table, (*path, name))
