"""What came back from a program, held against the engine: it runs, then each result, shape before numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bpdrill import notation
from bpdrill.algebra.evaluate import Value
from bpdrill.marking.code.runner import Ran, Result, run
from bpdrill.marking.code.task import POINTS, Task
from bpdrill.marking.reading import read_field, why_blank
from bpdrill.marking.steps import Values
from bpdrill.model.blocks import Field
from bpdrill.model.marks import Answer, Judgement, Outcome, Unreadable
from bpdrill.sandbox import NoReply

SAME, NEARLY = 1e-6, 1e-3
"""Relative to the largest number of the key."""
TRANSPOSED, REVERSED, TWICE = "code.transposed", "code.sign-reversed", "code.twice"
STABLE = "stable"


def judge_code(task: Task, field: Field, answer: Answer) -> tuple[Judgement, ...]:
    """It runs; then a judgement for each thing asked; then whether it holds where numbers are large."""
    text = answer.get(field.id, "")
    read = read_field(field, text)
    if isinstance(read, Unreadable):
        why = why_blank(text, read)
        return tuple(Judgement(id_, label, Outcome.BLANK, because=why) for id_, label in places(task, field))
    ran = run(task.request(text))
    if isinstance(ran, NoReply):
        why = f"this machine could not run it: {ran.because}"
        return tuple(
            Judgement(id_, label, Outcome.UNDECIDED, "", "", why) for id_, label in places(task, field)
        )
    return (judge_run(task, field, ran), *judge_results(task, field, ran), *judge_large(task, field, ran))


def places(task: Task, field: Field) -> list[tuple[str, str]]:
    """Every judgement's id and label, in order."""
    asked = [(f"{field.id}.{name}", name) for name in task.asked]
    large = [(f"{field.id}.{STABLE}", LARGE_LABEL)] if task.large else []
    return [(field.id, RUNS_LABEL), *asked, *large]


RUNS_LABEL = "it runs"
LARGE_LABEL = "large inputs"


# ── it runs ──────────────────────────────────────────────────────────────────────────────────────


def judge_run(task: Task, field: Field, ran: Ran) -> Judgement:
    """It comes to its end on every fresh input."""
    done = len(ran.runs) >= POINTS
    expected = f"{task.function} returns {', '.join(task.asked)}"
    if done:
        return Judgement(field.id, RUNS_LABEL, Outcome.RIGHT, "it does", expected)
    return Judgement(field.id, RUNS_LABEL, Outcome.WRONG, "it stops", expected, stopped(ran))


def stopped(ran: Ran) -> str:
    """Where it stopped and why, with what it printed last."""
    printed = f" (it printed: {ran.printed[-80:]})" if ran.printed else ""
    return f"{at_line(ran.line)}{ran.failed}{printed}"


def at_line(line: int) -> str:
    """The line in a learner's count, if there is one."""
    return f"line {line}: " if line else ""


# ── each result ──────────────────────────────────────────────────────────────────────────────────


def judge_results(task: Task, field: Field, ran: Ran) -> Iterator[Judgement]:
    """One judgement for each thing asked; where numbers first went wrong is said once."""
    where = first_wrong_line(task, ran)
    for name in task.asked:
        judgement = judge_result(task, field, ran, name, where)
        where = "" if judgement.outcome is Outcome.WRONG and where in judgement.because else where
        yield judgement


def judge_result(task: Task, field: Field, ran: Ran, name: str, where: str) -> Judgement:
    """What came back under one name, at every point."""
    key = task.key(name)
    id_, label, expected = f"{field.id}.{name}", name, brief(key[0])
    if len(ran.runs) < POINTS:
        return Judgement(id_, label, Outcome.WRONG, "", expected, "it did not get that far")
    given = tuple(found.get(name, MISSING) for found in ran.runs[:POINTS])
    finding = compared(task, name, given, key)
    if finding.outcome is Outcome.WRONG:
        because = "; ".join(part for part in (finding.because, where) if part)
        return Judgement(id_, label, finding.outcome, brief(given[0]), expected, because, finding.mistakes)
    return Judgement(id_, label, finding.outcome, brief(given[0]), expected, finding.because)


