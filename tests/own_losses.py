"""Losses that nobody shipped, as users would derive them: what a trainer is generated from.

A loss of one sample is written over Z and Y, and its derivative line by line, where DZ is the
derivative of z. The rest of a derivation is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from derivation.derivation import Derivation, Lemma
from derivation.rules import (
    Rule,
    arithmetic,
    cancel,
    chain_rule,
    collect_sign,
    constant_factor,
    definition,
    derivative_of_constant,
    derivative_of_exp,
    derivative_of_log,
    derivative_of_sqrt,
    derivative_of_variable,
    factor,
    kronecker_delta,
    kronecker_derivative,
    lemma,
    linearity,
    power_rule,
    reciprocal_rule,
    sum_rule,
)
from derivation.writing import Board, by, say

Line = tuple[Sequence[Rule], str]
"""The rules, and the line that they give; in it ``d(...)`` is the derivative of what follows."""

NOTHING = say(ko="한 줄", en="A line")


@dataclass(frozen=True, eq=False)
class Own:
    """A loss, its lines from the derivative on, and the residual that they end in, times DZ."""

    name: str
    loss: str
    lines: tuple[Line, ...]
    residual: str
    labels: str = "y[1..m] real"
    definitions: tuple[tuple[str, str], ...] = ()
    bias: bool = True
    mean: str = r"\frac{1}{m} "
    names: Mapping[str, str] = field(default_factory=dict)
    penalty: tuple[str, str] | None = None  # half of its strength, and the strength

    def but(self, **changes: object) -> Own:
        """The same with changes."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def key(self) -> tuple[object, ...]:
        """The same for losses that are written alike."""
        parts = (self.loss, self.residual, self.labels, self.definitions, self.bias, self.mean)
        return (*parts, self.penalty, *self.names.items())

    def derivation(self) -> Derivation:
        """The whole derivation."""
        board = self._board()
        lemmas = [one for v in self._parameters for one in self._lemmas(board, v)]
        return Derivation(
            name=self.name,
            title=say(ko=self.name, en=f"A loss of its own: {self.name}"),
            domain=board.domain,
            definitions=board.defined,
            lemmas=tuple(lemmas),
            results=tuple(f"gradient in {v}" for v in self._parameters),
        )

    @property
    def _parameters(self) -> tuple[str, ...]:
        return ("w_j", "b") if self.bias else ("w_j",)

    @property
    def _sum(self) -> str:
        return r"\sum_{k=1}^{d} x^{(i)}_k w_k" + (" + b" if self.bias else "")

    def _board(self) -> Board:
        given = (
            "m integer >= 1, d integer >= 1, x[1..m, 1..d] real, w[1..d] real, "
            f"i in 1..m, j in 1..d, {self.labels}" + (", b real" if self.bias else "")
        )
        definitions = (
            (r"z^{(i)}", self._sum),
            *self.definitions,
            (r"\ell^{(i)}", self._of_sample(self.loss)),
            *([("R", self._penalty)] if self.penalty else []),
            ("L", rf"{self.mean}\sum_{{i=1}}^{{m}} \ell^{{(i)}}" + (" + R" * bool(self.penalty))),
        )
        return Board(
            self._named(given), tuple((self._named(a), self._named(b)) for a, b in definitions)
        )

    @property
    def _penalty(self) -> str:
        return rf"{(self.penalty or ('',))[0]} \sum_{{k=1}}^{{d}} w_k^2"

    def _of_sample(self, text: str) -> str:
        return text.replace("Z", r"z^{(i)}").replace("Y", r"y^{(i)}")

    def _named(self, text: str) -> str:
        for old, new in self.names.items():
            text = text.replace(old, new)
        return text

    def _lemmas(self, board: Board, v: str) -> list[Lemma]:
        d = rf"\frac{{\partial}}{{\partial {v}}}"
        x = r" x^{(i)}_j" if v == "w_j" else ""
        dz = rf"{d} z^{{(i)}}"

        def line(text: str) -> str:
            return self._of_sample(text.replace("DZ", dz).replace("d(", rf"{d} ("))

        common = [
            self._lemma(board, f"slope of z in {v}", dz, *self._slope_of_z(d, v)),
            self._lemma(
                board,
                f"sample in {v}",
                rf"{d} \ell^{{(i)}}",
                ([definition("ell")], line(f"d({self.loss})")),
                *((rules, line(text)) for rules, text in self.lines),
                ([lemma(f"slope of z in {v}")], rf"({line(self.residual)}){x}"),
            ),
        ]
        gradient = rf"{self.mean}\sum_{{i=1}}^{{m}} ({line(self.residual)}){x}"
        if self.penalty:
            return [*common, *self._penalized(board, v, d, gradient)]
        return [
            *common,
            self._lemma(
                board,
                f"gradient in {v}",
                rf"\frac{{\partial L}}{{\partial {v}}}",
                (
                    [definition(self._named("L"))],
                    rf"{d} \left({self.mean}\sum_{{i=1}}^{{m}} \ell^{{(i)}}\right)",
                ),
                (
                    [constant_factor, sum_rule] if self.mean else [sum_rule],
                    rf"{self.mean}\sum_{{i=1}}^{{m}} {d} \ell^{{(i)}}",
                ),
                (
                    [lemma(f"sample in {v}")],
                    gradient,
                ),
            ),
        ]

    def _penalized(self, board: Board, v: str, d: str, gradient: str) -> list[Lemma]:
        """The gradient of a loss with its penalty; ``gradient`` is that of the samples."""
        half, strength = self.penalty or ("", "")
        penalty = rf"{d} R"
        steps: list[Line] = [([definition("R")], rf"{d} ({self._penalty})")]
        if v == "b":
            steps.append(([derivative_of_constant], "0"))
        else:
            total = r"\sum_{k=1}^{d}"
            steps += [
                ([constant_factor, sum_rule], rf"{half} {total} {d} w_k^2"),
                ([power_rule], rf"{half} {total} 2 w_k {d} w_k"),
                ([kronecker_derivative], rf"{half} {total} 2 w_k \delta_{{kj}}"),
                ([kronecker_delta], rf"{half} \cdot 2 w_j"),
                ([arithmetic], f"{strength} w_j"),
            ]
        samples = rf"{self.mean}\sum_{{i=1}}^{{m}}"
        lines: list[Line] = [
            ([definition("L")], rf"{d} ({samples} \ell^{{(i)}} + R)"),
            ([linearity, constant_factor, sum_rule], rf"{samples} {d} \ell^{{(i)}} + {penalty}"),
            ([lemma(f"sample in {v}")], f"{gradient} + {penalty}"),
        ]
        end = gradient if v == "b" else f"{gradient} + {strength} w_j"
        lines.append(([lemma(f"penalty in {v}")], end))
        return [
            self._lemma(board, f"penalty in {v}", penalty, *steps),
            self._lemma(board, f"gradient in {v}", rf"\frac{{\partial L}}{{\partial {v}}}", *lines),
        ]

    def _slope_of_z(self, d: str, v: str) -> list[Line]:
        first: Line = (
            [definition(self._named("z^").removesuffix("^"))],
            rf"{d} \left({self._sum}\right)",
        )
        if v == "b":
            return [first, ([linearity, derivative_of_constant, derivative_of_variable], "1")]
        rules = [linearity, derivative_of_constant, sum_rule] if self.bias else [sum_rule]
        return [
            first,
            ([*rules, constant_factor], rf"\sum_{{k=1}}^{{d}} x^{{(i)}}_k {d} w_k"),
            ([kronecker_derivative], r"\sum_{k=1}^{d} x^{(i)}_k \delta_{kj}"),
            ([kronecker_delta], r"x^{(i)}_j"),
        ]

    def _lemma(self, board: Board, name: str, start: str, *lines: Line) -> Lemma:
        drafts = [by(*rules, self._named(text), say=NOTHING) for rules, text in lines]
        return board.lemma(name, NOTHING, self._named(start), *drafts)


