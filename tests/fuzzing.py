"""Random claims, many of them almost true: mutants of the project's own, and rewritten terms.

Claim number n of a seed is always the same. A claim is made in one of four ways: a side of a
known claim is changed; a name is declared differently; a part is rewritten in a way that holds
under a condition or only almost; a random term is set equal to a rewriting of itself.
"""

from __future__ import annotations

import ast
import copy
import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "claims"
LONGEST = 400  # characters of a side

Chooser = random.Random


@cache
def known_claims() -> tuple[dict, ...]:
    lines = (line for path in sorted(FOLDER.glob("*.jsonl"))
             for line in path.read_text(encoding="utf-8").splitlines())  # fmt: skip
    return tuple(json.loads(line) for line in lines)


def random_claim(seed: int, number: int) -> dict:
    """Claim ``number`` of a seed."""
    chooser = Chooser(f"{seed} {number}")
    while True:
        claim = chooser.choice((_mutant, _redeclared, _rewritten, _rewritten, _random))(chooser)
        if claim and max(len(claim["lhs"]), len(claim["rhs"])) <= LONGEST:
            return {**claim, "id": f"{seed}-{number}"}


def _parse(text: str) -> ast.expr:
    return ast.parse(f"({text})", mode="eval").body


def _claim(old: dict, lhs: str, rhs: str, names: dict[str, str] | None = None) -> dict:
    given = {"given": old["given"]} if "given" in old else {}
    return {"lhs": lhs, "rhs": rhs, "vars": names or old["vars"], **given}


def _known(chooser: Chooser) -> dict:
    """A known claim; not so often one with an integral, which takes long."""
    old = chooser.choice(known_claims())
    again = "Integral" in old["lhs"] + old["rhs"] and chooser.random() < 0.8
    return chooser.choice(known_claims()) if again else old


def _mutant(chooser: Chooser) -> dict:
    old = _known(chooser)
    side = _parse(old["rhs"])
    for _ in range(chooser.choice((1, 1, 1, 2))):
        side = changed(side, old["vars"], chooser)
    other = old["rhs"] if chooser.random() < 0.1 else old["lhs"]
    return _claim(old, other, ast.unparse(side))


DOMAINS = ("real", "real", ">0", ">=0", "<0", "!=0", "(0,1)", "[0,1]", "(-1,1)", ">1", "[-1,1]",
           "{-1,1}", "int", "int>=0", "int>=1")  # fmt: skip


def _redeclared(chooser: Chooser) -> dict:
    old = _known(chooser)
    names = dict(old["vars"])
    sizes = " ".join(names.values())
    free = [n for n, text in names.items() if not text.startswith(("idx", "index", "function"))]
    if not free:
        return {}
    name = chooser.choice(free)
    is_size = name in sizes.replace("+", " ").replace("-", " ").split()
    names[name] = chooser.choice(("int>=0", "int>=1", "int>=2") if is_size else DOMAINS)
    return _claim(old, old["lhs"], old["rhs"], names)


def _rewritten(chooser: Chooser) -> dict:
    old = _known(chooser)
    side = chooser.choice(("lhs", "rhs"))
    tree = _parse(old[side])
    for _ in range(chooser.choice((1, 1, 2, 3))):
        tree = rewritten(tree, old["vars"], chooser)
    start = old[side] if chooser.random() < 0.5 else old["lhs" if side == "rhs" else "rhs"]
    return _claim(old, start, ast.unparse(tree))


def _random(chooser: Chooser) -> dict:
    names = {
        name: chooser.choice(DOMAINS) for name in chooser.sample("xyab", chooser.choice((1, 1, 2)))
    }
    tree = random_term(names, chooser, chooser.choice((2, 3)))
    other = tree
    for _ in range(chooser.choice((1, 2, 3))):
        other = rewritten(other, names, chooser)
    if chooser.random() < 0.25:
        other = changed(other, names, chooser)
    return {"lhs": ast.unparse(tree), "rhs": ast.unparse(other), "vars": names}


# ------------------------------------------------------------------ random terms

ONE = ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "sinh", "cosh", "sigmoid", "softplus",
       "Abs", "sign", "relu", "atan", "asin", "acos", "erf", "floor", "log1p", "expm1", "logit",
       "asinh", "acosh", "atanh", "gamma", "ceiling", "Heaviside")  # fmt: skip
SHAPES = ("{0} + {1}", "{0} - {1}", "{0}*{1}", "{0}/({1})", "({0})**2", "({0})**3", "({0})**(-1)",
          "({0})**(1/2)", "({0})**(1/3)", "({0})**({1})", "Max({0}, {1})", "Min({0}, {1})",
          "Abs({0})", "sqrt(({0})**2)", "Piecewise(({0}, {2} > 0), ({1}, True))",
          "Derivative({0}, {2})", "log({0})", "exp({0})", "sqrt({0})")  # fmt: skip


