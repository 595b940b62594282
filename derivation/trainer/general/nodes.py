"""Which values a term is made of, and which definitions are functions of one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from derivation.errors import UnsupportedError
from derivation.term import (
    Add,
    Constant,
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
    plain,
    substitute,
    transform,
    walk,
)
from derivation.trainer.general.problem import Model, members
from derivation.trainer.general.shapes import apart, canonical, latex, name_of, range_of
from derivation.trainer.python.code import replaced, whole_power

__all__ = ["Leaves", "Member", "Nodes", "Ranges"]

Ranges = Mapping[str, str | int]
"""How far indices run."""

Member = Symbol | Indexed


@dataclass(frozen=True, slots=True)
class Leaves:
    """What a part depends on: a node (or a parameter, or data alone), and perhaps a label."""

    predictor: Member
    label: Member | None

    def alone(self, term: Term) -> Term:
        """``term`` over symbols for them."""
        for leaf in (self.predictor, self.label):
            if leaf is not None:
                term = replaced(term, leaf, Symbol(name_of(leaf)))
        return term


class Nodes:
    """The definitions, data and parameters of a model.

    ``bodies``: the arguments and the body of each definition; the first argument of one that is
    there for each sample is the model's index of samples. ``made`` are names of further values.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._parameters = {one.name for one in model.parameters}
        self._derived: dict[str, bool] = {}
        self.data = {one.name: one for one in model.data}
        self.made: set[str] = set()
        self.bodies = {
            name: self._of_sample(name, arguments, body)
            for name, (arguments, body) in model.definitions.bodies.items()
        }

    # ------------------------------------------------------------------ definitions

    def read(self, term: Term, ranges: Ranges) -> Term:
        """With definitions unfolded, and no sum over an index that is in use around it."""
        whole = transform(self.expanded(plain(term)), _without_one)
        self._check_indices(whole, {**ranges, self._model.sample: self._model.samples})
        return apart(whole, frozenset(ranges))

    def _check_indices(self, term: Term, ranges: Ranges) -> None:
        """Each index runs over the members that there are, and is no number to be computed with."""
        match term:
            case Symbol(name=name) if name in ranges:
                raise UnsupportedError(f"the index {name} is used as a number in the formulas")
            case Indexed(indices=indices):
                for index, size in zip(indices, self._sizes_of(term), strict=False):
                    self._check_index(term, index, size, ranges)
            case Sum(body=body):
                self._check_indices(body, {**ranges, **range_of(term)})
            case _:
                for child in term.children:
                    self._check_indices(child, ranges)

    def _sizes_of(self, member: Indexed) -> Sequence[str | int | None]:
        if member.base in self.data:
            return self._model.samples, *self.data[member.base].sizes
        if member.base in self.bodies:
            return [self._model.ranges.get(one) for one in self.bodies[member.base][0]]
        return next((p.sizes for p in self._model.parameters if p.name == member.base), ())

    @staticmethod
    def _check_index(member: Indexed, index: Term, size: str | int | None, ranges: Ranges) -> None:
        match index:
            case Symbol(name=name) if size is None or ranges.get(name, size) == size:
                return
            case Number(value=value) if isinstance(size, int) and 1 <= value <= size:
                return
        raise UnsupportedError(
            f"{latex(member)} is no member of a family that is known to be there: its indices run "
            "over whole ranges, or are numbers within a size that is a number"
        )

    def expanded(self, term: Term) -> Term:
        """``term`` with the definitions unfolded that are functions of one node."""

        def change(node: Term) -> Term:
            body = self._definition(node)
            return node if body is None or not self.is_derived(node) else self.expanded(body)

        return transform(term, change)

    def _definition(self, node: Term) -> Term | None:
        """What a defined symbol or member stands for."""
        if not isinstance(node, Symbol | Indexed) or name_of(node) not in self.bodies:
            return None
        arguments, body = self.bodies[name_of(node)]
        if len(arguments) != len(node.children):
            return None
        return substitute(body, dict(zip(arguments, node.children, strict=True)))

    def _of_sample(
        self, name: str, arguments: tuple[str, ...], body: Term
    ) -> tuple[tuple[str, ...], Term]:
        """A definition, its index of samples called as in the model."""
        sample = self._model.sample
        first = arguments[:1]
        if first == (sample,) or not first:
            return arguments, body
        if self._model.ranges.get(first[0]) != self._model.samples:
            return arguments, body
        if sample in arguments:
            raise UnsupportedError(
                f"{sample} counts the samples in the loss, but something else in {name}: give the "
                "two different names"
            )
        return (sample, *arguments[1:]), substitute(body, {first[0]: Symbol(sample)})

    def is_derived(self, node: Term) -> bool:
        """Whether a definition is a function of one node, and of a datum at most."""
        name = name_of(node)
        if name not in self._derived:
            body = self.expanded(self.bodies[name][1])
            leaves = list(dict.fromkeys(self.members(body)))
            many = any(isinstance(part, Sum) for part in walk(body)) or len(leaves) > 2
            if not many and len(leaves) == 2:
                kinds = [name_of(leaf) in self.data for leaf in leaves]
                nodes = [name_of(leaf) in self.bodies for leaf in leaves]
                many = not (any(kinds) and any(nodes))
            self._derived[name] = not many
        return self._derived[name]

    def member(self, name: str, indices: Sequence[str], *, of_sample: bool) -> Member:
        """The value of that name at these indices."""
        every = ([self._model.sample] if of_sample else []) + list(indices)
        return Indexed(name, tuple(Symbol(one) for one in every)) if every else Symbol(name)

    def free_indices(self, term: Term) -> tuple[str, ...]:
        """The indices of members that no sum binds, but that of the sample."""
        bound = {node.index for node in walk(term) if isinstance(node, Sum)}
        bound.add(self._model.sample)
        found = [index for member in self.members(term) for index in member.children]
        names = [index.name for index in found if isinstance(index, Symbol)]
        return tuple(dict.fromkeys(name for name in names if name not in bound))

    def generic(self, term: Term) -> Term:
        """The term with its indices under names that do not depend on the author's."""
        free = self.free_indices(term)
        return canonical(substitute(term, {name: Symbol(f"_{n}") for n, name in enumerate(free)}))

    # ------------------------------------------------------------------ what a term is

    def members(self, term: Term) -> Iterator[Member]:
        """Nodes, parameters and data in a term; each with the sample's own index."""
        sample = Symbol(self._model.sample)
        known = {*self.data, *self.bodies, *self.made, *self._parameters}
        for member in members(term):
            if name_of(member) in self._model.sizes:
                continue
            if name_of(member) not in known:
                raise UnsupportedError(f"{latex(member)} is neither data nor a parameter here")
            own = member.children[:1] == (sample,)
            if sample in member.children[1:] or (self._is_of_sample(name_of(member)) and not own):
                raise UnsupportedError(
                    f"{latex(member)} belongs to another sample than {sample.name}: the loss of "
                    "a sample may depend on its own data only"
                )
            yield member

    def _is_of_sample(self, name: str) -> bool:
        """Whether the first index of a family counts the samples."""
        arguments = self.bodies[name][0] if name in self.bodies else ()
        return name in self.data or arguments[:1] == (self._model.sample,)

    def has_sample(self, term: Term) -> bool:
        """Whether it differs from sample to sample."""
        return any(Symbol(self._model.sample) in member.children for member in members(term))

    def leaves(self, term: Term) -> Leaves | None:
        """What a part would be a function of; None if it depends on more than that."""
        if any(isinstance(node, Sum) for node in walk(term)):
            return None
        leaves = list(dict.fromkeys(self.members(term)))
        if len(leaves) == 1:
            return Leaves(leaves[0], None)
        data = [leaf for leaf in leaves if name_of(leaf) in self.data]
        nodes = [leaf for leaf in leaves if name_of(leaf) in {*self.bodies, *self.made}]
        if len(leaves) == 2 and len(data) == 1 and len(nodes) == 1:
            return Leaves(nodes[0], data[0])
        return None

    def is_number(self, term: Term) -> bool:
        """Whether it is made of numbers and sizes, and of functions of these."""
        sums = any(isinstance(node, Sum) for node in walk(term))
        return not sums and not any(True for _ in self.members(term))

    def is_cut(self, term: Term) -> bool:
        """Whether it has anything in it but sums, products and whole powers."""
        match term:
            case Symbol() | Indexed() | Number() | Constant():
                return False
            case _ if self.is_number(term):
                return False
            case Neg() | Add() | Sub() | Mul() | Sum():
                self.require_range(term)
                return any(map(self.is_cut, term.children))
            case Div(left=left, right=right):
                return self.is_cut(left) or not self.is_number(right)
            case Pow(left=left) if whole_power(term):
                return self.is_cut(left)
        return True

    def require_range(self, term: Term) -> None:
        """Refuse a sum over anything but 1..n."""
        if isinstance(term, Sum) and (
            term.lower != Number("1") or not isinstance(term.upper, Symbol | Number)
        ):
            raise UnsupportedError(f"the sum {latex(term)} does not run over 1..n")


def _without_one(node: Term) -> Term:
    """A product without a factor 1."""
    match node:
        case Mul(left=left, right=Number(text="1")) | Mul(left=Number(text="1"), right=left):
            return left
    return node
