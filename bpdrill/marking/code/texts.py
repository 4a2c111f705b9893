"""Texts with places to be filled in, as they were before f-strings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bpdrill.marking.code.builtin import formatted, shown
from bpdrill.marking.code.things import StudentError

PERCENT = re.compile(r"%([+ ]?[0-9]{0,2}(?:\.[0-9]{1,2})?)([sdrfeg%])")
BRACES = re.compile(r"\{([a-zA-Z0-9]*)(?::([^{}]*))?\}")
"""A place: nothing, a number or a name, then a format; never a dot or a bracket."""

ENOUGH = "the text has more places than there are values"


def by_percent(machine: Any, text: str, values: Any) -> str:
    """``"%s %.3f" % values``."""
    given = iter(values if isinstance(values, tuple) else (values,))

    def fill(place: re.Match[str]) -> str:
        spec, letter = place.groups()
        if letter == "%":
            return "%"
        try:
            value = next(given)
        except StopIteration:
            raise StudentError(ENOUGH) from None
        return shown(machine, value) if letter in "sr" else formatted(machine, value, spec + letter)

    return filled(machine, text, PERCENT, fill)


def by_braces(machine: Any, text: str, given: tuple[Any, ...], named: Mapping[str, Any]) -> str:
    """``"{} {0} {loss:.3f}".format(a, loss=b)``."""
    if {"{", "}"} & set(BRACES.sub("", text)):
        raise StudentError("only {}, {0}, {name} and {:.3f} are filled in here")
    values: dict[str, Any] = {str(at): value for at, value in enumerate(given)} | dict(named)
    order = iter(map(str, range(len(given) + 1)))

    def fill(place: re.Match[str]) -> str:
        name = place[1] or next(order, "")
        if name not in values:
            raise StudentError(ENOUGH)
        return formatted(machine, values[name], place[2] or "")

    return filled(machine, text, BRACES, fill)


def filled(machine: Any, text: str, places: re.Pattern[str], fill: Callable[[re.Match[str]], str]) -> str:
    """``text`` with every place filled; its length is held against the limit as it grows."""
    machine.meter.text(len(text))
    made, end = "", 0
    for place in places.finditer(text):
        made += text[end : place.start()] + fill(place)
        machine.meter.text(len(made))
        end = place.end()
    return made + text[end:]