# ------------------------------------------------------------------------------ the losses

LOGISTIC = Own(
    name="logistic",
    loss=r"\log(1 + e^{-Y Z})",
    lines=(
        ([derivative_of_log, chain_rule], r"\frac{1}{1 + e^{-Y Z}} d(1 + e^{-Y Z})"),
        (
            [linearity, derivative_of_constant, derivative_of_exp],
            r"\frac{1}{1 + e^{-Y Z}} e^{-Y Z} d(-Y Z)",
        ),
        ([constant_factor], r"-\frac{Y e^{-Y Z}}{1 + e^{-Y Z}} DZ"),
    ),
    residual=r"-\frac{Y e^{-Y Z}}{1 + e^{-Y Z}}",
    labels="y[1..m] in {-1, 1}",
)
"""log(1 + e^{-y z}) for labels -1 and 1."""

EXPONENTIAL = Own(
    name="exponential",
    loss=r"e^{-Y Z}",
    lines=(
        ([derivative_of_exp], r"e^{-Y Z} d(-Y Z)"),
        ([constant_factor], r"-Y e^{-Y Z} DZ"),
    ),
    residual=r"-Y e^{-Y Z}",
    labels="y[1..m] in {-1, 1}",
)
"""What AdaBoost makes small."""

LOG_COSH = Own(
    name="log_cosh",
    loss=r"\log \frac{e^{Z - Y} + e^{-(Z - Y)}}{2}",
    lines=(
        (
            [derivative_of_log, chain_rule],
            r"\frac{2}{e^{Z - Y} + e^{-(Z - Y)}} d(\frac{e^{Z - Y} + e^{-(Z - Y)}}{2})",
        ),
        (
            [linearity, constant_factor, derivative_of_exp, derivative_of_constant, arithmetic],
            r"\frac{e^{Z - Y} DZ - e^{-(Z - Y)} DZ}{e^{Z - Y} + e^{-(Z - Y)}}",
        ),
        ([factor], r"\frac{e^{Z - Y} - e^{-(Z - Y)}}{e^{Z - Y} + e^{-(Z - Y)}} DZ"),
    ),
    residual=r"\frac{e^{Z - Y} - e^{-(Z - Y)}}{e^{Z - Y} + e^{-(Z - Y)}}",
)
"""log cosh(z - y), whose residual is tanh(z - y)."""

