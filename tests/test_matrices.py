"""Identities of matrix algebra and matrix calculus, each with a twin that is false.

The twin is the same line with a transpose dropped, an order swapped, a factor lost, a sign
turned, or another word of the same shape in the place of one.
"""

from __future__ import annotations

import pytest

from derivation.domain import Domain
from derivation.kernel import Judgement, Verdict, decide
from derivation.notation import read
from derivation.term import Relation, RelationSign

GIVEN = (
    "X matrix m x n, Y matrix m x n, w vector n, y vector m, x vector n, z vector n, v vector k, "
    "A matrix n x n, B matrix n x n, M matrix n x n, C matrix n x k, P spd n, R spd n, "
    "Q orthogonal n, S symmetric n, K matrix n x n invertible, L matrix n x n invertible, "
    "p vector n > 0, lam > 0, c real, t real, V matrix k x n, b vector k, u vector k, d vector k"
)
DOMAIN = Domain.parse(GIVEN)
SYMBOLS = frozenset(declaration.name for declaration in DOMAIN)


def judged(lhs: str, rhs: str, domain: Domain = DOMAIN) -> Judgement:
    symbols = frozenset(declaration.name for declaration in domain)
    return decide(read(lhs, symbols=symbols), read(rhs, symbols=symbols), domain)


