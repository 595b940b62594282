from __future__ import annotations

import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import FUNCTIONS, SYMBOLS, terms

from derivation.errors import UnreadableError, UnsupportedError
from derivation.notation import read, read_equation, to_latex
from derivation.term import (
    Add,
    And,
    Call,
    Constant,
    Derivative,
    DerivativeSign,
    Div,
    Index,
    Indexed,
    Integral,
    Mark,
    MarkKind,
    Mul,
    Neg,
    Not,
    Number,
    Or,
    Paren,
    Piecewise,
    Pow,
    Product,
    Relation,
    RelationSign,
    Span,
    Sub,
    Sum,
    Symbol,
    Term,
    Times,
    plain,
    walk,
)

A, B, C, INDEX, J, M, W, X, Y = (Symbol(name) for name in "abcijmwxy")
ZERO, ONE, TWO = Number("0"), Number("1"), Number("2")
INFINITY = Constant("inf")
POSITIVE = Relation(X, RelationSign.GT, ZERO)
BELOW_ONE = Relation(X, RelationSign.LE, ONE)
DIFFERENT = Relation(X, RelationSign.NE, A)
STEP = Piecewise(((ONE, POSITIVE), (ZERO, None)))
H = Call("h", (X,))
SIGMOID = Call("sigmoid", (X,))
E_X = Pow(Constant("e"), Neg(X))

