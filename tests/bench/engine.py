"""What a gradient costs on our engine and on others, as a multiple of the same gradient by hand.

    python tests/bench/engine.py
    python tests/bench/engine.py --only scalar,mlp --engines bpdrill,hips --rounds 15 --json out.json
    python tests/bench/engine.py --memory
    python tests/bench/engine.py --depth 1000000

Every engine's gradient is compared with the one by hand first; one that differs has no figure, and the
benchmark ends with 1. Times are CPU times on one BLAS thread, the making of the graph included. The
engines take turns in one process, so that a busy machine slows all alike; a figure is the median over
the rounds of the engine's time by the hand-written gradient's time in the same round.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
os.environ.update(JAX_PLATFORMS="cpu", XLA_FLAGS="--xla_cpu_multi_thread_eigen=false")

import argparse
import gc
import json
import platform
import statistics
import sys
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any, TypeAlias

import numpy as np
from engine_peers import ENGINES, Engine, Unsupported
from engine_workloads import WORKLOADS, Run, Workload, chain, rnn

BY_HAND = "by hand"
TOLERANCE = 1e-8
"""How far a gradient may be from the one by hand, relative to its largest entry."""
BLOCK_S = 0.02
"""What is timed at once lasts so long at least: the clock of the CPU is coarse."""
DEPTH = 100_000
RECURSION_LIMIT = sys.getrecursionlimit()
"""Python's own; engines that raise it when they are imported do not get to keep that."""

Workloads: TypeAlias = Mapping[str, Callable[[], Workload]]

Measure: TypeAlias = Callable[[Mapping[str, Run]], dict[str, list[float]]]
"""Of each run by its name, ``BY_HAND`` among them: a figure for each round."""


@dataclass(slots=True)
class Row:
    """Of one workload: what it costs by hand, each engine's multiple of that, and who has none and why."""

    by_hand: float = 0.0
    ratios: dict[str, float] = field(default_factory=dict)
    without: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


def microseconds(rounds: int, runs: Mapping[str, Run]) -> dict[str, list[float]]:
    """CPU time of one run, in each of ``rounds``; who begins changes from round to round."""
    repeats = {name: max(1, int(BLOCK_S / max(cpu_seconds(run), 1e-7))) for name, run in runs.items()}
    found: dict[str, list[float]] = {name: [] for name in runs}
    order = list(runs)
    for _ in range(rounds):
        order.append(order.pop(0))
        for name in order:
            gc.collect()
            found[name].append(1e6 * cpu_seconds(runs[name], repeats[name]))
    return found


def cpu_seconds(run: Run, repeats: int = 1) -> float:
    """CPU time of one run, as the mean of ``repeats``."""
    start = process_time()
    for _ in range(repeats):
        run()
    return (process_time() - start) / repeats


def peak_kibibytes(runs: Mapping[str, Run]) -> dict[str, list[float]]:
    """The most memory that one run holds at once, above what was there before it."""
    return {name: [_peak(run) / 1024] for name, run in runs.items()}


def _peak(run: Run) -> float:
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        run()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def compared(workload: Workload, engines: Sequence[Engine], measure: Measure) -> Row:
    """Every engine that gives the gradient by hand, measured beside it."""
    row, runs = Row(), {BY_HAND: workload.by_hand}
    _, expected = workload.by_hand()
    for engine in engines:
        try:
            run = engine.prepare(workload)
            _, found = run()
        except Unsupported as reason:
            row.without[engine.name] = str(reason)
        except RecursionError:
            row.without[engine.name] = "it calls itself deeper than Python allows"
        else:
            if difference := disagreement(expected, found):
                row.wrong[engine.name] = difference
            else:
                runs[engine.name] = run
    figures = measure(runs)
    row.by_hand = statistics.median(figures[BY_HAND])
    row.ratios = {name: _ratio(of, figures[BY_HAND]) for name, of in figures.items() if name != BY_HAND}
    return row


def _ratio(figures: Sequence[float], by_hand: Sequence[float]) -> float:
    return statistics.median(mine / reference for mine, reference in zip(figures, by_hand, strict=True))


def disagreement(expected: Sequence[Any], found: Sequence[Any]) -> str:
    """Where a gradient first differs from the one by hand; empty if nowhere."""
    if len(found) != len(expected):
        return f"{len(found)} gradients, not {len(expected)}"
    for place, pair in enumerate(zip(expected, found, strict=True)):
        right, given = (np.asarray(array, dtype=float) for array in pair)
        if given.shape != right.shape:
            return f"gradient {place} is {given.shape}, not {right.shape}"
        off = np.max(np.abs(given - right)) / (np.max(np.abs(right)) or 1.0)
        if not off <= TOLERANCE:
            return f"gradient {place} is off by {off:.1e} of its size"
    return ""


def installed(wanted: Sequence[type[Engine]], *, traced: bool) -> list[Engine]:
    """The engines that can be loaded, and, if ``traced``, whose memory can be seen; a line for each other."""
    engines = []
    for engine in (kind() for kind in wanted):
        if traced and engine.native:
            tell(f"{engine.name}: left out, its memory is not Python's")
            continue
        try:
            engine.load()
        except ImportError as error:
            tell(f"{engine.name}: left out, {error}")
        else:
            engines.append(engine)
    sys.setrecursionlimit(RECURSION_LIMIT)
    return engines


