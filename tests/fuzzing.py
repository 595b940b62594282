"""Random claims, many of them almost true: mutants of the project's own, and rewritten terms.

Claim number n of a seed is always the same. A claim is made in one of several ways: a side of a
known claim is changed; a name is declared differently; a part is rewritten in a way that holds
under a condition or only almost; a random term is set equal to a rewriting of itself, also under
hypotheses, and in sums over families.
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
        claim = chooser.choice(WAYS)(chooser)
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


HYPOTHESES = (
    "x < y", "x <= y", "x != y", "x > y", "x*y > 0", "x*y < 0", "x*y >= 0", "x + y = 1", "x = y",
    "x*y = 1", "x > 1/2", "x**2 < 1", "x**2 <= y", "x + y > 0", "x + y >= 0", "x = 2*y",
    "x - y = 1", "x > y**2", "x**2 + y**2 = 1", "x*y != 0", "Abs(x) < 1", "x + 1 > 0",
    "0 <= x <= 1", "x >= 2*y", "x/y > 0", "y > x + 1", "x = y**2", "sin(x) > 0", "exp(x) < 2",
    "x - y != 1", "1 < x*y",
)  # fmt: skip
SPOTS = (
    "Abs(x - y)", "Max(x, y)", "Min(x, y)", "1/(x - y)", "log(x*y)", "sqrt(x*y)", "sqrt(x + y)",
    "x/y", "sign(x - y)", "Piecewise((x, x < y), (y, True))", "sqrt((x - y)**2)", "log(x + y)",
    "Piecewise((1, x <= y), (0, True))", "Abs(x*y)", "(x + y)**y", "sqrt(1 - x**2)", "log(x/y)",
    "Abs(x + y)", "sign(x*y)", "(x*y)**(1/3)", "sqrt(y - x**2)", "atanh(x)", "1/(1 - x*y)",
    "log(x)", "relu(x - y)", "Heaviside(y - x)", "Abs(x) + Abs(y)", "Max(x, 1 - x)", "acos(x)",
    "x**(-y)", "Derivative(Abs(x - y), x)", "Derivative(Max(x, y), y)", "Derivative(x*y, x)", "y",
    "x", "x + y", "atan(x) + atan(y)", "Derivative(log(x*y), y)", "1 - x", "x**2 + y**2",
    "floor(x/(x + y))",
)  # fmt: skip


def _hypothetical(chooser: Chooser) -> dict:
    names = {"x": chooser.choice(DOMAINS[:11]), "y": chooser.choice(DOMAINS[:11])}
    given = chooser.sample(HYPOTHESES, chooser.choice((1, 1, 2)))
    left = chooser.choice(SPOTS)
    if chooser.random() < 0.5:
        left = f"({left}) {chooser.choice('+-*/')} ({chooser.choice(SPOTS)})"
    right = _parse(chooser.choice((left, left, chooser.choice(SPOTS))))
    change = chooser.choice((rewritten, changed, _simplified, _simplified))
    for _ in range(chooser.choice((1, 1, 2))):
        right = change(right, names, chooser)
    return {"lhs": left, "rhs": ast.unparse(right), "vars": names, "given": given}


def _simplified(tree: ast.expr, _names: dict[str, str], chooser: Chooser) -> ast.expr:
    """The term with one case chosen, as if something was known of the signs."""

    def chosen(node: ast.expr):
        if not isinstance(node, ast.Call):
            return None
        parts = [f"({ast.unparse(one)})" for one in node.args]
        match node.func.id:
            case "Abs" | "sqrt":
                return _parse(chooser.choice((parts[0], f"-{parts[0]}")))
            case "Max" | "Min":
                return _parse(chooser.choice(parts))
            case "sign" | "Heaviside":
                return _parse(chooser.choice(("1", "-1", "0")))
            case "Piecewise":
                return chooser.choice(node.args).elts[0]
            case "log" if isinstance(node.args[0], ast.BinOp):
                inner = node.args[0]
                sign = "+" if isinstance(inner.op, ast.Mult) else "-"
                left, right = ast.unparse(inner.left), ast.unparse(inner.right)
                return _parse(f"log({left}) {sign} log({right})")
        return None

    return replaced_somewhere(tree, chooser, chosen)


FAMILY = {"u": "idx m", "v": "idx>0 m", "a": "real", "k": "index m"}
BODIES = (
    "u[i]", "v[i]", "u[i]**2", "a*u[i]", "i", "1", "a", "u[i]*v[i]", "log(v[i])", "exp(u[i])",
    "u[i]/v[i]", "Delta(i, k)*u[i]", "i*u[i]", "a**i", "u[i] - a", "u[m + 1 - i]",
    "(u[i] - u[k])**2", "Max(u[i], 0)", "1/i", "sqrt(v[i])", "Delta(i, 2)", "u[k]*v[i]",
    "(-1)**i*u[i]", "Abs(i - 2)", "Max(i, k)", "Delta(i, k + 1)", "u[i]/(i - k)", "sign(u[i])",
    "i**2", "2**i",
)  # fmt: skip
LOWER = ("1", "1", "1", "2", "0", "m", "k", "k + 1", "m + 1")
UPPER = ("m", "m", "m", "m - 1", "k", "k - 1", "1", "2", "m + 1")


def _summed(chooser: Chooser) -> dict:
    names = {**FAMILY, "m": chooser.choice(("int>=1", "int>=1", "int>=0", "int>=2"))}
    sums = [_sum(chooser) for _ in range(chooser.choice((1, 1, 2)))]
    left = f" {chooser.choice('+-*/')} ".join(sums)
    if chooser.random() < 0.2:
        left = f"Derivative({left}, {chooser.choice(('a', 'u[k]', 'v[k]', 'u[1]', 'u[m]'))})"
    right = _parse(left)
    for _ in range(chooser.choice((1, 2))):
        change = chooser.choice((_resummed, _resummed, _resummed, rewritten, changed))
        right = change(right, names, chooser)
    return {"lhs": left, "rhs": ast.unparse(right), "vars": names}


def _sum(chooser: Chooser) -> str:
    kind = chooser.choice(("Sum", "Sum", "Sum", "Product"))
    return (
        f"{kind}({chooser.choice(BODIES)}, (i, {chooser.choice(LOWER)}, {chooser.choice(UPPER)}))"
    )


def _resummed(tree: ast.expr, _names: dict[str, str], chooser: Chooser) -> ast.expr:
    """The term with a sum split, shifted, turned round or worked out, not always rightly."""

    def remade(node: ast.expr):
        if not isinstance(node, ast.Call) or node.func.id not in ("Sum", "Product"):
            return None
        kind, index = node.func.id, node.args[-1].elts[0].id
        low, high = (ast.unparse(end) for end in node.args[-1].elts[1:])
        body = ast.unparse(node.args[0])
        sign = "+" if kind == "Sum" else "*"
        count = f"({high}) - ({low}) + 1"

        def at(value: str) -> str:
            return ast.unparse(_Put(index, value).visit(_parse(body)))

        ways = (
            f"({at(low)}) {sign} {kind}({body}, ({index}, {low} + 1, {high}))",
            f"{kind}({body}, ({index}, {low}, {high} - 1)) {sign} ({at(high)})",
            f"{kind}({at(f'({index} + 1)')}, ({index}, {low} - 1, {high} - 1))",
            f"{kind}({at(f'({index} - 1)')}, ({index}, {low} + 1, {high} + 1))",
            f"{kind}({at(f'(({low}) + ({high}) - {index})')}, ({index}, {low}, {high}))",
            f"{kind}({body}, ({index}, {low}, k)) {sign} {kind}({body}, ({index}, k + 1, {high}))",
            f"{kind}({body}, ({index}, {low}, k - 1)) {sign} {kind}({body}, ({index}, k, {high}))",
            f"({count})*({body})" if kind == "Sum" else f"({body})**({count})",
            f"{kind}({body}, ({index}, 1, {high})) - {kind}({body}, ({index}, 1, {low} - 1))",
            f"({at('k')})", f"({high})*(({high}) + 1)/2", "0",
        )  # fmt: skip
        return _parse(chooser.choice(ways))

    return replaced_somewhere(tree, chooser, remade)


class _Put(ast.NodeTransformer):
    """A name becomes a term."""

    def __init__(self, name: str, term: str) -> None:
        self.name, self.term = name, term

    def visit_Name(self, node):
        return _parse(self.term) if node.id == self.name else node


WAYS = (_mutant, _redeclared, _rewritten, _rewritten, _random, _hypothetical, _summed)


# ------------------------------------------------------------------ random terms

ONE = ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "sinh", "cosh", "sigmoid", "softplus",
       "Abs", "sign", "relu", "atan", "asin", "acos", "erf", "floor", "log1p", "expm1", "logit",
       "asinh", "acosh", "atanh", "gamma", "ceiling", "Heaviside", "Phi", "cbrt", "digamma",
       "loggamma", "sech", "coth", "cot", "erfc", "erfinv")  # fmt: skip
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
    "{0} + Piecewise((1, cos({2}) == 0), (0, True))",
    "{0} + Piecewise((1, {2}**2 == 2), (0, True))", "Piecewise(({0}, sin({2}) != 0), (1, True))",
    "{0}*sign({2}**2 - 2)**2", "{0}*(1 - sign({2})**2)",
    "{0} + Derivative({2}**2, {2})*(1 - sign({2})**2)", "Sum(Abs(q - 2)*{0}, (q, 1, 3))/2",
    "Sum(Delta(q, 2)*{0}, (q, 1, 3))",
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
