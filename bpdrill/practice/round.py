"""A round: enrol if need be, take up what was left unfinished, then do what is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bpdrill import kinds
from bpdrill.bank.bank import Bank
from bpdrill.bank.index import open_index
from bpdrill.bank.tables import Misconception, self_graded_item
from bpdrill.model.blocks import Block, Bullets, Heading, Note, Tone
from bpdrill.model.errors import BankError
from bpdrill.model.events import Draft, Due, Enrolled, Reviewed
from bpdrill.model.items import Item, next_seed
from bpdrill.model.marks import Report, State, Verdict
from bpdrill.model.plan import Plan
from bpdrill.practice.attempt import Attempt, Ports
from bpdrill.practice.ports import WORDS
from bpdrill.practice.report import report_blocks, worked_out


@dataclass(frozen=True, slots=True)
class Library:
    """What is practised: items, the plan for a new learner, what is said of each mistake."""

    bank: Bank
    plan: Plan
    misconceptions: Mapping[str, Misconception]
    version: str


@dataclass(frozen=True, slots=True)
class Round:
    """One sitting."""

    ports: Ports
    library: Library

    def practise_item(self, name: str, seed: int | None) -> None:
        """Enrol if need be, then one attempt at one item; if the plan asks for it today, it counts there."""
        item = self.library.bank.get(name)
        self.enrol()
        draft = self.ports.journal.draft(name)
        if draft is not None and seed in (None, draft.seed) and self.resume(draft):
            return
        asked = (due for due in self.ports.journal.due() if due.item == name)
        self.attempt(next(asked, Due(item.title, item.minutes, item.id)), item, seed)

    def practise_kind(self, name: str) -> None:
        """One attempt at an item of that kind: the one that was tried least often."""
        kinds.load(name)
        items = [item.id for item in open_index(self.library.bank, None).summaries if item.kind == name]
        if not items:
            raise BankError(f"there is no item of the kind {name}; see  bpdrill bank list")
        self.practise_item(min(items, key=self.ports.journal.attempts), None)

    def practise_due(self) -> None:
        """Enrol if need be, take up the unfinished attempts, then everything that is due."""
        self.enrol()
        drafts = self.ports.journal.drafts()
        if not drafts and not self.ports.journal.due():
            self.show_all()
            return
        self.resume_all(drafts)
        self.show_agenda()
        told: set[str] = set()
        while due := self.next_due(told):
            self.attempt(*due, None)
        self.say("That was all for today.  Next:  bpdrill due", Tone.GOOD)

    def show_all(self) -> None:
        """What can be practised although nothing is due."""
        self.say("Nothing is due today. Practise one anyway:  bpdrill practice --item NAME")
        topics = Counter(name.rpartition("/")[0] for name in self.library.bank.files)
        self.ports.show.show([Bullets(tuple(f"{topic}: {count}" for topic, count in topics.items()))])
        self.say("Their names:  bpdrill bank list", Tone.QUIET)

    def next_due(self, told: set[str]) -> tuple[Due, Item] | None:
        """The first thing due whose item can be used; what cannot is ``told``, once, and waits."""
        for due in self.ports.journal.due():
            if due.item not in told:
                try:
                    return due, self.item_of(due)
                except BankError as error:
                    told.add(due.item)
                    self.say(f"{due.title} has to wait: {error}", Tone.BAD)
        return None

    # ── the steps of a round ─────────────────────────────────────────────────────────────────────

    def enrol(self) -> None:
        """Begin the plan today, if none is under way."""
        if self.ports.journal.enrolled():
            return
        self.ports.journal.record(Enrolled(self.library.plan))
        later = ", ".join(str(checkpoint.offset) for checkpoint in self.library.plan.checkpoints[1:])
        self.say(f"Welcome. Today is day 0 of your plan; you will be asked again on days {later}.")

    def show_agenda(self) -> None:
        """What is due, and how long it takes."""
        due = self.ports.journal.due()
        if not due:
            return
        minutes = sum(entry.minutes for entry in due)
        lines = tuple(
            f"{entry.title} ({entry.minutes} min{', again' if entry.returning else ''})" for entry in due
        )
        self.ports.show.show([Heading(f"Due today: {len(due)}, about {minutes} min"), Bullets(lines)])

    def resume_all(self, drafts: Sequence[Draft]) -> None:
        """Go on with everything that was left; an item that cannot be used now keeps its draft."""
        for draft in drafts:
            try:
                self.resume(draft)
            except BankError as error:
                self.say(f"{draft.title} has to wait: {error}", Tone.BAD)

    def resume(self, draft: Draft) -> bool:
        """Go on with an attempt that was left; False if it no longer exists as it was, and is dropped."""
        item = self.item_of(Due(draft.title, 0, draft.item, draft.task, draft.drill))
        if (item.revision, kinds.load(item.kind).REVISION) != (draft.revision, draft.kind_revision):
            self.ports.journal.drop(draft)
            self.say(f"{draft.title} has been revised since you began it, so it starts anew.", Tone.FAIR)
            return False
        self.say(f"Going on with {draft.title}; the clock has stood still meanwhile.")
        self.run(item, draft)
        return True

    def attempt(self, due: Due, item: Item, seed: int | None) -> None:
        """A new attempt, at a variant that was not seen before."""
        drawn = next_seed(item.id, self.ports.journal.attempts(item.id)) if seed is None else seed
        draft = Draft(
            title=due.title,
            item=due.item,
            task=due.task,
            drill=due.drill,
            revision=item.revision,
            kind_revision=kinds.load(item.kind).REVISION,
            seed=drawn,
            minutes=due.minutes,
        )
        self.ports.journal.keep(draft)
        self.run(item, draft)

    def run(self, item: Item, draft: Draft) -> None:
        """Ask, mark, record, show. What goes wrong on the way bears the line that shows it again."""
        variant = f" --item {draft.item} --seed {draft.seed}" if draft.item else ""
        try:
            self.run_through(item, draft)
        except Exception as error:
            error.add_note(f"bpdrill practice{variant}")
            raise

    def run_through(self, item: Item, draft: Draft) -> None:
        """An attempt from its heading to its report."""
        kind = kinds.load(item.kind)
        attempt = Attempt(self.ports, kind, kind.vary(item, draft.seed), draft)
        drawn = f", seed {draft.seed}" if draft.item else ""
        head = f"{item.title}   ({draft.minutes or item.minutes} min{drawn})"
        self.ports.show.show([Heading(head), Note(f"words: {' '.join(WORDS)}", Tone.QUIET)])
        report = attempt.run()
        self.ports.journal.record(self.review(report, attempt.draft))
        self.show_report(report, attempt.draft)

    def review(self, report: Report, draft: Draft) -> Reviewed:
        """What the log remembers of an attempt."""
        item = report.variant.item
        return Reviewed(
            title=draft.title,
            minutes=draft.minutes or item.minutes,
            verdict=report.verdict.value,
            seconds=report.seconds,
            item=draft.item,
            task=draft.task,
            drill=draft.drill,
            revision=draft.revision,
            kind_revision=draft.kind_revision,
            seed=draft.seed,
            hints=draft.hints,
            self_graded=any(criterion.self_graded for criterion in item.rubric.criteria),
            answer=draft.answer,
            judgements={judgement.field: judgement.outcome.value for judgement in report.judgements},
            misconceptions=tuple(dict.fromkeys(n for j in report.judgements for n in j.misconceptions)),
            version=self.library.version,
        )

    def show_report(self, report: Report, draft: Draft) -> None:
        """The report, the solution where it is wanted and was not seen, and when it comes back."""
        self.ports.show.show(report_blocks(report, self.library.misconceptions))
        if report.verdict is not Verdict.STRONG_HIRE and not any(
            c.self_graded for c in report.variant.item.rubric.criteria
        ):
            self.ports.show.show(worked_out(report.variant, report.solution))
        if report.verdict is not Verdict.STRONG_HIRE and report.variant.item.traps:
            self.ports.show.show(
                [
                    Heading("What goes wrong most often"),
                    Bullets(tuple(map(report.variant.say, report.variant.item.traps))),
                ]
            )
        self.ports.show.show(going_on(report))
        day = self.ports.journal.next_day(draft.item) if draft.item else None
        self.say(f"Kept. {f'Comes back on {day}.' if day else ''}".rstrip())

    def item_of(self, due: Due) -> Item:
        """The item to do: the bank's, or the plan's own prompt."""
        if due.item:
            return self.library.bank.get(due.item)
        return self_graded_item(self.ports.journal.drill(due.task, due.drill), due.task)

    def say(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """One line."""
        self.ports.show.show([Note(text, tone)])


def going_on(report: Report) -> list[Block]:
    """What an interviewer asks next: what the criteria that are met open, or what may always be asked."""
    item, met = report.variant.item, {m.criterion.id for m in report.marks if m.state is State.MET}
    asks = [report.variant.say(question.ask) for question in item.followups if question.after in {"", *met}]
    if not asks:
        return []
    answers = Note(f"What a good answer says:  bpdrill bank show {item.id}", Tone.QUIET)
    return [Heading("An interviewer would go on"), Bullets(tuple(asks[:2])), answers]