# lhs, rhs, a false right side
EVERYWHERE = [
    # transposes
    ("(A*B).T", "B.T*A.T", "A.T*B.T"),
    ("(A*B*M).T", "M.T*B.T*A.T", "M.T*A.T*B.T"),
    ("(A + c*B).T", "A.T + c*B.T", "A.T + c*B"),
    ("x.T*A*z", "z.T*A.T*x", "z.T*A*x"),
    ("x.T*(A - A.T)*x", "0", "x.T*A*x"),
    ("S.T*P", "(P*S).T", "P*S"),
    # inverses
    ("K*inv(K)", "Identity(n)", "K"),
    ("inv(K*L)", "inv(L)*inv(K)", "inv(K)*inv(L)"),
    ("inv(K.T)", "inv(K).T", "inv(K)"),
    ("inv(inv(K))", "K", "K.T"),
    ("K**-2*K", "inv(K)", "K"),
    ("inv(2*K)", "inv(K)/2", "2*inv(K)"),
    ("inv(K*L.T)*K", "inv(L).T", "inv(L)"),
    ("Q.T*Q", "Identity(n)", "Q*Q"),
    ("Q*Q.T*Q", "Q", "Q.T"),
    ("inv(P)*(P + lam*Identity(n))", "Identity(n) + lam*inv(P)", "Identity(n) + lam*P"),
    ("inv(P + R)*P", "Identity(n) - inv(P + R)*R", "Identity(n) - R*inv(P + R)"),
    ("inv(inv(P) + inv(R))", "P*inv(P + R)*R", "inv(P + R)"),
    # Woodbury, and pushing through
    (
        "inv(P + C*C.T)",
        "inv(P) - inv(P)*C*inv(Identity(k) + C.T*inv(P)*C)*C.T*inv(P)",
        "inv(P) - inv(P)*C*inv(Identity(k) - C.T*inv(P)*C)*C.T*inv(P)",
    ),
    (
        "inv(X.T*X + lam*Identity(n))*X.T",
        "X.T*inv(X*X.T + lam*Identity(m))",
        "X.T*inv(X*X.T - lam*Identity(m))",
    ),
    # traces
    ("tr(A*B)", "tr(B*A)", "tr(A)*tr(B)"),
    ("tr(A*B*M)", "tr(M*A*B)", "tr(A*M*B)"),
    ("tr(A.T*B)", "tr(A*B.T)", "tr(A*B)"),
    ("tr(Identity(n))", "n", "1"),
    ("tr(c*A + B)", "c*tr(A) + tr(B)", "c*tr(A + B)"),
    ("tr(K*A*inv(K))", "tr(A)", "tr(K*A)"),
    ("tr(outer(x, z))", "dot(x, z)", "dot(x, z)**2"),
    ("tr(X*X.T)", "norm(X)**2", "norm(X)"),
    ("tr(A.T*B)", "sum(hadamard(A, B))", "sum(hadamard(A.T, B))"),
    ("tr(X.T*Y)**2", "tr(Y.T*X)*sum(hadamard(X, Y))", "tr(Y.T*X*X.T*Y)"),
    # determinants
    ("det(A*B)", "det(B)*det(A)", "det(A) + det(B)"),
    ("det(A.T)", "det(A)", "-det(A)"),
    ("det(2*A)", "2**n*det(A)", "2*det(A)"),
    ("det(inv(K))", "1/det(K)", "det(K)"),
    ("det(K*A*inv(K))", "det(A)", "det(K)*det(A)"),
    ("det(Identity(n) + x*z.T)", "1 + z.T*x", "1 - z.T*x"),
    ("det(A*x*z.T*B)", "det(A)*det(x*z.T)*det(B)", "det(A)*det(x*x.T)*det(B)"),
    ("logdet(P*R)", "logdet(P) + logdet(R)", "logdet(P)*logdet(R)"),
    ("logdet(inv(P))", "-logdet(P)", "logdet(P)"),
    ("logdet(lam*P)", "n*log(lam) + logdet(P)", "log(lam) + logdet(P)"),
    # norms and products
    ("norm(x + z)**2", "norm(x)**2 + 2*dot(x, z) + norm(z)**2", "norm(x)**2 + norm(z)**2"),
    ("norm(Q*x)", "norm(x)", "norm(2*x)"),
    ("norm(x + z)**2 + norm(x - z)**2", "2*norm(x)**2 + 2*norm(z)**2", "norm(x)**2 + norm(z)**2"),
    ("norm(-x)", "norm(x)", "-norm(x)"),
    ("outer(x, z)*w", "x*dot(z, w)", "z*dot(x, w)"),
    ("diag(x)*z", "hadamard(x, z)", "diag(x)*x"),
    ("diag(x)*A*diag(z)", "hadamard(A, outer(x, z))", "hadamard(A, outer(z, x))"),
    ("hadamard(A, B).T", "hadamard(B.T, A.T)", "hadamard(A, B)"),
    ("hadamard(outer(x, z), outer(w, p))", "outer(hadamard(x, w), hadamard(z, p))",
     "outer(hadamard(x, z), hadamard(w, p))"),
    ("sum(hadamard(x, z))", "dot(x, z)", "sum(x)*sum(z)"),
    ("x.T*diag(z)*w", "sum(hadamard(x, z, w))", "sum(x)*dot(z, w)"),
    ("diag(diag(x))", "x", "2*x"),
    ("ones(n).T*x", "sum(x)", "n*sum(x)"),
    ("ones(m, n)*x", "sum(x)*ones(m)", "ones(m)"),
    ("sigmoid(-X*w)", "ones(m) - sigmoid(X*w)", "-sigmoid(X*w)"),
    ("exp(X + Y)", "hadamard(exp(X), exp(Y))", "exp(X) + exp(Y)"),
    ("log(hadamard(p, p))", "2*log(p)", "log(p)"),
    ("sum(softmax(x))", "1", "n"),
    ("softmax(x + c)", "softmax(x)", "c + softmax(x)"),
    # sums over entries
    ("Sum(x[i]*z[i], (i, 1, n))", "dot(x, z)", "sum(x)*sum(z)"),
    ("Sum(A[i, i], (i, 1, n))", "tr(A)", "sum(A)"),
    ("Sum(x[i]**2, (i, 1, n))", "norm(x)**2", "sum(x)**2"),
    ("Sum(Sum(A[i, j]*x[i]*z[j], (j, 1, n)), (i, 1, n))", "x.T*A*z", "z.T*A*x"),
    ("Sum(Sum(A[i, j]*B[j, i], (i, 1, n)), (j, 1, n))", "tr(A*B)", "tr(A.T*B)"),
    ("Sum(Sum(X[i, j]**2, (j, 1, n)), (i, 1, m))", "norm(X)**2", "norm(X)**4"),
    ("Sum(exp(x[i]), (i, 1, n))", "sum(exp(x))", "exp(sum(x))"),
    ("Sum(A[i, i]*x[i], (i, 1, n))", "diag(A).T*x", "tr(A)*sum(x)"),
    ("Sum(c, (i, 1, n))*tr(A)", "n*c*tr(A)", "c*tr(A)"),
    ("Sum((x[i] - sum(x)/n)**2, (i, 1, n))", "norm(x)**2 - sum(x)**2/n", "norm(x)**2"),
    # centering, projections, principal components
    (
        "(Identity(n) - ones(n, n)/n)*(Identity(n) - ones(n, n)/n)",
        "Identity(n) - ones(n, n)/n",
        "Identity(n) + ones(n, n)/n",
    ),
    ("norm(X - X*w*w.T)**2",
     "tr(X.T*X) - 2*w.T*X.T*X*w + w.T*X.T*X*w*norm(w)**2", "tr(X.T*X) - w.T*X.T*X*w"),
    ("tr(Q.T*S*Q)", "tr(S)", "tr(S*Q)"),
]  # fmt: skip