# Every distinct equation of the source deck, row by row.
DECK = [
    r"z(x) = \sum_{i=0}^m (x^{(i)} \times w^{(i)} + b)",
    r"h(x) = \text{sigmoid}(z(x))",
    r"L(x) = \frac{1}{m} \sum_{i=0}^m \left(-y^{(i)} \log(h(x^{(i)}))"
    r" - (1 - y^{(i)}) \log(1 - h(x^{(i)})) \right)",
    r"L(x) = -y \log h(x) - (1 - y) \log(1 - h(x))",
    r"L(x) = -y \log h(x) - (1 - y) \log (1 - h(x))",
    r"\begin{aligned} \frac{\partial L(x)}{\partial w}"
    r" &= \frac{\partial}{\partial w} \left(-y \log h(x) - (1 - y) \log (1 - h(x)) \right) \\"
    r" &= -\frac{\partial}{\partial w} y \log h(x)"
    r" - \frac{\partial}{\partial w} (1 - y) \log (1 - h(x)) \end{aligned}",
    r"= -y \frac{\partial}{\partial w} \log h(x)"
    r" - (1 - y) \frac{\partial}{\partial w} \log (1 - h(x))",
    r"\begin{aligned}f(x) &= \log(x)\end{aligned}",
    r"f'(x) = \frac{1}{x}",
    r"f(x) = g(h(x))",
    r"f'(x) = g'(h(x)) \cdot h'(x)",
    r"f(x) = \log(h(x))",
    r"f'(x) = \frac{1}{h(x)} \times h'(x)",
    r"\begin{aligned}\frac{\partial L(x)}{\partial w}"
    r" &= -y \frac{1}{h(x)} \frac{\partial}{\partial w} h(x)"
    r" - (1 - y) \frac{1}{1 - h(x)} \frac{\partial}{\partial w} (-h(x)) \\"
    r" &= -y \frac{1}{h(x)} \frac{\partial}{\partial w} h(x)"
    r" + (1 - y) \frac{1}{1 - h(x)} \frac{\partial}{\partial w} h(x) \\"
    r" &= \left(-y \frac{1}{h(x)} + (1 - y) \frac{1}{1 - h(x)} \right)"
    r" \frac{\partial}{\partial w} h(x)\end{aligned}",
    r"z(x) = x \times w + b",
    r"\frac{\partial h(x)}{\partial w} = \frac{\partial}{\partial w} \text{sigmoid}(z(x))",
    r"\text{sigmoid}'(x) = \frac{\partial}{\partial x} \left(\frac{1}{1 + e^{-x}} \right)",
    r"= \frac{-\frac{\partial}{\partial x}(1 + e^{-x})}{(1 + e^{-x})^2}",
    r"= \frac{e^{-x}}{(1 + e^{-x})^2}",
    r"f(x) = \frac{g(x)}{h(x)} = g(x)h(x)^{-1}",
    r"f'(x) = \frac{g(x)h'(x) - g'(x)h(x)}{h(x)^2}",
    r"f(x) = \frac{1}{h(x)}",
    r"f'(x) = \frac{-h'(x)}{h(x)^2}",
    r"f(x) = e^x",
    r"f'(x) = -e^x",
    r"f(x) = e^{-x}",
    r"\begin{aligned}\text{sigmoid}'(x) &= \frac{e^{-x}}{(1 + e^{-x})^2} \\"
    r" &= \frac{1 + e^{-x} - 1}{(1 + e^{-x})^2} \\"
    r" &= \frac{1 + e^{-x}}{(1 + e^{-x})^2} - \frac{1}{(1 + e^{-x})^2} \\"
    r" &= \frac{1}{1 + e^{-x}} - \left(\frac{1}{1 + e^{-x}} \right)^2\end{aligned}",
    r"\text{sigmoid}'(x) = \text{sigmoid}(x) - (\text{sigmoid}(x))^2",
    r"\text{sigmoid}'(x) = \text{sigmoid}(x)(1 - \text{sigmoid}(x))",
    r"\frac{\partial h(x)}{\partial w}"
    r" = \text{sigmoid}(z(x)) \left(1 - \text{sigmoid}(z(x)) \right)"
    r" \frac{\partial}{\partial w} z(x)",
    r"= h(x)(1-h(x)) \frac{\partial}{\partial w} z(x)",
    r"= \left(-y \frac{1}{h(x)} + (1-y) \frac{1}{1-h(x)} \right)"
    r" h(x)(1-h(x)) \frac{\partial}{\partial w} z(x)",
    r"= \boxed{\left(-y(1-h(x)) + (1-y)h(x) \right)} \frac{\partial}{\partial w} z(x)",
    r"= \left(-y + y \cdot h(x) + h(x) - y \cdot h(x) \right) \frac{\partial}{\partial w} z(x)",
    r"= \boxed{(h(x) - y)} \frac{\partial}{\partial w} z(x)",
    r"= (h(x) - y) \frac{\partial}{\partial w} (x \times w + b)",
    r"= (h(x) - y) x",
    r"\frac{\partial L(x)}{\partial w} = \sum_{i=0}^m (h(x^{(i)}) - y^{(i)}) x^{(i)}",
    r"\frac{\partial L(x)}{\partial b} = \sum_{i=0}^m (h(x^{(i)}) - y^{(i)})",
]


def by_w(body: Term, quotient: bool = False) -> Derivative:
    return Derivative(body, W, quotient=quotient)


@pytest.mark.parametrize("text", DECK)
@pytest.mark.parametrize(
    "names",
    [
        {},
        {
            "functions": frozenset({"f", "g", "h", "z", "L"}),
            "symbols": frozenset({"x", "y", "w", "b", "m"}),
        },
    ],
    ids=["undeclared", "declared"],
)
def test_every_formula_of_the_deck_is_read_and_printed_back(text, names):
    sides = read_equation(text, syntax="latex", **names)
    assert len(sides) == text.count("=") - text.count("{i=") - text.startswith("=") + 1
    assert tuple(read(to_latex(side), syntax="latex", **names) for side in sides) == sides