MISSING = "it is not among what is returned"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a comparison came to."""

    outcome: Outcome
    because: str = ""
    mistakes: tuple[str, ...] = ()


def compared(task: Task, name: str, given: tuple[Result, ...], key: Values) -> Finding:
    """Shape first, then numbers, then which mistake gives exactly these."""
    if odd := next((value for value in given if isinstance(value, str)), None):
        return Finding(Outcome.WRONG, f"{name}: {odd}" if odd != MISSING else odd)
    if off := next(filter(None, map(misshapen, given, key)), None):
        mistakes = (TRANSPOSED,) if all(map(turned, given, key)) else ()
        if all(map(same_cells, given, key)):
            return Finding(Outcome.NEAR, f"the numbers are right; {name} {off}")
        return Finding(Outcome.WRONG, f"{name} {off}{', and is its transpose' if mistakes else ''}", mistakes)
    distance = max(map(apart, given, key))
    if distance <= SAME:
        return Finding(Outcome.RIGHT)
    if distance <= NEARLY:
        return Finding(Outcome.NEAR, f"it agrees to {digits(distance)} digits only: is a small term missing?")
    return Finding(Outcome.WRONG, witness(name, given, key), named(task, name, given))


def misshapen(given: Value, key: Value) -> str:
    """How a shape differs; nothing if it does not."""
    own, due = shape(given), shape(key)
    return "" if own == due else f"is {notation.describe(own)}, should be {notation.describe(due)}"


def shape(value: Value) -> tuple[int, ...]:
    """The shape of a number or an array."""
    return tuple(getattr(value, "shape", ()))


def turned(given: Value, key: Value) -> bool:
    """Whether it is the transpose of what is due."""
    return (
        len(shape(key)) > 1
        and shape(given.T if shape(given) else given) == shape(key)
        and apart(given.T, key) <= SAME
    )


def same_cells(given: Value, key: Value) -> bool:
    """Whether only axes of length 1 are different."""
    own, due = ([size for size in shape(value) if size != 1] for value in (given, key))
    return own == due and apart(reshaped(given, key), key) <= SAME


def reshaped(given: Value, key: Value) -> Value:
    """The same cells in the key's shape."""
    return given.reshape(shape(key)) if shape(key) else float(getattr(given, "flat", [given])[0])


def apart(given: Value, key: Value) -> float:
    """The largest difference, relative to the largest number of the key; infinite for what is no number."""
    from numpy import abs as size
    from numpy import isfinite

    gap = size(given - key).max() if shape(key) else abs(given - key)
    scale = float(size(key).max()) if shape(key) else abs(key)
    return float(gap) / max(scale, 1e-3) if isfinite(gap) else float("inf")


def digits(distance: float) -> int:
    """How many digits agree."""
    from math import floor, log10

    return max(floor(-log10(distance)), 0)


def witness(name: str, given: Values, key: Values) -> str:
    """The first point and cell where a difference can be seen."""
    at = next(i for i, pair in enumerate(zip(given, key, strict=True)) if apart(*pair) > SAME)
    own, due = given[at], key[at]
    if not shape(due):
        return f"on input {at + 1} it is {number(own)}, should be {number(due)}"
    from numpy import abs as size
    from numpy import nan_to_num, unravel_index

    cell = unravel_index(int(nan_to_num(size(own - due), nan=float("inf")).argmax()), due.shape)
    place = ", ".join(str(int(i)) for i in cell)
    return f"on input {at + 1}, {name}[{place}] is {number(own[cell])}, should be {number(due[cell])}"