GRADIENTS = [
    ("Derivative(tr(A) - 3, A)", "Identity(n)", "A"),
    ("Derivative(tr(A) + tr(A**2), A)", "Identity(n) + 2*A.T", "Identity(n) + 2*A"),
    ("Derivative(tr(A*M*B), M)", "A.T*B.T", "A*B"),
    ("Derivative(tr(X.T*Y), X)", "Y", "X"),
    ("Derivative(tr(M.T*A*M), M)", "(A + A.T)*M", "2*A*M"),
    ("Derivative(tr(A*M*B*M.T), M)", "A.T*M*B.T + A*M*B", "A*M*B"),
    ("Derivative(tr(inv(K)*A), K)", "-(inv(K)*A*inv(K)).T", "-inv(K)*A*inv(K)"),
    ("Derivative(det(K), K)", "det(K)*inv(K).T", "det(K)*inv(K)"),
    ("Derivative(tr(A**3), A)", "3*(A*A).T", "3*A*A"),
    ("Derivative(x.T*A*x, x)", "(A + A.T)*x", "2*A*x"),
    ("Derivative(x.T*P*x, x)", "2*P*x", "P*x"),
    ("Derivative(x.T*A*z, A)", "x*z.T", "z*x.T"),
    ("Derivative(w.T*w/2, w)", "w", "2*w"),
    ("Derivative(norm(X*w - y)**2, w)", "2*X.T*(X*w - y)", "X.T*(X*w - y)"),
    ("Derivative(norm(X*w - y)**2, X)", "2*(X*w - y)*w.T", "2*(X*w + y)*w.T"),
    (
        "Derivative(norm(X*w - y)**2/2 + lam*norm(w)**2/2, w)",
        "(X.T*X + lam*Identity(n))*w - X.T*y",
        "X.T*X*w - X.T*y",
    ),
    ("Derivative(norm(X - Y)**2, X)", "2*(X - Y)", "2*(Y - X)"),
    (
        "Derivative(sum(log(1 + exp(-hadamard(y, X*w)))), w)",
        "-X.T*hadamard(y, sigmoid(-hadamard(y, X*w)))",
        "X.T*hadamard(y, sigmoid(-hadamard(y, X*w)))",
    ),
    (
        "Derivative(sum(softplus(X*w)) - y.T*X*w, w)",
        "X.T*(sigmoid(X*w) - y)",
        "X.T*(y - sigmoid(X*w))",
    ),
    (
        "Derivative(-y.T*log(sigmoid(X*w)) - (1 - y).T*log(1 - sigmoid(X*w)), w)",
        "X.T*(sigmoid(X*w) - y)",
        "X.T*(sigmoid(X*w) + y)",
    ),
    ("Derivative(logsumexp(x), x)", "softmax(x)", "exp(x)"),
    ("Derivative(sum(exp(X)), X)", "exp(X)", "X"),
    ("Derivative(sum(p.T*log(p)), p)", "log(p) + 1", "log(p)"),
    ("Derivative(exp(-x.T*P*x/2), x)", "-exp(-x.T*P*x/2)*P*x", "exp(-x.T*P*x/2)*P*x"),
    ("Derivative(Sum(log(1 + exp(x[i])), (i, 1, n)), x)", "sigmoid(x)", "softmax(x)"),
    ("Derivative(Sum(Sum(A[i, j]**3, (j, 1, n)), (i, 1, n)), A)", "3*hadamard(A, A)", "3*A*A"),
    # the Gaussian: of the mean, and of the precision
    (
        "Derivative(-(x - z).T*inv(P)*(x - z)/2 - logdet(P)/2, z)",
        "inv(P)*(x - z)",
        "-inv(P)*(x - z)",
    ),
    # a linear layer, and two layers, backwards
    ("Derivative(b.T*(V*x + u), V)", "b*x.T", "x.T*x*b*x.T"),
    ("Derivative(b.T*(V*x + u), x)", "V.T*b", "2*V.T*b"),
    (
        "Derivative(norm(C*tanh(V*x + u) - z)**2/2, C)",
        "(C*tanh(V*x + u) - z)*tanh(V*x + u).T",
        "(C*tanh(V*x + u) + z)*tanh(V*x + u).T",
    ),
    (
        "Derivative(norm(C*tanh(V*x + u) - z)**2/2, V)",
        "hadamard(C.T*(C*tanh(V*x + u) - z), 1 - hadamard(tanh(V*x + u), tanh(V*x + u)))*x.T",
        "C.T*(C*tanh(V*x + u) - z)*x.T",
    ),
    (
        "Derivative(norm(C*sigmoid(V*x + u) - z)**2/2, u)",
        "hadamard(C.T*(C*sigmoid(V*x + u) - z), sigmoid(V*x + u), 1 - sigmoid(V*x + u))",
        "hadamard(C.T*(C*sigmoid(V*x + u) - z), sigmoid(V*x + u))",
    ),
    # Jacobians and Hessians
    ("Derivative(A*x, x)", "A", "A.T"),
    ("Derivative(softmax(x), x)", "diag(softmax(x)) - softmax(x)*softmax(x).T",
     "diag(softmax(x)) + softmax(x)*softmax(x).T"),
    ("Derivative(sigmoid(V*x), x)", "diag(hadamard(sigmoid(V*x), 1 - sigmoid(V*x)))*V",
     "diag(sigmoid(V*x))*V"),
    ("Derivative(x*dot(x, z), x)", "dot(x, z)*Identity(n) + x*z.T",
     "dot(x, z)*Identity(n) + z*x.T"),
    ("Derivative(x*x.T*A*x, x)", "(x.T*A*x)*Identity(n) + x*x.T*(A + A.T)",
     "(x.T*A*x)*Identity(n) + 2*x*x.T*A"),
    ("Derivative(diag(x)*A*x, x)", "diag(A*x) + diag(x)*A", "diag(x)*A"),
    ("Derivative(w.T*A*w, w, 2)", "A + A.T", "2*A"),
    ("Derivative(norm(X*w - y)**2/2, w, 2)", "X.T*X", "X.T*X + Identity(n)"),
    (
        "Derivative(sum(softplus(X*w)) - y.T*X*w, w, 2)",
        "X.T*diag(hadamard(sigmoid(X*w), 1 - sigmoid(X*w)))*X",
        "X.T*diag(sigmoid(X*w))*X",
    ),
    # by a number
    ("Derivative(A + t*B, t)", "B", "t*B"),
    ("Derivative((A + t*B)*(A + t*B), t)", "A*B + B*A + 2*t*B*B", "2*(A + t*B)*B"),
    ("Derivative(norm(x + t*z)**2, t)", "2*dot(x, z) + 2*t*dot(z, z)", "2*dot(x, z)"),
    ("Derivative(exp(t*x), t)", "hadamard(x, exp(t*x))", "exp(t*x)"),
]  # fmt: skip

