"""The kernel against an independent evaluator (mpmath): no verdict may contradict the numbers.

``audit`` asks the kernel and then checks its answer at rational points of the domain: PROVED
means defined and equal everywhere, PROVED_IF wherever the conditions hold, REFUTED that the sides
differ at the witness. The evaluator below shares nothing with the kernel but the terms.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

import mpmath
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from derivation.domain import Domain, Kind
from derivation.kernel import Condition, ConditionKind, Judge, Judgement, Verdict, decide
from derivation.notation import read
from derivation.term import (
    Add,
    Call,
    Constant,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Sub,
    Sum,
    Symbol,
    Term,
    free_names,
    number,
    substitute,
    walk,
)

DIGITS = 60
EQUAL = mpmath.mpf(10) ** -30
TINY = mpmath.mpf(10) ** (5 - DIGITS)  # what rounding can make of 0
BUDGET = 2.0

# ------------------------------------------------------------------ an independent evaluator


class NoValue(Exception):
    """The term has no real value at the point."""


def log(x):
    if x < TINY:
        raise NoValue
    return mpmath.log(x)


def sqrt(x):
    if x < -TINY:
        raise NoValue
    return mpmath.sqrt(max(x, 0))


FUNCTIONS: Mapping[str, Callable] = {
    "exp": mpmath.exp,
    "log": log,
    "sqrt": sqrt,
    "Abs": abs,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "tanh": mpmath.tanh,
    "sin": mpmath.sin,
    "Max": max,
    "Min": min,
    "Delta": lambda x, y: mpmath.mpf(x == y),
    "sign": mpmath.sign,
}


@dataclass(frozen=True)
class Place:
    """Values of names, and of members of families."""

    names: Mapping[str, Fraction]
    families: Mapping[str, Mapping[tuple[int, ...], Fraction]] = field(default_factory=dict)
    whole: frozenset[str] = frozenset({"m", "n", "i"})  # names of whole numbers

    def having(self, index: str, number: int) -> Place:
        """The same place with a bound index."""
        names = {**self.names, index: Fraction(number)}
        return replace(self, names=names, whole=self.whole | {index})


def exact(value):
    is_exact = isinstance(value, Fraction)
    return mpmath.mpf(value.numerator) / value.denominator if is_exact else value


def whole(term: Term, place: Place) -> int:
    found = value(term, place)
    if found != int(found):
        raise NoValue
    return int(found)


def value(term: Term, place: Place):
    match term:
        case Number():
            return exact(term.value)
        case Constant(name=name):
            return {"e": mpmath.e, "pi": mpmath.pi}[name] * 1
        case Symbol(name=name):
            return exact(place.names[name])
        case Indexed(base=base, indices=indices):
            member = tuple(whole(index, place) for index in indices)
            if member not in place.families[base]:
                raise NoValue
            return exact(place.families[base][member])
        case Neg(body=body):
            return -value(body, place)
        case Add(left=left, right=right):
            return value(left, place) + value(right, place)
        case Sub(left=left, right=right):
            return value(left, place) - value(right, place)
        case Mul(left=left, right=right):
            return value(left, place) * value(right, place)
        case Div(left=left, right=right):
            top, bottom = value(left, place), value(right, place)
            if abs(bottom) < TINY:
                raise NoValue
            return top / bottom
        case Pow(left=left, right=right):
            return power(left, right, place)
        case Sum(body=body, index=index, lower=lower, upper=upper):
            steps = range(whole(lower, place), whole(upper, place) + 1)
            return mpmath.fsum([value(body, place.having(index, k)) for k in steps])
        case Derivative(body=body, variable=Symbol(name=name), order=order):
            return slope(body, name, order, place)
        case Call(name=name, arguments=arguments, primes=0):
            return FUNCTIONS[name](*(value(argument, place) for argument in arguments))
    raise NotImplementedError(type(term).__name__)


def slope(body: Term, name: str, order: int, place: Place):
    """A numerical derivative; at a kink it may give a number where there is none."""

    def there(x):
        return value(body, replace(place, names={**place.names, name: x}))

    return mpmath.diff(there, exact(place.names[name]), order)


def power(base: Term, exponent: Term, place: Place):
    b, e = value(base, place), value(exponent, place)
    if e == int(e) and free_names(exponent) <= place.whole:
        if b == 0 and e <= 0:
            raise NoValue
        return b ** int(e)
    if base == Number("0") and e > 0:
        return mpmath.mpf(0)
    if b <= 0:
        raise NoValue
    return mpmath.exp(e * mpmath.log(b))


def holds(condition: Condition, place: Place) -> bool:
    """Whether the condition holds at the point, for all values of its bound indices."""
    if condition.binders:
        binder, rest = condition.binders[0], condition.binders[1:]
        inner = replace(condition, binders=rest)
        steps = range(whole(binder.lower, place), whole(binder.upper, place) + 1)
        return all(holds(inner, place.having(binder.index, k)) for k in steps)
    try:
        found = value(condition.term, place)
    except NoValue:
        return False
    match condition.kind:
        case ConditionKind.NONZERO:
            return abs(found) > TINY
        case ConditionKind.POSITIVE:
            return found > TINY
        case ConditionKind.NONNEGATIVE:
            return found > -TINY
    return found == int(found)


# ------------------------------------------------------------------ points of the domain

DOMAIN = Domain.parse(
    "x, y real, 0 < p < 1, q > 0, m integer >= 1, n integer >= 0, i in 1..m, "
    "u[1..m] real, v[1..m] > 0"
)
SPECIAL = tuple(Fraction(text) for text in ("0", "1", "-1", "2", "1/2", "-1/3", "3"))


def seeded(seed: object) -> random.Random:
    return random.Random(str(seed))  # noqa: S311  (no secrets)


def draw(name: str, domain: Domain, chooser: random.Random) -> Fraction:
    declared = domain.get(name)
    assert declared is not None
    while True:
        if declared.values:
            return chooser.choice(declared.values)
        if declared.kind is Kind.INTEGER:
            found = Fraction(chooser.randint(-3, 5))
        elif chooser.random() < 0.3:
            found = chooser.choice(SPECIAL)
        else:
            found = Fraction(chooser.randint(-40, 40), chooser.randint(3, 17))
        if declared.admits(found):
            return found


def points(domain: Domain, count: int, seed: str = "points") -> Iterator[Place]:
    chooser = seeded(seed)
    for _ in range(count):
        names, families = {}, {}
        for declared in sorted(domain, key=lambda d: (bool(d.sizes), d.name)):
            sizes = [s if isinstance(s, int) else int(names[s]) for s in declared.sizes]
            if declared.is_family:
                (size,) = sizes
                families[declared.name] = {
                    (k,): draw(declared.name, domain, chooser) for k in range(1, size + 1)
                }
            elif declared.kind is Kind.INDEX:
                if sizes[0] < 1:
                    break
                names[declared.name] = Fraction(chooser.randint(1, sizes[0]))
            else:
                names[declared.name] = draw(declared.name, domain, chooser)
        else:
            yield Place(names, families)


PLACES = tuple(points(DOMAIN, 24))


def sides_at(lhs: Term, rhs: Term, place: Place):
    """Both values, or None where one side has none."""
    try:
        return value(lhs, place), value(rhs, place)
    except NoValue:
        return None


def differ(left, right) -> bool:
    return abs(left - right) > EQUAL * (1 + abs(left) + abs(right))


def audit(lhs: Term, rhs: Term, domain: Domain = DOMAIN, places=PLACES) -> Judgement:
    """The kernel's judgement, after every point has been asked whether it agrees."""
    judgement = decide(lhs, rhs, domain, budget=BUDGET)
    check(judgement, lhs, rhs, places)
    return judgement


