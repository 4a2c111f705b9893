from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import cos

import autograd.numpy as hips
import pytest
from autograd import jacobian as hips_jacobian
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.laboratory.passes.blocks import passes_blocks
from bpdrill.laboratory.passes.function import function
from bpdrill.laboratory.passes.passes import MOST_RUN, Measured, Passes, as_record, measure, passes
from bpdrill.model.blocks import Block, Bullets, Heading, Note, Prose, Table

COUNTS = {
    "the study page's f": (1_000_000, 1, "reverse", (1_000_000, 1), (1_000_001, 2), 1_000_001, 2_000_000),
    "the study page's g": (1, 1_000, "forward", (1, 1_000), (2, 1_001), 2, 2),
    "a square": (7, 7, None, (7, 7), (8, 8), 8, 14),
    "R^3 -> R^5": (3, 5, "forward", (3, 5), (4, 6), 4, 6),
    "a number of a number": (1, 1, None, (1, 1), (2, 2), 2, 2),
}
"""n, m; who sweeps less; sweeps and passes of forward and reverse; evaluations of both differences."""

CHEAPER = [
    (1_000_000, 1, "reverse"),
    (1, 1_000, "forward"),
    (3, 1, None),
    (4, 1, "reverse"),
    (2, 3, None),
    (20, 31, "forward"),
    (1, 1, None),
]
"""n, m, and who is cheaper whatever the function: reverse above n = 3m, forward above m = 1.5n."""

MEASURED = [
    ("f = sin(x1*x2) + x1", "x1=2,x2=3", [[3 * cos(6) + 1, 2 * cos(6)]]),
    ("f = x1*x2 + sin(x1)", "x1=2,x2=3", [[3 + cos(2), 2]]),  # the study page's own example
    ("a = x*y; b = x+y", "x=2,y=3", [[3, 2], [1, 1]]),
    ("q = x+y; f = q*z", "x=-2,y=5,z=-4", [[-4, -4, 3]]),
    ("a = x; b = 2; c = x^2", "x=5", [[1], [0], [10]]),
]

sizes = st.integers(1, 10**12)


@pytest.mark.parametrize("case", COUNTS)
def test_the_counts_by_both_conventions(case: str) -> None:
    n, m, wins, sweeps, with_evaluation, one_sided, central = COUNTS[case]
    found = Passes(n, m)
    assert (found.forward.sweeps, found.reverse.sweeps) == sweeps
    assert (found.forward.passes, found.reverse.passes) == with_evaluation
    assert (found.one_sided.passes, found.central.passes) == (one_sided, central)
    assert (found.fewer_sweeps and found.fewer_sweeps.name) == wins


@pytest.mark.parametrize(("n", "m", "name"), CHEAPER)
def test_who_is_cheaper_whatever_the_function(n: int, m: int, name: str | None) -> None:
    cheaper = Passes(n, m).cheaper
    assert (cheaper and cheaper.name) == name


@given(sizes, sizes)
@settings(deadline=None)
def test_the_mode_that_is_cheaper_never_sweeps_more(n: int, m: int) -> None:
    found = Passes(n, m)
    assert (found.cheaper and found.cheaper.name) == (
        "reverse" if n > 3 * m else "forward" if 2 * m > 3 * n else None
    )
    if found.cheaper:
        assert found.cheaper == found.fewer_sweeps


def test_the_price_of_a_gradient_and_of_one_directional_derivative() -> None:
    assert Passes(10**6, 1).reverse.cost == (Fraction(2), Fraction(4))
    assert Passes(1, 1_000).forward.cost == (Fraction(2), Fraction(5, 2))


@pytest.mark.parametrize(("text", "at", "matrix"), MEASURED)
def test_a_function_is_really_run_in_both_modes(
    text: str, at: str, matrix: Sequence[Sequence[float]]
) -> None:
    typed = function(text, at)
    found = measure(typed, [*typed.point.values()], len(typed.outputs))
    assert found.measured
    assert (found.measured.forward.sweeps, found.measured.reverse.sweeps) == (len(matrix[0]), len(matrix))
    for run in (found.measured.forward, found.measured.reverse):
        assert [[*row] for row in run.matrix] == [pytest.approx([*row], rel=1e-12) for row in matrix]
    assert found.as_counted


def test_the_matrix_is_that_of_another_engine() -> None:
    typed = function("a = exp(x*y)/z; b = tanh(x - z)*y; c = log(y)", "x=0.3,y=0.7,z=1.9")
    found = measure(typed, [*typed.point.values()], 3)

    def independent(v: hips.ndarray) -> hips.ndarray:
        x, y, z = v
        return hips.array([hips.exp(x * y) / z, hips.tanh(x - z) * y, hips.log(y)])

    expected = hips_jacobian(independent)(hips.array([0.3, 0.7, 1.9]))
    assert found.measured
    assert found.measured.forward.matrix == pytest.approx(expected, rel=1e-12)


@given(st.integers(1, 8), st.integers(1, 8))
@settings(deadline=None, max_examples=20)
def test_a_small_size_is_run_and_swept_as_counted(n: int, m: int) -> None:
    found = passes(n, m)
    assert found.measured
    assert (found.measured.forward.sweeps, found.measured.reverse.sweeps) == (n, m)
    assert found.measured.forward.matrix == tuple((2.0 * (i + 1),) * n for i in range(m))
    assert found.as_counted


