from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any
from unicodedata import category

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Ended, Learner

LINE = "graphs/linear-regression-loss"
PLAIN = ("practice", "--plain", "--item", LINE, "--seed", "0")

RIGHT = (
    *("6", "7", "-1", "1"),
    *("-2, 1, -2", "1, -2, -2", "-1, -2, 2", "1, -2, -2", "1, -2, -2", "3, -2, -6", "2, -2, -4"),
    "2(wx+b-y)x",
)
FACTOR_LOST = (
    *("6", "7", "-1", "1"),
    *("-1, 1, -1", "1, -1, -1", "-1, -1, 1", "1, -1, -1", "1, -1, -1", "3, -1, -3", "2, -1, -2"),
    "2(wx+b-y)x",
)

SIGNALS = [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]

FRONTS: list[tuple[tuple[str, ...], dict[str, str]]] = [
    ((), {}),
    (("--plain",), {}),
    (("--ascii",), {}),
    (("--no-color",), {"NO_COLOR": "1"}),
    (("--width", "60"), {"ACCESSIBLE": "1"}),
    (("--plain",), {"TERM": "dumb", "PYTHONIOENCODING": "latin-1"}),
    (("--plain",), {"PYTHONIOENCODING": "ascii"}),
]


def told(ended: Ended) -> str:
    """What stands on stdout, in one line."""
    return " ".join(ended.stdout.split())


def stopped(learner: Learner, number: int) -> tuple[int, str]:
    """The exit code and stderr of a practice that got a signal after its second answer."""
    with learner.start(*PLAIN) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("6\n7\n")
        process.stdin.flush()
        echoes = (line for line in process.stdout if line.startswith("I read:"))
        assert [next(echoes), next(echoes)] == ["I read: 6\n", "I read: 7\n"]
        process.send_signal(number)
        return process.wait(10), process.communicate()[1]


def next_label(learner: Learner) -> str:
    """What a new practice asks first."""
    return learner.run(*PLAIN).stdout.splitlines()[-1]


def test_right_answers_are_a_strong_hire(learner: Learner) -> None:
    ended = learner.run(*PLAIN, typed=RIGHT)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Strong Hire: All values and gradients are right" in told(ended)


def test_one_lost_factor_is_less_and_is_named(learner: Learner) -> None:
    ended = learner.run(*PLAIN, typed=FACTOR_LOST)
    assert ended.returncode == 0
    assert "Strong Hire: All" not in told(ended).partition("Worked out")[0]
    assert "Lean Hire: The process is right from end to end" in told(ended)
    assert "✗ wrong: L → sub: local derivative" in told(ended)
    assert "13 later steps follow through from your own values" in told(ended)


@pytest.mark.parametrize(("options", "variables"), FRONTS)
def test_every_plain_front_end_comes_to_the_same(
    learner: Learner, options: tuple[str, ...], variables: dict[str, str]
) -> None:
    learner.variables = variables
    ended = learner.run("practice", *options, "--item", LINE, typed=RIGHT)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Strong Hire: " in told(ended)
    assert "\x1b" not in ended.stdout


def test_input_that_ends_leaves_what_was_answered(learner: Learner) -> None:
    ended = learner.run(*PLAIN, typed=["6", "7"])
    assert ended.returncode == 0
    assert ended.stderr == "No more input; everything you answered is kept. Go on with:  bpdrill practice\n"
    assert learner.due()["draft"]["item"] == LINE
    assert next_label(learner).startswith("sub (3 of 26)")


def test_an_interruption_is_told_and_everything_kept(learner: Learner) -> None:
    code, stderr = stopped(learner, signal.SIGINT)
    assert code == 130
    assert stderr.strip() == "Interrupted; everything you answered is kept. Go on with:  bpdrill practice"
    assert next_label(learner).startswith("sub (3 of 26)")


@pytest.mark.parametrize("number", SIGNALS)
def test_a_process_that_is_ended_loses_nothing(learner: Learner, number: int) -> None:
    assert stopped(learner, number) == (-number, "")
    assert next_label(learner).startswith("sub (3 of 26)")


def test_bytes_that_are_no_text_are_sent_back(learner: Learner) -> None:
    learner.variables = {"PYTHONIOENCODING": "utf-8:strict"}
    ended = learner.run(*PLAIN, typed=["\udcff\udcfe6", "\x00", *RIGHT])
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "mul is asked again" in told(ended)
    assert "Strong Hire: All" in told(ended)


def test_a_line_of_a_megabyte_is_sent_back(learner: Learner) -> None:
    ended = learner.run(*PLAIN, typed=["1" * 1_000_000, "\x1b[31m[red]{0.__class__}", *RIGHT])
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Strong Hire: All" in told(ended)
    assert not [c for c in ended.stdout if category(c) == "Cc" and c != "\n"]


def test_an_unknown_item_is_told_with_the_nearest(learner: Learner) -> None:
    ended = learner.run("practice", "--plain", "--item", "graphs/linear-regresion")
    assert (ended.returncode, ended.stdout) == (4, "")
    assert ended.stderr == (
        "bpdrill: there is no item 'graphs/linear-regresion'; did you mean graphs/linear-regression-loss?\n"
    )
    assert "known are: " in learner.run("practice", "--item", "nope").stderr


def test_two_at_once_do_not_get_in_each_others_way(learner: Learner) -> None:
    """Another terminal is at this attempt: the second one begins one of its own."""
    with learner.start(*PLAIN) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("6\n")
        process.stdin.flush()
        assert next(line for line in process.stdout if line.startswith("I read:")) == "I read: 6\n"
        read: dict[str, Any] = json.loads(learner.run("due", "--json").stdout)
        assert read["draft"]["running"]
        second = learner.run(*PLAIN, typed=RIGHT)
        assert "Strong Hire: All" in told(second)
        process.kill()
        process.communicate()
    assert [review.verdict for review in learner.reviews()] == ["Strong Hire"]
    assert next_label(learner).startswith("add (2 of 26)")
