"""One attempt at one variant: ask cell by cell, keep each cell, mark, and let the learner grade the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn

from bpdrill.kinds import Kind
from bpdrill.marking.reading import read_field
from bpdrill.marking.rubric import TICK, decide, mark_criteria, tick_fields
from bpdrill.model.blocks import Block, Bullets, Caret, Field, Form, Heading, Note, Presentation, Tone
from bpdrill.model.events import Draft
from bpdrill.model.items import Variant
from bpdrill.model.marks import Report, Unreadable
from bpdrill.practice.ports import WORDS, Ask, Clock, Journal, Question, Show
from bpdrill.practice.report import worked_out

WORD = re.compile(r":[a-z]+|\?", re.IGNORECASE)
"""What can only be meant as a word of the drill."""


class LeftError(Exception):
    """The learner, or the input, has come to an end before the attempt has. Everything is kept."""

    def __init__(self, *, asked: bool) -> None:
        super().__init__()
        self.asked = asked
        """Whether the learner said so, rather than the input ending."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The world, as a practice sees it."""

    ask: Ask
    show: Show
    clock: Clock
    journal: Journal


@dataclass(slots=True)
class Attempt:
    """An attempt under way: the draft is its state, and is kept at each change, before the next prompt."""

    ports: Ports
    kind: Kind
    variant: Variant
    draft: Draft
    since: float = field(init=False)
    """The clock's reading when ``draft.seconds`` was last brought up to date."""
    presentation: Presentation = field(init=False)
    again: str = field(default="", init=False)
    """The field that was gone back to; its answer stands until another is given."""
    stopped: bool = field(default=False, init=False)
    """Whether all has been answered: grading oneself takes no time."""

    def __post_init__(self) -> None:
        self.since = self.ports.clock.seconds()
        self.presentation = self.kind.present(self.variant)

    # ── time ─────────────────────────────────────────────────────────────────────────────────────

    @property
    def seconds(self) -> float:
        """Time at work so far, over all sittings."""
        since = 0 if self.stopped else self.ports.clock.seconds() - self.since
        return self.draft.seconds + since

    @property
    def limit(self) -> int:
        """Seconds that the task allows, or the item."""
        return 60 * (self.draft.minutes or self.variant.item.minutes)

    def time_left(self) -> str:
        """``6:30`` left, or ``+0:12`` over."""
        left = self.limit - int(self.seconds)
        return f"{'' if left >= 0 else '+'}{abs(left) // 60}:{abs(left) % 60:02d}"

    def keep(self, **changes: object) -> None:
        """Write the draft down with ``changes`` and the time so far."""
        self.draft = replace(self.draft, **{"seconds": self.seconds, **changes})  # type: ignore[arg-type]  # fields of Draft
        self.since = self.ports.clock.seconds()
        self.ports.journal.keep(self.draft)

    def stop_clock(self) -> None:
        """What follows is no longer answering."""
        self.draft = replace(self.draft, seconds=self.seconds)
        self.stopped = True

    # ── asking ───────────────────────────────────────────────────────────────────────────────────

    def run(self) -> Report:
        """Ask what is open, mark it, let the learner tick the rest.

        Raises:
            LeftError: the learner or the input ended it; the draft holds all that was answered.

        """
        self.ports.show.show([*self.presentation.blocks, *self.so_far()])
        getattr(self.kind, "prepare", idle)()
        self.fill(self.presentation.fields)
        self.stop_clock()
        solution = tuple(self.kind.solution(self.variant))
        if ticks := tick_fields(self.variant.item.rubric):
            self.ports.show.show([*worked_out(self.variant, solution), Note(GRADE_YOURSELF, Tone.QUIET)])
            self.fill([replace(tick, label=self.variant.say(tick.label)) for tick in ticks])
        return self.report(solution)

    def so_far(self) -> list[Block]:
        """What was answered in an earlier sitting, to go on from."""
        given = [
            (f, self.draft.answer[f.id]) for f in self.presentation.fields if self.draft.answer.get(f.id)
        ]
        shown = [block for f, _ in given for block in self.presentation.then.get(f.id, ())]
        return (
            [*shown, Note("Yours so far:"), Bullets(tuple(f"{f.label}: {text.strip()}" for f, text in given))]
            if given
            else []
        )

    def fill(self, fields: Sequence[Field]) -> None:
        """Ask for each field that has no answer, until none is left."""
        while (at := self.open_place(fields)) is not None:
            self.ask(fields, at)

    def open_place(self, fields: Sequence[Field]) -> int | None:
        """The field that was gone back to, else the first without an answer."""
        if self.again:
            return next(at for at, f in enumerate(fields) if f.id == self.again)
        return next((at for at, f in enumerate(fields) if f.id not in self.draft.answer), None)

    def ask(self, fields: Sequence[Field], at: int) -> None:
        """Ask for one field; a word of the drill is obeyed, an unreadable text sent back."""
        cell = fields[at]
        clock = None if cell.form is Form.TICK else self.time_left
        question = Question(
            cell.label, f"{at + 1} of {len(fields)}", cell.form in SEVERAL_LINES, cell.choices, clock
        )
        text = self.typed(question)
        if WORD.fullmatch(text.strip()):
            self.obey(meant(text.strip().lower()), fields, at)
        elif text.strip() == "" and self.again:
            self.again = ""
        elif text.strip() == "" and cell.form is not Form.PROSE:
            self.ports.show.show(
                [Note(f"{cell.help}   (:skip leaves it blank, :help lists the words)", Tone.QUIET)]
            )
        else:
            self.take(fields[at:], text)

    def typed(self, question: Question) -> str:
        """What was typed; whoever leaves instead, by whichever way, takes the time so far along."""
        try:
            text = self.ports.ask.ask(question)
        except KeyboardInterrupt:
            self.keep()
            raise
        return self.leave(asked=False) if text is None else text

    def take(self, fields: Sequence[Field], text: str) -> None:
        """Read ``text`` for the first of ``fields``, or for a whole row of them."""
        answers: dict[str, str] = {}
        echoes: list[str] = []
        column = 0
        for cell, part in zip(fields, row_parts(fields, text), strict=False):
            said = read_field(cell, part)
            if isinstance(said, Unreadable):
                named = fields[0].label if len(fields[0].label) <= LONGEST_NAMED else "it"
                again = f"{said.hint}   (nothing is lost; {named} is asked again)"
                place = column + said.column
                self.ports.show.show([Caret(text[: place + LONGEST_SHOWN], place, again)])
                return
            answers[cell.id] = part
            echoes += [said.echo] if said.echo else []
            column += len(part) + 1
        self.given(answers)
        if echoes:
            self.ports.show.show([Note(f"I read: {',  '.join(echoes)}", Tone.QUIET)])
        self.ports.show.show([block for cell in answers for block in self.presentation.then.get(cell, ())])

    def given(self, answers: Mapping[str, str]) -> None:
        """Keep ``answers``."""
        self.again = ""
        self.keep(answer={**self.draft.answer, **answers})

    # ── words of the drill ───────────────────────────────────────────────────────────────────────

    def obey(self, word: str, fields: Sequence[Field], at: int) -> None:
        """Do what ``word`` says."""
        actions: Mapping[str, Callable[[], None]] = {
            ":hint": self.hint,
            ":skip": lambda: self.given({fields[at].id: ""}),
            ":back": lambda: self.back(fields, at),
            ":solution": lambda: self.give_up(fields),
            ":quit": lambda: self.leave(asked=True),
            ":help": self.help,
        }
        if self.stopped and word in (":hint", ":solution"):
            self.ports.show.show([Note("The solution stands above already; this costs nothing.", Tone.QUIET)])
            return
        actions.get(word, lambda: self.unknown(word))()

    def hint(self) -> None:
        """Show the next hint; the third is the solution, which has a word of its own."""
        if not self.variant.item.direction:
            self.ports.show.show([Note("There are no hints for this one; asking costs nothing.", Tone.QUIET)])
            return
        if self.draft.hints >= 2:
            self.ports.show.show([Note(THIRD_HINT, Tone.FAIR)])
            return
        self.keep(hints=self.draft.hints + 1)
        self.ports.show.show(self.hint_blocks(self.draft.hints))

    def hint_blocks(self, count: int) -> list[Block]:
        """The hint of that number, with its cost."""
        item = self.variant.item
        titles = ("Hint 1 of 3: direction (free)", "Hint 2 of 3: insight (Lean Hire at most from here)")
        return [Heading(titles[count - 1]), Note(self.variant.say((item.direction, item.insight)[count - 1]))]

    def back(self, fields: Sequence[Field], at: int) -> None:
        """Ask for the one before again; what it holds stays until another answer is given."""
        if at == 0:
            self.ports.show.show([Note("this is the first", Tone.QUIET)])
            return
        self.again = fields[at - 1].id
        held = self.draft.answer.get(self.again, "")
        self.ports.show.show([Note(f"Yours is: {held or '(blank)'}   An empty answer keeps it.", Tone.QUIET)])

    def give_up(self, fields: Sequence[Field]) -> None:
        """Leave the rest blank: the solution is shown with the report, or before the ticks."""
        self.given({f.id: "" for f in fields if f.id not in self.draft.answer})
        self.keep(hints=3)

    def leave(self, *, asked: bool) -> NoReturn:
        """Stop here."""
        self.keep()
        raise LeftError(asked=asked)

    def unknown(self, word: str) -> None:
        """Nothing is done for a word that is none."""
        self.ports.show.show([Note(f"There is no word {word}. There are:", Tone.FAIR)])
        self.help()

    def help(self) -> None:
        """List the words."""
        self.ports.show.show([Bullets(tuple(f"{word}  {what}" for word, what in WORDS.items()))])

    # ── marking ──────────────────────────────────────────────────────────────────────────────────

    def report(self, solution: tuple[Block, ...]) -> Report:
        """Mark what was answered: a pure function of the draft."""
        seconds = int(self.draft.seconds)
        answer = {name: text for name, text in self.draft.answer.items() if not name.startswith(TICK)}
        judgements = tuple(self.kind.judge(self.variant, answer))
        marks = mark_criteria(self.variant.item.rubric, judgements, self.draft.answer)
        verdict, because = decide(marks, self.draft.hints, seconds, self.limit)
        return Report(self.variant, judgements, marks, verdict, because, solution, seconds)


