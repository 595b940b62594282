"""Sound rewritings of terms as text: each row says why the two sides are equal.

`RULES` maps a name to a function from a node to a node that is equal to it wherever both have a
value, or None where the rule does not apply. Everything is built from `ast` alone.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping

Rule = Callable[[ast.expr], ast.expr | None]

DOMAIN = {
    "x": "real", "y": "real", "p": ">0", "q": ">0", "r": "(0,1)", "m": "int>=1", "u": "idx m",
    "v": "idx>0 m", "f": "function", "g": "function",
}  # fmt: skip
POSITIVE = ("p", "exp(x)", "(1 + x**2)", "2", "q", "sigmoid(y)", "(p + q)")


def parse(text: str) -> ast.expr:
    return ast.parse(f"({text})", mode="eval").body


def text(node: ast.expr) -> str:
    return f"({ast.unparse(node)})"


def binary(node: ast.expr, operator: type[ast.operator]) -> tuple[str, str] | None:
    if isinstance(node, ast.BinOp) and isinstance(node.op, operator):
        return text(node.left), text(node.right)
    return None


def called(node: ast.expr, name: str) -> list[str] | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
        return [text(one) for one in node.args]
    return None


def by_operator(operator: type[ast.operator], shape: str) -> Rule:
    def rule(node):
        parts = binary(node, operator)
        return parse(shape.format(*parts)) if parts else None

    return rule


def by_function(name: str, shape: str) -> Rule:
    def rule(node):
        arguments = called(node, name)
        return parse(shape.format(*arguments)) if arguments else None

    return rule


def always(shape: str) -> Rule:
    return lambda node: parse(shape.format(text(node)))


def of_operator(name: str, operator: type[ast.operator], shape: str) -> Rule:
    """A function of a sum, a product, ..."""

    def rule(node):
        arguments = called(node, name)
        parts = binary(node.args[0], operator) if arguments else None
        return parse(shape.format(*parts)) if parts else None

    return rule


def distributed(node):
    """a (b + c) = a b + a c."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
        return None
    inner = binary(node.right, ast.Add)
    return parse("{0}*{1} + {0}*{2}".format(text(node.left), *inner)) if inner else None


