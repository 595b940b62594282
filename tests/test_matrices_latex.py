r"""Claims with matrices as papers write them: ``X^\top``, ``\|w\|^2``, ``\nabla_w``, ``I``."""

from __future__ import annotations

import pytest

from derivation.domain import Domain
from derivation.errors import UnreadableError
from derivation.kernel import Judgement, Verdict, decide
from derivation.notation import read, to_latex, to_python
from derivation.term import plain

DOMAIN = Domain.parse(
    "X matrix m x n, w vector n, y vector m, x vector n, z vector n, A matrix n x n, "
    "B matrix n x n, P spd n, Q orthogonal n, K invertible n, lambda > 0, mu vector n"
)
SYMBOLS = frozenset(declaration.name for declaration in DOMAIN)


def judged(lhs: str, rhs: str) -> Judgement:
    left, right = (read(side, symbols=SYMBOLS, syntax="latex") for side in (lhs, rhs))
    return decide(left, right, DOMAIN)


@pytest.mark.parametrize(
    ("lhs", "rhs", "false"),
    [
        (r"(A B)^\top", r"B^\top A^\top", r"A^\top B^\top"),
        (r"(A B)^T", r"B^T A^T", r"A^T B^T"),
        (r"K^{-\top}", r"(K^\top)^{-1}", r"K^{-1}"),
        (r"K^{-T}", r"(K^T)^{-1}", r"K^{-1}"),
        (r"Q^\top Q", r"I", r"Q"),
        (r"Q^\top Q", r"I_n", r"2 I_n"),
        (r"\nabla_{w} \|X w - y\|^2", r"2 X^\top (X w - y)", r"X^\top (X w - y)"),
        (r"\nabla_w \left(\frac{1}{2}\left\|X w - y\right\|_2^2 + \frac{\lambda}{2} \|w\|^2\right)",
         r"(X^\top X + \lambda I) w - X^\top y", r"(X^\top X + I) w - X^\top y"),
        (r"\nabla_w^2 \frac{1}{2} \|X w - y\|^2", r"X^\top X", r"2 X^\top X"),
        (r"\frac{\partial}{\partial A} \operatorname{tr}(A B)", r"B^\top", r"B"),
        (r"\frac{\partial}{\partial x} x^\top A x", r"(A + A^\top) x", r"2 A x"),
        (r"\log \det (P P)", r"2 \log \det P", r"\log \det P"),
        (r"\operatorname{tr}(A B)", r"\operatorname{Tr}(B A)", r"\operatorname{tr}(A)"),
        (r"\|A\|_F^2", r"\operatorname{tr}(A^\top A)", r"\operatorname{tr}(A A)"),
        (r"x \odot z", r"z \odot x", r"x \odot x"),
        (r"X w \odot y", r"\operatorname{diag}(y) X w", r"\operatorname{diag}(y) X x"),
        (r"\mathbf{1}_n^\top x", r"x^\top \mathbf{1}_n", r"x^\top x"),
        (r"\mathbf{x}^\top \mathbf{A} \mathbf{z}", r"\mathbf{z}^\top \mathbf{A}^\top \mathbf{x}",
         r"\mathbf{z}^\top \mathbf{A} \mathbf{x}"),
        (r"\nabla_{\boldsymbol{\mu}} (x - \boldsymbol{\mu})^\top P (x - \boldsymbol{\mu})",
         r"-2 P (x - \boldsymbol{\mu})", r"2 P (x - \boldsymbol{\mu})"),
        (r"(I + 2 P)^{-1} (I + 2 P)", r"I", r"P"),
    ],
)  # fmt: skip
def test_what_papers_write(lhs, rhs, false):
    assert judged(lhs, rhs).verdict is Verdict.PROVED
    assert judged(lhs, false).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("lhs", "rhs", "reason"),
    [
        (r"\operatorname{tr}(I)", "n", "not declared: I"),
        (r"x^\top x + I", r"x^\top x + I", "not declared: I"),
        (r"\lambda^T", r"\lambda", ""),
        ("|A|", "|A|", "det(A)"),
    ],
)
def test_what_is_not_clear_is_undecided(lhs, rhs, reason):
    judgement = judged(f"{lhs} + 0 x^\\top x", rhs) if "A" not in lhs else judged(lhs, rhs)
    assert judgement.verdict is Verdict.UNDECIDED
    assert reason in judgement.reason


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"\|x", "never closed"),
        (r"\|x\|_1", "only the Euclidean norm"),
        (r"\nabla f", "names its variable"),
        (r"\nabla_{w}", "nothing to act on"),
        (r"\nabla_{2} f", "by a name"),
        (r"x \odot A z", "before \\odot or after it"),
        (r"\mathbf{x} + x", "in bold and plainly"),
        (r"\mathbf{xy}", "before one letter"),
        (r"\top x", "expected a term"),
        (r"\det A B", "ambiguous"),
    ],
)
def test_what_is_not_clear_is_refused(text, message):
    with pytest.raises(UnreadableError, match=message.replace("\\", "\\\\")):
        read(text, symbols=SYMBOLS, syntax="latex")


@pytest.mark.parametrize(
    "text", [r"(A B)^\top x", r"\|X w - y\|^2", r"\nabla_w \operatorname{tr}(A)", r"x \odot z"]
)
def test_what_is_read_is_printed_and_read_again(text):
    term = plain(read(text, symbols=SYMBOLS, syntax="latex"))
    assert plain(read(to_latex(term), symbols=SYMBOLS, syntax="latex")) == term
    assert plain(read(to_python(term), symbols=SYMBOLS, syntax="python")) == term
