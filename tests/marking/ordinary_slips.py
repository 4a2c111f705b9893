"""Slips that people make with pencil and keyboard when they fill in a backward pass.

A slip takes a right answer, texts by field in the order in which they are asked for, and gives it back with
a number or a few gone wrong, or as it was where there is no room for the slip. Nothing that would follow
from a wrong number is worked out again; ``consistent`` repeats the wrong one where it would be copied.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count, pairwise
from math import copysign, degrees, exp, hypot, log, log10, sqrt, tanh
from typing import NamedTuple

from bpdrill.model.items import Draw

Answer = dict[str, str]
Slip = Callable[[Answer, Draw], Answer]

SLIPS: dict[str, Slip] = {}
"""Every slip by its name."""

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
NUMERIC = re.compile(r"[-\d.,\[\] ]+")
"""A text that says a number, a vector or a matrix, and no formula."""


# ── the numbers of an answer ─────────────────────────────────────────────────────────────────────


class Cell(NamedTuple):
    """One number of an answer: its field, and which number of the field it is."""

    field: str
    place: int


def numbers_of(text: str) -> list[str]:
    """The numbers that a text says, as they are written."""
    return NUMBER.findall(text) if NUMERIC.fullmatch(text) else []


def cells_of(answer: Answer) -> dict[Cell, str]:
    """Every number of an answer, from top to bottom."""
    return {
        Cell(field, place): text
        for field, whole in answer.items()
        for place, text in enumerate(numbers_of(whole))
    }


def rewritten(text: str, new: Mapping[int, str]) -> str:
    """A text with some of its numbers replaced, its brackets kept."""
    place = count()
    return NUMBER.sub(lambda found: new.get(next(place), found[0]), text)


def put(answer: Answer, new: Mapping[Cell, str]) -> Answer:
    """An answer with some of its numbers replaced."""
    return {
        field: rewritten(text, {cell.place: number for cell, number in new.items() if cell.field == field})
        for field, text in answer.items()
    }


def written(value: float) -> str:
    """A number as it is typed."""
    text = f"{value:.5f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def differ(one: str, other: str) -> bool:
    """Whether two numbers are different, however they are written."""
    return abs(float(one) - float(other)) > 1e-9


def anywhere_different(one: str, other: str) -> bool:
    """Whether two texts of as many numbers differ in one."""
    return any(differ(a, b) for a, b in zip(numbers_of(one), numbers_of(other), strict=True))


def from_anywhere(cells: Sequence[Cell], numbers: Draw) -> Iterator[Cell]:
    """All cells in order, round and round, from one that is drawn."""
    start = numbers.integer(0, max(len(cells) - 1, 0))
    yield from cells[start:]
    yield from cells[:start]


def row_of(field: str) -> str:
    """The line of the table that a field stands in: its edge, or the quantity that it belongs to."""
    return field.rpartition(".")[0] if field.startswith("edge.") else field.partition(".")[2]


def consistent(answer: Answer, spoilt: Answer) -> Answer:
    """The wrong texts also where the right ones come again further down; 0 and ±1 mean too many things."""
    fields = list(answer)
    new = dict(spoilt)
    for at, field in enumerate(fields):
        if spoilt[field] != answer[field] and answer[field] not in {"0", "1", "-1"}:
            again = [later for later in fields[at + 1 :] if answer[later] == answer[field]]
            new.update(dict.fromkeys(again, spoilt[field]))
    return new


# ── how a slip is made of less ───────────────────────────────────────────────────────────────────


def slip(make: Slip) -> Slip:
    """Take a slip into the list, under the name of its function."""
    SLIPS[make.__name__.replace("_", " ")] = make
    return make


def named(name: str, make: Slip) -> Slip:
    """Take a slip into the list, under another function's name."""
    make.__name__ = name
    return slip(make)


def at_a_cell(name: str, wrong: Callable[[dict[Cell, str], Cell, Draw], str | None]) -> Slip:
    """A slip in the first cell that ``wrong`` changes, from one that is drawn."""

    def make(answer: Answer, numbers: Draw) -> Answer:
        cells = cells_of(answer)
        for cell in from_anywhere(list(cells), numbers):
            text = wrong(cells, cell, numbers)
            if text is not None and differ(text, cells[cell]):
                return put(answer, {cell: text})
        return answer

    return named(name, make)