def associated(node):
    """a + (b + c) = (a + b) + c, and the same for products."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add | ast.Mult):
        return None
    inner = binary(node.right, type(node.op))
    if not inner:
        return None
    sign = "+" if isinstance(node.op, ast.Add) else "*"
    return parse(f"({text(node.left)} {sign} {inner[0]}) {sign} {inner[1]}")


def is_positive(node: ast.expr) -> bool:
    """By its form."""
    match node:
        case ast.Constant(value=value):
            return value > 0
        case ast.Name(id=name):
            return name in ("p", "q", "r", "m")
        case ast.Subscript(value=ast.Name(id="v")):
            return True
        case ast.Call(func=ast.Name(id="exp" | "sigmoid" | "softplus" | "cosh")):
            return True
        case ast.BinOp(left=left, op=ast.Add() | ast.Mult() | ast.Div(), right=right):
            return is_positive(left) and is_positive(right)
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant()):
            return is_positive(left)
    return False


def log_of_product(node):
    """log(a b) = log a + log b for positive a and b."""
    arguments = called(node, "log")
    inner = node.args[0] if arguments else None
    if not isinstance(inner, ast.BinOp) or not isinstance(inner.op, ast.Mult | ast.Div):
        return None
    if not is_positive(inner.left) or not is_positive(inner.right):
        return None
    sign = "+" if isinstance(inner.op, ast.Mult) else "-"
    return parse(f"log({text(inner.left)}) {sign} log({text(inner.right)})")


def root_of_square(node):
    """a = sqrt(a**2) for positive a."""
    return parse(f"sqrt({text(node)}**2)") if is_positive(node) else None


def log_of_exp(node):
    """a = exp(log a) for positive a."""
    return parse(f"exp(log({text(node)}))") if is_positive(node) else None


# ------------------------------------------------------------------ sums


class _Put(ast.NodeTransformer):
    """A name becomes a term."""

    def __init__(self, name: str, term: str) -> None:
        self.name, self.term = name, term

    def visit_Name(self, node):
        return parse(self.term) if node.id == self.name else node


def put(node: ast.expr, name: str, term: str) -> str:
    return text(_Put(name, term).visit(copy.deepcopy(node)))


def summed(node: ast.expr) -> tuple[ast.expr, str, str, str] | None:
    """Body, index and limits of a sum without another sum inside."""
    if not called(node, "Sum") or any(called(one, "Sum") for one in ast.walk(node.args[0])):
        return None
    index, lower, upper = node.args[1].elts
    return node.args[0], index.id, text(lower), text(upper)


def peeled(node):
    """The first term apart; for ranges that begin at 1 and end at m >= 1."""
    parts = summed(node)
    if not parts or parts[2:] != ("(1)", "(m)"):
        return None
    body, index, _, upper = parts
    return parse(f"{put(body, index, '1')} + Sum({text(body)}, ({index}, 2, {upper}))")


def peeled_last(node):
    """The last term apart."""
    parts = summed(node)
    if not parts or parts[2:] != ("(1)", "(m)"):
        return None
    body, index, lower, _ = parts
    return parse(f"Sum({text(body)}, ({index}, {lower}, m - 1)) + {put(body, index, 'm')}")


def shifted(node):
    """i becomes i + 1, and the limits one less."""
    parts = summed(node)
    if not parts:
        return None
    body, index, lower, upper = parts
    return parse(f"Sum({put(body, index, f'({index} + 1)')}, ({index}, {lower} - 1, {upper} - 1))")


def renamed(node):
    """The index has another name."""
    parts = summed(node)
    if not parts:
        return None
    body, index, lower, upper = parts
    other = "k" if index != "k" else "l"
    return parse(f"Sum({put(body, index, other)}, ({other}, {lower}, {upper}))")


def split_sum(node):
    """A sum of sums."""
    parts = summed(node)
    inner = binary(parts[0], ast.Add) if parts else None
    if not inner:
        return None
    limits = f"({parts[1]}, {parts[2]}, {parts[3]})"
    return parse(f"Sum({inner[0]}, {limits}) + Sum({inner[1]}, {limits})")


def backwards(node):
    """From the last to the first."""
    parts = summed(node)
    if not parts:
        return None
    body, index, lower, upper = parts
    turned = put(body, index, f"({lower} + {upper} - {index})")
    return parse(f"Sum({turned}, ({index}, {lower}, {upper}))")


# ------------------------------------------------------------------ derivatives


def derived(node: ast.expr) -> tuple[ast.expr, str] | None:
    if not called(node, "Derivative") or len(node.args) != 2:
        return None
    return node.args[0], text(node.args[1])


def derivative_rule(operator: type[ast.operator], shape: str) -> Rule:
    def rule(node):
        parts = derived(node)
        inner = binary(parts[0], operator) if parts else None
        return parse(shape.format(*inner, parts[1].strip("()"))) if inner else None

    return rule


def chain_rule(name: str, slope: str) -> Rule:
    def rule(node):
        parts = derived(node)
        inner = called(parts[0], name) if parts else None
        return (
            parse(f"({slope})*Derivative({{0}}, {{1}})".format(inner[0], parts[1].strip("()")))
            if inner
            else None
        )

    return rule


RULES: Mapping[str, Rule] = {
    "a + b = b + a": by_operator(ast.Add, "{1} + {0}"),
    "a b = b a": by_operator(ast.Mult, "{1}*{0}"),
    "a - b = -(b - a)": by_operator(ast.Sub, "-({1} - {0})"),
    "a - b = a + (-1) b": by_operator(ast.Sub, "{0} + (-1)*{1}"),
    "a/b = a (1/b)": by_operator(ast.Div, "{0}*(1/{1})"),
    "associate": associated,
    "distribute": distributed,
    "a = a + c - c": always("{0} + y - y"),
    "a = a - c + c, a positive c": always("({0} - p*q) + q*p"),
    **{f"a = a c / c, c = {c}": always(f"{{0}}*{c}/{c}") for c in POSITIVE},
    "a = (2 a)/2": always("(2*{0})/2"),
    "a = a (sin^2 + cos^2)": always("{0}*(sin(y)**2 + cos(y)**2)"),
    "a = log(exp(a))": always("log(exp({0}))"),
    "a = Max(a, -a) sign(a), 0 at 0": always("Max({0}, -{0})*sign({0})"),
    "a = Max(a, 0) + Min(a, 0)": always("Max({0}, 0) + Min({0}, 0)"),
    "a positive: a = sqrt(a^2)": root_of_square,
    "a positive: a = exp(log a)": log_of_exp,
    "exp(a + b) = exp(a) exp(b)": of_operator("exp", ast.Add, "exp({0})*exp({1})"),
    "exp(a - b) = exp(a)/exp(b)": of_operator("exp", ast.Sub, "exp({0})/exp({1})"),
    "exp(a) = exp(a/2)^2": by_function("exp", "exp({0}/2)**2"),
    "log(a b) = log a + log b": log_of_product,
    "sin(a + b)": of_operator("sin", ast.Add, "sin({0})*cos({1}) + cos({0})*sin({1})"),
    "cos(a + b)": of_operator("cos", ast.Add, "cos({0})*cos({1}) - sin({0})*sin({1})"),
    "sin(a) = 2 sin(a/2) cos(a/2)": by_function("sin", "2*sin({0}/2)*cos({0}/2)"),
    "cos(a) = 1 - 2 sin(a/2)^2": by_function("cos", "1 - 2*sin({0}/2)**2"),
    "tanh by exp": by_function("tanh", "(exp(2*{0}) - 1)/(exp(2*{0}) + 1)"),
    "sigmoid by exp": by_function("sigmoid", "1/(1 + exp(-{0}))"),
    "sigmoid(a) = 1 - sigmoid(-a)": by_function("sigmoid", "1 - sigmoid(-{0})"),
    "softplus by log": by_function("softplus", "log(1 + exp({0}))"),
    "softplus(a) = a + softplus(-a)": by_function("softplus", "{0} + softplus(-{0})"),
    "Max by Abs": by_function("Max", "({0} + {1} + Abs({0} - {1}))/2"),
    "Max by branches": by_function("Max", "Piecewise(({0}, {0} >= {1}), ({1}, True))"),
    "Min by Max": by_function("Min", "-Max(-{0}, -{1})"),
    "Abs by branches": by_function("Abs", "Piecewise(({0}, {0} >= 0), (-{0}, True))"),
    "Abs by a root": by_function("Abs", "sqrt({0}**2)"),
    "sum: first term apart": peeled,
    "sum: last term apart": peeled_last,
    "sum: shifted": shifted,
    "sum: renamed": renamed,
    "sum: split": split_sum,
    "sum: backwards": backwards,
    "(a + b)' = a' + b'": derivative_rule(ast.Add, "Derivative({0}, {2}) + Derivative({1}, {2})"),
    "(a b)'": derivative_rule(ast.Mult, "Derivative({0}, {2})*{1} + {0}*Derivative({1}, {2})"),
    "(a/b)'": derivative_rule(
        ast.Div, "(Derivative({0}, {2})*{1} - {0}*Derivative({1}, {2}))/{1}**2"
    ),
    "exp(a)'": chain_rule("exp", "exp({0})"),
    "sin(a)'": chain_rule("sin", "cos({0})"),
    "cos(a)'": chain_rule("cos", "-sin({0})"),
    "sigmoid(a)'": chain_rule("sigmoid", "sigmoid({0})*(1 - sigmoid({0}))"),
    "softplus(a)'": chain_rule("softplus", "sigmoid({0})"),
    "tanh(a)'": chain_rule("tanh", "1 - tanh({0})**2"),
    "f(a)'": chain_rule("f", "Prime(f({0}))"),
}