def check(judgement: Judgement, lhs: Term, rhs: Term, places) -> None:
    with mpmath.workdps(DIGITS):
        for place in places:
            found = sides_at(lhs, rhs, place)
            if judgement.verdict is Verdict.PROVED:
                assert found is not None, (lhs, rhs, place)
            if judgement.verdict is Verdict.PROVED_IF:
                if not all(holds(one, place) for one in judgement.conditions):
                    continue
                assert found is not None, (lhs, rhs, place, judgement.conditions)
            if judgement.theorem is not None:
                assert not differ(*found), (lhs, rhs, place, found)
        if judgement.verdict is Verdict.REFUTED:
            left, right = value(lhs, at(judgement)), value(rhs, at(judgement))
            assert left != right


def at(judgement: Judgement) -> Place:
    """The point of the witness."""
    names, families = {}, {}
    assert judgement.witness is not None
    for name, text in judgement.witness.values:
        base, bracket, rest = name.partition("[")
        if bracket:
            member = tuple(int(index) for index in rest.rstrip("]").split(","))
            families.setdefault(base, {})[member] = Fraction(text)
        else:
            names[name] = Fraction(text)
    return Place(names, {"u": {}, "v": {}, "x": {}, **families})


# ------------------------------------------------------------------ random terms, sound rewritings