def of_text(make: Callable[[str, Draw], str]) -> Slip:
    """A slip of the eye or the hand in one number as it is written."""
    return at_a_cell(make.__name__, lambda cells, cell, numbers: make(cells[cell], numbers))


def of_value(make: Callable[[float], float]) -> Slip:
    """A slip that makes another number of one."""
    return at_a_cell(make.__name__, lambda cells, cell, _: written(make(float(cells[cell]))))


def with_number_before(make: Callable[[float, float], float]) -> Slip:
    """A slip that makes another number of one and of the one written just before it."""

    def wrong(cells: dict[Cell, str], cell: Cell, _: Draw) -> str | None:
        at = list(cells).index(cell)
        before = list(cells.values())[at - 1]
        return written(make(float(cells[cell]), float(before))) if at else None

    return at_a_cell(make.__name__, wrong)


def with_number_beside(make: Callable[[float, float], float]) -> Slip:
    """A slip that makes another number of one and of one that stands in the same line of the table."""

    def wrong(cells: dict[Cell, str], cell: Cell, numbers: Draw) -> str | None:
        place, row = cell.place, row_of(cell.field)
        others = [o for o in cells if o.place == place and row_of(o.field) == row and o.field != cell.field]
        return written(make(float(cells[cell]), float(cells[numbers.choice(others)]))) if others else None

    return at_a_cell(make.__name__, wrong)


def of_vector(make: Callable[[list[float]], list[float]]) -> Slip:
    """A slip that goes through a whole vector or matrix."""

    def wrong(answer: Answer, numbers: Draw) -> Answer:
        firsts = [cell for cell in cells_of(answer) if cell.place == 1]
        for field, _ in from_anywhere(firsts, numbers):
            new = map(written, make([float(number) for number in numbers_of(answer[field])]))
            text = rewritten(answer[field], dict(enumerate(new)))
            if anywhere_different(text, answer[field]):
                return {**answer, field: text}
        return answer

    return named(make.__name__, wrong)


def of_matrix(make: Callable[[list[list[str]]], list[list[str]]]) -> Slip:
    """A slip with the rows of a matrix."""

    def wrong(answer: Answer, numbers: Draw) -> Answer:
        firsts = [Cell(field, 0) for field, text in answer.items() if text.startswith("[[")]
        for field, _ in from_anywhere(firsts, numbers):
            rows = [numbers_of(row) for row in answer[field].split("],")]
            new = "[" + ", ".join("[" + ", ".join(row) + "]" for row in make(rows)) + "]"
            if anywhere_different(new, answer[field]):
                return {**answer, field: new}
        return answer

    return named(make.__name__, wrong)


# ── of the eye and the hand ──────────────────────────────────────────────────────────────────────

ALIKE = {"0": "6", "1": "7", "2": "7", "3": "8", "4": "9", "5": "6", "6": "0", "7": "1", "8": "3", "9": "4"}
"""What a digit is misread as."""


def places_of(text: str) -> list[int]:
    """Where the digits of a number stand, from the first that is not 0."""
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    first = next((at for at, place in enumerate(places) if text[place] != "0"), len(places) - 1)
    return places[first:]


def with_digit(text: str, place: int, digit: int) -> str:
    """A number with one digit replaced."""
    return f"{text[:place]}{digit % 10}{text[place + 1 :]}"


@of_text
def neighbouring_digits_swapped(text: str, numbers: Draw) -> str:
    spots = [place for place in places_of(text)[1:] if text[place - 1].isdigit()]
    at = numbers.choice(spots) if spots else 0
    return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :] if at else text


@of_text
def digit_misread(text: str, numbers: Draw) -> str:
    at = numbers.choice(places_of(text))
    return text[:at] + ALIKE[text[at]] + text[at + 1 :]


@of_text
def key_beside_hit(text: str, numbers: Draw) -> str:
    at = numbers.choice(places_of(text)[:3])
    return with_digit(text, at, int(text[at]) + numbers.choice((1, -1)))


