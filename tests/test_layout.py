"""ARCHITECTURE.md as tests: imports point down, modules are short, the wheel holds one package."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import derivation

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "derivation"
MODULES = sorted(PACKAGE.rglob("*.py"))

# The floor of each part of the package; a module imports from its own floor or from below.
FLOORS = {
    "errors": 0,
    "files": 0,
    "places": 0,
    "term": 1,
    "domain": 1,
    "given": 1,
    "given_values": 1,
    "matrix_given": 1,
    "notation": 2,
    "kernel": 3,
    "derivation": 4,
    "rules": 4,
    "undeclared": 4,
    "diagnosis": 4,
    "mistakes": 4,
    "writing": 5,
    "lambdify": 5,
    "check": 5,
    "findings": 5,
    "interchange": 5,
    "batch": 6,
    "cluster": 6,
    "commands": 6,
    "estimator": 6,
    "models": 6,
    "tables": 5,
    "training": 0,
    "claims": 6,
    "document": 6,
    "gradients": 6,
    "library": 6,
    "outputs": 6,
    "render": 6,
    "report": 6,
    "report_json": 6,
    "second_opinion": 6,
    "starter": 6,
    "trainer": 6,
    "cli": 7,
    "__main__": 8,
    "__init__": 9,  # names that are imported when they are asked for
}
HEAVY = {"click", "flint", "jinja2", "math_core", "sympy"}


def name_of(path: Path) -> str:
    """`derivation/kernel/decide.py` -> `derivation.kernel.decide`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


def floor_of(module: str) -> int:
    """The floor of a dotted module name."""
    parts = module.split(".")
    part = parts[1] if len(parts) > 1 else "__init__"
    assert part in FLOORS, f"{module} has no floor: add it to FLOORS and to ARCHITECTURE.md"
    return FLOORS[part]


def for_types_alone(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imports(tree: ast.AST, *, everywhere: bool) -> Iterator[str]:
    """Dotted names of what is imported; inside functions too if `everywhere`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module
            if node.module == "derivation":
                yield from (f"derivation.{alias.name}" for alias in node.names)
            else:
                yield node.module
        elif for_types_alone(node):
            continue
        elif everywhere or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from imports(node, everywhere=everywhere)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    module = name_of(path)
    if module == "derivation.__init__":
        return  # it names every floor, and imports what it names when it is asked for
    for name in imports(parsed(path), everywhere=True):
        if name.startswith("derivation."):
            assert floor_of(name) <= floor_of(module), f"{module} imports {name} from a floor above"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_package_itself_is_never_imported_for_its_lazy_names(path: Path) -> None:
    lazy = {f"derivation.{name}" for name in derivation.__all__} - {"derivation.__version__"}
    assert not lazy & set(imports(parsed(path), everywhere=True))


@pytest.mark.parametrize("path", sorted((PACKAGE / "kernel").rglob("*.py")), ids=name_of)
def test_the_kernel_trusts_nothing_above_it(path: Path) -> None:
    allowed = {"derivation.errors", "derivation.term", "derivation.domain"}
    for name in imports(parsed(path), everywhere=True):
        top = name.split(".")[0]
        printing = name == "derivation.notation" and path.name in ("theorem.py", "refute.py")
        assert (
            name in allowed
            or name.startswith("derivation.kernel")
            or printing
            or top == "flint"
            or top in sys.stdlib_module_names
        ), f"the kernel imports {name}"


def test_only_gates_ask_what_only_proposes() -> None:
    asking = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        if "search" not in path.relative_to(PACKAGE).parts[:-1]
        and any(
            n.startswith("derivation.kernel.search") for n in imports(parsed(path), everywhere=True)
        )
    }
    assert asking == {"kernel/refutation/search.py", "kernel/integration/fundamental.py"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_of_the_lower_floors_loads_sympy(path: Path) -> None:
    if floor_of(name_of(path)) <= FLOORS["check"]:
        assert "sympy" not in {
            name.split(".")[0] for name in imports(parsed(path), everywhere=False)
        }


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import derivation", HEAVY | {"derivation.kernel"}),
        ("import derivation.check", HEAVY - {"flint"}),
        ("import derivation.library.bce", HEAVY - {"flint"}),
        ("import derivation.gradients.bce", HEAVY | {"derivation.kernel", "numpy"}),
        ("from derivation.__main__ import load_commands; load_commands()", HEAVY - {"click"}),
        (
            "from derivation import load, verify; verify(load('bce'))",
            HEAVY - {"flint"},
        ),
    ],
)
def test_what_is_not_needed_is_not_loaded(statement: str, unwanted: set[str]) -> None:
    script = f"import sys\n{statement}\nprint(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not unwanted & set(loaded)


@pytest.mark.parametrize("path", [*MODULES, ROOT / "cli.py"], ids=str)
def test_modules_are_short(path: Path) -> None:
    # Generated modules are not read from top to bottom.
    if "gradients" not in path.parts:
        length = len(path.read_text(encoding="utf-8").splitlines())
        assert length <= 300, f"{path.name} has {length} lines; split it by purpose"


def test_every_public_name_is_there() -> None:
    for name in derivation.__all__:
        assert getattr(derivation, name) is not None
    assert set(derivation._MODULE_OF_NAME) | {"__version__"} == set(derivation.__all__)
    assert dir(derivation) == sorted(derivation.__all__)


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        derivation.nonsense  # noqa: B018


def test_the_version_is_written_the_same_twice() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == derivation.__version__


def test_the_map_names_every_part() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for path in PACKAGE.iterdir():
        if path.suffix == ".py" or (path.is_dir() and (path / "__init__.py").exists()):
            assert re.search(rf"\b{re.escape(path.name)}\b", text), f"{path.name} is not on the map"


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return folder


def test_the_wheel_holds_one_package_and_nothing_else(distributions: Path) -> None:
    (wheel,) = distributions.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"derivation"}
    assert {"derivation/cli.py", "derivation/py.typed", "derivation/data/iris.csv"} <= set(names)
    shipped = {name for name in names if name.startswith("derivation/templates/")}
    in_checkout = {
        f"derivation/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "templates").rglob("*")
        if path.is_file()
    }
    assert shipped == in_checkout != set()
    for path in MODULES:
        assert path.relative_to(ROOT).as_posix() in names


def test_the_sdist_holds_what_the_wheel_is_built_from(distributions: Path) -> None:
    (sdist,) = distributions.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"cli.py", "hatch_build.py", "pyproject.toml", "README.md", "LICENSE"} <= names
    assert any(name.startswith("templates/") for name in names)
    assert any(name.startswith("tests/") for name in names)


def test_the_wheel_works_from_any_folder(distributions: Path, tmp_path: Path) -> None:
    (wheel,) = distributions.glob("*.whl")
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    script = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); import derivation.__main__ as m; "
        "assert m.__file__.startswith(sys.path[0]); m.main()"
    )
    for arguments in (["list"], ["render", "bce", "--to", "html", "--lang", "en", "-o", "out"]):
        subprocess.run(
            [sys.executable, "-c", script, str(site), *arguments],
            cwd=tmp_path,
            capture_output=True,
            check=True,
        )
    assert (tmp_path / "out" / "bce.en.html").stat().st_size > 1000