ALL = EVERYWHERE + GRADIENTS


@pytest.mark.parametrize(("lhs", "rhs"), [(lhs, rhs) for lhs, rhs, _ in ALL])
def test_true_everywhere(lhs, rhs):
    judgement = judged(lhs, rhs)
    assert judgement.verdict is Verdict.PROVED, (judgement.reason, judgement.conditions)
    assert judgement.theorem is not None
    assert judgement.theorem.domain == DOMAIN


@pytest.mark.parametrize(("lhs", "rhs"), [(lhs, twin) for lhs, _, twin in ALL])
def test_the_twin_is_refuted(lhs, rhs):
    judgement = judged(lhs, rhs)
    assert judgement.verdict is Verdict.REFUTED, judgement
    assert judgement.witness is not None
    assert judgement.witness.left != judgement.witness.right


CONDITIONAL = [
    ("A*inv(A)", "Identity(n)", ["det(A) != 0"]),
    ("inv(A*B)", "inv(B)*inv(A)", ["det(B) != 0", "det(A) != 0"]),
    ("inv(A)/c", "inv(c*A)", ["det(A) != 0", "c != 0"]),
    ("det(inv(A))", "1/det(A)", ["det(A) != 0"]),
    ("logdet(A*A)", "2*log(det(A))", ["det(A) > 0"]),
    ("Derivative(logdet(A), A)", "inv(A).T", ["det(A) > 0"]),
    ("Derivative(det(A), A)", "det(A)*inv(A).T", ["det(A) != 0"]),
    ("Derivative(norm(x), x)", "x/norm(x)", ["transpose(x)*x > 0"]),
    ("Derivative(tr(inv(A)), A)", "-(A**-2).T", ["det(A) != 0"]),
    ("Derivative(logdet(A + t*B), t)", "tr(inv(A + t*B)*B)", ["det(A + t*B) > 0"]),
    ("Derivative(sum(relu(X*w)), w)", "X.T*((1 + sign(X*w))/2)", ["X*w != 0"]),
    ("sum(log(x))", "sum(log(2*x)) - n*log(2)", ["x > 0"]),
    ("z/x", "hadamard(z, 1/x)", ["x != 0"]),
    ("log(hadamard(x, x))", "2*log(x)", ["x > 0"]),
    ("A/c", "A*(1/c)", ["c != 0"]),
    ("inv(diag(x))", "diag(1/x)", ["det(diag(x)) != 0", "x != 0"]),
]


