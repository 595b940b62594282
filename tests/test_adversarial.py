"""Claims written to break the engine: each is answered soon, sanely, and in its place.

All go through one `derive check --batch`, so that a claim which ends its process is seen to cost
nothing but its own verdict.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

SECONDS = 2.0  # for each claim
SLACK = 1.5  # to notice the time-out, to start a worker, and for a busy machine

P, IF, R, U = "PROVED", "PROVED_IF", "REFUTED", "UNDECIDED"
X = {"x": "real"}
LARGE = 10_000_000  # characters


def claim(lhs: str, rhs: str, names: dict | None = None, given: list | None = None) -> dict:
    return {"lhs": lhs, "rhs": rhs, "vars": X if names is None else names, "given": given or []}


def nested(opening: str, inner: str, closing: str, depth: int) -> str:
    return opening * depth + inner + closing * depth


LETTERS = "abcdefghjklmnopqrstuvw"
MANY = {f"a{n}": "real" for n in range(400)}

# name -> (claim, the verdicts that are sane)
CLAIMS: dict[str, tuple[dict | bytes, set[str]]] = {
    # ---------------------------------------------------------- code
    "import": (claim("__import__('pathlib').Path('MARK').touch()", "0"), {U}),
    "open": (claim("open('MARK', 'w')", "0"), {U}),
    "class of a tuple": (claim("().__class__.__bases__[0].__subclasses__()", "0"), {U}),
    "lambda": (claim("(lambda: x)()", "x"), {U}),
    "comprehension": (claim("[x for x in (1, 2)]", "x"), {U}),
    "walrus": (claim("(x := 3)", "3"), {U}),
    "conditional": (claim("1 if x else 2", "1"), {U}),
    "formatted string": (claim("f'{open(\"MARK\", \"w\")}'", "x"), {U}),
    "exec": (claim("exec(\"open('MARK', 'w')\")", "0"), {U}),
    "statement": (claim("x; import os", "x"), {U}),
    "comment": (claim("x # + 1", "x"), {U}),
    "line continued": (claim("x + \\\n 1", "x + 1"), {U}),
    "code in vars": (claim("x", "x", {"x": "__import__('os')"}), {U}),
    "code as a name": (claim("x", "x", {"x": "real", "__import__('os')": "real"}), {U}),
    "code in given": (claim("x", "x", X, ["open('MARK', 'w') > 0"]), {P, U}),
    "dunder name": (claim("__class__", "__class__", {"__class__": "real"}), {P, U}),
    "template": (claim("{{ 7*7 }}", "49"), {U}),
    "LaTeX input": ({**claim(r"\input{/etc/passwd}", "0"), "syntax": "latex"}, {U}),
    "LaTeX write": ({**claim(r"\immediate\write18{touch MARK}", "0"), "syntax": "latex"}, {U}),
    "LaTeX loop": ({**claim(r"\def\a{\a\a}\a", "0"), "syntax": "latex"}, {U}),
    # ---------------------------------------------------------- size
    "a long sum": (claim("x" + "+x" * (LARGE // 2), f"{LARGE // 2 + 1}*x"), {P, U}),
    "a long number": (claim("1" * LARGE, "2"), {R, U}),
    "a long name": (claim("x" * LARGE, "x"), {U}),
    "ten million brackets": (claim("(" * LARGE, "x"), {U}),
    "ten million spaces": (claim("x" + " " * LARGE, "x"), {P, U}),
    "ten million minus signs": (claim("-" * LARGE + "x", "x"), {U}),
    "a long id": ({**claim("x", "x"), "id": "y" * LARGE}, {P, U}),
    "a long hypothesis": (claim("x", "x", X, ["x > " + "0" * LARGE]), {P, U}),
    "five thousand hypotheses": (claim("x", "x", X, [f"x > -{n}" for n in range(1, 5000)]), {P, U}),
    "a thousand terms": (claim("+".join(["x"] * 1000), "1000*x"), {P, U}),
    "a thousand terms, false": (claim("+".join(["x"] * 1000), "999*x"), {R, U}),
    "four hundred names": (claim("+".join(MANY), "+".join(reversed(MANY)), MANY), {P, U}),
    "four hundred squares": (
        claim("+".join(f"{n}**2" for n in MANY), "(" + "+".join(MANY) + ")**2", MANY), {R, U},
    ),
    # ---------------------------------------------------------- nesting
    "deep brackets": (claim(nested("(", "x", ")", 140), "x"), {P, U}),
    "too deep brackets": (claim(nested("(", "x", ")", 5000), "x"), {U}),
    "deep minus": (claim("-" * 400 + "x", "x"), {P, U}),
    "deep absolute values": (claim(nested("Abs(", "x", ")", 120), "Abs(x)"), {P, U}),
    "deep roots": (claim(nested("sqrt(", "x", ")", 40), "x", {"x": ">1"}), {R, U}),
    "deep sigmoids": (claim(nested("sigmoid(", "x", ")", 60), "x"), {R, U}),
    "deep fractions": (claim(nested("1/(1+", "x", ")", 100), "x", {"x": ">0"}), {R, U}),
    "deep powers": (claim("**".join(["x"] * 120), "x", {"x": ">1"}), {R, U}),
    "deep derivatives": (
        claim(nested("Derivative(", "exp(x**2)", ",x)", 60), "exp(x**2)"), {R, U},
    ),
    "deep sums": (
        claim("Sum(" * 12 + "1" + "".join(f",(i{n},1,m))" for n in range(12)), "m**12",
              {"m": "int>=1"}), {P, U},
    ),
    "deep maxima": (claim("Max(" * 40 + "x" + ",0)" * 40, "Max(x,0)"), {P, U}),
    "deep branches": (
        claim("Piecewise((0,x<0),(" * 30 + "x" + ",True))" * 30, "Max(x,0)"), {P, U},
    ),
    "deep json": (b'{"lhs":' + b"[" * 100_000 + b"]" * 100_000 + b"}", {U}),
    # ---------------------------------------------------------- exponents and other large numbers
    "googol power": (claim("x**(10**100)", "x**(10**100)"), {P, IF, U}),
    "googol power, false": (claim("x**(10**100)", "x**(10**100+1)", {"x": ">1"}), {R, U}),
    "binomial power": (claim("(x+1)**1000000", "(x+1)**999999*(x+1)"), {P, IF, U}),
    "two to the 2**61": (claim("x**(2**61)", "x**(2**61+1)", {"x": "(0,1)"}), {R, U}),
    "power of a power": (claim("3**(7**(11**13))", "3"), {R, U}),
    "difference of powers": (claim("10**(10**10)-10**(10**10)", "0"), {P, U}),
    "compound interest": (claim("(1+1/10**50)**(10**50)", "E"), {R, U}),
    "close to one": (claim("(1+1/10**60)**3", "1"), {R, U}),
    "factorials": (claim("factorial(10**8)/factorial(10**8-1)", "10**8"), {P, U}),
    "central binomial": (claim("binomial(10**9, 5*10**8)", "1"), {R, U}),
    "large gamma": (claim("gamma(10**12)", "gamma(10**12)+1"), {R, U}),
    "large exp": (claim("exp(10**30)", "exp(10**30)+1"), {R, U}),
    "small exp": (claim("exp(-10**6)", "0"), {R, U}),
    "tower of exp": (claim("exp(exp(exp(exp(exp(exp(1))))))", "1"), {R, U}),
    "long range": (claim("Sum(x,(i,1,10**12))", "10**12*x"), {P, U}),
    "long range, false": (claim("Sum(x,(i,1,10**12))", "(10**12-1)*x"), {R, U}),
    "long product": (claim("Product(2,(i,1,10**9))", "1"), {R, U}),
    "hundredth derivative": (claim("Derivative(x**200,x,100)", "0"), {R, U}),
    "order too high": (claim("Derivative(exp(x),x,10**9)", "exp(x)"), {P, U}),
    "large decimal": (claim("1e999999999", "1"), {R, U}),
    "small decimal": (claim("1e-999999999", "0"), {R, U}),
    "large angle": (claim("sin(10**22)", "0"), {R, U}),
    "flat cosine": (claim("cos(x/10**40)", "1", {"x": "[1,2]"}), {R, U}),
    "flat sigmoid": (claim("sigmoid(x)", "1", {"x": ">1000000"}), {R, U}),
    "large root": (claim("sqrt(10**400+1)", "10**200"), {R, U}),
    "many roots": (claim("+".join(f"sqrt({n})" for n in range(2, 60)), "1"), {R, U}),
    "expanded product": (
        claim("*".join(f"({c}+1)" for c in LETTERS), "1", dict.fromkeys(LETTERS, "real")), {R, U},
    ),
    "expanded power": (
        claim("(a+b+c+d+e+f)**40-(a+b+c+d+e+f)**39*(a+b+c+d+e+f)", "0",
              dict.fromkeys("abcdef", "real")), {P, U},
    ),
    # ---------------------------------------------------------- characters
    "NUL": (claim("x\x00", "x"), {U}),
    "NUL in a name": (claim("x", "x", {"x\x00": "real"}), {U}),
    "NUL in an id": ({**claim("x", "x"), "id": "a\x00b"}, {P, U}),
    "NUL outside": (b'{"lhs": "x", "rhs": "x", "vars": {"x": "real"}}\x00', {U}),
    "right to left": (claim("x \u202e- y", "y - x", {"x": "real", "y": "real"}), {U, R}),
    "right to left isolate": (claim("\u2067x\u2069", "x"), {P, U}),
    "Arabic letters": (claim("\u0633+\u0634", "\u0634+\u0633",
                             {"\u0633": "real", "\u0634": "real"}), {P, U}),
    "Hebrew letter": (claim("\u05d0", "\u05d0+1", {"\u05d0": "real"}), {R, U}),
    "Arabic digits": (claim("\u0661+\u0661", "2", {}), {P, U}),
    "wide digits": (claim("\uff11+\uff11", "2", {}), {P, U}),
    "superscript": (claim("x\u00b2", "x*x"), {P, U}),
    "Cyrillic twin": (claim("\u0445 - x", "0", {"\u0445": "real", "x": "real"}), {R, U}),
    "wide twin": (claim("\uff58 - x", "0", {"x": "real"}), {P, U}),
    "zero width": (claim("x\u200b", "x"), {P, U}),
    "combining": (claim("x\u0301", "x"), {U}),
    "byte order mark": (claim("\ufeffx", "x"), {P, U}),
    "lone surrogate": (b'{"lhs": "\\ud800", "rhs": "x", "vars": {"x": "real"}}', {U}),
    "half a pair in an id": (b'{"id": "\\udc00", "lhs": "x", "rhs": "x", "vars": {"x": "real"}}',
                             {P, U}),
    "not UTF-8": (b'{"lhs": "\xff\xfe", "rhs": "x"}', {U}),
    "line separator": (claim("x\u2028+ 1", "x + 1"), {P, U}),
    "emoji": (claim("\U0001f4a5", "0"), {U}),
    # ---------------------------------------------------------- JSON
    "a list": (b"[1, 2]", {U}),
    "null": (b"null", {U}),
    "cut off": (b'{"lhs": "x", "rhs"', {U}),
    "a number as a side": (b'{"lhs": 1, "rhs": 1}', {U}),
    "NaN": (b'{"lhs": "x", "rhs": "x", "vars": {"x": "real"}, "ms": NaN}', {P, U}),
    "twice the same key": (b'{"lhs": "x", "lhs": "x + 1", "rhs": "x", "vars": {"x": "real"}}',
                           {R, U}),
    "a large number": (b'{"id": ' + b"9" * 5000 + b', "lhs": "1", "rhs": "1"}', {P, U}),
    "an id that is an object": (b'{"id": {"a": [1]}, "lhs": "1", "rhs": "1"}', {P, U}),
    "vars as a list": (b'{"lhs": "x", "rhs": "x", "vars": ["x"]}', {U}),
    "given as a number": (b'{"lhs": "1", "rhs": "1", "given": 3}', {U}),
    # ---------------------------------------------------------- no points, no values, odd names
    "empty interval": (claim("1", "2", {"x": "(1,1)"}), {U}),
    "interval backwards": (claim("1", "2", {"x": "(3,2)"}), {U}),
    "contradiction": (claim("1", "2", X, ["x > 0", "x < 0"]), {U}),
    "contradiction in one": (claim("x", "x + 1", X, ["x < x"]), {U}),
    "hidden contradiction": (claim("x", "x + 1", X, ["x**2 < 0"]), {U}),
    "numbers that contradict": (claim("x", "x + 1", X, ["1 = 2"]), {U}),
    "contradicting equations": (claim("x", "x + 1", X, ["x = 1", "x = 2"]), {U}),
    "sums that contradict": (
        claim("1", "2", {"t": "idx>0 n", "n": "int>=1"}, ["Sum(t[i],(i,1,n)) = 0"]), {U},
    ),
    "a hypothesis without values": (claim("1", "2", X, ["log(-x**2) > 0"]), {U}),
    "nothing over nothing": (claim("(x-x)/(x-x)", "0"), {U}),
    "log of zero": (claim("log(0)", "log(0)"), {U}),
    "tangent at its pole": (claim("tan(pi/2)", "tan(pi/2)", {}), {U}),
    "zero times a pole": (claim("0*(1/0)", "0", {}), {U}),
    "root of minus one": (claim("sqrt(-1)**2", "-1", {}), {U}),
    "a hidden pole": (claim("0/(cos(x)**2+sin(x)**2-1)", "0"), {U}),
    "keywords as names": (claim("lambda_+None_", "None_+lambda_",
                                {"lambda": "real", "None": "real"}), {P, U}),
    "a function as a name": (claim("sin*2", "2*sin", {"sin": "real"}), {P, U}),
    "pi as a name": (claim("pi", "3", {"pi": "{3}"}), {P, U}),
    "E as a name": (claim("E**x", "exp(x)", {"x": "real", "E": ">0"}), {R, U}),
    "Sum as a name": (claim("Sum", "Sum", {"Sum": "real"}), {P, U}),
    "undeclared": (claim("x+y", "y+x"), {U}),
    "the index outside": (claim("Sum(i,(i,1,i))", "i*(i+1)/2", {"i": "int>=1"}), {P, U}),
    "an index that shadows": (claim("Sum(x,(x,1,3))", "6"), {P, U}),
    "slope by an index": (claim("Sum(Derivative(i,i),(i,1,m))", "m", {"m": "int>=1"}), {U}),
    "slope by a size": (claim("Derivative(m**2,m)", "2*m", {"m": "int>=1"}), {U}),
    "a jump": (claim("Derivative(sign(x),x)", "0"), {IF, U}),
    "half an index": (claim("x[1/2]", "x[1/2]", {"x": "idx 3"}), {U}),
    "index out of range": (claim("x[4]", "x[4]", {"x": "idx 3"}), {U}),
    "a family as a number": (claim("x+1", "1+x", {"x": "idx 3"}), {U}),
    "a number as a family": (claim("x[1]", "x[1]"), {U}),
    "infinity": (claim("oo-oo", "0", {}), {U}),
    "imaginary unit": (claim("I**2", "-1", {}), {U}),
    "nan": (claim("nan", "nan", {}), {U}),
    "a slit": (
        claim("Piecewise((1,x>0.14142135 and x<0.14142136),(0,True))", "0"), {R, U},
    ),
    "one missing point": (claim("x/x", "1"), {IF, U}),
    "a missing point far away": (claim("(x-10**30)/(x-10**30)", "1"), {IF, U}),
    "a missing irrational point": (claim("(x-sqrt(2))/(x-sqrt(2))", "1"), {IF, U}),
    "different at one point": (claim("0**Abs(x-7)", "0"), {IF, U}),
    "different at one far point": (claim("sign(x-10**20)**2", "1"), {R, U}),
    "different at an irrational point": (claim("sign(x**2-2)**2", "1"), {R, U}),
    "different at whole numbers": (claim("ceiling(x)-floor(x)", "1"), {R, U}),
}  # fmt: skip


def line_of(one: dict | bytes) -> bytes:
    return one if isinstance(one, bytes) else json.dumps(one).encode()


@cache
def answers(folder: Path) -> tuple[dict, ...]:
    lines = b"\n".join(line_of(one) for one, _ in CLAIMS.values()) + b"\n"
    command = [sys.executable, "-m", "derivation", "check", "--batch", "-", "--no-diagnosis",
               "--timeout", str(SECONDS), "--memory", "1024"]  # fmt: skip
    root = Path(__file__).resolve().parent.parent
    run = subprocess.run(
        command, input=lines, capture_output=True, timeout=300, cwd=folder, check=False,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert b"Traceback" not in run.stderr, run.stderr[-2000:].decode()
    return tuple(json.loads(line) for line in run.stdout.splitlines())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("adversarial")


@pytest.mark.parametrize("name", CLAIMS)
def test_is_answered_sanely_and_soon(name, folder):
    found = answers(folder)
    assert len(found) == len(CLAIMS)
    one = found[list(CLAIMS).index(name)]
    shown = {key: str(value)[:200] for key, value in one.items()}
    assert one["verdict"] in CLAIMS[name][1], shown
    assert one["ms"] <= (SECONDS + SLACK) * 1000, shown
    assert one["verdict"] != U or one.get("reason") or one.get("error"), shown


def test_nothing_was_run(folder):
    answers(folder)
    assert not list(folder.rglob("MARK"))


def test_answers_are_short(folder):
    """No answer repeats ten megabytes, but for the id that was given."""
    for name, one in zip(CLAIMS, answers(folder), strict=True):
        assert len(json.dumps({**one, "id": None})) < 20_000, name


def test_answers_stand_in_the_order_of_the_claims(folder):
    found = dict(zip(CLAIMS, answers(folder), strict=True))
    assert found["NUL in an id"]["id"] == "a\x00b"
    assert found["an id that is an object"]["id"] == {"a": [1]}
    assert found["import"]["id"] is None