def tell(line: str) -> None:
    """Talk, beside the table."""
    sys.stderr.write(f"{line}\n")


class Parser(argparse.ArgumentParser):
    """One that says in one line what is wrong."""

    def error(self, message: str) -> Any:
        self.exit(2, f"{message}\n")


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    """The command line, read."""
    parser = Parser(description=(__doc__ or "").splitlines()[0])
    names = ", ".join(kind.name for kind in ENGINES)
    parser.add_argument("--engines", type=engines_named, default=ENGINES, metavar="NAMES", help=f"of {names}")
    parser.add_argument("--rounds", type=positive, default=15, help="more of them are steadier")
    parser.add_argument("--json", type=written_to, metavar="FILE", help="write the figures there as well")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--only", type=workloads_named, default=WORKLOADS, metavar="NAMES", help=f"of {', '.join(WORKLOADS)}"
    )
    what.add_argument("--memory", action="store_true", help="the peak memory of a batch through an RNN")
    what.add_argument(
        "--depth", type=positive, nargs="?", const=DEPTH, metavar="N", help=f"a chain of N nodes, {DEPTH:,}"
    )
    return parser.parse_args(given)


def workloads_named(text: str) -> Workloads:
    """Workloads by name, or all whose names begin so: ``mlp`` is three."""
    found: Workloads = {}
    for word in text.split(","):
        fitting = {name: made for name, made in WORKLOADS.items() if f"{name}-".startswith(f"{word}-")}
        if not fitting:
            raise argparse.ArgumentTypeError(
                f"there is no workload {word!r}; there are {', '.join(WORKLOADS)}."
            )
        found = {**found, **fitting}
    return found


def engines_named(text: str) -> list[type[Engine]]:
    """Engines by name."""
    known = {kind.name: kind for kind in ENGINES}
    if unknown := [word for word in text.split(",") if word not in known]:
        raise argparse.ArgumentTypeError(f"there is no engine {unknown[0]!r}; there are {', '.join(known)}.")
    return [known[word] for word in text.split(",")]


def positive(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} must be a whole number, 1 or more.")
    return int(text)


def written_to(text: str) -> Path:
    """A file that can be written, which is better known before the measuring than after."""
    path = Path(text)
    try:
        path.touch()
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text!r} cannot be written: {error.strerror}.") from error
    return path


def task(options: argparse.Namespace) -> tuple[Workloads, Measure, str]:
    """What to run, how to measure it, and in which unit."""
    if options.memory:
        return {"rnn-256-batch-64": partial(rnn, steps=256, batch=64)}, peak_kibibytes, "KiB"
    deep = {f"chain-{options.depth}": partial(chain, options.depth)}
    return deep if options.depth else options.only, partial(microseconds, options.rounds), "µs"


def main(given: Sequence[str] | None = None) -> int:
    """Print the table, row by row as it is measured; 1 if any engine's gradient is wrong."""
    options = arguments(given)
    workloads, measure, unit = task(options)
    engines = installed(options.engines, traced=options.memory)
    widths = [max(24, *map(len, workloads)), 14, *(max(9, len(engine.name) + 2) for engine in engines)]
    show(("workload", f"by hand, {unit}", *(engine.name for engine in engines)), widths)
    rows = {}
    for name, made in workloads.items():
        row = rows[name] = compared(made(), engines, measure)
        show((name, rounded(row.by_hand), *(cell(row, engine.name) for engine in engines)), widths)
    for line in reasons(rows):
        tell(line)
    if options.json:
        options.json.write_text(json.dumps(record(rows, engines, unit), indent=1), encoding="utf-8")
    return int(any(row.wrong for row in rows.values()))


def reasons(rows: Mapping[str, Row]) -> list[str]:
    """Why figures are missing, a line for each engine and reason."""
    told: dict[str, list[str]] = {}
    for name, row in rows.items():
        for engine, reason in row.without.items():
            told.setdefault(f"{engine}: {reason}", []).append(name)
        for engine, difference in row.wrong.items():
            told.setdefault(f"{engine}: WRONG, {difference}", []).append(name)
    return [f"{reason} ({', '.join(names)})" for reason, names in told.items()]


def show(cells: Sequence[str], widths: Sequence[int]) -> None:
    """A line of the table: names to the left, figures to the right."""
    first, *others = widths
    line = cells[0].ljust(first) + "".join(map(str.rjust, cells[1:], others))
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def cell(row: Row, engine: str) -> str:
    """An engine's figure; that it is wrong; or a dash."""
    if engine in row.ratios:
        return rounded(row.ratios[engine])
    return "WRONG" if engine in row.wrong else "–"


def rounded(figure: float) -> str:
    """Three digits that count, and all before the point."""
    return f"{figure:,.{2 if figure < 10 else 1 if figure < 100 else 0}f}"


def record(rows: Mapping[str, Row], engines: Sequence[Engine], unit: str) -> dict[str, Any]:
    """All figures, and what they were measured on."""
    return {
        "schema": 1,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "engines": {engine.name: engine.version() for engine in engines},
        "unit": unit,
        "workloads": {name: asdict(row) for name, row in rows.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
