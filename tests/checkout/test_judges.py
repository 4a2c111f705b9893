"""The judges of the engine's rules, where no library is there to judge."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench"

WITHOUT = """
import sys
sys.modules.update(torch=None, jax=None)
sys.argv[0] = "judges.py"
from judges import main
sys.exit(main())
"""
"""The command, in a process that can load neither library, whether they are installed or not."""


def judges(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(BENCH)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize("arguments", [(), ("--prove",), ("--only", "conv2d")])
def test_without_a_library_the_judges_say_what_to_install(arguments: tuple[str, ...]) -> None:
    ended = judges(*arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    for library, said in zip(("torch", "jax"), ended.stderr.splitlines(), strict=True):
        assert said == f"{library} is not installed, so it does not judge: pip install -e '.[bench]'"


def test_a_row_that_is_not_there_is_named_beside_those_that_are() -> None:
    ended = judges("--only", "conv2d,convolution")
    assert ended.returncode == 2
    assert "there is no row convolution; there are abs, add, affine" in ended.stderr
    assert "Traceback" not in ended.stderr