@pytest.mark.parametrize(
    ("text", "term"),
    [
        (r"-a b", Neg(Mul(A, B))),
        (r"-a + b", Add(Neg(A), B)),
        (r"a - b - c", Sub(Sub(A, B), C)),
        (r"a - (b - c)", Sub(A, Sub(B, C))),
        (r"a / b / c", Div(Div(A, B, slash=True), C, slash=True)),
        (r"a b \times c \cdot 2", Mul(Mul(Mul(A, B), C, Times.CROSS), TWO, Times.DOT)),
        (r"2.50", Number("2.50")),
        (r"x^2", Pow(X, TWO)),
        (r"x^{(i)}", Indexed("x", (INDEX,), Index.ABOVE)),
        (r"x^{(i)}_j", Indexed("x", (INDEX, J), Index.BOTH)),
        (r"x_j^{(i)}", Indexed("x", (INDEX, J), Index.BOTH)),
        (r"x_{ij}", Indexed("x", (INDEX, J))),
        (r"x_{i,j}", Indexed("x", (INDEX, J))),
        (r"x_{i+1}", Indexed("x", (Add(INDEX, ONE),))),
        (r"x_j^2", Pow(Indexed("x", (J,)), TWO)),
        (r"x^2_j", Pow(Indexed("x", (J,)), TWO)),
        (r"x_{\text{max}}", Symbol("x_max")),
        (r"\delta_{ij}", Call("Delta", (INDEX, J))),
        (r"\delta", Symbol("delta")),
        (r"\ell", Symbol("ell")),
        (r"\pi", Constant("pi")),
        (r"e", Constant("e")),
        (r"e^{-x}", E_X),
        (r"\exp(x)", Call("exp", (X,))),
        (r"\ln x", Call("log", (X,), bare=True)),
        (r"\log h(x)", Call("log", (H,), bare=True)),
        (r"\log(h(x))", Call("log", (H,))),
        (r"\log x^2", Call("log", (Pow(X, TWO),), bare=True)),
        (r"\log^2 x", Pow(Call("log", (X,), bare=True), TWO)),
        (
            r"\sin x \cos x",
            Mul(Call("sin", (X,), bare=True), Call("cos", (X,), bare=True)),
        ),
        (r"h(x)^{-1}", Pow(H, Neg(ONE))),
        (r"f''(x)", Call("f", (X,), primes=2)),
        (r"\sigma(x)", Call("sigma", (X,))),
        (r"|x|", Call("Abs", (X,))),
        (r"\left|x\right|", Call("Abs", (X,))),
        (r"\sqrt{x}", Call("sqrt", (X,))),
        (r"\max(a, b)", Call("Max", (A, B))),
        (r"(\text{sigmoid}(x))^2", Pow(Paren(SIGMOID), TWO)),
        (r"(1+x)^2", Pow(Add(ONE, X), TWO)),
        (r"((1+x))^2", Pow(Paren(Add(ONE, X)), TWO)),
        (r"\frac{1}{m}", Div(ONE, M)),
        (r"\frac{d}{dx} x^2", Derivative(Pow(X, TWO), X, sign=DerivativeSign.ORDINARY)),
        (
            r"\frac{d^2 f(x)}{dx^2}",
            Derivative(Call("f", (X,)), X, 2, DerivativeSign.ORDINARY, quotient=True),
        ),
        (r"\frac{\partial L}{\partial w}", by_w(Symbol("L"), quotient=True)),
        (
            r"a \frac{\partial}{\partial w} x \times w + b",
            Add(Mul(A, by_w(Mul(X, W, Times.CROSS))), B),
        ),
        (
            r"\frac{\partial}{\partial w_j} x",
            Derivative(X, Indexed("w", (J,))),
        ),
        (r"\sum_{i=1}^m a b + c", Add(Sum(Mul(A, B), "i", ONE, M), C)),
        (r"\sum\limits^{m}_{i=1} a", Sum(A, "i", ONE, M)),
        (
            r"1 + e^{-x} \key{- 1}",
            Add(Add(ONE, E_X), Mark(MarkKind.KEY, Neg(ONE))),
        ),
        (r"a \key{-b} c", Add(A, Mul(Mark(MarkKind.KEY, Neg(B)), C))),
        (r"\boxed{(a - b)} c", Mul(Mark(MarkKind.BOXED, Paren(Sub(A, B))), C)),
        (
            r"\begin{cases} a & x > 0 \\ b & \text{otherwise} \end{cases}",
            Piecewise(((A, Relation(X, RelationSign.GT, Number("0"))), (B, None))),
        ),
        (r"\bigl[ a + b \bigr] c", Mul(Add(A, B), C)),
        (r"\alpha × x − π", Sub(Mul(Symbol("alpha"), X, Times.CROSS), Constant("pi"))),
        (r"\text{비용}(x)", Call("비용", (X,))),
        (r"\prod_{i=1}^m a b + c", Add(Product(Mul(A, B), "i", ONE, M), C)),
        (r"\sum_{\pi=1}^m \pi", Sum(Symbol("pi"), "pi", ONE, M)),
        (r"\int_{a}^{b} x \, dx", Integral(X, "x", A, B)),
        (r"\int_a^b x \text{d}x", Integral(X, "x", A, B)),
        (r"\int\limits^b_a x \, \mathrm{d}x + c", Add(Integral(X, "x", A, B), C)),
        (r"\int_a^b dx", Integral(ONE, "x", A, B)),
        (r"\int_a^b (x + 1) dx", Integral(Add(X, ONE), "x", A, B)),
        (r"\int_a^b x + 1 \, dx", Integral(Add(X, ONE), "x", A, B)),
        (r"\int_a^b -x \, dx", Integral(Neg(X), "x", A, B)),
        (r"\int_a^b e \, de", Integral(Symbol("e"), "e", A, B)),
        (r"\int_a^b \frac{dx}{x}", Integral(Div(ONE, X), "x", A, B)),
        (r"\int_a^b \frac{y \, dx}{x}", Integral(Div(Y, X), "x", A, B)),
        (r"\int_a^b d \, \mathrm{d}x", Integral(Symbol("d"), "x", A, B)),
        (
            r"2 \int_{-\infty}^\infty x dx \cdot y",
            Mul(Mul(TWO, Integral(X, "x", Neg(INFINITY), INFINITY)), Y, Times.DOT),
        ),
        (
            r"\int_0^1 \int_0^x y \, dy \, dx",
            Integral(Integral(Y, "y", ZERO, X), "x", ZERO, ONE),
        ),
        (
            r"\int_0^1 \int_0^x y \, dy \, \mathrm{d}x",
            Integral(Integral(Y, "y", ZERO, X), "x", ZERO, ONE),
        ),
        (
            r"\int_0^1 \int_0^x y \, \mathrm{d}y \, dx",
            Integral(Integral(Y, "y", ZERO, X), "x", ZERO, ONE),
        ),
        (
            r"\int_0^1 \frac{d}{dx} x \, dx",
            Integral(Derivative(X, X, sign=DerivativeSign.ORDINARY), "x", ZERO, ONE),
        ),
        (r"\lvert x \rvert", Call("Abs", (X,))),
        (r"\lfloor x \rfloor", Call("floor", (X,))),
        (r"\left\lceil\frac{1}{2}\right\rceil", Call("ceiling", (Div(ONE, TWO),))),
        (r"\binom{a}{b}", Call("binomial", (A, B))),
        (r"a!", Call("factorial", (A,))),
        (r"2 a! b", Mul(Mul(TWO, Call("factorial", (A,))), B)),
        (r"a!^2", Pow(Call("factorial", (A,)), TWO)),
        (r"(a + b)! \! c", Mul(Call("factorial", (Add(A, B),)), C)),
        (r"\log a!", Call("log", (Call("factorial", (A,)),), bare=True)),
        (r"\psi(x)", Call("digamma", (X,))),
        (r"\psi'(x)", Call("digamma", (X,), primes=1)),
        (r"\psi^{(2)}(x)", Call("polygamma", (TWO, X))),
        (r"\Phi(x)", Call("Phi", (X,))),
        (r"\operatorname{erf}(x)", Call("erf", (X,))),
        (r"\operatorname{sech}^2 x", Pow(Call("sech", (X,), bare=True), TWO)),
        (r"\sech(x)", Call("sech", (X,))),
        (r"\operatorname{arsinh}(x)", Call("asinh", (X,))),
        (r"\sqrt[3]{x}", Pow(X, Div(ONE, Number("3")))),
        (r"\log_{2} x", Div(Call("log", (X,), bare=True), Call("log", (TWO,)))),
        (r"\log_a(x)", Div(Call("log", (X,)), Call("log", (A,)))),
        (r"\log_2^2(x)", Pow(Div(Call("log", (X,)), Call("log", (TWO,))), TWO)),
        (r"\max\{a, b\}", Call("Max", (A, B))),
        (r"\exp\left\{x\right\}", Call("exp", (X,))),
        (r"\delta_{i j}", Call("Delta", (INDEX, J))),
        (r"\text{EulerGamma}", Constant("EulerGamma")),
        (r"\text{1e-30} x", Mul(Number("1e-30"), X)),
        (r"x_{\text{1}}", Symbol("x_1")),
        (r"\mathbb{1}[x > 0] a", Mul(STEP, A)),
        (r"\mathbf{1}_{\{x > 0\}}", Paren(STEP)),
        (r"\mathbb 1_{x > 0}", Paren(STEP)),
    ],
)
def test_reads_exactly_what_was_written(text, term):
    found = read(text, syntax="latex")
    assert found == term
    assert read(to_latex(found), syntax="latex") == term


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        (r"x > 0 \text{ and } x \le 1", And(POSITIVE, BELOW_ONE)),
        (r"x > 0 \land x \le 1", And(POSITIVE, BELOW_ONE)),
        (r"x > 0, x \le 1", And(POSITIVE, BELOW_ONE)),
        (r"x > 0 \text{ 이고 } x \le 1,", And(POSITIVE, BELOW_ONE)),
        (r"\text{if } 0 < x \le 1", And(Relation(ZERO, RelationSign.LT, X), BELOW_ONE)),
        (r"x > 0 \text{ or } x \le 1 \land x \ne a", Or(POSITIVE, And(BELOW_ONE, DIFFERENT))),
        (r"(x > 0 \lor x \le 1) \land x \ne a", And(Or(POSITIVE, BELOW_ONE), DIFFERENT)),
        (r"((x > 0)) \lor \{x \le 1\}", Or(POSITIVE, BELOW_ONE)),
        (r"x > 0 \land (x \le 1 \land x \ne a)", And(POSITIVE, And(BELOW_ONE, DIFFERENT))),
        (r"\lnot x > 0", Not(POSITIVE)),
        (r"\neg (x > 0 \vee x \le 1)", Not(Or(POSITIVE, BELOW_ONE))),
        (r"(x + 1) a > 0", Relation(Mul(Add(X, ONE), A), RelationSign.GT, ZERO)),
        (r"((x + 1) a > 0)", Relation(Mul(Add(X, ONE), A), RelationSign.GT, ZERO)),
        (r"(\mathbb{1}[x > 0]) > 0", Relation(Paren(Paren(STEP)), RelationSign.GT, ZERO)),
    ],
)
def test_conditions(text, condition):
    term = read(rf"\begin{{cases}} a & {text} \\ b & \text{{otherwise}} \end{{cases}}")
    assert term == Piecewise(((A, condition), (B, None)))
    assert read(to_latex(term)) == term


