"""The terminal front end's line: edited in place, with the time left beside it.

The clock stands in a toolbar at the bottom. A toolbar can be placed only if the terminal tells where
the cursor is; one that does not answer gets the clock in the prompt itself, and no complaint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus, is_done
from prompt_toolkit.input import create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import ColorDepth, create_output
from prompt_toolkit.renderer import CPR_Support

from bpdrill.practice.ports import Question
from bpdrill.term.paper import Paper
from bpdrill.term.prompt import TOOLBAR, before, is_whole, joined

_REFRESH_S = 1
_MENU_LINES = 3


@dataclass(frozen=True, slots=True)
class TerminalAsk:
    """Reads answers from a terminal. What was typed stays in memory, never on the disk."""

    session: PromptSession[str]
    paper: Paper

    def ask(self, question: Question) -> str | None:
        """One answer; ``:quit`` for Ctrl-D on an empty line, KeyboardInterrupt for Ctrl-C."""
        try:
            typed = self._prompt(question)
        except EOFError:
            return ":quit"
        finally:
            _settle(self.session)
        return joined(typed.split("\n")) if question.lines else typed

    def _prompt(self, question: Question) -> str:
        return self.session.prompt(
            lambda: self._before(question),
            bottom_toolbar=lambda: self._toolbar(question),
            refresh_interval=_REFRESH_S if question.clock else 0,
            multiline=question.lines,
            completer=WordCompleter(list(question.choices), sentence=True),
        )

    def _before(self, question: Question) -> str:
        """The label and the place; at a terminal without a toolbar the clock too, while it runs."""
        toolbar = self.session.app.renderer.cpr_support is not CPR_Support.NOT_SUPPORTED
        clock = "" if toolbar or is_done() else self._time(question)
        return before(question, self.paper, question.place, clock)

    def _toolbar(self, question: Question) -> str:
        return f" {self._time(question)}  {TOOLBAR}" if question.clock else f" {TOOLBAR}"

    def _time(self, question: Question) -> str:
        return self.paper.text(question.clock()) if question.clock else ""


def session(stdin: TextIO, stdout: TextIO, *, color: bool) -> PromptSession[str]:
    """A prompt that offers choices at Tab only, in two colours if so wished, and complains of nothing."""
    made: PromptSession[str] = PromptSession(
        key_bindings=_keys(),
        color_depth=None if color else ColorDepth.DEPTH_1_BIT,
        complete_while_typing=False,
        reserve_space_for_menu=_MENU_LINES,
        input=create_input(stdin),
        output=create_output(stdout),
    )
    made.app.renderer.cpr_not_supported_callback = None
    return made


def _keys() -> KeyBindings:
    """Enter ends an answer of several lines once it is whole; until then it begins a new line."""
    keys = KeyBindings()

    @keys.add("enter", filter=has_focus(DEFAULT_BUFFER) & Condition(_is_whole))
    def submit(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    return keys


def _is_whole() -> bool:
    document = get_app().current_buffer.document
    return document.on_last_line and is_whole(document.lines)


def _settle(session: PromptSession[str]) -> None:
    """Ask no more where no answer came: each prompt would wait for it again before it ends."""
    if session.app.renderer.cpr_support is CPR_Support.UNKNOWN:
        session.app.renderer.cpr_support = CPR_Support.NOT_SUPPORTED
