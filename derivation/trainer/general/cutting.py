"""A model cut into polynomials and into functions of one node, each of them in a stable form.

A node is what an author defines for one sample as a polynomial of parameters, data and other
values: z_i = sum_k x_ik w_k + b. A definition that is a function of one node (p_i = sigmoid(z_i),
or l_i of p_i and a label) is unfolded, so that the stable form is that of the whole function. The
argument of a function that is none of these, such as the -k t_i of e^{-k t_i}, becomes a node of
its own. What is left are sums, products and whole powers, which are computed as they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derivation.errors import UnsupportedError
from derivation.term import (
    Add,
    Call,
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
)
from derivation.trainer.general.loops import PREFIX
from derivation.trainer.general.nodes import Leaves, Member, Nodes, Ranges
from derivation.trainer.general.parts import Part, Value, part_of
from derivation.trainer.general.problem import Model
from derivation.trainer.general.shapes import (
    flat,
    latex,
    name_of,
    outer_arguments,
    quotient,
    range_of,
    signed,
)
from derivation.trainer.python.code import replaced, whole_power
from derivation.trainer.reading.statements import Statement

__all__ = ["Cutter"]


class Cutter:
    """Cuts terms of one model. ``values`` come each after those that it mentions."""

    def __init__(
        self, model: Model, lemmas: Sequence[Statement], fresh: Callable[[str], str]
    ) -> None:
        self._model = model
        self._lemmas = lemmas
        self._fresh = fresh
        self.nodes = Nodes(model)
        self._keys: dict[object, str] = {}
        self._forms: dict[object, Part | UnsupportedError] = {}
        self.values: dict[str, Value] = {}

    def polynomial(self, term: Term, ranges: Ranges) -> Term:
        """``term`` as a polynomial of values, parameters and data; ``ranges``: of its indices.

        Raises UnsupportedError, naming the part for which there is no stable form.
        """
        return self._cut(self._named(self.nodes.read(term, ranges), ranges), ranges)

    @property
    def parts(self) -> list[Part]:
        """The parts in use, each once."""
        return list({v.part.name: v.part for v in self.values.values() if v.part}.values())

    def shared(self, term: Term, body: Term, ranges: Ranges) -> Term:
        """``term``, computed as ``body``, as a value of its own; the same for the same term."""
        return self._value("shared", term, ranges, "g", computed=body)

    def known(self, term: Term) -> Term | None:
        """The value that `shared` made for a term, if it did."""
        name = self._keys.get(("shared", self.nodes.generic(term)))
        if name is None:
            return None
        return self.nodes.member(
            name, self.nodes.free_indices(term), of_sample=self.nodes.has_sample(term)
        )

    # ------------------------------------------------------------------ arguments of functions

    def _named(self, term: Term, ranges: Ranges) -> Term:
        """``term`` with a node for each argument of a function that is a polynomial of several."""
        if isinstance(term, Sum):
            inner = self._named(term.body, {**ranges, **range_of(term)})
            return term.with_children((inner, term.lower, term.upper))
        if isinstance(term, Symbol | Indexed) or not term.children:
            return term
        children = tuple(self._named(child, ranges) for child in term.children)
        term = term.with_children(children)
        match term:
            case Call(arguments=arguments):
                named = tuple(self._node_for(one, ranges) for one in arguments)
                return term.with_children(named)
            case Pow(left=Constant() as left, right=right):
                return Pow(left, self._node_for(right, ranges))
            case Pow(left=left, right=right) if not whole_power(term):
                return Pow(self._node_for(left, ranges), right)
            case Div(left=left, right=right) if not self.nodes.is_number(right):
                return Div(left, self._node_for(right, ranges))
        return term

    def _node_for(self, argument: Term, ranges: Ranges) -> Term:
        if self.nodes.is_number(argument) or self.nodes.leaves(argument) is not None:
            return argument
        sign, core = signed(self._cut(argument, ranges))
        node = self._value("node", core, ranges, "u")
        return Neg(node) if sign < 0 else node

    # ------------------------------------------------------------------ parts

    def _cut(self, term: Term, ranges: Ranges) -> Term:
        """``term`` with values in place of its parts."""
        if not self.nodes.is_cut(term):
            for leaf in self.nodes.members(term):
                self._ensure(leaf)
            return term
        part = self._part(term, ranges)
        if not isinstance(part, UnsupportedError):
            return part
        match term:
            case Mul() | Div() | Neg():
                return self._fraction(term, ranges, part)
            case Add() | Sub():
                if not self._may_be_parted(term):
                    return self._of_new_node(term, ranges, part)
                return term.with_children(tuple(self._cut(one, ranges) for one in term.children))
            case Pow(left=left, right=right) if whole_power(term):
                return Pow(self._cut(left, ranges), right)
            case Sum(body=body):
                self.nodes.require_range(term)
                inner = self._cut(body, {**ranges, **range_of(term)})
                return term.with_children((inner, term.lower, term.upper))
            case Call() | Pow():
                return self._of_new_node(term, ranges, part)
        raise part

    def _may_be_parted(self, term: Term) -> bool:
        """Whether the two sides of a sum may be computed one by one.

        Those of a function of one node may cancel. Only what is taken off a label, or added to it,
        is as accurate as it is by itself: the label is known no better than to its last place.
        """
        leaves = self.nodes.leaves(term)
        if leaves is None:
            return True
        known = [side for side in term.children if not self.nodes.is_cut(side)]
        return len(known) == 1 and leaves.label in set(self.nodes.members(known[0]))

    def _of_new_node(self, term: Term, ranges: Ranges, reason: UnsupportedError) -> Term:
        """A function of something that is computed first, as a function of a node for that.

        So 1 - tanh(z^2) is 1 - tanh(u), which has a stable form, with u = z^2.
        """
        inner = {signed(one)[1] for one in outer_arguments(term)}
        if len(inner) != 1 or isinstance(next(iter(inner)), Symbol | Indexed | Number):
            raise reason
        (argument,) = inner
        sign, core = signed(self._cut(argument, ranges))
        node = self._value("node", core, ranges, "u")
        part = self._part(replaced(term, argument, Neg(node) if sign < 0 else node), ranges)
        if isinstance(part, UnsupportedError):
            raise reason
        return part

    def _fraction(self, term: Term, ranges: Ranges, reason: UnsupportedError) -> Term:
        """A product or quotient: the factors of one node together are one part."""
        sign, above, below = flat(term)
        numbers = [one for one in below if self.nodes.is_number(one)]
        plains = [one for one in above if not self.nodes.is_cut(one)]
        groups: dict[Member | None, tuple[list[Term], list[Term]]] = {}
        for place, factors in enumerate((above, below)):
            for factor in factors:
                if factor not in (numbers if place else plains):
                    leaves = self.nodes.leaves(factor)
                    key = None if leaves is None else leaves.predictor
                    groups.setdefault(key, ([], []))[place].append(factor)
        cut = [self._cut(one, ranges) for one in plains]
        for node, (over, under) in groups.items():
            whole = quotient(over, under)
            part = reason if node is None or whole == term else self._part(whole, ranges)
            if not isinstance(part, UnsupportedError):
                cut.append(part)
                continue
            singles = [*over, *(Div(Number("1"), one) for one in under)]
            if singles == [term]:
                raise reason
            cut += [self._cut(one, ranges) for one in singles]
        result = quotient(cut, numbers)
        return Neg(result) if sign < 0 else result

    def _part(self, term: Term, ranges: Ranges) -> Term | UnsupportedError:
        """The value of a function of one node; the error says why there is no stable form."""
        leaves = self.nodes.leaves(term)
        if leaves is None:
            names = sorted({name_of(leaf) for leaf in self.nodes.members(term)})
            return UnsupportedError(
                f"no stable form is known for the part {latex(term)}, which depends on "
                f"{', '.join(names)} together: define what is computed first as a value of its own"
            )
        arguments = tuple(one for one in (leaves.predictor, leaves.label) if one is not None)
        part = self._form(term, leaves)
        if isinstance(part, UnsupportedError):
            return part
        for leaf in arguments:
            self._ensure(leaf)
        calls = Call(part.name, arguments)
        known = self._same_definition(term)
        return self._value("part", calls, ranges, known or f"at_{name_of(leaves.predictor)}", part)

    def _form(self, term: Term, leaves: Leaves) -> Part | UnsupportedError:
        alone = leaves.alone(term)
        if alone not in self._forms:
            name = self._fresh(f"{PREFIX}{name_of(leaves.predictor)}")
            try:
                self._forms[alone] = part_of(term, leaves, name, self._model, self._lemmas)
            except UnsupportedError as error:
                self._forms[alone] = UnsupportedError(
                    f"the part {latex(term)}{self._where(leaves.predictor)}: {error}"
                )
        return self._forms[alone]

    def _where(self, node: Member) -> str:
        """What a node stands for that the author gave no name."""
        name = name_of(node)
        if name in self.nodes.bodies or name not in self.values:
            return ""
        return f", where {latex(node)} = {latex(self.values[name].body)}"

    def _same_definition(self, term: Term) -> str:
        """The author's name for a part, if it has one."""
        wanted = self.nodes.generic(term)
        for name, (_, body) in self.nodes.bodies.items():
            if (
                name not in self.values
                and name != self._model.name
                and (
                    self.nodes.is_derived(Symbol(name))
                    and self.nodes.generic(self.nodes.expanded(body)) == wanted
                )
            ):
                return name
        return ""

    # ------------------------------------------------------------------ values

    def _value(
        self,
        kind: str,
        body: Term,
        ranges: Ranges,
        name: str,
        part: Part | None = None,
        computed: Term | None = None,
    ) -> Member:
        """A value for a body, the same one for the same body under other indices."""
        free = self.nodes.free_indices(body)
        for index in free:
            if index not in ranges:
                raise UnsupportedError(f"the index {index} stands where its range is not known")
        key = (kind, self.nodes.generic(body))
        if key not in self._keys:
            own = (
                name if name in self.nodes.bodies and name not in self.values else self._fresh(name)
            )
            self._keys[key] = own
            sizes = tuple(ranges[index] for index in free)
            self.nodes.made.add(own)
            self.values[own] = Value(own, free, sizes, computed or body, part)
        return self.nodes.member(self._keys[key], free, of_sample=self.nodes.has_sample(body))

    def _ensure(self, leaf: Member) -> None:
        """The value of a node that the author defined, under its own indices."""
        name = name_of(leaf)
        if name in self.values or name not in self.nodes.bodies:
            return
        arguments, body = self.nodes.bodies[name]
        if len(arguments) != len(leaf.children):
            raise UnsupportedError(f"{latex(leaf)} has other indices than its definition")
        if arguments[:1] == (self._model.sample,):
            arguments = arguments[1:]
        unknown = [one for one in arguments if one not in self._model.ranges]
        if unknown:
            raise UnsupportedError(
                f"the range of {unknown[0]} in the definition of {name} is not declared: declare "
                f"'{unknown[0]} in 1..n'"
            )
        ranges = {one: self._model.ranges[one] for one in arguments}
        cut = self.polynomial(body, ranges)
        self.values[name] = Value(name, arguments, tuple(ranges.values()), cut)