ATOMS = tuple(
    read(text, syntax="python")
    for text in ("x", "y", "p", "q", "1", "2", "3", "1/2", "m", "u[i]", "v[i]")
)
POSITIVE = tuple(
    read(text, syntax="python")
    for text in ("p", "q", "1 - p", "exp(x)", "1 + x**2", "v[i]", "sigmoid(y)", "q + 1", "2")
)


def random_term(chooser: random.Random, depth: int, indices: tuple[str, ...] = ()) -> Term:
    if depth == 0 or chooser.random() < 0.15:
        if indices and chooser.random() < 0.6:
            index = Symbol(chooser.choice(indices))
            return chooser.choice((Indexed(chooser.choice("uv"), (index,)), index))
        return chooser.choice(ATOMS)

    def part() -> Term:
        return random_term(chooser, depth - 1, indices)

    kind = chooser.randrange(13)
    if kind <= 4:
        return chooser.choice((Add, Sub, Mul, Add, Mul))(part(), part())
    if kind == 5:
        return Div(part(), chooser.choice(POSITIVE))
    if kind == 6:
        return Pow(part(), Number(chooser.choice("23")))
    if kind == 7:
        return Call(chooser.choice(("sigmoid", "exp", "tanh", "Abs")), (chooser.choice(ATOMS),))
    if kind == 8:
        inner = chooser.choice((chooser.choice(POSITIVE), chooser.choice(ATOMS)))
        return Call(chooser.choice(("log", "sqrt")), (inner,))
    if kind in (9, 10) and len(indices) < 2:
        return random_sum(chooser, depth, indices)
    if kind == 11 and not indices:
        return Derivative(part(), Symbol(chooser.choice("xypq")))
    return Neg(part())


def random_sum(chooser: random.Random, depth: int, indices: tuple[str, ...]) -> Sum:
    """A sum whose index may have the name of anything, with limits that may be indices."""
    bound = chooser.choice("klkliminxq")
    limits = [Symbol("m"), Symbol("m"), Number("2"), Symbol("n"), Symbol("i")]
    upper = chooser.choice([*limits, *(Symbol(index) for index in indices)])
    lower = chooser.choice([Number("1"), Number("1"), Number("1"), Number("2"), Symbol("i")])
    body = random_term(chooser, depth - 1, (*(one for one in indices if one != bound), bound))
    return Sum(body, bound, lower, upper)


def commute(node: Term, _: random.Random) -> Term | None:
    return type(node)(node.right, node.left) if isinstance(node, Add | Mul) else None


