"""The rules that let the modules of the runtime be written into one file."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from pathlib import Path

import pytest

from derivation import training

MODULES = sorted(Path(training.__file__).parent.glob("*.py"))
OWN = "derivation.training"


def body(path: Path) -> list[ast.stmt]:
    return ast.parse(path.read_text(encoding="utf-8")).body


def names_of(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef() | ast.ClassDef():
            return [statement.name]
        case ast.Assign():
            return [target.id for target in statement.targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def test_top_level_names_are_distinct():
    names = Counter(name for path in MODULES for part in body(path) for name in names_of(part))
    del names["__all__"]
    assert [name for name, count in names.items() if count > 1] == []
    public = {"THEOREMS_SHA256", "loss", "gradient", "predict", "train"}
    assert public.isdisjoint(names), "these are names of the generated module itself"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_imports_are_of_the_standard_library_or_our_own(path):
    for statement in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(statement, ast.Import):
            modules, names = [a.name for a in statement.names], statement.names
        elif isinstance(statement, ast.ImportFrom):
            assert statement.level == 0
            modules, names = [statement.module or ""], statement.names
        else:
            continue
        assert all(name.asname is None for name in names), f"{path.name}: no `as`"
        for module in modules:
            known = module.split(".")[0] in sys.stdlib_module_names
            assert known or module.startswith(OWN + "."), f"{path.name} imports {module}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_is_docstring_imports_definitions(path):
    first, *rest = body(path)
    assert isinstance(first, ast.Expr)
    imports = [isinstance(part, ast.Import | ast.ImportFrom) for part in rest]
    assert imports == sorted(imports, reverse=True), "imports come first"
    allowed = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign | ast.Expr
    allowed |= ast.Import | ast.ImportFrom
    assert all(isinstance(part, allowed) for part in rest), "nothing runs on import"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
