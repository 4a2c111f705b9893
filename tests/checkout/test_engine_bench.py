"""The engine's benchmark runs, holds each gradient against the one by hand, and says what it cannot do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench"
TWO_ENGINES = ("--engines", "bpdrill,hips", "--rounds", "2")

RUNS = {
    ("--only", "scalar,mlp-2-2-2"): ["scalar", "mlp-2-2-2"],
    ("--only", "jacobian"): [
        "jacobian-100-1-reverse",
        "jacobian-100-1-forward",
        "jacobian-1-100-reverse",
        "jacobian-1-100-forward",
    ],
    ("--only", "batchnorm,deep"): ["batchnorm-64-128", "deep-100"],
    ("--depth", "2000"): ["chain-2000"],
    ("--memory",): ["rnn-256-batch-64"],
}
"""Arguments, and the workloads that they choose."""

UNUSABLE = {
    ("--only", "mlp,lstm"): "there is no workload 'lstm'; there are scalar, dag-1000, ",
    ("--engines", "tape"): "there is no engine 'tape'; there are bpdrill, ",
    ("--rounds", "0"): "'0' must be a whole number, 1 or more.",
    ("--json", "no/such/folder/out.json"): "'no/such/folder/out.json' cannot be written: ",
    ("--memory", "--depth"): "not allowed with argument",
}

RELU_FOR_TANH = """
import sys
import engine, engine_adapter
engine_adapter.OPS.tanh = engine_adapter.OPS.relu
sys.exit(engine.main(sys.argv[1:]))
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, cwd=BENCH, capture_output=True, text=True, check=False, encoding="utf-8")


@pytest.mark.parametrize(("arguments", "names"), RUNS.items())
def test_both_engines_get_a_figure(arguments: tuple[str, ...], names: list[str], tmp_path: Path) -> None:
    ended = run("engine.py", *arguments, *TWO_ENGINES, "--json", str(tmp_path / "out.json"))
    assert (ended.returncode, ended.stderr) == (0, "")
    heading, *lines = ended.stdout.splitlines()
    assert heading.split()[-2:] == ["bpdrill", "hips"]
    assert [line.split()[0] for line in lines] == names
    found = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["workloads"]
    assert [*found] == names
    assert all(row["ratios"].keys() == {"bpdrill", "hips"} and not row["wrong"] for row in found.values())


def test_a_wrong_gradient_has_no_figure() -> None:
    ended = run("-c", RELU_FOR_TANH, "--only", "jacobian-100-1-forward", *TWO_ENGINES)
    assert ended.returncode == 1
    assert ended.stdout.splitlines()[1].split()[-2] == "WRONG"
    assert ended.stderr.startswith("bpdrill: WRONG, gradient 0 is off by ")


@pytest.mark.parametrize(("arguments", "message"), UNUSABLE.items())
def test_what_it_cannot_do_is_one_line(arguments: tuple[str, ...], message: str) -> None:
    ended = run("engine.py", *arguments)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert message in ended.stderr