def distribute(node: Term, _: random.Random) -> Term | None:
    match node:
        case Mul(left=a, right=Add(left=b, right=c)):
            return Add(Mul(a, b), Mul(a, c))
        case Mul(left=Sub(left=a, right=b), right=c):
            return Sub(Mul(a, c), Mul(b, c))
        case Div(left=Add(left=a, right=b), right=c):
            return Add(Div(a, c), Div(b, c))
    return None


def add_and_subtract(node: Term, chooser: random.Random) -> Term:
    extra = chooser.choice(ATOMS)
    return Sub(Add(node, extra), extra)


def times_one(node: Term, chooser: random.Random) -> Term:
    unit = chooser.choice(POSITIVE)
    return Mul(node, Div(unit, unit))


def unfold(node: Term, _: random.Random) -> Term | None:
    match node:
        case Call(name="sigmoid", arguments=(u,)):
            return Div(Number("1"), Add(Number("1"), Call("exp", (Neg(u),))))
        case Call(name="tanh", arguments=(u,)):
            return Sub(Mul(Number("2"), Call("sigmoid", (Mul(Number("2"), u),))), Number("1"))
        case Pow(left=base, right=Number(text="3")):
            return Mul(base, Pow(base, Number("2")))
        case Call(name="Abs", arguments=(u,)):
            return Call("sqrt", (Pow(u, Number("2")),))
        case Call(name="log", arguments=(Symbol(name="q") as u,)):
            return Div(Call("log", (Pow(u, Number("2")),)), Number("2"))
    return None


def split_sum(node: Term, _: random.Random) -> Term | None:
    """The last term apart: m >= 1, so there is one."""
    if not isinstance(node, Sum) or (node.lower, node.upper) != (Number("1"), Symbol("m")):
        return None
    last = substitute(node.body, {node.index: node.upper})
    return Add(replace(node, upper=Sub(node.upper, Number("1"))), last)


def shift_index(node: Term, chooser: random.Random) -> Term | None:
    if not isinstance(node, Sum):
        return None
    by = Number(str(chooser.randint(1, 3)))
    body = substitute(node.body, {node.index: Sub(Symbol(node.index), by)})
    return Sum(body, node.index, Add(node.lower, by), Add(node.upper, by))


def rename(node: Term, chooser: random.Random) -> Term | None:
    if not isinstance(node, Sum):
        return None
    name = chooser.choice(("r", "s", "i_", "n"))
    if name in free_names(node.body):  # that would capture it
        return None
    return Sum(substitute(node.body, {node.index: Symbol(name)}), name, node.lower, node.upper)


def split_body(node: Term, _: random.Random) -> Term | None:
    match node:
        case Sum(body=Add(left=a, right=b) | Sub(left=a, right=b) as body):
            return type(body)(replace(node, body=a), replace(node, body=b))
    return None


REWRITINGS = (
    commute,
    distribute,
    add_and_subtract,
    times_one,
    unfold,
    unfold,
    split_sum,
    shift_index,
    rename,
    split_body,
)


def somewhere(term: Term, chooser: random.Random, change) -> Term | None:
    """The term with ``change`` made at one place where it can be made, or None."""
    count = sum(1 for _ in walk(term))
    for target in chooser.sample(range(count), count):
        changed = _at(term, [target], chooser, change)
        if changed is not None and changed != term and differentiates_by_symbols(changed):
            return changed
    return None


def differentiates_by_symbols(term: Term) -> bool:
    found = (node.variable for node in walk(term) if isinstance(node, Derivative))
    return all(isinstance(variable, Symbol) for variable in found)


def _at(node: Term, steps: list[int], chooser: random.Random, change) -> Term | None:
    if steps[0] == 0:
        steps[0] = -1
        return change(node, chooser)
    steps[0] -= 1
    children = []
    for child in node.children:
        if steps[0] >= 0:
            changed = _at(child, steps, chooser, change)
            if changed is None:
                return None
            children.append(changed)
        else:
            children.append(child)
    return node.with_children(tuple(children)) if children else node