def test_a_condition_is_printed_alone():
    assert to_latex(And(POSITIVE, Or(BELOW_ONE, Not(DIFFERENT)))) == (
        r"x > 0 \land (x \le 1 \lor \lnot (x \ne a))"
    )
    with pytest.raises(UnsupportedError, match="only in the conditions"):
        to_latex(Add(A, POSITIVE))


@pytest.mark.parametrize(
    ("text", "declared", "undeclared"),
    [
        (r"\psi(x)", Mul(Symbol("psi"), Paren(X)), Call("digamma", (X,))),
        (r"\Phi(x)", Mul(Symbol("Phi"), Paren(X)), Call("Phi", (X,))),
        (r"\Gamma(x)", Mul(Symbol("Gamma"), Paren(X)), Call("gamma", (X,))),
        (r"\delta_{ij}", Indexed("delta", (INDEX, J)), Call("Delta", (INDEX, J))),
        (r"\text{erf}(x)", Mul(Symbol("erf"), Paren(X)), Call("erf", (X,))),
    ],
)
def test_what_is_declared_is_no_function_that_is_known(text, declared, undeclared):
    name = re.search(r"[A-Za-z]{3,}(?=[}_(])", text)[0]
    assert read(text, symbols=frozenset({name, "x"}), syntax="latex") == declared
    assert read(text, symbols=frozenset({"x"}), syntax="latex") == undeclared
    functions = read(text, functions=frozenset({name}), symbols=frozenset({"x"}), syntax="latex")
    assert functions in (Call(name, (X,)), Indexed("delta", (INDEX, J)))


