"""Rules of logarithms and exponentials."""

from __future__ import annotations

from collections.abc import Iterator

from derivation.rules.matching import as_exponential
from derivation.rules.rule import Context, Direction, Rule, Setting
from derivation.term import Add, Call, Constant, Div, Mul, Neg, Number, Pow, Sub, Term

__all__ = ["LOGARITHMS"]  # and each rule, by the name of its constant


def _argument_of_log(term: Term) -> Term | None:
    if isinstance(term, Call) and term.name in ("log", "ln") and not term.primes:
        return term.arguments[0] if len(term.arguments) == 1 else None
    return None


def _log(argument: Term) -> Term:
    return Call("log", (argument,))


def _e(exponent: Term) -> Term:
    return Pow(Constant("e"), exponent)


def _log_of_product(term: Term, _: Context) -> Iterator[Term]:
    match _argument_of_log(term):
        case Mul(left=left, right=right):
            yield Add(_log(left), _log(right))


def _log_of_quotient(term: Term, _: Context) -> Iterator[Term]:
    match _argument_of_log(term):
        case Div(left=Number(text="1"), right=right):
            yield Neg(_log(right))
        case Div(left=left, right=right):
            yield Sub(_log(left), _log(right))


def _log_of_power(term: Term, _: Context) -> Iterator[Term]:
    match _argument_of_log(term):
        case Pow(left=base, right=exponent):
            yield Mul(exponent, _log(base))


def _log_of_exp(term: Term, _: Context) -> Iterator[Term]:
    argument = _argument_of_log(term)
    exponent = as_exponential(argument) if argument is not None else None
    if exponent is not None:
        yield exponent


def _exp_of_sum(term: Term, _: Context) -> Iterator[Term]:
    match as_exponential(term):
        case Add(left=left, right=right):
            yield Mul(_e(left), _e(right))
        case Sub(left=left, right=right):
            yield Mul(_e(left), _e(Neg(right)))


def _exp_of_negative(term: Term, _: Context) -> Iterator[Term]:
    match as_exponential(term):
        case Neg(body=body):
            yield Div(Number("1"), _e(body))


def _opposite_exponentials(term: Term, _: Context) -> Iterator[Term]:
    if isinstance(term, Mul):
        left, right = as_exponential(term.left), as_exponential(term.right)
        if left is not None and right is not None and (left == Neg(right) or right == Neg(left)):
            yield Number("1")


# ---------------------------------------------------------------------------- the rows

_POSITIVE = Setting("a, b, c positive")
_REAL = Setting("a, b, c real")

log_of_product = Rule(
    name="log of a product",
    statement=r"\log(a b) = \log a + \log b",
    rewrite=_log_of_product,
    when="a and b positive",
    example=(r"c \log(a b)", r"c (\log(a) + \log(b))"),
    reject=(r"c \log(a b)", r"c \log(a) \log(b)"),
    setting=_POSITIVE,
    direction=Direction.EITHER,
)
log_of_quotient = Rule(
    name="log of a quotient",
    statement=r"\log \frac{a}{b} = \log a - \log b",
    rewrite=_log_of_quotient,
    when="a and b positive",
    example=(r"\log(\frac{a}{b}) + \log(\frac{1}{c})", r"\log(a) - \log(b) - \log(c)"),
    reject=(r"\log(\frac{a}{b})", r"\log(a) + \log(b)"),
    setting=_POSITIVE,
    direction=Direction.EITHER,
)
log_of_power = Rule(
    name="log of a power",
    statement=r"\log a^n = n \log a",
    rewrite=_log_of_power,
    when="a positive",
    example=(r"\log(a^2) + b", r"2 \log(a) + b"),
    reject=(r"\log(a^2) + b", r"\log(a) + b"),
    setting=_POSITIVE,
    direction=Direction.EITHER,
)
log_of_exp = Rule(
    name="log of an exponential",
    statement=r"\log e^a = a",
    rewrite=_log_of_exp,
    example=(r"b \log(e^{-a})", r"-b a"),
    reject=(r"b \log(e^{-a})", r"b a"),
    setting=_REAL,
)
exp_of_sum = Rule(
    name="exponential of a sum",
    statement=r"e^{a + b} = e^a e^b",
    rewrite=_exp_of_sum,
    example=(r"c e^{a - b}", r"c e^a e^{-b}"),
    reject=(r"c e^{a - b}", r"c e^a e^b"),
    setting=_REAL,
    direction=Direction.EITHER,
)
exp_of_negative = Rule(
    name="exponential with a minus",
    statement=r"e^{-a} = \frac{1}{e^a}",
    rewrite=_exp_of_negative,
    example=(r"b + e^{-a}", r"b + \frac{1}{e^a}"),
    reject=(r"b + e^{-a}", r"b - e^a"),
    setting=_REAL,
    direction=Direction.EITHER,
)
opposite_exponentials = Rule(
    name="opposite exponentials",
    statement=r"e^a e^{-a} = 1",
    rewrite=_opposite_exponentials,
    example=(r"b + c e^{-a} e^a", r"b + c"),
    reject=(r"b + c e^{-a} e^a", r"b - c"),
    setting=_REAL,
    partial=True,
)

LOGARITHMS = (
    log_of_product,
    log_of_quotient,
    log_of_power,
    log_of_exp,
    exp_of_sum,
    exp_of_negative,
    opposite_exponentials,
)