@of_text
def digit_typed_twice(text: str, numbers: Draw) -> str:
    at = numbers.choice(places_of(text)[:2])
    return text[:at] + text[at] + text[at:]


@of_text
def wrong_digit_typed_twice(text: str, numbers: Draw) -> str:
    spots = [place for place in places_of(text)[1:] if text[place - 1].isdigit()]
    at = numbers.choice(spots) if spots else 0
    return text[:at] + text[at - 1] + text[at + 1 :] if at else text


@of_text
def digit_left_out(text: str, numbers: Draw) -> str:
    places = places_of(text)
    at = numbers.choice(places)
    return text[:at] + text[at + 1 :] if len(places) > 1 and text[at + 1 : at + 2] != "." else text


@of_text
def nought_after_the_point_lost(text: str, _: Draw) -> str:
    return text.replace(".0", ".", 1) if re.search(r"\.0\d", text) else text


@of_text
def point_left_out(text: str, _: Draw) -> str:
    return text.replace(".", "")


@of_text
def point_one_place_right(text: str, _: Draw) -> str:
    return written(float(text) * 10)


@of_text
def point_one_place_left(text: str, _: Draw) -> str:
    return written(float(text) / 10)


@of_text
def minus_lost(text: str, _: Draw) -> str:
    return text.removeprefix("-")


@of_text
def minus_too_many(text: str, _: Draw) -> str:
    return text if text.startswith("-") else f"-{text}"


@of_text
def last_digit_but_one_off_by_one(text: str, numbers: Draw) -> str:
    places = places_of(text)
    if len(places) < 2:
        return text
    return with_digit(text, places[-2], int(text[places[-2]]) + numbers.choice((1, -1)))


@of_text
def carry_forgotten(text: str, _: Draw) -> str:
    places = places_of(text)
    return with_digit(text, places[0], int(text[places[0]]) - 1) if len(places) > 1 else text


@of_text
def borrow_forgotten(text: str, _: Draw) -> str:
    places = places_of(text)
    return with_digit(text, places[0], int(text[places[0]]) + 1) if len(places) > 1 else text


@of_text
def rounded_to_one_digit(text: str, _: Draw) -> str:
    return written(float(f"{float(text):.0e}"))


@of_text
def rounded_to_a_whole_number(text: str, _: Draw) -> str:
    return written(round(float(text)))


@of_text
def cut_off_after_one_digit(text: str, _: Draw) -> str:
    first = places_of(text)[0]
    return text[: first + 1] + re.sub(r"\d", "0", text[first + 1 :])


@of_text
def left_at_nought(_text: str, _: Draw) -> str:
    return "0"


@of_text
def left_at_one(_text: str, _: Draw) -> str:
    return "1"


# ── of the reckoning ─────────────────────────────────────────────────────────────────────────────


@of_value
def one_too_much(value: float) -> float:
    return value + 1


@of_value
def one_too_little(value: float) -> float:
    return value - 1


@of_value
def ten_too_much(value: float) -> float:
    return value + 10


@of_value
def a_tenth_too_little(value: float) -> float:
    return value - 0.1


@of_value
def doubled(value: float) -> float:
    return 2 * value


@of_value
def halved(value: float) -> float:
    return value / 2


@of_value
def three_times_as_much(value: float) -> float:
    return 3 * value


@of_value
def percent(value: float) -> float:
    return 100 * value


@of_value
def squared(value: float) -> float:
    return value * value


@of_value
def root_drawn(value: float) -> float:
    return copysign(sqrt(abs(value)), value)


@of_value
def inverse(value: float) -> float:
    return 1 / value if value else value


@of_value
def minus_inverse(value: float) -> float:
    return -1 / value if value else value


@of_value
def wrong_cell_of_the_times_table(value: float) -> float:
    factor = next((n for n in (9, 8, 7, 6, 5, 4, 3) if value and not value % n), 0)
    return value + factor if factor else value * 1.1


# ── of the eye between two places ────────────────────────────────────────────────────────────────


@with_number_before
def copied_from_above(_value: float, before: float) -> float:
    return before


