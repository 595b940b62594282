"""The forms of loss, prediction and residual that no exponential can overflow.

For z >= 0 only e^{-z} occurs, for z < 0 only e^z, so every exponential lies in (0, 1]. Each
form is a chain of rewrites from the plain one; the generated trainer takes its branches from
the last lines.
"""

from __future__ import annotations

from derivation.derivation import Lemma
from derivation.rules import (
    add_and_subtract,
    backwards,
    collect,
    collect_sign,
    common_denominator,
    definition,
    expand,
    lemma,
    log_of_exp,
    log_of_quotient,
    opposite_exponentials,
    simplify_fraction,
)
from derivation.writing import Board, Draft, by, say

BRANCHES = ("z >= 0", "z < 0")
_KO = {"z >= 0": r"$z \ge 0$ 일 때", "z < 0": r"$z < 0$ 일 때"}
_EN = {"z >= 0": r"for $z \ge 0$", "z < 0": r"for $z < 0$"}


def lemmas(sigmoid: tuple[str, str]) -> tuple[Lemma, ...]:
    """The stable forms, branch by branch; ``sigmoid`` is its definition (head, body)."""
    return tuple(
        one
        for branch in BRANCHES
        for one in (
            _prediction(branch, sigmoid),
            _complement(branch, sigmoid),
            _loss(branch, sigmoid),
            _residual(branch, sigmoid),
        )
    )


def _titled(branch: str, ko: str, en: str) -> tuple[str, str]:
    return f"{ko}, {_KO[branch]}", f"{en}, {_EN[branch]}"


def _unfold(line: str) -> Draft:
    return by(
        definition("sigmoid"),
        line,
        say=say(ko="시그모이드의 정의", en="The definition of the sigmoid"),
    )


def _prediction(branch: str, sigmoid: tuple[str, str]) -> Lemma:
    ko, en = _titled(branch, "예측의 안정한 꼴", "The prediction, safe from overflow")
    lines = [_unfold(r"\frac{1}{1 + e^{-z}}")]
    if branch == "z < 0":
        lines += [
            by(
                backwards(simplify_fraction),
                r"\frac{e^z}{e^z (1 + e^{-z})}",
                say=say(ko="위아래에 $e^z$ 를 곱한다", en="Multiply above and below by $e^z$"),
            ),
            by(
                expand,
                opposite_exponentials,
                r"\frac{e^z}{1 + e^z}",
                say=say(ko="$e^z e^{-z} = 1$", en="$e^z e^{-z} = 1$"),
            ),
        ]
    return Board(branch, (sigmoid,)).lemma(
        f"stable prediction, {branch}", say(ko, en), r"\text{sigmoid}(z)", *lines
    )


def _complement(branch: str, sigmoid: tuple[str, str]) -> Lemma:
    """1 - sigmoid(z), without the cancellation that the subtraction brings."""
    ko, en = _titled(branch, "1에서 예측을 뺀 값", "One minus the prediction")
    inserted, joined, last = (
        (
            r"\frac{1}{1 + e^{-z}}",
            r"\frac{1 + e^{-z} - 1}{1 + e^{-z}}",
            r"\frac{e^{-z}}{1 + e^{-z}}",
        )
        if branch == "z >= 0"
        else (r"\frac{e^z}{1 + e^z}", r"\frac{1 + e^z - e^z}{1 + e^z}", r"\frac{1}{1 + e^z}")
    )
    return Board(branch, (sigmoid,)).lemma(
        f"stable complement, {branch}",
        say(ko, en),
        r"1 - \text{sigmoid}(z)",
        by(
            lemma(f"stable prediction, {branch}"),
            rf"1 - {inserted}",
            say=say(ko="안정한 꼴을 넣는다", en="Insert the stable form"),
        ),
        by(
            common_denominator,
            joined,
            say=say(ko="통분한다", en="Over a common denominator"),
        ),
        by(collect, last, say=say(ko="분자를 정리한다", en="Collect above")),
    )


def _loss(branch: str, sigmoid: tuple[str, str]) -> Lemma:
    ko, en = _titled(branch, "손실의 안정한 꼴", "The loss, safe from overflow")
    start = r"-y \log(\text{sigmoid}(z)) - (1 - y) \log(1 - \text{sigmoid}(z))"
    stable = (
        lemma(f"stable prediction, {branch}"),
        lemma(f"stable complement, {branch}"),
    )
    insert = say(
        ko="두 로그에 안정한 꼴을 넣는다", en="Insert the stable forms into both logarithms"
    )
    split = say(ko="몫의 로그는 로그의 차이다", en="The log of a quotient is a difference of logs")
    undo = say(ko="로그와 지수는 서로를 지운다", en="Logarithm and exponential undo each other")
    tidy = say(ko="괄호를 풀고 정리한다", en="Multiply out and collect")
    if branch == "z >= 0":
        lines = (
            by(
                *stable,
                r"-y \log(\frac{1}{1 + e^{-z}}) - (1 - y) \log(\frac{e^{-z}}{1 + e^{-z}})",
                say=insert,
            ),
            by(
                log_of_quotient,
                collect_sign,
                r"y \log(1 + e^{-z}) - (1 - y) (\log(e^{-z}) - \log(1 + e^{-z}))",
                say=split,
            ),
            by(
                log_of_exp,
                r"y \log(1 + e^{-z}) - (1 - y) (-z - \log(1 + e^{-z}))",
                say=undo,
            ),
            by(expand, collect, r"(1 - y) z + \log(1 + e^{-z})", say=tidy),
        )
    else:
        lines = (
            by(
                *stable,
                r"-y \log(\frac{e^z}{1 + e^z}) - (1 - y) \log(\frac{1}{1 + e^z})",
                say=insert,
            ),
            by(
                log_of_quotient,
                collect_sign,
                r"-y (\log(e^z) - \log(1 + e^z)) + (1 - y) \log(1 + e^z)",
                say=split,
            ),
            by(log_of_exp, r"-y (z - \log(1 + e^z)) + (1 - y) \log(1 + e^z)", say=undo),
            by(expand, collect, r"\log(1 + e^z) - y z", say=tidy),
        )
    board = Board(f"{branch}, y real", (sigmoid,))
    return board.lemma(f"stable loss, {branch}", say(ko, en), start, *lines)


def _residual(branch: str, sigmoid: tuple[str, str]) -> Lemma:
    """h - y: for y = 1 and large z the difference h - 1 must not cancel."""
    ko, en = _titled(branch, "오차의 안정한 꼴", "The error, safe from cancellation")
    lines: tuple[Draft, ...]
    if branch == "z >= 0":
        lines = (
            by(
                add_and_subtract("1"),
                r"(1 - y) - (1 - \text{sigmoid}(z))",
                say=say(ko="1을 더하고 뺀다", en="Add and take away 1"),
            ),
            by(
                lemma(f"stable complement, {branch}"),
                r"(1 - y) - \frac{e^{-z}}{1 + e^{-z}}",
                say=say(ko="안정한 꼴을 넣는다", en="Insert the stable form"),
            ),
        )
    else:
        lines = (
            by(
                lemma(f"stable prediction, {branch}"),
                r"\frac{e^z}{1 + e^z} - y",
                say=say(ko="안정한 꼴을 넣는다", en="Insert the stable form"),
            ),
        )
    board = Board(f"{branch}, y real", (sigmoid,))
    return board.lemma(f"stable residual, {branch}", say(ko, en), r"\text{sigmoid}(z) - y", *lines)