@pytest.mark.parametrize(("n", "m", "run"), [(MOST_RUN, 1, True), (MOST_RUN + 1, 1, False), (21, 20, False)])
def test_the_limit_of_what_is_run(n: int, m: int, *, run: bool) -> None:
    assert (passes(n, m).measured is not None) == run


def test_a_wrong_count_or_a_wrong_mode_does_not_pass_unnoticed() -> None:
    found = passes(2, 2)
    right = found.measured
    assert right
    swept = replace(right, forward=replace(right.forward, sweeps=3))
    bent = replace(right, reverse=replace(right.reverse, matrix=((2.0, 2.0), (4.0, 4.000001))))
    rounded = replace(right, reverse=replace(right.reverse, matrix=((2.0, 2.0), (4.0, 4.0 + 1e-14))))
    for measured, passed in ((right, True), (swept, False), (bent, False), (rounded, True)):
        assert replace(found, measured=measured).as_counted == passed


def test_where_nothing_depends_on_anything_the_modes_agree() -> None:
    found = measure(lambda _: [3.0], [1.0], 1)
    assert isinstance(found.measured, Measured)
    assert (found.measured.deviation, found.as_counted) == (0.0, True)


@pytest.mark.parametrize(("text", "at"), [("f = x*1e308 + x*1e308", "x=0.1"), ("f = x/1e-309", "x=1e-5")])
def test_what_is_no_number_is_refused(text: str, at: str) -> None:
    typed = function(text, at)
    with pytest.raises(ValueError, match=r"too large|no derivative"):
        measure(typed, [*typed.point.values()], 1)


def texts(blocks: Sequence[Block]) -> str:
    """All that is said in sentences."""
    return "\n".join(block.text for block in blocks if isinstance(block, Heading | Prose | Note))


def table(blocks: Sequence[Block], title: str) -> tuple[tuple[object, ...], ...]:
    """The rows under ``title``."""
    (rows,) = [block.rows for block in blocks if isinstance(block, Table) and block.title == title]
    return rows


def test_the_page_of_the_million_inputs() -> None:
    blocks = passes_blocks(passes(1_000_000, 1))
    assert table(blocks, "Passes") == (
        ("forward mode", "1,000,000", "1,000,001", "1,000,001 to 1,500,001"),
        ("reverse mode", "1", "2", "2 to 4"),
        ("finite differences", "none", "1,000,001", "1,000,001"),
        ("central differences", "none", "2,000,000", "2,000,000"),
    )
    said = texts(blocks)
    assert "1,000,000 inputs, 1 output: the whole Jacobian is 1 × 1,000,000" in said
    assert "Reverse mode wins: 1 sweep against 1,000,000." in said
    assert "reverse mode wins where n > 3·m and forward mode where m > 1.5·n" in said
    assert "2m" not in said
    assert f"at most {MOST_RUN} entries" in said


SAYS = [
    (1, 1_000, "Forward mode wins: 1 sweep against 1,000."),
    (1, 1_000, "makes 2m = 2,000."),
    (3, 4, "Forward mode wins: 3 sweeps against 4; which is cheaper depends on the function."),
    (1, 1, "By sweeps neither mode wins: 1 sweep each."),
    (2, 1, "Counted as measured, and both modes give the same Jacobian to the last digit."),
]


@pytest.mark.parametrize(("n", "m", "sentence"), SAYS)
def test_what_a_page_says(n: int, m: int, sentence: str) -> None:
    assert sentence in texts(passes_blocks(passes(n, m)))


def test_seeds_count_and_not_stacks_of_them() -> None:
    (notes,) = [block for block in passes_blocks(passes(2, 1)) if isinstance(block, Bullets)]
    assert any("stacked into one sweep count one each" in entry for entry in notes.entries)


def test_the_page_of_a_function() -> None:
    typed = function("a = x*y; b = x+y", "x=2,y=3")
    blocks = passes_blocks(measure(typed, [2.0, 3.0], 2), typed)
    assert table(blocks, "Jacobian") == (("∂a", "3", "2"), ("∂b", "1", "1"))
    assert table(blocks, "Run on the engine: sweeps") == (
        ("forward mode", "2", "2", "3"),
        ("reverse mode", "2", "2", "3"),
    )
    assert "At x = 2, y = 3; outputs: a, b." in texts(blocks)


def test_a_fault_of_the_engine_would_be_said() -> None:
    found = passes(1, 1)
    assert found.measured
    bent = replace(found.measured, reverse=replace(found.measured.reverse, matrix=((3.0,),)))
    assert "The two modes differ by 0.33 of the largest entry." in texts(
        passes_blocks(replace(found, measured=bent))
    )


def test_the_record() -> None:
    typed = function("a = x*y; b = x+y", "x=2,y=3")
    record = as_record(measure(typed, [2.0, 3.0], 2), typed)
    assert record["function"] == {"point": {"x": 2.0, "y": 3.0}, "outputs": ("a", "b")}
    assert record["ways"]["reverse"] == {"sweeps": 2, "evaluations": 1, "passes": 3, "cost": [3.0, 7.0]}
    assert (record["fewer_sweeps"], record["cheaper"]) == (None, None)
    assert record["measured"]["reverse"]["matrix"] == ((3.0, 2.0), (1.0, 1.0))
    assert as_record(passes(10**6, 1))["measured"] is None
