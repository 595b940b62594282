"""What the characters and commands of LaTeX are in a formula."""

from __future__ import annotations

from enum import Enum, auto

from derivation.notation.names import FUNCTION_OF_COMMAND, GREEK

__all__ = [
    "BOLD",
    "CHARACTERS",
    "CHARACTER_HINTS",
    "COMMANDS",
    "IF",
    "IGNORED",
    "JOINING",
    "NAME_COMMANDS",
    "NOT_YET",
    "OTHERWISE",
    "SIZES",
    "WORDS",
    "TokenKind",
]  # fmt: skip


class TokenKind(Enum):
    """What a piece of LaTeX is."""

    NUMBER = auto()
    LETTER = auto()  # one Latin letter; value is the name
    GREEK = auto()  # \alpha; value is the name
    TEXT = auto()  # \text{name}; value is the stripped content
    FUNCTION = auto()  # \log; value is the function's name
    MARK = auto()  # \boxed, \key, \hla, \hlb, \hlc
    FRACTION = auto()
    ROOT = auto()
    SUM = auto()  # sums and products; value is which
    INTEGRAL = auto()
    INFINITY = auto()
    BINOMIAL = auto()
    FACTORIAL = auto()  # !
    INDICATOR = auto()  # \mathbb{1}
    LOGIC = auto()  # \land, \lor, \lnot; value is and, or, not
    PARTIAL = auto()
    NABLA = auto()
    NORM = auto()  # \\| that opens or closes
    TRANSPOSE = auto()  # \\top
    SIGN = auto()  # + - / times cdot
    RELATION = auto()  # = != < <= > >=
    OPEN = auto()  # ( [ \{ \lfloor \lceil and \left|
    CLOSE = auto()
    BAR = auto()  # | that may open or close
    LEFT_BRACE = auto()
    RIGHT_BRACE = auto()
    ABOVE = auto()  # ^
    BELOW = auto()  # _
    PRIME = auto()
    COMMA = auto()
    CELL = auto()  # &
    ROW = auto()  # \\
    BEGIN = auto()  # \begin{value}
    FINISH = auto()  # \end{value}
    END = auto()


CHARACTERS: dict[str, tuple[TokenKind, str]] = {
    "+": (TokenKind.SIGN, "+"), "-": (TokenKind.SIGN, "-"), "/": (TokenKind.SIGN, "/"),
    "*": (TokenKind.SIGN, "cdot"), "−": (TokenKind.SIGN, "-"), "×": (TokenKind.SIGN, "times"),
    "·": (TokenKind.SIGN, "cdot"), "⋅": (TokenKind.SIGN, "cdot"),
    "=": (TokenKind.RELATION, "="), "<": (TokenKind.RELATION, "<"),
    ">": (TokenKind.RELATION, ">"), "≤": (TokenKind.RELATION, "<="),
    "≥": (TokenKind.RELATION, ">="), "≠": (TokenKind.RELATION, "!="),
    "(": (TokenKind.OPEN, "("), "[": (TokenKind.OPEN, "["), ")": (TokenKind.CLOSE, ")"),
    "]": (TokenKind.CLOSE, "]"), "|": (TokenKind.BAR, "|"), "{": (TokenKind.LEFT_BRACE, "{"),
    "}": (TokenKind.RIGHT_BRACE, "}"), "^": (TokenKind.ABOVE, "^"), "_": (TokenKind.BELOW, "_"),
    "'": (TokenKind.PRIME, "'"), "′": (TokenKind.PRIME, "'"), ",": (TokenKind.COMMA, ","),
    "&": (TokenKind.CELL, "&"), "∂": (TokenKind.PARTIAL, ""), "∑": (TokenKind.SUM, "sum"),
    "∏": (TokenKind.SUM, "product"), "∫": (TokenKind.INTEGRAL, ""), "∞": (TokenKind.INFINITY, ""),
    "!": (TokenKind.FACTORIAL, "!"), "⌊": (TokenKind.OPEN, "⌊"), "⌋": (TokenKind.CLOSE, "⌋"),
    "‖": (TokenKind.NORM, "‖"), "⊙": (TokenKind.SIGN, "odot"), "∇": (TokenKind.NABLA, ""),
    "⊤": (TokenKind.TRANSPOSE, ""), "⌈": (TokenKind.OPEN, "⌈"), "⌉": (TokenKind.CLOSE, "⌉"),
    "∧": (TokenKind.LOGIC, "and"),
    "∨": (TokenKind.LOGIC, "or"), "¬": (TokenKind.LOGIC, "not"),
}  # fmt: skip

