"""What the parent asks a child for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """A program, and what of it is run."""

    text: str
    harness: str
    """Lines of the author's, run after the learner's."""
    entry: str
    """The function that is called."""
    watched: str
    """The function of which it is kept what its names stand for."""
    inputs: str
    """Arguments at each point, as JSON: so a request can be told from another."""
    names: tuple[str, ...]
    """What it is to return."""