PSEUDO_HUBER = Own(
    name="pseudo_huber",
    loss=r"\sqrt{1 + (Z - Y)^2} - 1",
    lines=(
        (
            [linearity, derivative_of_constant, derivative_of_sqrt, chain_rule],
            r"\frac{1}{2 \sqrt{1 + (Z - Y)^2}} d(1 + (Z - Y)^2)",
        ),
        (
            [linearity, derivative_of_constant, power_rule],
            r"\frac{1}{2 \sqrt{1 + (Z - Y)^2}} \cdot 2 (Z - Y) DZ",
        ),
        ([cancel], r"\frac{Z - Y}{\sqrt{1 + (Z - Y)^2}} DZ"),
    ),
    residual=r"\frac{Z - Y}{\sqrt{1 + (Z - Y)^2}}",
)
"""A parabola near 0, straight lines far from it."""

GAMMA = Own(
    name="gamma",
    loss=r"Y e^{-Z} + Z",
    lines=(
        ([linearity, constant_factor], r"Y d(e^{-Z}) + DZ"),
        ([derivative_of_exp, constant_factor], r"-Y e^{-Z} DZ + DZ"),
        ([factor], r"(1 - Y e^{-Z}) DZ"),
    ),
    residual=r"1 - Y e^{-Z}",
    labels="y[1..m] > 0",
)
"""The gamma distribution with the mean e^z."""

GEOMETRIC = Own(
    name="geometric",
    loss=r"(Y + 1) \log(1 + e^{Z}) - Y Z",
    lines=(
        ([linearity, constant_factor], r"(Y + 1) d(\log(1 + e^{Z})) - Y DZ"),
        ([derivative_of_log, chain_rule], r"(Y + 1) \frac{1}{1 + e^{Z}} d(1 + e^{Z}) - Y DZ"),
        (
            [linearity, derivative_of_constant, derivative_of_exp],
            r"(Y + 1) \frac{1}{1 + e^{Z}} e^{Z} DZ - Y DZ",
        ),
        ([factor], r"((Y + 1) \frac{e^{Z}}{1 + e^{Z}} - Y) DZ"),
    ),
    residual=r"(Y + 1) \frac{e^{Z}}{1 + e^{Z}} - Y",
    labels="y[1..m] integer >= 0",
)
"""The geometric distribution: the failures before a success."""

BRIER = Own(
    name="brier",
    loss=r"(h^{(i)} - Y)^2",
    lines=(
        ([power_rule, linearity, derivative_of_constant], r"2 (h^{(i)} - Y) d(h^{(i)})"),
        ([definition("h")], r"2 (h^{(i)} - Y) d(\frac{1}{1 + e^{-Z}})"),
        (
            [reciprocal_rule, linearity, derivative_of_constant],
            r"2 (h^{(i)} - Y) \frac{-d(e^{-Z})}{(1 + e^{-Z})^2}",
        ),
        (
            [derivative_of_exp, constant_factor, collect_sign],
            r"2 (h^{(i)} - Y) \frac{e^{-Z}}{(1 + e^{-Z})^2} DZ",
        ),
    ),
    residual=r"2 (h^{(i)} - Y) \frac{e^{-Z}}{(1 + e^{-Z})^2}",
    labels="0 <= y[1..m] <= 1",
    definitions=((r"h^{(i)}", r"\frac{1}{1 + e^{-z^{(i)}}}"),),
)
"""The squared error of a probability, which is not convex in z."""

SQUARES = Own(
    name="squares",
    loss=r"\frac{1}{2} (Z - Y)^2",
    lines=(
        ([constant_factor, power_rule], r"\frac{1}{2} \cdot 2 (Z - Y) d(Z - Y)"),
        ([linearity, derivative_of_constant, arithmetic], r"(Z - Y) DZ"),
    ),
    residual=r"Z - Y",
)
"""Least squares."""

POISSON = Own(
    name="poisson",
    loss=r"e^{Z} - Y Z",
    lines=(
        ([linearity, constant_factor, derivative_of_exp], r"e^{Z} DZ - Y DZ"),
        ([factor], r"(e^{Z} - Y) DZ"),
    ),
    residual=r"e^{Z} - Y",
    labels="y[1..m] integer >= 0",
)
"""Counts."""
