"""A formula to know: its key by the engine's rules, and what is to be said of another formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpdrill import notation
from bpdrill.algebra.authored import expression_of, program_of
from bpdrill.algebra.compare import Reference, compare
from bpdrill.kinds.recall.rules import Sent, faults_that_give
from bpdrill.marking.fields import Remark
from bpdrill.model.errors import AuthorError
from bpdrill.model.marks import Comparison, Equal, Outcome
from bpdrill.model.tree import Line, Shape, Symbols, Tree, substitute
from bpdrill.notation import Mismatch, infer


@dataclass(frozen=True, slots=True)
class Trap:
    """A formula that people write instead."""

    form: str
    misconception: str = ""
    because: str = ""
    near: bool = False
    """Worth part of the credit."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A formula to know: what ``line`` sends back to ``to``, or ``form`` as the author gives it.

    Where both are given, ``form`` is the short way to write the rule and must be the same.
    """

    id: str
    asks: str
    shapes: Mapping[str, tuple[int | str, ...]]
    """Of every name the line reads."""
    line: str = ""
    to: str = ""
    upstream: str = ""
    """The name of what arrives; none: the local derivative is asked."""
    form: str = ""
    stands: Mapping[str, str] = field(default_factory=dict)
    """Short names that an answer may use, with what they stand for."""
    uses: tuple[str, ...] = ()
    """The only names an answer may use, if not all."""
    domains: Mapping[str, str] = field(default_factory=dict)
    traps: tuple[Trap, ...] = ()
    why: str = ""


def line_of(rule: Rule) -> Line | None:
    """The line whose rule is asked, if the card names one."""
    if not rule.line:
        return None
    return program_of([rule.line], rule.shapes, f"spec.rules.{rule.id}")[-1]


def formula(rule: Rule, text: str, symbols: Symbols) -> Tree:
    """An author's formula."""
    return expression_of(text, symbols, f"spec.rules.{rule.id}").tree


def abbreviations(rule: Rule) -> dict[str, Tree]:
    """What each short name stands for, the name of the line's output among them."""
    short = {name: formula(rule, text, rule.shapes) for name, text in rule.stands.items()}
    line = line_of(rule)
    return short | ({line.name: line.tree} if line else {})


def symbols_of(rule: Rule) -> Symbols:
    """Every name of a card with its shape: inputs, short names, and the upstream in the output's shape."""
    known: dict[str, Shape] = dict(rule.shapes)
    for name, tree in abbreviations(rule).items():
        known[name] = shape_of(rule, tree)
    if rule.upstream and (line := line_of(rule)):
        known[rule.upstream] = known[line.name]
    return known


def shape_of(rule: Rule, tree: Tree) -> Shape:
    """The shape of a formula in what the card declares."""
    shape = infer(tree, rule.shapes)
    if isinstance(shape, Mismatch):
        raise AuthorError(f"spec.rules.{rule.id}: {shape.explanation}")
    return shape


def allowed(rule: Rule) -> Symbols:
    """The names that an answer may use."""
    return {name: shape for name, shape in symbols_of(rule).items() if not rule.uses or name in rule.uses}


def engine_rule(rule: Rule) -> Tree | None:
    """What the engine's rules say, in the names an answer may use."""
    if (line := line_of(rule)) is None:
        return None
    sent, symbols = Sent(line, rule.to, rule.upstream), symbols_of(rule)
    return sent.by_output(symbols) if line.name in allowed(rule) else sent.by_inputs(symbols)


def key_of(rule: Rule) -> Tree:
    """The formula that is asked for."""
    if rule.form:
        return formula(rule, rule.form, symbols_of(rule))
    if (tree := engine_rule(rule)) is None:
        raise AuthorError(f"spec.rules.{rule.id}: give it a line or a form")
    return tree


def compared(rule: Rule, given: Tree, key: Tree) -> Comparison:
    """Compare two formulas of a card, short names written out."""
    short = abbreviations(rule)
    return compare(
        substitute(given, short), Reference(substitute(key, short), symbols_of(rule), rule.domains)
    )


def expected(rule: Rule) -> str:
    """The key as one reads it."""
    return notation.text(key_of(rule), symbols=symbols_of(rule))


def typed(rule: Rule, tree: Tree) -> str:
    """A formula as one types it."""
    return notation.text(tree, notation.Style.ASCII, symbols_of(rule))


def remark_on(rule: Rule, given: Tree, witness: str) -> Remark:
    """What is to be said of a wrong formula: the author's word on it, or the engine's faults."""
    for trap in rule.traps:
        if isinstance(compared(rule, given, formula(rule, trap.form, symbols_of(rule))), Equal):
            outcome = Outcome.NEAR if trap.near else Outcome.WRONG
            return Remark(trap.because or witness, trap.misconception, outcome)
    why = "; ".join(part for part in (witness, rule.why) if part)
    return Remark(why, " ".join(faults(rule, given)))


def faults(rule: Rule, given: Tree) -> tuple[str, ...]:
    """The engine's named mistakes that give exactly this formula."""
    line = line_of(rule)
    plain = substitute(given, abbreviations(rule))
    if line is None or isinstance(infer(plain, symbols_of(rule)), Mismatch):
        return ()
    read_by_line = {name: s for name, s in symbols_of(rule).items() if name not in abbreviations(rule)}
    return faults_that_give(plain, Sent(line, rule.to, rule.upstream), read_by_line, rule.domains)