def test_names_decide_between_call_and_product():
    declared = {"functions": frozenset({"h"}), "symbols": frozenset({"y"}), "syntax": "latex"}
    assert read("y (x)", **declared) == Mul(Symbol("y"), Paren(X))
    assert read("h(1-x)", **declared) == Call("h", (Sub(ONE, X),))
    with pytest.raises(UnreadableError, match=r"Declare 'k\(x\) function'") as caught:
        read(r"y + k (1 - x)", **declared)
    assert caught.value.position == 4
    assert read("e", symbols=frozenset({"e"}), syntax="latex") == Symbol("e")
    fraction = read(r"\frac{d}{dx}", symbols=frozenset({"d"}))
    assert fraction == Div(Symbol("d"), Mul(Symbol("d"), X))


def test_without_declarations_only_one_name_in_parentheses_is_an_argument():
    assert read("y(1-h)", syntax="latex") == Mul(Y, Sub(ONE, Symbol("h")))
    assert read("z(h(x^{(i)}))") == Call("z", (Call("h", (Indexed("x", (INDEX,), Index.ABOVE),)),))
    assert read("f(1-x)", syntax="latex") == Call("f", (Sub(ONE, X),))
    assert read(r"\frac{\partial q(1-x)}{\partial x}") == Derivative(
        Call("q", (Sub(ONE, X),)), X, quotient=True
    )


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        (r"\frca{1}{2}", 0, r"Did you mean \\frac\?"),
        (r"x + \lim x", 4, "not supported yet"),
        (r"x + \int x \, dx", 4, "needs its limits"),
        (r"x + \int_0^1 x", 4, "no differential"),
        (r"\int_0^1 dx \, f(x)", 9, "something after it"),
        (r"\int_0^1 x \, dx^2", 16, "plain name"),
        (r"\int_0^1 a d \, dx", 16, "Write .mathrm.d.x"),
        (r"\int_0^1 x) \, dx", 0, "no differential"),
        (r"\int_0^1 x + \, dx", 16, "expected a term"),
        (r"\int_0^0_1 x \, dx", 8, "twice"),
        (r"\infty + 1", 0, "infinity"),
        (r"\sum_{i=1}^\infty x", 11, "infinity"),
        (r"\int_0^{\infty + 1} x dx", 8, "infinity"),
        (r"\prod_{i=1} x", 0, "range"),
        (r"\prod_{i=1}^m", 13, "the product has no term"),
        (r"n^2!", 3, "factorial of the power"),
        (r"n!!", 2, "double"),
        (r"\log(n)!", 0, "factorial of the argument"),
        (r"\alpha != 0", 7, "not equal"),
        (r"\mathbb{1} x", 0, "condition"),
        (r"\mathbb{R}", 0, "indicator"),
        (r"\begin{cases} a & x \land y > 0 \end{cases}", 20, "expected a relation"),
        (r"\begin{cases} a & x > 0 \text{ and } \end{cases}", 37, "expected a term"),
        (r"\begin{cases} a & x > 0 \text{ if } y > 0 \end{cases}", 24, "expected"),
        (r"a \text{ and } b", 2, "unexpected"),
        (r"\lfloor x \rceil", 10, "closes the bracket"),
        (r"\frac{1}{(1 + x", 8, "this brace is never closed"),
        (r"2 (1 + x", 2, "this bracket is never closed"),
        (r"a) + \alpha", 1, "closes nothing"),
        (r"(a]", 2, "column 1"),
        (r"a + -b", 4, "parentheses"),
        (r"\log a b", 7, "ambiguous"),
        (r"\log x (1-y)", 8, "ambiguous"),
        (r"\log x \frac{1}{2}", 7, "ambiguous"),
        (r"\log^2 x y", 9, "ambiguous"),
        (r"\sin^{-1} x", 4, "inverse"),
        (r"\log \sin^2 x", 0, "needs parentheses"),
        (r"\ln_2 x", 3, "subscript"),
        (r"\log_2 x y", 9, "ambiguous"),
        (r"\log_2 x / y", 9, "ambiguous"),
        (r"\log_{2}", 8, "argument"),
        (r"\key{+ a}", 4, "cannot begin with a plus"),
        (r"\key{a + b} c", 0, "hides parentheses"),
        (r"{a + b} c", 1, "ambiguous|parentheses"),
        (r"a - \key{-b}", 2, "two signs"),
        (r"x 2", 2, "number right after"),
        (r"a / b c", 6, "ambiguous"),
        (r"x^10", 2, "braces"),
        (r"x^-1", 2, "braces"),
        (r"x^a^b", 3, "second superscript"),
        (r"x^{(i)}^2", 0, "power"),
        (r"e^{(x+1)}", 1, "index"),
        (r"\sum_{i=1} x", 0, "range"),
        (r"\sum_{i=1}^m", 12, "no term"),
        (r"\frac{\partial}{\partial w}", 27, "nothing to act on"),
        (r"\frac{\partial^2 f}{\partial w}", 20, "order"),
        (r"\frac{\partial^2 f}{\partial x \partial y}", 31, "one after the other"),
        (r"a = \alpha", 2, "read_equation"),
        (r"\frac12", 5, "braces"),
        (r"f'", 0, "argument"),
        (r"\sqrt[3}{x}", 7, "never closed|closes"),
        (r"\sqrt[3] x", 9, "in braces"),
        (r"a \x00".replace("\\x00", "\x00"), 2, "control character"),
        (r"$\alpha$", 0, "dollar"),
        ("a +\n \\beta?", 10, "question mark"),
        ("", 0, "no formula"),
        (r"\begin{cases} a & x > 0", 0, "never closed"),
        (r"\text{two words}", 0, "not a name"),
    ],
)
def test_errors_point_at_the_place(text, position, message):
    with pytest.raises(UnreadableError) as caught:
        read(text, syntax="latex")
    assert re.search(message, str(caught.value))
    assert caught.value.position == position


