"""Random matrix terms, as text, and random steps on them that keep or do not keep their value."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

__all__ = ["GIVEN", "Text", "perturbed", "random_term", "rewritten", "seeded"]

GIVEN = (
    "A matrix n x n, B matrix n x n, K invertible n, P spd n, S symmetric n, Q orthogonal n, "
    "X matrix m x n, x vector n, z vector n, y vector m, c real, lam > 0"
)
_NAMES = {
    ("n", "n"): ["A", "B", "K", "P", "S", "Q", "Identity(n)"],
    ("m", "n"): ["X", "ones(m, n)"],
    ("n", "m"): ["X.T"],
    ("n", "1"): ["x", "z", "ones(n)"],
    ("m", "1"): ["y"],
    ("1", "n"): ["x.T", "z.T"],
    ("1", "m"): ["y.T"],
    ("m", "m"): ["Identity(m)"],
    ("1", "1"): ["c", "lam", "2"],
}
Shape = tuple[str, str]


def seeded(seed: int) -> Random:
    """A source of choices that makes the same ones each time."""
    return Random(seed)  # noqa: S311  (no secrets)


@dataclass(frozen=True)
class Text:
    """A term: an operation over parts, or a name. ``shape`` is the number of rows, columns."""

    shape: Shape
    operation: str
    parts: tuple[Text, ...] = ()
    name: str = ""

    def __str__(self) -> str:
        parts = [str(part) for part in self.parts]
        match self.operation:
            case "name":
                return self.name
            case "+" | "-" | "*":
                return f"({parts[0]} {self.operation} {parts[1]})"
            case "T":
                return f"({parts[0]}).T"
        return f"{self.operation}({', '.join(parts)})"


def random_term(random: Random, shape: Shape, depth: int) -> Text:
    """A term of that shape."""
    if depth == 0 or random.random() < 0.1:
        return Text(shape, "name", name=random.choice(_NAMES[shape]))

    def term(shape: Shape) -> Text:
        return random_term(random, shape, depth - 1)

    choices = ["+", "-", "*", "*", "*", "scale", "T", "hadamard"]
    if shape == ("1", "1"):
        choices = ["+", "*", "inner", "inner", "tr", "tr", "det", "sum"]
    elif shape == ("n", "n"):
        choices += ["inv", "outer", "diag"]
    elif shape == ("n", "1"):
        choices += ["diagonal", "sigmoid"]
    match random.choice(choices):
        case "+" | "-" as sign:
            return Text(shape, sign, (term(shape), term(shape)))
        case "*" if shape == ("1", "1"):
            return Text(shape, "*", (term(shape), term(shape)))
        case "*":
            inner = random.choice(["n", "m", "n"])
            return Text(shape, "*", (term((shape[0], inner)), term((inner, shape[1]))))
        case "inner":
            size = random.choice("nm")
            return Text(shape, "*", (term(("1", size)), term((size, "1"))))
        case "outer":
            return Text(shape, "*", (term((shape[0], "1")), term(("1", shape[1]))))
        case "scale":
            return Text(shape, "*", (term(("1", "1")), term(shape)))
        case "T":
            return Text(shape, "T", (term((shape[1], shape[0])),))
        case "hadamard":
            return Text(shape, "hadamard", (term(shape), term(shape)))
        case "tr" | "det" as name:
            return Text(shape, name, (term(("n", "n")),))
        case "sum":
            return Text(shape, "sum", (term(random.choice([("n", "1"), ("m", "n")])),))
        case "inv":
            name = random.choice(["K", "P", "Q"])
            inner = Text(shape, "name", name=name)
            if random.random() < 0.4:
                square = Text(shape, "*", (Text(("n", "m"), "name", name="X.T"), _X))
                inner = Text(shape, "+", (square, Text(shape, "name", name="P")))
            return Text(shape, "inv", (inner,))
        case "diag":
            return Text(shape, "diag", (term(("n", "1")),))
        case "diagonal":
            return Text(shape, "diag", (term(("n", "n")),))
    return Text(shape, "sigmoid", (term(shape),))


_X = Text(("m", "n"), "name", name="X")


def rewritten(random: Random, text: Text, steps: int) -> Text:
    """The same value, by laws of matrix algebra that are written here once more."""
    for _ in range(steps):
        text = _somewhere(random, text, _law)
    return text


def perturbed(random: Random, text: Text) -> Text:
    """Another term of that shape, whose value is nearly always another one."""
    return _somewhere(random, text, _mistake)


def _somewhere(random: Random, text: Text, change) -> Text:
    if text.parts and random.random() < 0.7:
        position = random.randrange(len(text.parts))
        parts = list(text.parts)
        parts[position] = _somewhere(random, parts[position], change)
        return Text(text.shape, text.operation, tuple(parts), text.name)
    return change(random, text)


def _flipped(text: Text) -> Text:
    return Text((text.shape[1], text.shape[0]), "T", (text,))


def _law(random: Random, text: Text) -> Text:
    match text:
        case Text(operation="T", parts=(Text(operation="*", parts=(a, b)),)) if ("1", "1") not in (
            a.shape,
            b.shape,
        ):
            return Text(text.shape, "*", (_flipped(b), _flipped(a)))
        case Text(operation="T", parts=(Text(operation=("+" | "-") as sign, parts=(a, b)),)):
            return Text(text.shape, sign, (_flipped(a), _flipped(b)))
        case Text(operation="+", parts=(a, b)):
            return Text(text.shape, "+", (b, a))
        case Text(operation="hadamard", parts=(a, b)):
            return Text(text.shape, "hadamard", (b, a))
        case Text(operation="*", parts=(a, Text(operation=("+" | "-") as sign, parts=(b, d)))):
            if b.shape == d.shape:
                left, right = (Text(text.shape, "*", (a, one)) for one in (b, d))
                return Text(text.shape, sign, (left, right))
        case Text(operation="*", parts=(Text(operation="*", parts=(a, b)), d)) if all(
            one.shape != ("1", "1") for one in (a, b, d)
        ) and text.parts[0].shape != ("1", "1"):
            if (a.shape[0], b.shape[0]) != ("1", "1") and (b.shape[0], d.shape[1]) != ("1", "1"):
                tail = Text((b.shape[0], d.shape[1]), "*", (b, d))
                return Text(text.shape, "*", (a, tail))
        case Text(operation="tr", parts=(Text(operation="*", parts=(a, b)),)) if a.shape == b.shape:
            return Text(text.shape, "tr", (Text(a.shape, "*", (b, a)),))
        case Text(operation="det", parts=(a,)):
            return Text(text.shape, "det", (_flipped(a),))
    if text.shape != ("1", "1") and random.random() < 0.5:
        return _flipped(_flipped(text))
    return text


def _mistake(random: Random, text: Text) -> Text:
    match text:
        case Text(operation="T", parts=(a,)) if a.shape == text.shape:
            return a
        case Text(operation="*", parts=(a, b)) if a.shape == b.shape:
            return Text(text.shape, "*", (b, a))
        case Text(operation="-", parts=(a, b)):
            return Text(text.shape, "+", (a, b))
        case Text(operation="hadamard", parts=(a, b)) if a.shape == ("n", "n"):
            return Text(text.shape, "*", (a, b))
        case Text(operation="name", shape=shape):
            return Text(shape, "name", name=random.choice(_NAMES[shape]))
    if text.shape == ("n", "n"):
        return _flipped(text)
    return Text(text.shape, "*", (Text(("1", "1"), "name", name="2"), text))