@with_number_before
def one_above_added(value: float, before: float) -> float:
    return value + before


@with_number_before
def one_above_taken_off(value: float, before: float) -> float:
    return value - before


@with_number_before
def multiplied_by_one_above(value: float, before: float) -> float:
    return value * before


@with_number_before
def divided_by_one_above(value: float, before: float) -> float:
    return value / before if before else value


@with_number_before
def taken_off_one_above(value: float, before: float) -> float:
    return before - value


@with_number_beside
def copied_from_beside(_value: float, beside: float) -> float:
    return beside


@with_number_beside
def one_beside_added(value: float, beside: float) -> float:
    return value + beside


@with_number_beside
def one_beside_taken_off(value: float, beside: float) -> float:
    return value - beside


@slip
def added_for_multiplied(answer: Answer, numbers: Draw) -> Answer:
    return of_two_above(answer, numbers, lambda above, higher: above + higher)


@slip
def multiplied_for_added(answer: Answer, numbers: Draw) -> Answer:
    return of_two_above(answer, numbers, lambda above, higher: above * higher)


def of_two_above(answer: Answer, numbers: Draw, make: Callable[[float, float], float]) -> Answer:
    """A number made of the two that were written before it."""
    cells = cells_of(answer)
    order = list(cells)
    for cell in from_anywhere(order[2:], numbers):
        higher, above = (float(cells[order[order.index(cell) - back]]) for back in (2, 1))
        text = written(make(above, higher))
        if differ(text, cells[cell]):
            return put(answer, {cell: text})
    return answer


@slip
def copied_from_below(answer: Answer, numbers: Draw) -> Answer:
    cells = cells_of(answer)
    order = list(cells)
    below = dict(pairwise(order))
    for cell in from_anywhere(order[:-1], numbers):
        if differ(cells[cell], cells[below[cell]]):
            return put(answer, {cell: cells[below[cell]]})
    return answer


@slip
def copied_from_anywhere(answer: Answer, numbers: Draw) -> Answer:
    cells = cells_of(answer)
    order = tuple(cells)
    return put(answer, {numbers.choice(order): cells[numbers.choice(order)]})


@slip
def neighbouring_cells_swapped(answer: Answer, numbers: Draw) -> Answer:
    cells = cells_of(answer)
    order = list(cells)
    below = dict(pairwise(order))
    for cell in from_anywhere(order[:-1], numbers):
        other = below[cell]
        if differ(cells[cell], cells[other]):
            return put(answer, {cell: cells[other], other: cells[cell]})
    return answer


@slip
def line_above_typed_again(answer: Answer, numbers: Draw) -> Answer:
    lines: dict[str, list[Cell]] = {}
    for cell in cells_of(answer):
        lines.setdefault(row_of(cell.field), []).append(cell)
    likely = [
        {lower.field: answer[upper.field] for upper, lower in zip(above, line, strict=True)}
        for above, line in pairwise(lines.values())
        if len(above) == len(line) > 1 and not any(cell.place for cell in (*above, *line))
    ]
    return {**answer, **numbers.choice(likely)} if likely else answer


# ── of a whole vector or matrix ──────────────────────────────────────────────────────────────────


@of_vector
def order_reversed(values: list[float]) -> list[float]:
    return values[::-1]


@of_vector
def all_one_place_on(values: list[float]) -> list[float]:
    return [values[-1], *values[:-1]]


@of_vector
def first_and_last_swapped(values: list[float]) -> list[float]:
    return [values[-1], *values[1:-1], values[0]]


@of_vector
def stopped_half_way(values: list[float]) -> list[float]:
    done = (len(values) + 1) // 2
    return [*values[:done], *[0.0] * (len(values) - done)]


@of_vector
def all_minus_signs_lost(values: list[float]) -> list[float]:
    return [abs(value) for value in values]


@of_vector
def all_rounded_to_one_place(values: list[float]) -> list[float]:
    return [round(value, 1) for value in values]


@of_vector
def number_left_out_and_nought_at_the_end(values: list[float]) -> list[float]:
    return [*values[:1], *values[2:], 0.0]


