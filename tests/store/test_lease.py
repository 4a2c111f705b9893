from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bpdrill.store import lease


def test_this_process_is_alive() -> None:
    assert lease.alive(*lease.own())


def test_a_finished_process_is_not() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    start = lease.started(child.pid)
    assert start is not None
    assert lease.alive(child.pid, start)
    assert start != lease.own()[1], "it started later than we did"
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not lease.alive(child.pid, start), "a zombie is no running practice"
    child.communicate()
    assert not lease.alive(child.pid, start)


def test_a_process_id_given_out_again_is_another_process() -> None:
    assert not lease.alive(os.getpid(), "an earlier start")


@pytest.mark.parametrize("started", [lease.started, lease._started_by_ps])
def test_a_start_is_the_same_each_time_it_is_asked(started: object) -> None:
    assert callable(started)
    assert started(os.getpid()) == started(os.getpid()) is not None
    assert started(2**22 + 1) is None
