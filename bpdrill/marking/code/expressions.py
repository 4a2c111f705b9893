"""Expressions to values: a method a kind of node, looked up in a table of ours."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar

from bpdrill.marking.code.builtin import formatted
from bpdrill.marking.code.calls import Calls
from bpdrill.marking.code.indices import item, set_item
from bpdrill.marking.code.methods import attribute
from bpdrill.marking.code.operators import BINARY, binary, compare, is_array, kind, parts_of, truth, unary
from bpdrill.marking.code.things import Class, Function, Instance, Scope, StudentError


class Expressions(Calls):
    """Expressions, and what may stand to the left of ``=``."""

    def value(self, node: ast.expr, scope: Scope) -> Any:
        """What ``node`` comes to."""
        self.meter.spend()
        return self.TABLE[type(node)](self, node, scope)

    # ── plain ────────────────────────────────────────────────────────────────────────────────────

    def of_constant(self, node: ast.Constant, _scope: Scope) -> Any:
        """A number, text, True, False, None, ``...``."""
        return node.value

    def of_name(self, node: ast.Name, scope: Scope) -> Any:
        """What a name stands for."""
        return scope.find(node.id)

    def of_attribute(self, node: ast.Attribute, scope: Scope) -> Any:
        """``value.name``."""
        return attribute(self.value(node.value, scope), node.attr)

    def of_subscript(self, node: ast.Subscript, scope: Scope) -> Any:
        """``value[key]``."""
        return item(self, self.value(node.value, scope), self.value(node.slice, scope))

    def of_slice(self, node: ast.Slice, scope: Scope) -> slice:
        """``a:b:c``."""
        return slice(*(part and self.value(part, scope) for part in (node.lower, node.upper, node.step)))

    def of_tuple(self, node: ast.Tuple, scope: Scope) -> Any:
        """``a, b``."""
        return tuple(self.entries(node.elts, scope))

    def of_list(self, node: ast.List, scope: Scope) -> Any:
        """``[a, b]``."""
        return list(self.entries(node.elts, scope))

    def of_set(self, node: ast.Set, scope: Scope) -> Any:
        """``{a, b}``."""
        return set(self.entries(node.elts, scope))

    def entries(self, nodes: Iterable[ast.expr], scope: Scope) -> Iterator[Any]:
        """Values of ``nodes``, starred ones spread out."""
        for node in nodes:
            if isinstance(node, ast.Starred):
                yield from parts_of(self, self.value(node.value, scope))
            else:
                yield self.value(node, scope)

    def of_dict(self, node: ast.Dict, scope: Scope) -> Any:
        """``{a: b, **c}``."""
        made: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            found = self.value(value, scope)
            if key is None and not isinstance(found, dict):
                raise StudentError("** needs a dict")
            made.update(found if key is None else {self.value(key, scope): found})
        self.meter.entries(len(made))
        return made

    def of_text(self, node: ast.JoinedStr, scope: Scope) -> str:
        """``f"..."``."""
        parts = [self.value(part, scope) for part in node.values]
        self.meter.text(sum(map(len, parts)))
        return "".join(parts)

    def of_formatted(self, node: ast.FormattedValue, scope: Scope) -> str:
        """One ``{...}`` of an f-string."""
        spec = self.value(node.format_spec, scope) if node.format_spec else ""
        return formatted(self, self.value(node.value, scope), spec)

    # ── operators ────────────────────────────────────────────────────────────────────────────────

    def of_binary(self, node: ast.BinOp, scope: Scope) -> Any:
        """``a + b``."""
        if type(node.op) not in BINARY:
            raise StudentError("this operator is not run here")
        return binary(
            self, BINARY[type(node.op)], self.value(node.left, scope), self.value(node.right, scope)
        )

    def of_unary(self, node: ast.UnaryOp, scope: Scope) -> Any:
        """``-a``."""
        return unary(self, type(node.op), self.value(node.operand, scope))

    def of_both(self, node: ast.BoolOp, scope: Scope) -> Any:
        """``a and b``, ``a or b``: the value that decides."""
        for part in node.values:
            found = self.value(part, scope)
            if truth(found) == isinstance(node.op, ast.Or):
                break
        return found

    def of_compare(self, node: ast.Compare, scope: Scope) -> Any:
        """``a < b <= c``."""
        left = self.value(node.left, scope)
        for op, part in zip(node.ops, node.comparators, strict=True):
            right = self.value(part, scope)
            found = compare(self.meter, type(op), left, right)
            if len(node.ops) > 1 and not truth(found):
                return False
            left = right
        return found

    def of_choice(self, node: ast.IfExp, scope: Scope) -> Any:
        """``a if c else b``."""
        return self.value(node.body if truth(self.value(node.test, scope)) else node.orelse, scope)

    def of_named(self, node: ast.NamedExpr, scope: Scope) -> Any:
        """``(a := b)``."""
        found = self.value(node.value, scope)
        self.assign(node.target, found, scope)
        return found

    # ── comprehensions ───────────────────────────────────────────────────────────────────────────

    def of_comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Any:
        """``[f(a) for a in b if c]``; a generator is worked out at once."""
        inner = Scope(scope, called=scope.called)
        made = [self.value(node.elt, inner) for _ in self.rounds(node.generators, inner)]
        return set(made) if isinstance(node, ast.SetComp) else made

    def of_dict_comprehension(self, node: ast.DictComp, scope: Scope) -> Any:
        """``{a: f(a) for a in b}``."""
        inner = Scope(scope, called=scope.called)
        rounds = self.rounds(node.generators, inner)
        return {self.value(node.key, inner): self.value(node.value, inner) for _ in rounds}

    def rounds(self, generators: list[ast.comprehension], scope: Scope) -> Iterator[None]:
        """Once for every round of the nested loops."""
        if not generators:
            self.meter.entries(1)
            yield
            return
        first, *rest = generators
        for part in parts_of(self, self.value(first.iter, scope)):
            self.assign(first.target, part, scope)
            if all(truth(self.value(test, scope)) for test in first.ifs):
                yield from self.rounds(rest, scope)

    # ── targets ──────────────────────────────────────────────────────────────────────────────────

    def assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """Let ``target`` stand for ``value``."""
        if isinstance(target, ast.Name):
            scope.home(target.id)[target.id] = value
        elif isinstance(target, ast.Attribute):
            set_attribute(self.value(target.value, scope), target.attr, value)
        elif isinstance(target, ast.Subscript):
            set_item(self, self.value(target.value, scope), self.value(target.slice, scope), value)
        elif isinstance(target, ast.Tuple | ast.List):
            self.unpack(target.elts, list(parts_of(self, value)), scope)
        else:
            raise StudentError("this cannot be assigned to")

    def unpack(self, targets: list[ast.expr], values: list[Any], scope: Scope) -> None:
        """``a, *b = values``."""
        star = next((at for at, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
        if star is not None:
            after = len(targets) - star - 1
            middle = values[star : len(values) - after]
            values = [*values[:star], middle, *values[len(values) - after :]]
        if len(values) != len(targets):
            raise StudentError(f"{len(values)} values do not fit {len(targets)} names")
        for target, value in zip(targets, values, strict=True):
            self.assign(target.value if isinstance(target, ast.Starred) else target, value, scope)

    # ── calls ────────────────────────────────────────────────────────────────────────────────────

    def of_called(self, node: ast.Call, scope: Scope) -> Any:
        """``f(a, *b, c=d, **e)``."""
        function = self.called(node.func, scope)
        given = tuple(self.entries(node.args, scope))
        named: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            if keyword.arg is None and not (
                isinstance(value, dict) and all(isinstance(k, str) for k in value)
            ):
                raise StudentError("** needs a dict whose keys are names")
            named.update(value if keyword.arg is None else {keyword.arg: value})
        return self.call(function, given, named)

    def called(self, node: ast.expr, scope: Scope) -> Any:
        """What is called; ``a.size`` is a number in numpy and a method in torch."""
        if not isinstance(node, ast.Attribute):
            return self.value(node, scope)
        self.meter.spend()
        return attribute(self.value(node.value, scope), node.attr, called=True)

    def of_function(self, node: ast.Lambda, scope: Scope) -> Function:
        """``lambda a: b``."""
        return self.function_of("lambda", node.args, node.body, scope)

    TABLE: ClassVar[Mapping[type[ast.expr], Callable[..., Any]]] = {
        ast.Constant: of_constant,
        ast.Name: of_name,
        ast.Attribute: of_attribute,
        ast.Subscript: of_subscript,
        ast.Slice: of_slice,
        ast.Tuple: of_tuple,
        ast.List: of_list,
        ast.Set: of_set,
        ast.Dict: of_dict,
        ast.JoinedStr: of_text,
        ast.FormattedValue: of_formatted,
        ast.BinOp: of_binary,
        ast.UnaryOp: of_unary,
        ast.BoolOp: of_both,
        ast.Compare: of_compare,
        ast.IfExp: of_choice,
        ast.NamedExpr: of_named,
        ast.ListComp: of_comprehension,
        ast.SetComp: of_comprehension,
        ast.GeneratorExp: of_comprehension,
        ast.DictComp: of_dict_comprehension,
        ast.Call: of_called,
        ast.Lambda: of_function,
    }


def set_attribute(owner: Any, name: str, value: Any) -> None:
    """``owner.name = value``, of a learner's own object."""
    if is_array(owner) and name == "data":
        owner[...] = value
    elif isinstance(owner, Instance):
        owner.attributes[name] = value
    elif isinstance(owner, Class):
        owner.members[name] = value
    else:
        raise StudentError(f"{kind(owner)} cannot be given a {name}")