@of_vector
def last_like_the_one_before(values: list[float]) -> list[float]:
    return [*values[:-1], values[-2]]


@of_matrix
def matrix_rows_swapped(rows: list[list[str]]) -> list[list[str]]:
    return [rows[1], rows[0], *rows[2:]]


@of_matrix
def second_row_like_the_first(rows: list[list[str]]) -> list[list[str]]:
    return [rows[0], rows[0], *rows[2:]]


@of_matrix
def first_row_everywhere(rows: list[list[str]]) -> list[list[str]]:
    return [rows[0] for _ in rows]


@of_matrix
def matrix_columns_swapped(rows: list[list[str]]) -> list[list[str]]:
    return [[row[1], row[0], *row[2:]] for row in rows]


@of_matrix
def filled_column_by_column(rows: list[list[str]]) -> list[list[str]]:
    flat = [row[at] for at in range(len(rows[0])) for row in rows]
    width = len(rows[0])
    return [flat[at : at + width] for at in range(0, len(flat), width)]


@of_matrix
def sign_lost_in_one_row(rows: list[list[str]]) -> list[list[str]]:
    return [*rows[:-1], [number.removeprefix("-") for number in rows[-1]]]


# ── odd ideas ────────────────────────────────────────────────────────────────────────────────────


@of_value
def took_the_step_already(value: float) -> float:
    return -0.1 * value


@of_value
def taken_from_one(value: float) -> float:
    return 1 - value


@of_value
def sign_alone(value: float) -> float:
    return copysign(1, value) if value else 0.0


@of_value
def clipped_at_one(value: float) -> float:
    return max(-1.0, min(1.0, value))


@of_value
def logarithm_taken(value: float) -> float:
    return log(abs(value)) if value else value


@of_value
def logarithm_to_base_ten(value: float) -> float:
    return log10(abs(value)) if value else value


@of_value
def exponential_taken(value: float) -> float:
    return exp(value) if value < 6 else value


@of_value
def squashed(value: float) -> float:
    return tanh(value)


@of_value
def degrees_for_radians(value: float) -> float:
    return degrees(value)


@of_value
def negatives_set_to_nought(value: float) -> float:
    return max(value, 0.0)


@of_value
def one_more_than_twice(value: float) -> float:
    return 2 * value + 1


@of_value
def difference_quotient_with_a_wide_step(value: float) -> float:
    return value + max(0.15 * abs(value), 0.05)


@with_number_before
def mean_with_one_above(value: float, before: float) -> float:
    return (value + before) / 2


@with_number_before
def momentum_added(value: float, before: float) -> float:
    return value + 0.9 * before


@with_number_before
def larger_of_two(value: float, before: float) -> float:
    return max(value, before)


@with_number_beside
def relative_change(value: float, beside: float) -> float:
    return value / beside if beside else value


@with_number_beside
def hypotenuse_with_one_beside(value: float, beside: float) -> float:
    return hypot(value, beside)


@with_number_beside
def step_along_the_gradient(value: float, beside: float) -> float:
    return beside - 0.1 * value


@of_vector
def mean_taken_off(values: list[float]) -> list[float]:
    return [value - sum(values) / len(values) for value in values]


@of_vector
def mean_in_every_place(values: list[float]) -> list[float]:
    return [sum(values) / len(values)] * len(values)


@of_vector
def sum_in_every_place(values: list[float]) -> list[float]:
    return [sum(values)] * len(values)


@of_vector
def added_up_along_the_way(values: list[float]) -> list[float]:
    return [sum(values[: at + 1]) for at in range(len(values))]


@of_vector
def brought_to_length_one(values: list[float]) -> list[float]:
    length = hypot(*values)
    return [value / length for value in values] if length else values


@of_vector
def largest_alone_kept(values: list[float]) -> list[float]:
    largest = max(values, key=abs)
    return [value if value == largest else 0.0 for value in values]


@of_vector
def sorted_by_size(values: list[float]) -> list[float]:
    return sorted(values)


@of_vector
def brought_between_nought_and_one(values: list[float]) -> list[float]:
    low, high = min(values), max(values)
    return [(value - low) / (high - low) for value in values] if high > low else values