def rewritten(term: Term, chooser: random.Random, steps: int) -> Term:
    for _ in range(steps):
        term = somewhere(term, chooser, chooser.choice(REWRITINGS)) or term
    return term


# ------------------------------------------------------------------ mutations


def mutate(node: Term, chooser: random.Random) -> Term | None:
    match node:
        case Number():
            return Number(str(int(node.value) + 1)) if node.value.denominator == 1 else None
        case Add(left=a, right=b):
            return Sub(a, b)
        case Sub(left=a, right=b):
            return chooser.choice((Add(a, b), Sub(b, a)))
        case Mul(left=a, right=b):
            return chooser.choice((Add(a, b), Div(a, b)))
        case Neg(body=a):
            return a
        case Pow(left=a, right=b):
            return Pow(a, Add(b, Number("1")))
        case Symbol(name=name) if name in "xypq":
            return Symbol(chooser.choice([other for other in "xypq" if other != name]))
        case Sum(upper=upper):
            return replace(node, upper=Sub(upper, Number("1")))
        case Indexed(base="u", indices=indices):
            return Indexed("v", indices)
        case Call(name="log", arguments=arguments):
            return Call("exp", arguments)
        case Call(name="Abs", arguments=(a,)):
            return a
    return None


def differing_points(lhs: Term, rhs: Term) -> list[Place]:
    with mpmath.workdps(DIGITS):
        found = [(place, sides_at(lhs, rhs, place)) for place in PLACES]
        return [place for place, sides in found if sides is not None and differ(*sides)]


# ------------------------------------------------------------------ the properties

SEEDS = st.integers(min_value=0, max_value=2**32)


def pair(seed: int, depth: int = 3, steps: int = 4) -> tuple[Term, Term]:
    chooser = seeded(seed)
    term = random_term(chooser, depth)
    return term, rewritten(term, chooser, steps)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(SEEDS)
def test_sound_rewritings_are_never_refuted_and_every_proof_agrees_with_the_numbers(seed):
    term, other = pair(seed)
    judgement = audit(term, other)
    event(judgement.verdict.value)
    assert judgement.verdict is not Verdict.REFUTED


@settings(max_examples=120, deadline=None, derandomize=True)
@given(SEEDS)
def test_a_mutation_that_changes_a_value_is_never_proved(seed):
    term, other = pair(seed, steps=2)
    wrong = somewhere(other, seeded(seed + 1), mutate)
    assume(wrong is not None)
    places = differing_points(term, wrong)
    assume(places)
    judgement = audit(term, wrong)
    event(judgement.verdict.value)
    assert judgement.verdict is not Verdict.PROVED
    with mpmath.workdps(DIGITS):
        for place in places:
            if judgement.verdict is Verdict.PROVED_IF:
                assert not all(holds(one, place) for one in judgement.conditions)


def test_most_sound_rewritings_are_proved_and_most_mutations_refuted():
    """The two properties above would hold for a kernel that decides nothing; this one decides."""
    true, false = Counter(), Counter()
    for seed in range(60):
        term, other = pair(seed)
        true[audit(term, other).verdict] += 1
        wrong = somewhere(other, seeded(seed), mutate)
        if wrong is not None and differing_points(term, wrong):
            false[decide(term, wrong, DOMAIN, budget=BUDGET).verdict] += 1
    assert true[Verdict.REFUTED] == 0
    assert true[Verdict.PROVED] + true[Verdict.PROVED_IF] > 0.6 * true.total()
    assert false[Verdict.PROVED] == 0
    assert false[Verdict.REFUTED] > 0.8 * false.total() > 10


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(SEEDS, min_size=2, max_size=4))
def test_what_a_judge_remembers_never_changes_a_verdict(seeds):
    """One judge over many claims says what a new judge says of each of them."""
    judge = Judge(DOMAIN)
    for seed in seeds:
        term, other = pair(seed, depth=2, steps=2)
        together, alone = judge.decide(term, other, BUDGET), decide(term, other, DOMAIN, (), BUDGET)
        if together.verdict is not alone.verdict:  # a full tower may cost a proof, never give one
            assert Verdict.UNDECIDED in (together.verdict, alone.verdict)
        check(together, term, other, PLACES)