COMMANDS: dict[str, tuple[TokenKind, str]] = {
    "times": (TokenKind.SIGN, "times"), "cdot": (TokenKind.SIGN, "cdot"),
    "frac": (TokenKind.FRACTION, ""), "dfrac": (TokenKind.FRACTION, ""),
    "tfrac": (TokenKind.FRACTION, ""), "sqrt": (TokenKind.ROOT, ""),
    "binom": (TokenKind.BINOMIAL, ""), "dbinom": (TokenKind.BINOMIAL, ""),
    "tbinom": (TokenKind.BINOMIAL, ""), "sum": (TokenKind.SUM, "sum"),
    "prod": (TokenKind.SUM, "product"), "int": (TokenKind.INTEGRAL, ""),
    "infty": (TokenKind.INFINITY, ""), "partial": (TokenKind.PARTIAL, ""),
    "nabla": (TokenKind.NABLA, ""), "top": (TokenKind.TRANSPOSE, ""),
    "intercal": (TokenKind.TRANSPOSE, ""), "odot": (TokenKind.SIGN, "odot"),
    "|": (TokenKind.NORM, "‖"), "Vert": (TokenKind.NORM, "‖"), "lVert": (TokenKind.NORM, "‖"),
    "rVert": (TokenKind.NORM, "‖"),
    "le": (TokenKind.RELATION, "<="), "leq": (TokenKind.RELATION, "<="),
    "ge": (TokenKind.RELATION, ">="), "geq": (TokenKind.RELATION, ">="),
    "ne": (TokenKind.RELATION, "!="), "neq": (TokenKind.RELATION, "!="),
    "lt": (TokenKind.RELATION, "<"), "gt": (TokenKind.RELATION, ">"),
    "lvert": (TokenKind.OPEN, "|"), "rvert": (TokenKind.CLOSE, "|"),
    "lfloor": (TokenKind.OPEN, "⌊"), "rfloor": (TokenKind.CLOSE, "⌋"),
    "lceil": (TokenKind.OPEN, "⌈"), "rceil": (TokenKind.CLOSE, "⌉"),
    "land": (TokenKind.LOGIC, "and"), "wedge": (TokenKind.LOGIC, "and"),
    "lor": (TokenKind.LOGIC, "or"), "vee": (TokenKind.LOGIC, "or"),
    "lnot": (TokenKind.LOGIC, "not"), "neg": (TokenKind.LOGIC, "not"),
    "prime": (TokenKind.PRIME, "'"), "{": (TokenKind.OPEN, "{"), "}": (TokenKind.CLOSE, "}"),
    "lbrace": (TokenKind.OPEN, "{"), "rbrace": (TokenKind.CLOSE, "}"), "\\": (TokenKind.ROW, ""),
    **{mark: (TokenKind.MARK, mark) for mark in ("boxed", "key", "hla", "hlb", "hlc")},
    **{command: (TokenKind.FUNCTION, name) for command, name in FUNCTION_OF_COMMAND.items()},
    **{name: (TokenKind.TEXT, name) for name in ("sech", "csch", "erf", "sgn")},
    **{letter: (TokenKind.GREEK, letter) for letter in GREEK},
}  # fmt: skip

IGNORED = frozenset({
    ",", ";", ":", "!", " ", "\n", "\t", "quad", "qquad", "displaystyle", "textstyle", "limits",
    "nolimits",
})  # fmt: skip
NAME_COMMANDS = frozenset({"text", "operatorname", "mathrm", "textrm", "mathit"})
BOLD = frozenset({"mathbf", "boldsymbol", "bm"})  # the same letter; not beside the plain one
SIZES = frozenset(
    f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")
) | {"left", "right"}
NOT_YET = {
    "lim": "limits are not supported yet",
    "iint": "write one \\int after the other, each with its limits",
    "oint": "integrals over curves are not supported",
    "mathbb": "of these letters only the indicator \\mathbb{1}[x > 0] is known",
    "pm": "one of two signs is not supported; write the two formulas",
    "vec": "arrows are not supported; write \\mathbf{x} or x, and declare it as a vector",
    "hat": "accents are not supported; write \\text{name} or another letter",
    "bar": "accents are not supported; write \\text{name} or another letter",
    "dots": "dots are not supported; write \\sum with limits",
    "cdots": "dots are not supported; write \\sum with limits",
    "ldots": "dots are not supported; write \\sum with limits",
    "div": "\\div is not supported; write \\frac{a}{b} or a/b",
}

# words between and in the conditions of cases
OTHERWISE = frozenset({"otherwise", "else", "그 외", "그 외의 경우", "나머지"})
IF = frozenset({"if", "for", "when"})
JOINING = {
    "and": frozenset({"and", "이고", "그리고"}), "or": frozenset({"or", "또는"}),
    "not": frozenset({"not"}),
}  # fmt: skip
WORDS = OTHERWISE | IF | frozenset().union(*JOINING.values())

CHARACTER_HINTS = {
    "$": "Leave out the dollar signs; give the formula alone.",
    "?": "A question mark stands for no term; leave it out.",
    "%": "Comments are not supported; write a percentage as a fraction.",
    ".": "Leave out the full stop; a decimal number is written 0.5.",
    ";": "Write one formula at a time.",
    ":": "Write a ratio as \\frac{a}{b} or a/b.",
    "√": "Write \\sqrt{x}.",
}