def number(value: float) -> str:
    """A number, even if it is none."""
    from math import isfinite

    return notation.number(float(value)) if isfinite(value) else str(float(value))


def brief(value: Result) -> str:
    """A result in a few characters: a number, or a shape and what comes first."""
    if isinstance(value, str):
        return "–"
    if not shape(value):
        return number(value)
    if value.size <= 4:
        return "[" + ", ".join(number(cell) for cell in value.flat) + "]"
    return f"{notation.describe(shape(value))}, largest {number(max(value.flat, key=abs))}"


# ── which mistake ────────────────────────────────────────────────────────────────────────────────


def named(task: Task, name: str, given: tuple[Any, ...]) -> tuple[str, ...]:
    """The mistakes that make exactly this; an op's own before those of any op."""
    if not all(abs_max(value) > 0 for value in given):
        return ()
    if simple := [
        fault for fault, made in SIMPLE.items() if matches(given, tuple(map(made, task.key(name))))
    ]:
        return (simple[0],)
    fits = dict.fromkeys(fault for fault, made in task.mistaken(name) if matches(given, made))
    own = tuple(fault for fault in fits if not fault.startswith("edge."))
    return own or tuple(fits)


SIMPLE: Mapping[str, Callable[[Value], Value]] = {
    REVERSED: lambda value: -value,
    TWICE: lambda value: 2 * value,
}


def matches(given: tuple[Any, ...], made: tuple[Any, ...]) -> bool:
    """Whether two results agree at every point where ``made`` was worked out."""
    pairs = list(zip(given, made, strict=False))
    return all(shape(a) == shape(b) and apart(a, b) <= SAME for a, b in pairs)


def abs_max(value: Value) -> float:
    """The size of the largest number."""
    return float(abs(value).max()) if shape(value) else abs(value)


def first_wrong_line(task: Task, ran: Ran) -> str:
    """The first line whose name stands for something else than it says."""
    known = task.known()
    for name, (line, value) in sorted(ran.kept.items(), key=lambda entry: entry[1][0]):
        due = known.get(name.lower().replace("_", ""))
        if due is not None and (why := deviates(name, value, due)):
            return f"line {line} is the first that goes wrong: {why}"
    return ""


def deviates(name: str, value: Value, due: Value) -> str:
    """How a value differs from what its name says; a multiple of it may be meant."""
    if same_cells(value, due) or multiple(value, due):
        return ""
    if turned(value, due):
        return f"{name} is the transpose of what it should be"
    if off := misshapen(value, due):
        return f"{name} {off}"
    return witness(name, (value,), (due,)).removeprefix("on input 1, ").removeprefix("on input 1 ")


def multiple(value: Value, due: Value) -> bool:
    """Whether one number times ``due`` is ``value``: where a mean is divided out is a matter of taste."""
    if not shape(due) or shape(value) != shape(due):
        return False
    scale = float((value * due).sum() / max((due * due).sum(), 1e-300))
    return scale > 0 and apart(value, scale * due) <= SAME


# ── where numbers are large ──────────────────────────────────────────────────────────────────────


def judge_large(task: Task, field: Field, ran: Ran) -> Iterator[Judgement]:
    """Whether the results hold where a careless exponential overflows."""
    if not task.large:
        return
    keys, found = task.key_when_large(), ran.runs[POINTS] if len(ran.runs) > POINTS else {}
    given = {name: found.get(name, MISSING) for name in keys}
    off = [
        n for n, v in given.items() if isinstance(v, str) or misshapen(v, keys[n]) or apart(v, keys[n]) > SAME
    ]
    why = f"{', '.join(off)}: {LARGE_HELP}" if off else ""
    outcome = Outcome.WRONG if off else Outcome.RIGHT
    yield Judgement(f"{field.id}.{STABLE}", LARGE_LABEL, outcome, "", "finite and right", why)


LARGE_HELP = "no value where the scores are in the hundreds; take the largest off before the exponential"
