"""JAX as a judge: its checkers of VJPs and JVPs take plain functions, so ours as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
from jax.test_util import check_jvp, check_vjp
from judging import NEAR, STEP, Judge, Site

jax.config.update("jax_enable_x64", True)  # noqa: FBT003  the option's value, and it takes no name


def function_of(site: Site) -> Callable[[Any], Any]:
    """What the rules differentiate, as a function of the one argument."""
    return lambda own: site.at(own).differentiated


def held_vjp(site: Site) -> None:
    """The VJP rule against JAX's central differences along a random tangent."""

    def pullback(own: Any) -> tuple[Any, Callable[[Any], Any]]:
        here = site.at(own)
        return here.differentiated, lambda ct: (here.pulled(ct),)

    check_vjp(function_of(site), pullback, (site.own,), atol=NEAR, rtol=NEAR, eps=STEP)


def held_jvp(site: Site) -> None:
    """The JVP rule against the same."""

    def pushforward(primals: tuple[Any], tangents: tuple[Any]) -> tuple[Any, Any]:
        here = site.at(*primals)
        return here.differentiated, here.pushed(*tangents)

    check_jvp(function_of(site), pushforward, (site.own,), atol=NEAR, rtol=NEAR, eps=STEP)


JUDGES = (Judge("jax vjp", "vjp", held_vjp), Judge("jax jvp", "jvp", held_jvp))