SEVERAL_LINES = (Form.PROSE, Form.CODE)
"""Forms whose answers end with a line that holds only a dot."""
LONGEST_NAMED = 40
"""A label that is longer stands above already, and is not said once more."""

LONGEST_SHOWN = 500
"""Characters after the caret: a whole file pasted by mistake need not come back whole."""
THIRD_HINT = (
    "The third hint is the full solution with the rubric: type :solution, and the verdict is No Hire."
)
GRADE_YOURSELF = "The rest is yours to grade, by what stands above: yes, partly or no."


def idle() -> None:
    """Kinds that have nothing to prepare while the learner types."""


def meant(word: str) -> str:
    """``:q`` is enough for ``:quit``, and ``?`` asks for help."""
    begun = [known for known in WORDS if known.startswith(word)]
    return ":help" if word == "?" else begun[0] if len(begun) == 1 else word


def row_parts(fields: Sequence[Field], text: str) -> list[str]:
    """``2, 1, 2`` for the open cells of one row; any other text is one cell's."""
    row = [cell for cell in fields if cell.row and cell.row == fields[0].row]
    parts = text.split(",")
    fits = 1 < len(parts) <= len(row) and all(part.strip() for part in parts)
    return parts if fits and fields[0].form is Form.NUMBER else [text]
