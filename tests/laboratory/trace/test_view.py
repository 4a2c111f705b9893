from __future__ import annotations

from bpdrill.laboratory.trace.computation import computation
from bpdrill.laboratory.trace.view import computes, shown, symbol


def test_a_small_array_is_written_out() -> None:
    run = computation("sum(W)", "W=[[1,2],[3,4.5]]")
    assert shown(run.value("W")) == "[[1, 2], [3, 4.5]]"


def test_a_large_array_is_its_shape_and_its_norm() -> None:
    run = computation("sum(x)", f"x=[{','.join('1' * 25)}]")
    assert shown(run.value("x")) == "(25,) of norm 5"


def test_operations_are_written_as_the_shapes_have_it() -> None:
    run = computation("z1 = W x; L = sum(z1)", "W=[[1,2],[3,4]],x=[1,2]")
    assert (symbol("z1"), computes(run, "z1"), computes(run, "L")) == ("z₁", "W x", "Σ(z₁)")
