"""Expressions drawn for an engine of scalars: the same lines for ours and for the learner's."""

from __future__ import annotations

from dataclasses import dataclass

from bpdrill.model.items import Draw

INPUTS = ("a", "b", "c")
OPERATIONS = ("mul", "add", "relu", "mul", "add")
"""Of one expression, a line each; a sum of all that nothing else reads ends it."""


@dataclass(frozen=True, slots=True)
class Expression:
    """Lines in our notation, and the same as a program that builds them out of ``Value``."""

    lines: tuple[str, ...]
    program: str


def draw_expression(numbers: Draw) -> Expression:
    """Products, sums and ReLUs over the inputs, every input read, some values read more than once."""
    known = list(INPUTS)
    ours, theirs = list[str](), list[str]()
    unread = list(INPUTS)
    for at in range(1, len(OPERATIONS) + 1):
        operation = OPERATIONS[at - 1]
        left = unread.pop(0) if unread else numbers.choice(known)
        right = numbers.choice([name for name in known if name != left])
        ours.append(f"v{at} = {OURS[operation].format(left, right)}")
        theirs.append(f"v{at} = {THEIRS[operation].format(left, right)}")
        unread = [name for name in unread if name != right or operation == "relu"]
        unread.append(f"v{at}")
        known.append(f"v{at}")
    total = unread if len(unread) > 1 else [*unread, INPUTS[0]]
    return Expression((*ours, f"L = {' + '.join(total)}"), harness([*theirs, f"L = {' + '.join(total)}"]))


OURS = {"mul": "{0} * {1}", "add": "{0} + {1}", "relu": "relu({0})"}
THEIRS = {"mul": "{0} * {1}", "add": "{0} + {1}", "relu": "{0}.relu()"}
"""How an operation is written; the names in it are ours."""


def harness(lines: list[str]) -> str:
    """A function that builds the expression and returns value and gradients."""
    inputs = ", ".join(INPUTS)
    wrapped = ", ".join(f"Value({name})" for name in INPUTS)
    body = [
        f"{inputs} = {wrapped}",
        *lines,
        "L.backward()",
        f"return L.data, {', '.join(f'{n}.grad' for n in INPUTS)}",
    ]
    return "\n".join([f"def check({inputs}):", *(f"    {line}" for line in body)])
