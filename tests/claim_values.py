"""What a side of a claim is worth at a point: straight from its text, by `ast` and mpmath.

Nothing of the project takes part, so this can judge all of it. Rational arithmetic is exact;
the rest has the precision of mpmath's context. A side has a value, or none (`NoValueError`), or
this evaluator cannot tell (`UnknownError`): a convention, a number too large, too little accuracy.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache

import mpmath
from mpmath import mp, mpf

LARGEST = 10**6  # of a whole exponent
# Of an argument of exp: so that 1 + exp(-x) is not 1 at the highest precision; in an integral,
# whose far ends count for nothing, so that exponents fit into memory.
LARGEST_EXP: ContextVar[int] = ContextVar("largest argument of exp", default=1500)
HUGE = 10**400
MOST_TERMS = 400  # of a sum

Value = Fraction | mpf


class NoValueError(Exception):
    """The text has no real value at this point."""


class UnknownError(Exception):
    """This evaluator cannot tell."""


@dataclass(frozen=True)
class Irrational:
    """A number such as pi/2 or sqrt(2), worked out at whatever precision it is asked for."""

    text: str

    def __str__(self):
        return self.text


@dataclass(frozen=True)
class Point:
    """Values of names, members of families, stand-ins for functions; ``whole``: integer names."""

    names: Mapping[str, Fraction | Irrational | mpf]
    families: Mapping[str, Mapping[tuple[int, ...], Fraction]] = field(default_factory=dict)
    functions: Mapping[str, Callable] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()

    def having(self, name: str, value: Value, *, whole: bool) -> Point:
        """The point with a bound name."""
        kept = self.whole | {name} if whole else self.whole - {name}
        return replace(self, names={**self.names, name: value}, whole=kept)

    def moved(self, target: ast.expr, value: mpf) -> Point:
        """The point with another value of a variable, or of a member."""
        if isinstance(target, ast.Name):
            return replace(self, names={**self.names, target.id: value})
        base, place = member(target, self)
        members = {**self.families[base], place: value}
        return replace(self, families={**self.families, base: members})


# ------------------------------------------------------------------ arithmetic


def noise() -> mpf:
    """What rounding can leave of a difference that is 0, relative to its operands."""
    return mpf(10) ** (12 - mp.dps)


def real(value) -> mpf:
    if isinstance(value, Irrational):
        return real(value_at(value.text, Point({})))
    if isinstance(value, Fraction):
        return mpf(value.numerator) / value.denominator
    if isinstance(value, mpmath.mpc):
        raise NoValueError("not a real number")
    if not mpmath.isfinite(value):
        raise UnknownError("too large")
    return mpf(value)


def exactly(*values) -> bool:
    return all(isinstance(value, Fraction) for value in values)


def plus(a: Value, b: Value) -> Value:
    if exactly(a, b):
        return a + b
    a, b = real(a), real(b)
    total = a + b
    return Fraction(0) if abs(total) <= noise() * max(abs(a), abs(b)) else total


def minus(a: Value, b: Value) -> Value:
    return plus(a, -b)


def times(a: Value, b: Value) -> Value:
    if exactly(a, b):
        return a * b
    if a == 0 or b == 0:
        return Fraction(0)
    return real(a) * real(b)


def over(a: Value, b: Value) -> Value:
    if b == 0:
        raise NoValueError("division by zero")
    return a / b if exactly(a, b) else real(a) / real(b)


def whole(value: Value) -> int:
    if exactly(value):
        if value.denominator != 1:
            raise NoValueError("not a whole number")
        return int(value)
    nearest = int(mpmath.nint(value))
    if abs(value - nearest) > noise() * (1 + abs(value)):
        raise NoValueError("not a whole number")
    return nearest


def integer_power(base: Value, exponent: int) -> Value:
    if base == 0:
        if exponent <= 0:
            raise NoValueError("0 to a power that is not positive")
        return Fraction(0)
    if abs(exponent) > LARGEST:
        raise UnknownError("a huge exponent")
    if exactly(base) and abs(exponent) <= 300:
        return base**exponent
    return real(base) ** exponent


def real_power(base: Value, exponent: Value) -> Value:
    if base <= 0:
        raise NoValueError("a real power of a number that is not positive")
    return exponential(times(exponent, logarithm(base)))


def exponential(x: Value) -> Value:
    if x == 0:
        return Fraction(1)
    if abs(x) > LARGEST_EXP.get():
        raise UnknownError("a huge argument of exp")
    return mpmath.exp(real(x))


def logarithm(x: Value) -> Value:
    if x <= 0:
        raise NoValueError("log of a number that is not positive")
    return Fraction(0) if x == 1 else mpmath.log(real(x))


def root(x: Value) -> Value:
    if x < 0:
        raise NoValueError("root of a negative number")
    if exactly(x):
        top, bottom = math.isqrt(x.numerator), math.isqrt(x.denominator)
        if top * top == x.numerator and bottom * bottom == x.denominator:
            return Fraction(top, bottom)
    return mpmath.sqrt(real(x))


# ------------------------------------------------------------------ functions


def smooth(function: Callable) -> Callable:
    """A function defined on the whole line."""
    return lambda x: real(function(real(x)))


def turning(function: Callable) -> Callable:
    """sin or cos: what is rounding about a zero is the zero."""

    def at(x):
        if abs(real(x)) > 10**12:
            raise UnknownError("a huge angle")
        found = function(real(x))
        return Fraction(0) if abs(found) <= noise() * (1 + abs(real(x))) else found

    return at


def within(function: Callable, low, high, *, ends: bool) -> Callable:
    def at(x):
        inside = (low is None or x > low) and (high is None or x < high)
        if not inside and not (ends and x in (low, high)):
            raise NoValueError("outside the domain of an inverse function")
        return real(function(real(x)))

    return at


def sine(x):
    return turning(mpmath.sin)(x)


def cosine(x):
    return turning(mpmath.cos)(x)


def hyperbolic(numerator: str, denominator: str) -> Callable:
    parts = {
        "s": lambda x: minus(exponential(x), exponential(-x)),
        "c": lambda x: plus(exponential(x), exponential(-x)),
        "2": lambda _: Fraction(2),
    }
    return lambda x: over(parts[numerator](x), parts[denominator](x))


def gamma(x):
    if exactly(x) and x.denominator == 1:
        if x <= 0:
            raise NoValueError("a pole of gamma")
        return Fraction(math.factorial(int(x) - 1)) if x < 200 else mpmath.gamma(real(x))
    if abs(x) > 10**4:
        raise UnknownError("a huge argument of gamma")
    return real(mpmath.gamma(real(x)))


def gamma_like(function: Callable, *, positive: bool) -> Callable:
    def at(x):
        if exactly(x) and x.denominator == 1 and x <= 0:
            raise NoValueError("a pole")
        if positive and x <= 0:
            raise UnknownError("log of gamma of a negative number")
        return real(function(real(x)))

    return at


def factorial(n):
    n = whole(n) if exactly(n) and n.denominator == 1 else unknown("factorial of a fraction")
    if n < 0:
        raise NoValueError("factorial of a negative number")
    return gamma(Fraction(n + 1))


def binomial(n, k):
    if not exactly(n, k) or n.denominator != 1 or k.denominator != 1 or not 0 <= k <= n:
        unknown("binomial outside 0 <= k <= n")
    return Fraction(math.comb(int(n), int(k)))


def floor(x):
    if exactly(x):
        return Fraction(math.floor(x))
    if abs(x - mpmath.nint(x)) <= noise() * (1 + abs(x)):
        unknown("floor beside a jump")
    return Fraction(int(mpmath.floor(x)))


def heaviside(x):
    return unknown("Heaviside at 0") if x == 0 else Fraction(int(x > 0))


def unknown(why: str):
    raise UnknownError(why)


def largest(*values):
    best = values[0]
    for one in values[1:]:
        best = one if minus(one, best) > 0 else best
    return best


def smallest(*values):
    return -largest(*(-one for one in values))


def sigmoid(x):
    return over(Fraction(1), plus(Fraction(1), exponential(-x)))


def softplus(x):
    return logarithm(plus(Fraction(1), exponential(x)))


def sign(x):
    return Fraction((x > 0) - (x < 0))


def polygamma(n, x):
    if not exactly(n) or n.denominator != 1 or n < 0:
        unknown("the order of a polygamma")
    return gamma_like(lambda y: mpmath.polygamma(int(n), y), positive=False)(x)


def beta(a, b):
    if a <= 0 or b <= 0:
        unknown("beta outside positive numbers")
    return over(times(gamma(a), gamma(b)), gamma(plus(a, b)))


def remainder(x, y):
    return minus(x, times(y, floor(over(x, y)))) if y > 0 else unknown("Mod by a negative number")


def log_sum_exp(*values):
    total = Fraction(0)
    for one in values:
        total = plus(total, exponential(one))
    return logarithm(total)


FUNCTIONS: Mapping[str, Callable] = {
    "exp": exponential, "log": logarithm, "ln": logarithm, "sqrt": root,
    "sin": sine, "cos": cosine,
    "tan": lambda x: over(sine(x), cosine(x)), "cot": lambda x: over(cosine(x), sine(x)),
    "sec": lambda x: over(Fraction(1), cosine(x)), "csc": lambda x: over(Fraction(1), sine(x)),
    "asin": within(mpmath.asin, -1, 1, ends=True), "acos": within(mpmath.acos, -1, 1, ends=True),
    "atan": smooth(mpmath.atan), "asinh": smooth(mpmath.asinh),
    "acosh": within(mpmath.acosh, 1, None, ends=True),
    "atanh": within(mpmath.atanh, -1, 1, ends=False),
    "sinh": hyperbolic("s", "2"), "cosh": hyperbolic("c", "2"), "tanh": hyperbolic("s", "c"),
    "coth": hyperbolic("c", "s"), "sech": hyperbolic("2", "c"), "csch": hyperbolic("2", "s"),
    "sigmoid": sigmoid, "softplus": softplus, "relu": lambda x: largest(x, Fraction(0)),
    "logit": lambda p: logarithm(over(p, minus(Fraction(1), p))),
    "erf": smooth(mpmath.erf), "erfc": smooth(mpmath.erfc),
    "gamma": gamma, "loggamma": gamma_like(mpmath.loggamma, positive=True),
    "digamma": gamma_like(mpmath.digamma, positive=False),
    "polygamma": polygamma, "beta": beta, "Mod": remainder, "logsumexp": log_sum_exp,
    "Phi": smooth(mpmath.ncdf), "erfinv": within(mpmath.erfinv, -1, 1, ends=False),
    "cbrt": lambda x: real_power(x, Fraction(1, 3)) if x > 0 else unknown("cbrt of no positive"),
    "factorial": factorial, "binomial": binomial, "floor": floor,
    "ceiling": lambda x: -floor(-x), "Abs": abs, "abs": abs, "sign": sign,
    "Max": largest, "Min": smallest, "Heaviside": heaviside,
    "Delta": lambda i, j: Fraction(int(minus(i, j) == 0)),
    "expm1": lambda x: minus(exponential(x), Fraction(1)),
    "log1p": lambda x: logarithm(plus(Fraction(1), x)),
}  # fmt: skip

CONSTANTS = {"pi": mpmath.pi, "E": mpmath.e, "EulerGamma": mpmath.euler}
_ROUNDED = frozenset({"sin", "cos", "tan", "asin", "acos", "atan", "asinh", "acosh", "atanh",
                      "erf", "erfc", "digamma", "loggamma"})  # fmt: skip
_AT_ZERO = frozenset({"sin", "tan", "asin", "atan", "asinh", "atanh", "erf"})


def apply(name: str, arguments: list[Value]) -> Value:
    if name not in FUNCTIONS:
        raise UnknownError(f"no function {name}")
    if name in _ROUNDED and arguments == [0] and name in _AT_ZERO:
        return Fraction(0)
    try:
        return FUNCTIONS[name](*arguments)
    except TypeError:
        raise UnknownError(f"{name} with another number of arguments") from None


# ------------------------------------------------------------------ text


@lru_cache(maxsize=4096)
def parsed(text: str) -> ast.expr:
    return ast.parse(f"({text})", mode="eval").body


def value_at(text: str, point: Point) -> Value:
    """The value of the text. Raises NoValueError, UnknownError."""
    try:
        return evaluate(parsed(text), point)
    except (OverflowError, MemoryError, RecursionError, mpmath.libmp.ComplexResult) as error:
        raise UnknownError(str(error)) from None
    except (ValueError, ZeroDivisionError) as error:  # a pole just beside a point, and the like
        raise UnknownError(str(error)) from None


def evaluate(node: ast.expr, point: Point) -> Value:
    match node:
        case ast.Constant(value=number):
            return _number(number)
        case ast.Name(id=name):
            return _name(name, point)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -evaluate(operand, point)
        case ast.Subscript():
            base, place = member(node, point)
            return point.families[base][place]
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(left, right, point)
        case ast.BinOp(left=left, op=op, right=right):
            how = {ast.Add: plus, ast.Sub: minus, ast.Mult: times, ast.Div: over}[type(op)]
            return how(evaluate(left, point), evaluate(right, point))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(name, arguments, point)
    raise UnknownError(f"cannot evaluate {ast.dump(node)[:60]}")


def _number(value: object) -> Fraction:
    if type(value) is int:
        return Fraction(value)
    if type(value) is not float or value in (0.0, math.inf) or len(str(value)) > 15:
        raise UnknownError("no number, or one that a float has rounded")
    return Fraction(str(value))


def _name(name: str, point: Point) -> Value:
    if name in point.names:
        found = point.names[name]
        return real(found) if isinstance(found, Irrational) else found
    if name in CONSTANTS:
        return +CONSTANTS[name]
    raise UnknownError(f"no value for {name}")


def member(node: ast.Subscript, point: Point) -> tuple[str, tuple[int, ...]]:
    index = node.slice
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    place = tuple(whole(evaluate(part, point)) for part in parts)
    base = node.value.id
    if place not in point.families.get(base, {}):
        raise NoValueError(f"no member {place} of {base}")
    return base, place


def is_whole(node: ast.expr, point: Point) -> bool:
    """Whether the text can only be a whole number."""
    match node:
        case ast.Constant(value=value):
            return type(value) is int
        case ast.Name(id=name):
            return name in point.whole
        case ast.UnaryOp(operand=operand):
            return is_whole(operand, point)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult(), right=right):
            return is_whole(left, point) and is_whole(right, point)
    return False


def _power(left: ast.expr, right: ast.expr, point: Point) -> Value:
    base, exponent = evaluate(left, point), evaluate(right, point)
    if is_whole(right, point):
        return integer_power(base, whole(exponent))
    constant = not any(isinstance(part, ast.Name) for part in ast.walk(right))
    if base < 0 and exactly(exponent) and exponent.denominator == 1:
        raise UnknownError("a negative base under an exponent that happens to be whole")
    if constant and exactly(exponent) and base == 0:
        if exponent == 0:
            raise UnknownError("0 to the power 0, not written as 0")
        if exponent < 0:
            raise NoValueError("0 to a negative power")
        return Fraction(0)
    if exponent == Fraction(1, 2) and constant:
        return root(base)
    if isinstance(left, ast.Constant) and left.value == 0 and exponent > 0:
        return Fraction(0)
    return real_power(base, exponent)


def _call(name: str, arguments: list[ast.expr], point: Point) -> Value:
    if name in point.functions:
        return real(point.functions[name](*(real(evaluate(one, point)) for one in arguments)))
    match name:
        case "Sum" | "Product":
            return _ranged(name, arguments, point)
        case "Integral":
            return _integral(arguments, point)
        case "Derivative" | "diff":
            return _derivative(arguments[0], list(_orders(arguments[1:])), point)
        case "Prime":
            return _prime(arguments[0], point)
        case "Piecewise":
            return _branches(arguments, point)
    return apply(name, [evaluate(one, point) for one in arguments])


def _ranged(name: str, arguments: list[ast.expr], point: Point) -> Value:
    body, *limits = arguments
    *inner, outer = limits
    index, lower, upper = outer.elts
    first, last = (whole(evaluate(end, point)) for end in (lower, upper))
    if last - first > MOST_TERMS:
        raise UnknownError("a long sum")
    total = Fraction(int(name == "Product"))
    for number in range(first, last + 1):
        there = point.having(index.id, Fraction(number), whole=True)
        term = _ranged(name, [body, *inner], there) if inner else evaluate(body, there)
        total = times(total, term) if name == "Product" else plus(total, term)
    return total


def _limit(node: ast.expr, point: Point):
    match node:
        case ast.Name(id="oo" | "inf"):
            return mpmath.inf
        case ast.UnaryOp(op=ast.USub(), operand=ast.Name(id="oo" | "inf")):
            return -mpmath.inf
    return real(evaluate(node, point))


def _integral(arguments: list[ast.expr], point: Point) -> Value:
    body, limits = arguments
    index, lower, upper = limits.elts
    low, high = _limit(lower, point), _limit(upper, point)

    def there(t):
        try:
            return real(evaluate(body, point.having(index.id, t, whole=False)))
        except NoValueError:
            if min(abs(t - low), abs(t - high)) < mpf(10) ** (-mp.dps // 2):
                return mpf(0)  # an end that counts for nothing
            raise

    usual = LARGEST_EXP.set(HUGE)
    try:
        one, other = (real(mpmath.quad(there, cuts)) for cuts in _cuts(low, high))
    finally:
        LARGEST_EXP.reset(usual)
    if abs(one - other) > mpf(10) ** -13 * (1 + abs(one)):
        raise UnknownError("an integral that does not settle")
    return one


def _cuts(low, high) -> tuple[list, list]:
    """Two ways to cut the range: a kink or a pole spoils them differently."""
    first, second = ((-4, 0, 4), (-1.5, 0, 1, 9))
    if mpmath.isfinite(low) and mpmath.isfinite(high):
        second = (low + (high - low) * mpf("0.37"),)
    inside = ([mpf(c) for c in cuts if min(low, high) < c < max(low, high)]
              for cuts in (first, second))  # fmt: skip
    one, other = ([low, *(cuts if low < high else reversed(cuts)), high] for cuts in inside)
    return one, other


def _orders(arguments: list[ast.expr]):
    waiting = list(arguments)
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, ast.Tuple):
            yield one.elts[0], one.elts[1].value
        elif waiting and isinstance(waiting[0], ast.Constant):
            yield one, waiting.pop(0).value
        else:
            yield one, 1


def _derivative(body: ast.expr, orders: list[tuple[ast.expr, int]], point: Point) -> Value:
    if not orders:
        return evaluate(body, point)
    *inner, (variable, order) = orders
    here = real(evaluate(variable, point))
    return slope(lambda t: real(_derivative(body, inner, point.moved(variable, t))), here, order)


def slope(function: Callable, here: mpf, order: int) -> mpf:
    """The derivative, from the left and from the right: where they differ there is none."""
    if order > 4:
        raise UnknownError("a derivative of high order")
    left, right = (real(mpmath.diff(function, here, order, direction=d)) for d in (-1, 1))
    scale = 1 + abs(left) + abs(right)
    if scale > mpf(10) ** (mp.dps // 2) or abs(left - right) > scale * mpf(10) ** (-mp.dps // 3):
        raise NoValueError("a kink or a jump")
    return (left + right) / 2


def _prime(node: ast.expr, point: Point) -> Value:
    count = 1
    while node.func.id == "Prime":
        node, count = node.args[0], count + 1
    name, (argument,) = node.func.id, node.args
    function = point.functions.get(name) or (lambda t: real(apply(name, [t])))
    return slope(function, real(evaluate(argument, point)), count)


def _branches(branches: list[ast.expr], point: Point) -> Value:
    for branch in branches:
        value, test = branch.elts
        if holds(test, point):
            return evaluate(value, point)
    raise NoValueError("no branch applies")


def holds(test: ast.expr, point: Point) -> bool:
    """Whether a condition holds. Raises as `value_at` does."""
    match test:
        case ast.Constant(value=bool() as value):
            return value
        case ast.BoolOp(op=ast.And(), values=values):
            return all(holds(one, point) for one in values)
        case ast.BoolOp(values=values):
            return any(holds(one, point) for one in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not holds(operand, point)
        case ast.Compare(left=left, ops=ops, comparators=rest):
            sides = [evaluate(one, point) for one in (left, *rest)]
            return all(_compares(op, a, b) for op, a, b in zip(ops, sides, sides[1:], strict=False))
    raise UnknownError("not a condition")


def _compares(op: ast.cmpop, a: Value, b: Value) -> bool:
    gap = minus(a, b)
    match op:
        case ast.Lt():
            return gap < 0
        case ast.LtE():
            return gap <= 0
        case ast.Gt():
            return gap > 0
        case ast.GtE():
            return gap >= 0
        case ast.Eq():
            return gap == 0
    return gap != 0