def random_term(names: dict[str, str], chooser: Chooser, depth: int) -> ast.expr:
    """A term over real names."""
    return _parse(_random_text(names, chooser, depth))


def _random_text(names: dict[str, str], chooser: Chooser, depth: int) -> str:
    if depth == 0 or chooser.random() < 0.1:
        return chooser.choice((*names, *names, *names, "1", "2", "3", "1/2", "0", "pi"))
    inner = [f"({_random_text(names, chooser, depth - 1)})" for _ in range(2)]
    if chooser.random() < 0.35:
        return f"{chooser.choice(ONE)}{inner[0]}"
    return chooser.choice(SHAPES).format(*inner, chooser.choice(tuple(names)))


# ------------------------------------------------------------------ places


def _places(tree: ast.expr) -> Iterator[tuple[ast.AST, str, int | None, ast.expr]]:
    """Where a term stands: its parent's field, and the term; not names of functions or indices."""
    for parent in ast.walk(tree):
        for field, content in ast.iter_fields(parent):
            if isinstance(parent, ast.Call) and field == "func":
                continue
            if isinstance(parent, ast.Subscript) or (
                isinstance(parent, ast.Tuple) and field == "elts"
            ):
                continue
            for place, child in enumerate(content if isinstance(content, list) else [content]):
                if not isinstance(child, ast.expr) or isinstance(child, ast.Tuple):
                    continue
                if isinstance(parent, ast.Call) and place and _binds(parent):
                    continue
                yield parent, field, place if isinstance(content, list) else None, child


def _binds(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id in (
        "Sum", "Product", "Integral", "Derivative", "Prime",
    )  # fmt: skip


def replaced_somewhere(tree: ast.expr, chooser: Chooser, make) -> ast.expr:
    """The tree with one term replaced by ``make(term)``, which may answer None for no."""
    tree = ast.Expression(copy.deepcopy(tree))
    places = list(_places(tree))
    chooser.shuffle(places)
    for parent, field, place, child in places:
        if isinstance(parent, ast.Call) and parent.func.id == "Prime":
            continue
        new = make(child)
        if new is None:
            continue
        if place is None:
            setattr(parent, field, new)
        else:
            getattr(parent, field)[place] = new
        break
    return ast.fix_missing_locations(tree).body


# ------------------------------------------------------------------ changes that matter


def changed(tree: ast.expr, names: dict[str, str], chooser: Chooser) -> ast.expr:
    """The term with one mistake."""
    change = chooser.choice((_operator, _operator, _number, _number, _swap, _drop, _name,
                             _function, _negate, _limit, _order))  # fmt: skip
    return replaced_somewhere(tree, chooser, lambda node: change(node, names, chooser))


def _operator(node: ast.expr, _names, chooser: Chooser):
    if isinstance(node, ast.BinOp):
        others = {ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add,), ast.Mult: (ast.Add, ast.Div),
                  ast.Div: (ast.Mult,), ast.Pow: (ast.Mult,)}[type(node.op)]  # fmt: skip
        return ast.BinOp(node.left, chooser.choice(others)(), node.right)
    return node.operand if isinstance(node, ast.UnaryOp) else None


def _number(node: ast.expr, _names, chooser: Chooser):
    if not isinstance(node, ast.Constant) or type(node.value) is not int:
        return None
    return ast.Constant(abs(chooser.choice((node.value + 1, node.value - 1, 2 * node.value))))


def _swap(node: ast.expr, _names, _chooser):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.Div | ast.Pow):
        return ast.BinOp(node.right, node.op, node.left)
    return None


def _drop(node: ast.expr, _names, chooser: Chooser):
    if isinstance(node, ast.BinOp):
        return chooser.choice((node.left, node.right))
    if isinstance(node, ast.Call) and len(node.args) == 1:
        return node.args[0]
    return None


def _name(node: ast.expr, names, chooser: Chooser):
    if not isinstance(node, ast.Name) or node.id not in names:
        return None
    alike = [
        n for n, text in names.items() if n != node.id and " " not in text and text != "function"
    ]
    return ast.Name(chooser.choice(alike)) if alike else None


def _function(node: ast.expr, _names, chooser: Chooser):
    if isinstance(node, ast.Call) and node.func.id in ONE:
        return ast.Call(ast.Name(chooser.choice(ONE)), node.args, [])
    if isinstance(node, ast.Call) and node.func.id in ("Max", "Min"):
        return ast.Call(ast.Name("Min" if node.func.id == "Max" else "Max"), node.args, [])
    return None