def test_rows_of_different_equations_are_not_joined():
    text = r"\begin{aligned} f(x) &= \log(x) \\ f'(x) &= \frac{1}{x} \end{aligned}"
    with pytest.raises(UnreadableError, match="new equation") as caught:
        read_equation(text)
    assert text[caught.value.position :].startswith("f'(x)")
    assert read_equation(r"\begin{aligned} a &= b \\ &\quad - c \end{aligned}") == (A, Sub(B, C))


def test_spans_are_offsets_in_the_text():
    text = r"-y \log h(x) + \left(1 - \frac{a}{b}\right)^2"
    by_text = {
        text[node.span.start : node.span.end]: node for node in walk(read(text)) if node.span
    }
    assert all(node.span is not None for node in walk(read(text)))
    assert by_text[r"\log h(x)"] == Call("log", (H,), bare=True)
    assert by_text[r"1 - \frac{a}{b}"] == Sub(ONE, Div(A, B))
    assert read(r"\alpha").span == Span(0, 6)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 151 + "x" + ")" * 151,
        r"\frac{1}{" * 400 + "x" + "}" * 400,
        "x" + " + x" * 5000,
        r"\sqrt{" * 3000 + "x" + "}" * 3000,
        "y(" * 3000 + "x" + ")" * 3000,
        r"\log " * 2000 + "x",
        r"\sum_{i=1}^m " * 2000 + "x",
        "|" * 3001 + r"\alpha",
        "x" * 100_001,
        "1" * 10_001,
        "x^{" * 3000 + "x" + "}" * 3000,
        r"\int_0^1 " * 3000 + "x" + "dx" * 3000,
        r"\int_0^1 x dx" * 3000,
        r"\int_0^1 x \mathrm{d}x" * 2500,
        r"\int_0^1 x dx" * 3000 + r"\int_0^1 x \mathrm{d}x",
        r"\int_0^1 " * 9000,
        r"\begin{cases} 1 & " + r"\lnot " * 9000 + r"x > 0 \end{cases}",
        r"\begin{cases} 1 & " + "(" * 9000 + "x > 0" + ")" * 9000 + r" \end{cases}",
        r"\begin{cases} 1 & " + "x <" * 9000 + r" x \end{cases}",
        r"x!" * 20_000 + r"\alpha",
        r"\log_{" * 9000,
        "\\alpha" + "\u202e",
    ],
    ids=range(22),
)
def test_too_large_a_formula_is_refused(text):
    start = time.process_time()
    with pytest.raises(UnreadableError):
        read(text, syntax="latex")
    assert time.process_time() - start < 5


