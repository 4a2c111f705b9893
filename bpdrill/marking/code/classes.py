"""What may stand after the dot of a learner's own class or object."""

from __future__ import annotations

from typing import Any

from bpdrill.marking.code.things import Above, Bound, Builtin, Class, Function, Instance, StudentError


def of_instance(value: Instance, name: str) -> Any:
    """What the object holds, or a method of its class."""
    if name in value.attributes:
        return value.attributes[name]
    if name in value.kind.members:
        return bound(value.kind.members[name], value.kind, value)
    raise StudentError(f"a {value.kind.name} has no {name} (is it set in __init__?)")


def bound(member: Any, of: Class, owner: Any) -> Any:
    """A member of a class as its ``owner``, an object or the class itself, shows it."""
    if not isinstance(member, Function) or member.way == "staticmethod":
        return member
    if member.way == "classmethod":
        return Bound(member, of)
    return member if owner is of else Bound(member, owner)


def of_above(value: Above, name: str) -> Any:
    """``super().name``; a class that is built on nothing has nothing to begin."""
    if name in value.members:
        return bound(value.members[name], getattr(value.of, "kind", value.of), value.of)
    if name == "__init__":
        return Builtin(name, lambda *_: None)
    raise StudentError(f"no class above has {name}")
