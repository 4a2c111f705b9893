"""Programs that want out, or want too much: each is refused or stopped, with a message."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from bpdrill.marking.code.grammar import read_code
from bpdrill.marking.code.request import Request
from bpdrill.marking.code.running import ROOM, run_program
from bpdrill.model.marks import Unreadable
from bpdrill.sandbox import Reply, Worker

REFUSED = [
    # into Python's own machinery
    "().__class__.__bases__[0].__subclasses__()",
    "x = np.__dict__",
    "f = (lambda: 0).__globals__",
    "__import__('os').system('true')",
    "__builtins__",
    "def f(x):\n    return x.__class__.__mro__",
    "f'{(1).__class__}'",
    "class A:\n    def __getattr__(self, n): return 1",
    "class A:\n    __slots__ = ('a',)",
    "class A:\n    def __del__(self): pass",
    "class A:\n    def __init_subclass__(cls): pass",
    "class A(np.ndarray): pass",
    "class A(metaclass=type): pass",
    "class A:\n    pass\nA.__init__ = 1",
    "x = 1\nx.__setattr__('a', 1)",
    "@print\ndef f(): pass",
    # other modules
    "import os",
    "import os.path as np",
    "from os import system",
    "from numpy.ctypeslib import load_library",
    "import ctypes",
    "import subprocess, socket",
    "from . import x",
    "import numpy.f2py",
    "import sys as np",
    "from builtins import open",
    # statements that are not needed
    "with open('x') as f: pass",
    "with np.errstate() as f: pass",
    "def g():\n    yield 1",
    "async def f(): pass",
    "x = [await y for y in z]",
    "match 1:\n    case _: pass",
    # too much of it
    "(" * 1_000_000,
    "[" * 5000 + "]" * 5000,
    "x = " + "-" * 10_000 + "1",
    "x = " + "1+" * 9_000 + "1",
    "x = " + "a." * 5_000 + "a",
    "x = " + "not " * 4_000 + "1",
    "x = " + "lambda:" * 2_500 + "1",
    "a = 1\n" * 200_000,
    "a=1\n" * 4_900,
    "\n".join(" " * i + "if 1:" for i in range(99)),
    "x = 9" + "9" * 300,
    "x = 1j",
    "x = b'a'",
    "\0",
    "x = '\\ud800",
    "nр = 1",
    "def f(а): pass",
    "x = ().__ｃlass__",
    "",
    "   \n  ",
    "# nothing",
]
"""Refused before anything runs."""

STOPPED = [
    # files, processes, network
    ("open('/etc/passwd')", "open has no value"),
    ("np.load('/etc/passwd')", "has no load"),
    ("np.fromfile('/etc/passwd')", "has no fromfile"),
    ("np.array([1.0]).tofile('/tmp/x')", "has no tofile"),
    ("np.savetxt('/tmp/x', [1.0])", "has no savetxt"),
    ("np.ctypeslib", "has no ctypeslib"),
    ("np.array([1.0]).ctypes", "has no ctypes"),
    ("np.lib.npyio", "has no lib"),
    ("np.linalg.linalg", "has no linalg"),
    ("np.core.multiarray", "has no core"),
    ("np.vectorize(print)", "has no vectorize"),
    ("np.frompyfunc(print, 1, 1)", "has no frompyfunc"),
    ("np.sum.reduce", "has no reduce"),
    ("torch.load('x')", "torch has no value"),
    ("import torch\ntorch.load('x')", "has no load"),
    ("eval('1')", "eval has no value"),
    ("exec('1')", "exec has no value"),
    ("compile('1', '', 'eval')", "compile has no value"),
    ("globals()", "globals has no value"),
    ("getattr(np, 'load')", "getattr has no value"),
    ("vars(np)", "vars has no value"),
    ("type(1)", "type has no value"),
    ("input()", "input has no value"),
    ("breakpoint()", "breakpoint has no value"),
    ("memoryview(1)", "memoryview has no value"),
    ("'{0.__class__}'.format(1)", "are filled in here"),
    ("'{0[a]}'.format({'a': 1})", "are filled in here"),
    ("'{:>99999999}'.format(1)", "is not run here"),
    ("'{0}{0}{0}'.format('a' * 9000)", "too long here"),
    ("'%s%s%s' % ('a' * 9000, 'b' * 9000, 'c' * 9000)", "too long here"),
    ("'%s' % ()", "more places"),
    ("'a'.format_map({})", "has no format_map"),
    ("f'{1:{99999999}}'", "is not run here"),
    ("f'{1:>99999999}'", "is not run here"),
    ("f'{1.5:.999999f}'", "is not run here"),
    ("print.call", "has no call"),
    ("f = lambda: 0\nf.scope", "has no scope"),
    ("class A:\n    pass\nA.members", "has no members"),
    ("def f():\n    pass\nf.x = 1", "cannot be given"),
    ("np.exp = 1", "cannot be given"),
    ("np.array([1.0]).data.obj", "has no obj"),
    ("np.array([1.0]).base", "has no base"),
    ("np.array([1.0]).dtype.type", "has no type"),
    ("np.array([print])", "made of numbers"),
    ("np.array(['a'])", "made of numbers"),
    ("np.array([1], dtype='O')", "a dtype here is"),
    ("np.zeros(3, dtype='V100000000')", "a dtype here is"),
    ("np.sum([1.0], out=print)", "out has to be an array"),
    ("class A(dict): pass", "classes of yours"),
    ("class A(ValueError): pass", "classes of yours"),
    ("class A:\n    pass\nclass B(A):\n    def f(self): return super().g\nB().f()", "no class above has g"),
    ("def f():\n    raise\nf()", "no error to raise again"),
    ("np.einsum('i->i', [1.0], optimize=print)", "write einsum"),
    # size
    ("9**9**9", "too many digits"),
    ("x = 7\nwhile True:\n    x = x * x", "too many digits"),
    ("1 << 10**9", "operator is not run"),
    ("range(10**12)", "too many here"),
    ("list(range(10**9))", "too many here"),
    ("[0] * 10**9", "too many here"),
    ("'a' * 10**9", "too long here"),
    ("x = 'aa'\nwhile True:\n    x = x + x", "too long here"),
    ("x = [1]\nwhile True:\n    x = x + x", "too many here"),
    ("x = [1]\nwhile True:\n    x += x", "too many here"),
    ("x = [1]\nfor i in range(100000):\n    x.extend(x)", "too many here"),
    ("np.zeros(10**10)", "too large here"),
    ("np.zeros((100000, 100000))", "too large here"),
    ("np.ones((1,) * 50)", "too large here"),
    ("np.eye(10**6)", "too large here"),
    ("np.arange(1e18)", "too large here"),
    ("np.arange(0, 1, 1e-300)", "too large here"),
    ("np.linspace(0, 1, 10**10)", "too large here"),
    ("np.tile([1.0], 10**10)", "too large here"),
    ("np.repeat([1.0], 10**10)", "too large here"),
    ("x = np.ones(5000)\nnp.outer(x, x)", "too large here"),
    ("x = np.ones(5000)\nx[:, None] + x", "too large here"),
    ("x = np.ones(5000)\nnp.where(x[:, None] > x, 1, 0)", "too large here"),
    ("x = np.ones(5000)\nx.reshape(-1, 1) @ x.reshape(1, -1)", "too large here"),
    ("x = np.ones(5000)\nnp.einsum('i,j->ij', x, x)", "too"),
    ("x = np.ones((99, 99))\nnp.einsum('ij,kl,mn->i', x, x, x)", "too long here"),
    ("np.diag(np.ones(5000))", "too large here"),
    ("x = np.ones(1000)\nx[np.zeros((1000, 1000), dtype=int)][:, :, None]\nx[[[0] * 1000] * 2000]", "too"),
    ("x = np.ones((1000, 1000))\nx[[0] * 10000]", "too large here"),
    ("x = []\nwhile True:\n    x.append(np.ones(100000))", "more arrays than it has memory"),
    ("x = []\nwhile True:\n    x.append([0] * 90000)", "stopped after"),
    ("x = np.ones(900000)\nwhile True:\n    x = np.concatenate([x])", "more arrays"),
    # time
    ("while True: pass", "stopped after"),
    ("while True:\n    try:\n        while True: pass\n    except: pass", "stopped after"),
    ("try:\n    while True: pass\nfinally:\n    while True: pass", "stopped after"),
    ("while True:\n    try:\n        1 / 0\n    except ZeroDivisionError: continue", "stopped after"),
    ("def f():\n    try:\n        f()\n    except: f()\nf()", "deep"),
    ("def f():\n    try:\n        1 / 0\n    except: f()\nf()", "deep"),
    ("try:\n    np.zeros(10**10)\nexcept MemoryError: pass", "too large here"),
    ("x = [1]\nfor i in x:\n    x.append(i)", "stopped after"),
    ("from itertools import product\nproduct(range(99), repeat=9**9)", "too many here"),
    ("np.pad([1.0], 10**10)", "too large here"),
    ("np.ndindex(0, 10**18)", "too many here"),
    ("np.broadcast_to([1.0], (10**6, 10**5))", "too large here"),
    ("class A: pass\nfor i in range(9000):\n    class A(A): pass", "stopped after"),
    ("np.multiply.outer(np.ones(5000), np.ones(5000))", "too large here"),
    ("np.kron(np.ones(5000), np.ones(5000))", "too large here"),
    ("np.tensordot(np.ones(5000), np.ones(5000), axes=0)", "too large here"),
    ("x = np.ones(5000)\nnp.linalg.multi_dot([x[:, None], x[None], x])", "too large here"),
    ("import torch\ntorch.one_hot(np.array([10**9]))", "too large here"),
    ("for i in range(99999):\n    for j in range(99999): pass", "stopped after"),
    ("def f(): f()\nf()", "deep"),
    ("f = lambda g: g(g)\nf(f)", "deep"),
    ("class A:\n    def __add__(self, o): return self + o\nA() + A()", "deep"),
    ("class A:\n    def __repr__(self): return f'{self}'\nprint(A())", "deep"),
    ("def f(n): return sorted([3, 1], key=lambda v: f(n))\nf(1)", "deep"),
    ("[a for a in range(9999) for b in range(9999)]", "stopped after"),
    ("sum(a for a in range(9999) for b in range(9999))", "stopped after"),
    ("x = list(range(90000))\nfor i in x:\n    -1 in x", "stopped after"),
    ("x = np.ones((900, 900))\nwhile True:\n    x = x @ x", "too long here"),
    ("x = np.ones((400, 400))\nwhile True:\n    x = x @ x", ""),
    ("while True: print('x' * 1000)", "stopped after"),
    ("x = [3]\nfor i in x:\n    x.append(i)\nwhile x: x.append(1)", ""),
    # words that mislead
    ("raise ValueError('\\x1b[2J\\x1b]0;pwned')", "your program raises"),
    ("assert False, '\\x1b[31m'", "your assertion fails"),
    ("x = {}\nx[x] = 1", "TypeError"),
    ("x = ()\nfor i in range(50000):\n    x = (x,)\nprint(x, x == (x,))", ""),
    ("x = []\nx.append(x)\nprint(x)\nnp.array(x)", "made of numbers"),
    ("x = []\nx.append(x)\nx == [x]\nx == [[x]]\ny = []\ny.append(y)\nx == y", ""),
]
"""Stopped while it runs, with a message that holds these words; without words, ended in any orderly way."""

WHOLE = "\ndef f(): return 1.0"


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """One child for all: whatever ends it is seen at once."""
    with Worker("bpdrill.marking.code.running") as started:
        yield started


def told(worker: Worker, text: str) -> dict[str, object]:
    request = Request(text + WHOLE, "", "f", "f", json.dumps([[]]), ("f",))
    reply = worker.ask("run_program", request, seconds=20)
    assert isinstance(reply, Reply), f"{text[:60]}: {reply}"
    return dict(reply.value)


def test_there_are_enough_of_them() -> None:
    assert len(REFUSED) + len(STOPPED) >= 100
    assert ROOM == 256 * 2**20


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text[:40]))
def test_what_is_not_on_the_list_is_refused_before_anything_runs(text: str) -> None:
    read = read_code(text)
    assert isinstance(read, Unreadable)
    assert read.hint
    assert 0 <= read.column <= len(text)


@pytest.mark.parametrize(("text", "words"), STOPPED, ids=lambda text: repr(text[:40]))
def test_what_wants_too_much_is_stopped_with_a_message(worker: Worker, text: str, words: str) -> None:
    assert not isinstance(read_code(text), Unreadable)
    answer = told(worker, text)
    assert words in str(answer["failed"])
    assert bool(words) <= bool(answer["failed"])
    assert len(json.dumps(answer)) < 10_000


def test_a_child_answers_after_all_that(worker: Worker) -> None:
    assert told(worker, "x = 1")["failed"] == ""


@pytest.mark.parametrize("harness", ["import os", "check = ().__class__", "def check(x):\n    exec('1')"])
def test_lines_of_a_pack_s_author_are_held_against_the_same_grammar(harness: str) -> None:
    told = run_program(Request("def f(x):\n    return x", harness, "check", "f", "[[1.0]]", ("L",)))
    assert (told["runs"], bool(told["failed"])) == ([], True)