def test_many_levels_are_read():
    text = "(" * 60 + "x + 1" + ")" * 60
    term = read(text, syntax="latex")
    assert to_latex(term) == text


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(terms())
def test_reading_is_the_inverse_of_printing(term):
    text = to_latex(term)
    assert read(text, functions=FUNCTIONS, symbols=SYMBOLS, syntax="latex") == term


_PIECES = [
    "\\", r"\frac{", r"\partial", r"\frac{\partial}{\partial x}", r"\frac{d}{dx}", r"\left(",
    r"\right)", r"\left|", r"\right|", r"\sum_{i=1}^{m}", r"\sum", r"\log ", r"\sin^2", r"\key{",
    r"\boxed{-", r"\text{sigmoid}", r"\text{", r"\sqrt{", r"\begin{cases}", r"\end{cases}", r"\\",
    r"\begin{aligned}", r"\cdot ", r"\delta_{", r"\alpha", r"\le ",
    r"\prod_{i=1}^{m}", r"\int_{a}^{b}", r"\int_0^\infty ", r" \, dx", r"\mathrm{d}x", r"\infty",
    r"\binom{n}{k}", r"\lfloor ", r"\rfloor", r"\mathbb{1}", r"\land ", r"\lnot ", r"\text{ or }",
    r"\psi^{(n)}(", r"\log_2 ", r"\text{1e-5}", r"\max\{", r"\frac{dx}{x}", "\ud800", "!",
    "^{(", ")}", "x^{", "가", "$",
    *"(){}[]|xfdey'^_12.+-/&=, \n\x00",
]  # fmt: skip


@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=2), max_size=14).map("".join))
def test_any_text_is_read_or_refused(text):
    try:
        sides = read_equation(text, syntax="latex")
    except UnreadableError:
        return
    assert all(isinstance(side, Term) and to_latex(side) for side in sides)


@pytest.mark.parametrize(
    ("bare", "clear"),
    [
        (r"\log \sum_{k=1}^{n} e^{z_k}", r"\log(\sum_{k=1}^{n} e^{z_k})"),
        (r"\log \sum_{k=1}^{n} a b + c", r"\log(\sum_{k=1}^{n} a b) + c"),
        (r"-\log \prod_{i=1}^{m} p_i", r"-\log(\prod_{i=1}^{m} p_i)"),
        (r"\exp \int_{0}^{1} x \, dx", r"\exp(\int_{0}^{1} x \, dx)"),
    ],
)
def test_a_function_reaches_over_the_sum_that_follows_it(bare, clear):
    assert plain(read(bare, syntax="latex")) == plain(read(clear, syntax="latex"))