# ------------------------------------------------------------------ dozens of claims, each audited

CLAIMS = [
    "x/x = 1",
    "0*(1/x) = 0",
    "exp(log(x)) = x",
    "log(exp(x)) = x",
    "sqrt(x**2) = x",
    "sqrt(x**2) = Abs(x)",
    "sqrt(x)*sqrt(x) = x",
    "sqrt(x**2*y) = x*sqrt(y)",
    "sqrt(x*y) = sqrt(x)*sqrt(y)",
    "sqrt(x/y) = sqrt(x)/sqrt(y)",
    "log(x*y) = log(x) + log(y)",
    "log(x**2) = 2*log(x)",
    "log(x**2) = 2*log(Abs(x))",
    "log(x/y) = log(x) - log(y)",
    "log(x*y) + Abs(x*y) = log(x*y) + x*y",
    "log(x*y) + Abs(x) = log(x*y) + x",
    "log(x**2*y) + Abs(y) = log(x**2*y) + y",
    "x**y*x = x**(y + 1)",
    "x**y*x**p = x**(y + p)",
    "(x*y)**p*Abs(x*y) = (x*y)**(p + 1)",
    "(x**2)**(1/2) = x",
    "exp(x)**y = exp(x*y)",
    "(exp(x) - 1)**y*(exp(x) - 1) = (exp(x) - 1)**(y + 1)",
    "x**0 = 1",
    "0**q = 0",
    "Abs(x)*Abs(y) = Abs(x*y)",
    "Abs(x + y) = Abs(x) + Abs(y)",
    "Abs(x)**2 = x**2",
    "Abs(q) = q",
    "Abs(p - 1) = 1 - p",
    "Max(x, y) + Min(x, y) = x + y",
    "Max(x, y) = x",
    "Max(p, 0) = p",
    "x*(1/x + 1/y) = 1 + x/y",
    "(x**2 - y**2)/(x - y) = x + y",
    "1/(1/x) = x",
    "sigmoid(x) + sigmoid(-x) = 1",
    "softplus(x) - softplus(-x) = x",
    "tanh(x) = 2*sigmoid(2*x) - 1",
    "log(sigmoid(x)) = -softplus(-x)",
    "log(p/(1 - p)) = log(p) - log(1 - p)",
    "Sum(1, (k, 1, n)) = n",
    "Sum(1, (k, 1, n - 1)) = n - 1",
    "Sum(x, (k, 1, n))/n = x",
    "Sum(x, (k, 1, m))/m = x",
    "Sum(k, (k, 1, n)) = n*(n + 1)/2",
    "Sum(k, (k, n, 3)) = Sum(k, (k, 1, 3)) - Sum(k, (k, 1, n - 1))",
    "Sum(u[k], (k, 1, m)) = Sum(u[k - 1], (k, 2, m + 1))",
    "Sum(u[k], (k, 1, m)) = Sum(u[k + 1], (k, 1, m))",
    "Sum(u[k + 1], (k, 0, m - 1)) = Sum(u[k], (k, 1, m))",
    "Sum(2*u[k], (k, 1, m - 1)) = 2*Sum(u[k], (k, 1, m - 1))",
    "0*Sum(u[k], (k, 0, m)) = 0",
    "0*u[m + 1] = 0",
    "u[n] - u[n] = 0",
    "Sum(u[k], (k, 1, n)) = Sum(u[k], (k, 1, n))",
    "Sum(Sum(u[k]*v[l], (k, 1, m)), (l, 1, m)) = Sum(u[k], (k, 1, m))*Sum(v[k], (k, 1, m))",
    "Sum(Sum(u[k]*u[k], (k, 1, m)), (k, 1, m)) = Sum(Sum(u[k]*u[l], (k, 1, m)), (l, 1, m))",
    "Sum(Sum(u[k], (k, 1, m)), (k, 1, m)) = m*Sum(u[k], (k, 1, m))",
    "Sum(Sum(x, (l, 1, k)), (k, 1, m)) = x*Sum(k, (k, 1, m))",
    "Sum(Sum(x, (l, 1, k - 2)), (k, 1, m)) = x*Sum(k - 2, (k, 1, m))",
    "Sum(Delta(k, i)*u[k], (k, 1, m)) = u[i]",
    "Sum(Delta(k, n)*u[k], (k, 1, m)) = u[n]",
    "Sum(Delta(k, i), (k, 2, m)) = 1",
    "Sum(Delta(k, i), (k, 1, n)) = 1",
    "Sum(Delta(k, i)/(1 + Delta(k, i)), (k, 1, m)) = 1/2",
    "Sum(Delta(k, i)/v[k], (k, 1, m)) = 1/v[i]",
    "Sum(Sum(Delta(k, l)*u[k], (k, 1, m)), (l, 1, m)) = Sum(u[k], (k, 1, m))",
    "Sum(log(v[k]), (k, 1, m)) = log(Sum(v[k], (k, 1, m)))",
    "Sum(exp(log(u[k])), (k, 1, m)) = Sum(u[k], (k, 1, m))",
    "Sum(exp(log(v[k])), (k, 1, m)) = Sum(v[k], (k, 1, m))",
    "exp(log(Sum(v[k], (k, 1, m)))) = Sum(v[k], (k, 1, m))",
    "exp(log(Sum(exp(k), (k, 1, n)))) = Sum(exp(k), (k, 1, n))",
    "Sum(log(x), (k, 1, n)) + Abs(x) = n*log(x) + x",
    "Sum(u[k]/x, (k, 1, n)) = Sum(u[k], (k, 1, n))/x",
    "Sum(Abs(k), (k, 1, n)) = Sum(k, (k, 1, n))",
    "Sum(Abs(k - 2), (k, 1, n)) = Sum(k - 2, (k, 1, n))",
    "Sum(1/(k - 2), (k, 1, n)) = Sum(1/(k - 2), (k, 1, n)) + 0*x",
    "Sum(1/(k - 2), (k, 3, n)) = Sum(1/k, (k, 1, n - 2))",
    "v[i]/v[i] = 1",
    "u[i]/u[i] = 1",
]


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_claim_agrees_with_the_numbers(claim):
    left, right = (read(side, syntax="python") for side in claim.split(" = "))
    with mpmath.workdps(DIGITS):
        places = tuple(points(DOMAIN, 60, claim))
        is_false = any(
            found is not None and differ(*found)
            for found in (sides_at(left, right, place) for place in places)
        )
    judgement = audit(left, right, places=places)
    if is_false:
        assert judgement.verdict in (Verdict.REFUTED, Verdict.UNDECIDED, Verdict.PROVED_IF)


def test_the_auditor_notices_a_wrong_proof():
    """Must-reject twin: a judgement given to the wrong claim is found out."""
    x, one = Symbol("x"), Number("1")
    proof = decide(Div(x, x), one, DOMAIN)
    assert proof.verdict is Verdict.PROVED_IF
    origin = replace(PLACES[0], names={**PLACES[0].names, "x": Fraction(0)})
    check(proof, Div(x, x), one, (origin, *PLACES))
    with pytest.raises(AssertionError):
        check(replace(proof, conditions=()), Div(x, x), one, (origin,))
    with pytest.raises(AssertionError):
        check(proof, Div(Mul(number(2), x), x), one, PLACES)
