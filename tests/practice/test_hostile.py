from __future__ import annotations

from collections.abc import Iterator
from contextlib import chdir, suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unicodedata import category

import pytest

from bpdrill import kinds
from bpdrill.marking.rubric import tick_fields
from bpdrill.model.blocks import Form
from bpdrill.model.events import Draft
from bpdrill.model.items import Variant
from bpdrill.practice.attempt import Attempt, LeftError, Ports
from bpdrill.practice.ports import Question
from bpdrill.practice.report import report_blocks
from bpdrill.practice.round import Library
from bpdrill.store.connect import connect
from bpdrill.store.journal import SqliteJournal
from bpdrill.term.paper import Paper
from bpdrill.term.plain import PlainShow

CANARY = "bpdrill-was-here"
"""A file that an answer which is run would leave behind."""

HOSTILE = [
    *(
        "\x1b[2J",
        "\x1b[31m6\x1b[0m",
        "\x1b]0;title\x07",
        "\x1b]8;;http://x\x1b\\6",
        "\x9b31m",
        "\x90q\x9c",
        "\x1b",
    ),
    *("\x07", "\x08\x08\x08", "\x7f", "\r6", "6\x00", "\x00", "\x0c", "\x0b", "\x85", "\u2028", "\u2029"),
    *("[red]6[/red]", "[/]", "[/red]", "[link=http://x]6[/link]", "[bold", "[z]", "[[]]", ":smile:"),
    *("\u202e6", "\u2066\u20696", "\u200f", "\u200b6", "\ufeff6", "\u061c", "\U000e0041", "\ue000"),
    *(
        f"__import__('os').system('touch {CANARY}')",
        f"$(touch {CANARY})",
        f"`touch {CANARY}`",
        f"; touch {CANARY}",
    ),
    *(f"exec(open('{CANARY}','w'))", "eval('6')", "lambda: 6", "().__class__.__mro__", "os.system('id')"),
    *("{0.__class__}", "{}", "{x}", "%s%n", "${jndi:ldap://x}", "${w}", "\\N{BULLET}", "\\x1b[31m", "%(x)s"),
    *("'; DROP TABLE event; --", "' OR '1'='1", '"; PRAGMA writable_schema=1; --', "?1", ":name", "6 -- x"),
    *(
        "!!python/object:os.system",
        "&a *a",
        "<<: *x",
        "---\n6\n...",
        "? a\n: b",
        "../../etc/passwd",
        "~/.ssh",
        "C:\\",
    ),
    *(
        "😀",
        "6😀",
        "👨\u200d👩\u200d👧",
        "é" * 50,
        "e" + "\u0301" * 100,
        "\u0300",
        "٣",
        "六",
        "ⅵ",
        "₆",
        "𝟔",
        "ﬁ",
        "İ",
    ),
    *("\ud800", "\udcff6", "\uffff", "\U0010ffff", "\ufffd"),
    *(
        "9" * 5000,
        "9^9^9^9",
        "1e999999",
        "-1e-999999",
        "(" * 5000,
        "[" * 20_000,
        "-" * 5000,
        "2^" * 3000 + "2",
    ),
    *(
        "factorial(99999)",
        "1/0",
        "0/0",
        "inf",
        "nan",
        "-0",
        "1" + "+1" * 3000,
        "x" * 20_000,
        "6," * 5000,
        ".",
    ),
    *(
        "<script>alert(1)</script>",
        "&amp;",
        "\\frac{1}{0}",
        "\\input{/etc/passwd}",
        "\\write18{id}",
        "None",
        "True",
    ),
]

MESSAGES = ("Hire", "is asked again", "leaves it blank", "There is no word")
"""A verdict, or what is said to whoever is asked once more."""

PLACES = [
    ("graphs/linear-regression-loss", "forward.mul"),
    ("graphs/linear-regression-loss", "check.w"),
    ("graphs/sum-times", "graph"),
    ("networks/walkthrough", "forward.z1"),
    ("derivations/two-layer-network", "gradient.W1"),
    ("passes/million-inputs", "f.winner"),
    ("estimates/sigmoid-depth", "derivation"),
    ("estimates/sigmoid-depth", "tick.recursion"),
    ("memory/transformer-activations", "layer"),
    ("shapes/two-layer", "shape.z1"),
    ("drawing/sum-times", "leaves"),
    ("code/two-layer-backward", "code"),
]


@dataclass
class Guest:
    """Says one thing and leaves."""

    text: str
    said: bool = False

    def ask(self, _: Question) -> str | None:
        self.said, said_before = True, self.said
        return None if said_before else self.text


class StoppedClock:
    def seconds(self) -> float:
        return 0


@dataclass(frozen=True)
class Prompt:
    """The last open prompt of an attempt: all others are skipped."""

    kind: kinds.Kind
    variant: Variant
    cell: str
    journal: SqliteJournal

    def answered(self, text: str) -> str:
        """All that is written if ``text`` is typed there: a verdict, or what is wrong with the text."""
        item = self.variant.item
        fields = (*self.kind.present(self.variant).fields, *tick_fields(item.rubric))
        draft = Draft("t", item.id, answer={field.id: "" for field in fields if field.id != self.cell})
        out = StringIO()
        show = PlainShow(out, out, Paper(60))
        with suppress(LeftError):
            ports = Ports(Guest(text), show, StoppedClock(), self.journal)
            show.show(report_blocks(Attempt(ports, self.kind, self.variant, draft).run(), {}))
        return out.getvalue()


def obeyed(text: str) -> list[str]:
    """The characters of ``text`` that a terminal would obey, or draw nothing for."""
    return [c for c in text if c != "\n" and category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    state = connect(str(tmp_path / "state" / "bpdrill.sqlite3"))
    yield SqliteJournal(state, lambda: pytest.fail("nothing is recorded here"))
    state.close()


@pytest.mark.parametrize(("item", "cell"), PLACES)
def test_no_text_does_harm(
    journal: SqliteJournal, library: Library, tmp_path: Path, item: str, cell: str
) -> None:
    """At each kind of prompt each text ends in a verdict or a message, and nothing of it is obeyed."""
    read = library.bank.get(item)
    kind = kinds.load(read.kind)
    prompt = Prompt(kind, kind.vary(read, 0), cell, journal)
    with chdir(tmp_path):
        for text in HOSTILE:
            written = prompt.answered(text)
            assert any(word in " ".join(written.split()) for word in MESSAGES), ascii(text[:50])
            assert obeyed(written) == [], ascii(text[:50])
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_every_form_has_its_prompt(library: Library) -> None:
    asked = set()
    for item, cell in PLACES:
        read = library.bank.get(item)
        kind = kinds.load(read.kind)
        fields = (*kind.present(kind.vary(read, 0)).fields, *tick_fields(read.rubric))
        asked |= {field.form for field in fields if field.id == cell}
    assert asked == {*Form}