@pytest.mark.parametrize(("lhs", "rhs", "conditions"), CONDITIONAL)
def test_true_under_conditions(lhs, rhs, conditions):
    judgement = judged(lhs, rhs)
    assert judgement.verdict is Verdict.PROVED_IF, judgement
    assert {str(condition) for condition in judgement.conditions} == set(conditions)


UNDECIDED = [
    ("A*X", "A*X", "shapes do not fit: a product of n x n and m x n"),
    ("A + x", "A", "shapes do not fit"),
    ("A", "X", "shapes do not fit: the left side is n x n, the right m x n"),
    ("x", "x.T", "shapes do not fit"),
    ("det(X)", "1", "shapes do not fit"),
    ("inv(X)", "X", "shapes do not fit"),
    ("x/A", "x", "shapes do not fit"),
    ("x**2", "x", "shapes do not fit"),
    ("A**0", "Identity(n)", "whole exponent"),
    ("A[1, 1]", "A[1, 1]", "single entries"),
    ("Sum(A[i, 1], (i, 1, n))", "0", "single entries"),
    ("Sum(x[i], (i, 1, m))", "sum(x)", "the indices of x and their ranges"),
    ("Sum(x[i], (i, 2, n))", "sum(x)", "begins at 1"),
    ("Sum(i*x[i], (i, 1, n))", "sum(x)", "such a term"),
    ("Sum(x[i], (i, 1, q))", "sum(x)", "not declared: q"),
    ("g*A", "A*g", "not declared: g"),
    ("expm(A)", "exp(A)", "expm"),
    ("Derivative(tr(S*A), S)", "A.T", "symmetric"),
    ("Derivative(logdet(P), P)", "inv(P)", "spd"),
    ("Derivative(tr(Q*A), Q)", "A.T", "orthogonal"),
    ("Derivative(tr(A), n)", "0", "n, which is no real variable"),
    ("inv(A - A)", "A", "never defined"),
    ("Derivative(A*B, A)", "B", "derivative of"),
]


@pytest.mark.parametrize(("lhs", "rhs", "reason"), UNDECIDED)
def test_undecided_with_its_reason(lhs, rhs, reason):
    judgement = judged(lhs, rhs)
    assert judgement.verdict is Verdict.UNDECIDED, judgement
    assert reason in judgement.reason


