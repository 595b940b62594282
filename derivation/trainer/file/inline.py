"""Puts the modules of `derivation.training` into one text, so that a generated file works alone.

The modules keep to rules that make this a matter of cutting and joining: they import the standard
library, or names of one another by ``from derivation.training.other import name``; nothing is
renamed on import; and no top-level name occurs twice.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from derivation.errors import StructureError

__all__ = ["Inlined", "import_lines", "inlined"]

_WIDTH = 100
_PACKAGE = "derivation.training"


@dataclass(frozen=True, slots=True)
class Inlined:
    """The bodies of modules, one after the other; what they import; their top-level names.

    ``imports`` are pairs (module, name); the name is empty for ``import module``.
    """

    text: str
    imports: frozenset[tuple[str, str]]
    names: frozenset[str]


def inlined(roots: Iterable[str], folder: Path | None = None) -> Inlined:
    """The modules of the package that ``roots`` need, each after those that it imports.

    ``folder`` is that of the package, if it is not the installed one. Raises StructureError for a
    module that breaks the rules above.
    """
    if folder is None:
        import derivation.training

        folder = Path(derivation.training.__path__[0])
    modules: dict[str, _Module] = {}
    for name in roots:
        _visit(name, folder, modules, ())
    names: dict[str, str] = {}
    for module in modules.values():
        for name in module.names:
            if name in names:
                raise StructureError(f"{names[name]} and {module.name} both define {name}")
            names[name] = module.name
    return Inlined(
        "\n\n".join(module.text for module in modules.values()),
        frozenset().union(*(module.imports for module in modules.values())),
        frozenset(names),
    )


def import_lines(imports: Iterable[tuple[str, str]]) -> str:
    """Import statements, sorted; one for each module."""
    whole = sorted({module for module, name in imports if not name})
    parts: dict[str, set[str]] = {}
    for module, name in imports:
        if name:
            parts.setdefault(module, set()).add(name)
    lines = [f"import {module}" for module in whole]
    for module in sorted(parts):
        names = sorted(parts[module], key=_by_kind)
        line = f"from {module} import {', '.join(names)}"
        if len(line) > _WIDTH:
            line = f"from {module} import (\n" + "".join(f"    {n},\n" for n in names) + ")"
        lines.append(line)
    return "\n".join(lines)


def _by_kind(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest: the order that ruff asks for."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2), name


@dataclass(frozen=True, slots=True)
class _Module:
    name: str
    text: str
    imports: frozenset[tuple[str, str]]
    names: tuple[str, ...]


def _visit(name: str, folder: Path, done: dict[str, _Module], path: tuple[str, ...]) -> None:
    """Add a module after those that it imports."""
    if name in done:
        return
    if name in path:
        raise StructureError(f"modules import each other: {' -> '.join((*path, name))}")
    source = (folder / f"{name}.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    for other in _own_imports(tree, name):
        _visit(other, folder, done, (*path, name))
    done[name] = _Module(name, _body(name, source, tree), _imports(tree), _names(tree))


def _own_imports(tree: ast.Module, name: str) -> Sequence[str]:
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=module, names=names) if _is_own(module):
                if any(alias.asname for alias in names) or node not in tree.body:
                    raise StructureError(f"{name} imports its own package within code or renamed")
                found.append(str(module).removeprefix(f"{_PACKAGE}."))
            case ast.Import(names=names) if any(_is_own(alias.name) for alias in names):
                raise StructureError(f"{name} imports a module of its own package whole")
    return sorted(set(found))


def _is_own(module: str | None) -> bool:
    return module is None or module.split(".")[0] == "derivation"


def _imports(tree: ast.Module) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for node in tree.body:
        match node:
            case ast.ImportFrom(module=str(module), names=names) if not _is_own(module):
                found |= {(module, alias.name) for alias in names if module != "__future__"}
            case ast.Import(names=names):
                found |= {(alias.name, "") for alias in names}
    return frozenset(found)


def _names(tree: ast.Module) -> tuple[str, ...]:
    names: list[str] = []
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.append(name)
            case ast.Assign(targets=targets):
                names += [t.id for t in targets if isinstance(t, ast.Name) and t.id != "__all__"]
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.append(name)
    return tuple(names)


def _body(name: str, source: str, tree: ast.Module) -> str:
    """The code without imports and ``__all__``, under the module's docstring as a comment."""
    lines = source.splitlines()
    dropped = [node for node in tree.body if _is_dropped(node)]
    kept = [node for node in tree.body if node not in dropped]
    docstring = ast.get_docstring(tree)
    if docstring and kept and kept[0] is tree.body[0]:
        kept = kept[1:]
    if not kept:
        return ""
    last = max((node.end_lineno or 0 for node in tree.body if node not in kept), default=0)
    first = _with_comment(lines, _start(kept[0]), last)
    if any(_start(node) > first for node in dropped):
        raise StructureError(f"{name}: imports and __all__ stand before everything else")
    rule = f"# {'-' * max(8, 79 - len(name))} {name.replace('_', ' ')}"
    comment = [rule, "#", *(f"# {line}".rstrip() for line in (docstring or "").splitlines())]
    return "\n".join([*comment, "", "", *lines[first - 1 :]]).rstrip() + "\n"


def _is_dropped(node: ast.stmt) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
    return False


def _start(node: ast.stmt) -> int:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return node.lineno


def _with_comment(lines: Sequence[str], first: int, after: int) -> int:
    """The line where the comment above a statement begins."""
    while first - 1 > after and lines[first - 2].startswith("#"):
        first -= 1
    return first