def _negate(node: ast.expr, _names, _chooser):
    return ast.UnaryOp(ast.USub(), node)


def _limit(node: ast.expr, _names, chooser: Chooser):
    if not isinstance(node, ast.Call) or node.func.id not in ("Sum", "Product"):
        return None
    index, *ends = node.args[-1].elts
    place = chooser.randrange(2)
    ends[place] = ast.BinOp(ends[place], chooser.choice((ast.Add, ast.Sub))(), ast.Constant(1))
    limits = ast.Tuple([index, *ends], ast.Load())
    return ast.Call(node.func, [*node.args[:-1], limits], [])


def _order(node: ast.expr, names, chooser: Chooser):
    if isinstance(node, ast.Call) and node.func.id == "Derivative" and len(node.args) == 2:
        return ast.Call(node.func, [*node.args, ast.Constant(2)], [])
    real = [
        n for n, text in names.items() if " " not in text and not text.startswith(("int", "{", "f"))
    ]
    if real and chooser.random() < 0.3:
        return _parse(f"Derivative({ast.unparse(node)}, {chooser.choice(real)})")
    return None


# ------------------------------------------------------------------ almost sound rewritings

REWRITES = (
    "sqrt({0}**2)", "({0}**2)**(1/2)", "exp(log({0}))", "log(exp({0}))", "{0}**2/{0}",
    "sqrt({0})**2", "({0}**3)**(1/3)", "Abs({0})", "Max({0}, -{0})", "sign({0})*Abs({0})",
    "Piecewise(({0}, {0} > 0), (-{0}, True))", "Piecewise(({0}, {0} >= 0), ({0}, {1} > 0))",
    "{0}*{1}/{1}", "{0} + {1} - {1}", "asin(sin({0}))", "sin(asin({0}))", "tan(atan({0}))",
    "atan(tan({0}))", "tanh(atanh({0}))", "logit(sigmoid({0}))", "sigmoid(logit({0}))",
    "1/(1/{0})", "{0}**1", "{0}*{1}**0", "relu({0}) - relu(-{0})", "Max({0}, {1})",
    "{0}*Heaviside({1})", "exp({0})**1 - expm1({0}) - 1 + {0}",
    "log({0}**2)/2 - log(Abs({0})) + {0}", "{0}*sin({1})/sin({1})",
    "{0}*(sin({1})**2 + cos({1})**2)", "floor({0})", "{0}*sign({1})**2", "Abs({0}*{1})/Abs({1})",
    "({0}**{1})**(1/{1})", "{0}**{1}/{0}**({1} - 1)", "-(-{0})",
    "sqrt({0}*{1}**2)*sqrt({0})/Abs({1})", "Min({0}, {0} + {1}**2)",
    "{0} + Max({1}, -{1}) - Abs({1})", "exp(log({0}*{1}) - log({1}))", "cosh(acosh({0}))",
    "acosh(cosh({0}))", "asinh(sinh({0}))", "gamma({0} + 1)/gamma({0})",
    "{0} + floor({1}) + floor(-{1})", "{0}*sqrt(1 - {1}**2)/sqrt(1 - {1}**2)", "{0}*Abs({1})/{1}",
    "Piecewise(({0}, {1} != 0), (0, True))", "({0}**2)**(3/2)/{0}**2",
    "{0} + atan({1}) + atan(1/{1}) - pi/2", "{0} + acos({1}) + asin({1}) - pi/2",
    "Derivative({0}*{2}, {2}) - {2}*Derivative({0}, {2})", "Sum({0}, (q, 1, 1))",
    "Product({0}, (q, 1, 1))", "Sum({0}, (q, 1, 3))/3", "Derivative(Abs({2}), {2})*{0}*sign({2})",
)  # fmt: skip


def rewritten(tree: ast.expr, names: dict[str, str], chooser: Chooser) -> ast.expr:
    """The term with a part rewritten: right under a condition, or right nearly everywhere."""
    scalars = [n for n, text in names.items() if " " not in text and text != "function"]
    reals = [n for n in scalars if not names[n].startswith(("int", "{"))]
    shape = chooser.choice(REWRITES)
    if "{2}" in shape and not reals:
        shape = "-(-{0})"
    other = chooser.choice((*scalars, *scalars, "2")) if scalars else "2"
    if chooser.random() < 0.3:
        other = f"({other} - {chooser.choice((*scalars, '1', '2', '1/2'))})"
    real = chooser.choice(reals) if reals else ""

    def make(node: ast.expr):
        return _parse(shape.format(f"({ast.unparse(node)})", other, real))

    return replaced_somewhere(tree, chooser, make)
