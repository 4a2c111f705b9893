"""Every rule of the engine before judges that are not ours: PyTorch and JAX.

    python tests/bench/judges.py
    python tests/bench/judges.py --only conv2d,softmax_ce
    python tests/bench/judges.py --prove

For each row, at its specimens and at random points near them, argument by argument:

    torch       output and VJP rule against torch's own implementation of the op
    gradcheck   the whole Jacobian by the VJP rule against torch's central differences
    jax vjp     the VJP rule against JAX's central differences
    jax jvp     the JVP rule against the same

The table says how many comparisons there were, or "-" where a judge has no such op. Ends with 1 if
any two numbers disagree. ``--prove`` judges the judges: a rule that is off by 0.1 % must be caught.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from unittest.mock import patch

from judging import Judge, Site, sites

from bpdrill.autograd import OPS, Op
from bpdrill.autograd.op import Rule
from bpdrill.autograd.values import quiet

BENCHES = ("judges_torch", "judges_jax")
"""The modules that each hold the judges of one library, and need it."""

INSTALL = "pip install -e '.[bench]'"

POINTS = 4
"""Random ones near each specimen."""

MUTATION = 1.001

MUTANTS = (
    ("div", 1),
    ("gelu", 0),
    ("matmul", 0),
    ("affine", 1),
    ("logsumexp", 0),
    ("softmax_ce", 0),
    ("bce_with_logits", 1),
    ("layer_norm", 1),
    ("batch_norm", 0),
    ("conv2d", 1),
    ("maxpool1d", 0),
    ("solve", 0),
)
"""Row and argument whose rule ``--prove`` makes wrong."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What one judge said of one row, at each site it knows: objections, or nothing."""

    row: type[Op]
    judge: Judge
    said: tuple[tuple[Site, str], ...]

    @property
    def objections(self) -> int:
        return sum(bool(objection) for _, objection in self.said)

    def __str__(self) -> str:
        count = str(len(self.said) or "-")
        return f"{self.objections}/{count} wrong" if self.objections else count

    def complaints(self) -> Iterator[str]:
        """For each argument the first objection: row, argument, judge and the two numbers."""
        first = {site.argument: objection for site, objection in reversed(self.said) if objection}
        for argument, objection in sorted(first.items()):
            yield f"{self.row.name}, argument {argument}, {self.judge.name}: {objection}"


def hear(judge: Judge, row: type[Op], points: int = POINTS) -> Hearing:
    """Ask ``judge`` about ``row`` at all sites it knows."""
    said = ((site, judge.objection(site)) for site in sites(row, points) if judge.knows(site))
    return Hearing(row, judge, tuple(said))


def judged(judges: Sequence[Judge], rows: Sequence[type[Op]]) -> int:
    """Show the table of all ``rows``, what disagrees, and the sum; give the exit code."""
    table("row", "specimens", *(judge.name for judge in judges))
    hearings = [hearing for row in rows for hearing in shown(judges, row)]
    for hearing in hearings:
        for complaint in hearing.complaints():
            show(complaint)
    comparisons = sum(len(hearing.said) for hearing in hearings)
    objections = sum(hearing.objections for hearing in hearings)
    show(f"{len(rows)} rows, {comparisons} comparisons, {objections} disagreements")
    return int(objections > 0)


def shown(judges: Sequence[Judge], row: type[Op]) -> list[Hearing]:
    """What all ``judges`` say of ``row``, once its line of the table is shown."""
    hearings = [hear(judge, row) for judge in judges]
    table(row.name, len(row.specimens), *hearings)
    return hearings


def table(row: str, *cells: object) -> None:
    """A line of the table."""
    show(f"{row:16}" + "".join(f"  {cell!s:>11}" for cell in cells))


def show(line: str) -> None:
    """A line of the result, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def proved(judges: Sequence[Judge]) -> int:
    """Show how many of the mutants each judge caught, and which it missed; give the exit code."""
    missed = {judge.name: [mutant for mutant in MUTANTS if not catches(judge, *mutant)] for judge in judges}
    for name, mutants in missed.items():
        show(f"{name}: caught {len(MUTANTS) - len(mutants)} of {len(MUTANTS)}")
        for row, argument in mutants:
            show(f"{row}, argument {argument}, {name}: a wrong rule was missed, or the right one refused")
    return int(any(missed.values()))


def catches(judge: Judge, name: str, argument: int) -> bool:
    """Whether ``judge`` objects to the rule of an argument when it is wrong, and only then."""
    row = OPS[name]
    with mutated(row, judge, argument):
        wrong = hear(judge, row, points=0)
    right = hear(judge, row, points=0)
    return right.objections == 0 < wrong.objections


def mutated(row: type[Op], judge: Judge, argument: int) -> AbstractContextManager[object]:
    """``row`` with one of the rules that ``judge`` reads off by 0.1 %, for as long as the context lasts."""
    rules: list[Rule] = list(getattr(row, judge.rules))
    right = rules[argument]

    def wrong(*given: Any) -> Any:
        return right(*given) * MUTATION

    rules[argument] = wrong
    return patch.object(row, judge.rules, tuple(rules))


def installed() -> Iterator[Judge]:
    """All judges whose library is there; of each that is not, one line says so."""
    for bench in BENCHES:
        try:
            yield from import_module(bench).JUDGES
        except ModuleNotFoundError as error:
            sys.stderr.write(f"{error.name} is not installed, so it does not judge: {INSTALL}\n")


def chosen(only: str) -> list[type[Op]]:
    """The rows that were asked for, all if none were; raises ValueError for a name that is no row's."""
    names = sorted(OPS) if not only else only.split(",")
    if unknown := [name for name in names if name not in OPS]:
        raise ValueError(f"there is no row {', '.join(unknown)}; there are {', '.join(sorted(OPS))}")
    return [OPS[name] for name in names]


def main() -> int:
    """Read the arguments, find the judges, and let them speak."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", metavar="ROW,ROW", help="judge these rows alone")
    parser.add_argument(
        "--prove", action="store_true", help="make rules wrong by 0.1 %% and count who is caught"
    )
    arguments = parser.parse_args()
    try:
        rows = chosen(arguments.only)
    except ValueError as error:
        parser.error(str(error))
    judges = list(installed())
    if not judges:
        return 2
    with quiet():
        return proved(judges) if arguments.prove else judged(judges, rows)


if __name__ == "__main__":
    sys.exit(main())
