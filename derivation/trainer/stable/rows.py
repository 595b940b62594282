"""The rule table: what turns a term into one that floating-point numbers can take.

A row is data: a name, what it says, when it may be used, and a function that proposes. Nothing
here is trusted: the kernel proves each line that a row proposes, or the row is passed over.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from derivation.trainer.stable.proposals import (
    Proposal,
    as_exponentials,
    decaying,
    differentiated,
    in_logs,
    number_out,
    of_exponential,
    of_power,
    of_product,
    of_quotient,
    one_apart,
    one_fraction,
    root_conjugate,
    unfolded,
    without_bars,
)

__all__ = ["PREPARING", "REWRITING", "Row"]


@dataclass(frozen=True, slots=True)
class Row:
    """One rule. ``propose(term, branch)`` gives the whole line with the rule used everywhere.

    ``statement`` is the maths in LaTeX, ``when`` the side condition in words. ``example`` is
    (before, after) and ``reject`` a twin (before, wrong after), for the domain ``given``.
    """

    name: str
    statement: str
    propose: Proposal = field(repr=False)
    when: str = ""
    given: str = "z >= 0"
    example: tuple[str, str] = ("", "")
    reject: tuple[str, str] = ("", "")


# ------------------------------------------------------------------------------ the rows

PREPARING = (
    Row(
        name="definitions",
        statement=r"f(x) = \ldots",
        propose=unfolded,
        given="y real, z >= 0",
        example=("sigmoid(z) - y", "1/(1 + exp(-z)) - y"),
        reject=("sigmoid(z) - y", "1/(1 + exp(z)) - y"),
    ),
    Row(
        name="functions as exponentials",
        statement=r"\tanh a = \frac{e^a - e^{-a}}{e^a + e^{-a}}, \quad \cosh a = \ldots",
        propose=as_exponentials,
        example=("tanh(z)", "(exp(z) - exp(-z))/(exp(z) + exp(-z))"),
        reject=("tanh(z)", "(exp(z) + exp(-z))/(exp(z) - exp(-z))"),
    ),
    Row(
        name="sign of the pivot",
        statement=r"|p| = p, \quad \max(p, 0) = p",
        propose=without_bars,
        when="p >= 0; for p < 0 they are -p and 0",
        given="z < 0",
        example=("Abs(z)", "-z"),
        reject=("Abs(z)", "z"),
    ),
    Row(
        name="derivative",
        statement=r"\frac{d}{dz} f(z) = f'(z)",
        propose=differentiated,
        example=("Derivative(1/(1 + exp(-z)), z)", "exp(-z)/(1 + exp(-z))**2"),
        reject=("Derivative(1/(1 + exp(-z)), z)", "-exp(-z)/(1 + exp(-z))**2"),
    ),
)

REWRITING = (
    Row(
        name="decaying exponentials",
        statement=r"e^{p} = \frac{1}{e^{-p}}",
        propose=decaying,
        when="p >= 0; for p < 0 the other way round",
        example=("log(1 + exp(z))", "log(1 + 1/exp(-z))"),
        reject=("log(1 + exp(z))", "log(1 + exp(-z))"),
    ),
    Row(
        name="one fraction in each logarithm",
        statement=r"1 - \frac{1}{1 + u} = \frac{u}{1 + u}",
        propose=one_fraction,
        when="u is the decaying exponential",
        example=("log(1 - 1/(1 + exp(-z)))", "log(exp(-z)/(1 + exp(-z)))"),
        reject=("log(1 - 1/(1 + exp(-z)))", "log(1/(1 + exp(-z)))"),
    ),
    Row(
        name="log of a quotient",
        statement=r"\log \frac{a}{b} = \log a - \log b",
        propose=in_logs(of_quotient),
        when="a and b positive",
        example=("log(exp(-z)/(1 + exp(-z)))", "log(exp(-z)) - log(1 + exp(-z))"),
        reject=("log(exp(-z)/(1 + exp(-z)))", "log(exp(-z)) + log(1 + exp(-z))"),
    ),
    Row(
        name="log of a product",
        statement=r"\log(a b) = \log a + \log b",
        propose=in_logs(of_product),
        when="a and b positive",
        example=("log(2*(1 + exp(-z)))", "log(2) + log(1 + exp(-z))"),
        reject=("log(2*(1 + exp(-z)))", "log(2)*log(1 + exp(-z))"),
    ),
    Row(
        name="log of a power",
        statement=r"\log a^n = n \log a",
        propose=in_logs(of_power),
        when="a positive",
        example=("log((1 + exp(-z))**2)", "2*log(1 + exp(-z))"),
        reject=("log((1 + exp(-z))**2)", "log(1 + exp(-z))"),
    ),
    Row(
        name="log of an exponential",
        statement=r"\log e^a = a",
        propose=in_logs(of_exponential),
        example=("log(exp(-z))", "-z"),
        reject=("log(exp(-z))", "z"),
    ),
    Row(
        name="number out of a logarithm",
        statement=r"\log(c + a) = \log c + \log(1 + \frac{a}{c})",
        propose=in_logs(number_out),
        when="c is a positive number",
        example=("log(2 + exp(-z))", "log(2) + log(1 + exp(-z)/2)"),
        reject=("log(2 + exp(-z))", "log(2) + log(1 + 2*exp(-z))"),
    ),
    Row(
        name="one apart in a logarithm",
        statement=r"\log(1 + a + b) = \log(1 + (a + b))",
        propose=one_apart,
        example=("log(1 + exp(-z) + exp(-2*z))", "log(1 + (exp(-z) + exp(-2*z)))"),
        reject=("log(1 + exp(-z) + exp(-2*z))", "log(1 + (exp(-z) - exp(-2*z)))"),
    ),
    Row(
        name="difference with a root",
        statement=r"\sqrt{b^2 + a} - b = \frac{a}{\sqrt{b^2 + a} + b}",
        propose=root_conjugate,
        when="b is a positive number",
        given="z real",
        example=("sqrt(4 + z**2) - 2", "z**2/(sqrt(4 + z**2) + 2)"),
        reject=("sqrt(4 + z**2) - 2", "z**2/(sqrt(4 + z**2) - 2)"),
    ),
)