@pytest.mark.parametrize(
    ("lhs", "rhs", "given", "verdict"),
    [
        # a property that is not declared is not used
        ("K.T", "K", "K symmetric n", Verdict.PROVED),
        ("K.T", "K", "K matrix n x n", Verdict.REFUTED),
        ("K*inv(K)", "Identity(n)", "K spd n", Verdict.PROVED),
        ("K*inv(K)", "Identity(n)", "K symmetric n", Verdict.PROVED_IF),
        ("K*inv(K)", "Identity(n)", "K symmetric n, K invertible", Verdict.PROVED),
        ("K*K", "Identity(n)", "K symmetric n, K orthogonal", Verdict.PROVED),
        ("K*K", "Identity(n)", "K orthogonal n", Verdict.REFUTED),
        ("logdet(K)", "log(det(K))", "K invertible n", Verdict.PROVED_IF),
        # shapes with numbers; 1 by 1 matrices are numbers
        ("det(K)", "det(K.T)", "K matrix 2 x 2", Verdict.PROVED),
        ("tr(Identity(3))", "3", "K matrix 2 x 2", Verdict.PROVED),
        ("Abs(K)", "K", "K spd 1", Verdict.PROVED),
        ("Abs(K)", "K", "K matrix 1 x 1", Verdict.REFUTED),
        ("K", "1", "K orthogonal 1", Verdict.REFUTED),
        ("K/K", "1", "K invertible 1", Verdict.PROVED),
        # sizes
        ("tr(Identity(n))", "n", "K matrix n x n, n integer >= 2", Verdict.PROVED),
        ("tr(Identity(n))", "2", "K matrix n x n, n integer >= 2", Verdict.REFUTED),
        ("K*ones(n + 1)", "K*ones(n + 1, 1)", "K matrix m x n+1", Verdict.PROVED),
        ("tr(K)/n", "tr(K/n)", "K matrix n x n, n integer", Verdict.PROVED),
        ("tr(K)/(n - 1)", "tr(K/(n - 1))", "K matrix n x n, n >= 2", Verdict.PROVED),
        ("tr(K)/(n - 1)", "tr(K/(n - 1))", "K matrix n x n", Verdict.PROVED_IF),
        ("K + K", "2*K", "K matrix n x n, n in 1..m", Verdict.UNDECIDED),
        ("K + K", "2*K", "K matrix n-1 x n", Verdict.UNDECIDED),
    ],
)
def test_declarations_matter(lhs, rhs, given, verdict):
    judgement = judged(lhs, rhs, Domain.parse(given))
    assert judgement.verdict is verdict, judgement


@pytest.mark.parametrize(
    ("lhs", "rhs", "hypothesis", "verdict"),
    [
        ("inv(K)*K", "Identity(n)", "det(K) > 0", Verdict.PROVED),
        ("inv(K)*K", "Identity(n)", "det(K) < 0", Verdict.PROVED),
        ("inv(K)*K", "Identity(n)", "det(K) != 0", Verdict.PROVED),
        ("inv(K)*K", "Identity(n)", "det(K) >= 0", Verdict.PROVED_IF),
        ("logdet(K.T)", "logdet(K)", "det(K) > 0", Verdict.PROVED),
        ("logdet(K.T)", "logdet(K)", "det(K) < 0", Verdict.UNDECIDED),
        ("Abs(tr(K))", "tr(K)", "tr(K) < 0", Verdict.REFUTED),
        ("Abs(tr(K))", "-tr(K)", "tr(K) > 0", Verdict.REFUTED),
        ("tr(K)", "0", "det(L) > 0", Verdict.REFUTED),
    ],
)
def test_hypotheses_are_kept_to(lhs, rhs, hypothesis, verdict):
    left, sign, right = hypothesis.split()
    relation = Relation(read(left), RelationSign(sign), read(right))
    domain = Domain(Domain.parse("K matrix n x n, L matrix k x k").declarations, (relation,))
    judgement = judged(lhs, rhs, domain)
    assert judgement.verdict is verdict, judgement
    assert judgement.verdict is not Verdict.REFUTED or judgement.witness is not None


def test_a_scalar_claim_next_to_matrices_goes_to_the_scalar_kernel():
    judgement = judged("sigmoid(c)", "1 - sigmoid(-c)")
    assert judgement.verdict is Verdict.PROVED
    assert "matrix" not in judgement.method


def test_a_witness_shows_shapes_and_entries():
    judgement = judged("A*B", "B*A", Domain.parse("A, B matrix n x n"))
    assert judgement.witness is not None
    values = dict(judgement.witness.values)
    assert int(values["n"]) >= 2  # matrices of one entry commute
    assert values["A"].startswith("[[")
    assert judgement.witness.left.startswith("entry (")
