"""The derivatives of exp, log and other built-in functions: one row each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivation.rules.derivatives import dependent_summands, derivative_like, slope_of
from derivation.rules.matching import ONE, Product, as_exponential, as_product, total
from derivation.rules.rule import Context, Rule, Setting, depends
from derivation.term import Call, Derivative, Number, Pow, Term

__all__ = ["FUNCTIONS"]  # and each rule, by the name of its constant

_DX = r"\frac{d}{dx}"


def _of_function(name: str, slope: Callable[[Term], Term]) -> Callable[..., Iterator[Term]]:
    """``d/dx f(x)``, and ``f'(u)`` as the chain rule leaves it."""

    def rewrite(term: Term, _: Context) -> Iterator[Term]:
        match term:
            case Derivative(body=Call(name=written, arguments=(argument,), primes=0),
                            variable=variable, order=1):  # fmt: skip
                if argument != variable:
                    return
            case Call(name=written, arguments=(argument,), primes=1):
                pass
            case _:
                return
        if written == name or (written == "ln" and name == "log"):
            yield slope(argument)

    return rewrite


def _of_exp(term: Term, context: Context) -> Iterator[Term]:
    """``d/dx (a + e^u)``: for ``u = c x + d`` the factor c, otherwise ``du/dx``, comes out."""
    match term:
        case Call(name="exp", arguments=(exponent,), primes=1):
            yield Call("exp", (exponent,))
        case Derivative(body=body, variable=variable, order=1):
            parts = [
                _exponential_slopes(term, sign, one, context)
                for sign, one in dependent_summands(body, variable, context)
            ]
            if parts and all(parts):
                for choice in range(max(len(one) for one in parts)):
                    chosen = [one[min(choice, len(one) - 1)] for one in parts]
                    yield total((one.sign, one.unsigned) for one in chosen)


def _exponential_slopes(
    term: Derivative, sign: int, summand: Term, context: Context
) -> list[Product]:
    """The derivative of ``b e^u``; the list is empty for every other summand."""
    product = as_product(summand)
    inner = [factor for factor in product.above if depends(factor, term.variable, context)]
    if len(inner) != 1 or any(depends(f, term.variable, context) for f in product.below):
        return []
    exponent = as_exponential(inner[0])
    if exponent is None:
        return []
    whole = Product(sign * product.sign, product.above, product.below)
    slope = slope_of(exponent, term.variable, context)
    chained = whole * Product(1, (derivative_like(term, exponent),))
    return [chained] if slope is None else [whole * as_product(slope), chained]


def _square(term: Term) -> Term:
    return Pow(term, Number("2"))


# ---------------------------------------------------------------------------- the rows


derivative_of_exp = Rule(
    name="derivative of exp",
    statement=r"\frac{d}{dx} (b + e^{a x}) = a e^{a x}, \quad (e^u)' = e^u u'",
    rewrite=_of_exp,
    when="a and b free of x",
    example=(rf"{_DX} (1 + e^{{-x}})", "-e^{-x}"),
    reject=(rf"{_DX} (1 + e^{{-x}})", "-e^x"),
    setting=Setting("x, a, b real"),
)


def _function_row(name: str, latex: str, slope: Callable[[Term], Term], right: str, wrong: str,
                  given: str = "x real") -> Rule:  # fmt: skip
    return Rule(
        name=f"derivative of {name}",
        statement=rf"\frac{{d}}{{dx}} {latex} = {right}",
        rewrite=_of_function(name, slope),
        when="of the variable; with the chain rule, of anything",
        example=(rf"{_DX} {latex}", right),
        reject=(rf"{_DX} {latex}", wrong),
        setting=Setting(given),
    )


derivative_of_log = _function_row(
    "log", r"\log(x)", lambda u: ONE / u, r"\frac{1}{x}", r"-\frac{1}{x}", "x > 0"
)
derivative_of_sin = _function_row(
    "sin", r"\sin(x)", lambda u: Call("cos", (u,)), r"\cos(x)", r"-\cos(x)"
)
derivative_of_cos = _function_row(
    "cos", r"\cos(x)", lambda u: -Call("sin", (u,)), r"-\sin(x)", r"\sin(x)"
)
derivative_of_tanh = _function_row(
    "tanh",
    r"\tanh(x)",
    lambda u: ONE - _square(Call("tanh", (u,))),
    r"1 - \tanh(x)^2",
    r"1 + \tanh(x)^2",
)
derivative_of_sqrt = _function_row(
    "sqrt",
    r"\sqrt{x}",
    lambda u: ONE / (Number("2") * Call("sqrt", (u,))),
    r"\frac{1}{2 \sqrt{x}}",
    r"\frac{1}{\sqrt{x}}",
    "x > 0",
)

FUNCTIONS = (
    derivative_of_exp,
    derivative_of_log,
    derivative_of_sin,
    derivative_of_cos,
    derivative_of_tanh,
    derivative_of_sqrt,
)
