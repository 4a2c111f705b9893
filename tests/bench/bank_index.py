"""What a list of 10,000 problems takes when the index is warm, as a part of what reading their YAML takes.

    python tests/bench/bank_index.py [COUNT]

The goal is at most one fiftieth.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from bpdrill.bank import find, yaml
from bpdrill.bank.bank import Bank
from bpdrill.bank.find import Pack
from bpdrill.bank.index import open_index

GOAL = 1 / 50
COUNT = 10_000


def main(count: int) -> int:
    """Print both times and their ratio; 1 if it misses the goal."""
    with tempfile.TemporaryDirectory() as folder:
        pack, cache = Pack("many", Path(folder, "many")), Path(folder, "index")
        write(pack.folder, count)
        parsing = timed(lambda: [yaml.load(path) for path in find.problem_files(pack).values()])
        cold = timed(lambda: listed(pack, cache))
        warm = min(timed(lambda: listed(pack, cache)) for _ in range(3))
    for name, seconds in (("YAML alone", parsing), ("index, cold", cold), ("index, warm", warm)):
        sys.stdout.write(f"{seconds:8.3f} s  {name}\n")
    sys.stdout.write(f"1/{parsing / warm:.0f} of the time for {count} problems; the goal is 1/50\n")
    return int(warm > parsing * GOAL)


def listed(pack: Pack, cache: Path) -> None:
    """List a pack, as ``bpdrill bank list`` does."""
    bank = Bank(find.problem_files(pack))
    assert len(open_index(bank, cache).summaries) == len(bank.files)


def write(folder: Path, count: int) -> None:
    """Write ``count`` copies of a problem, a hundred a topic."""
    model = (find.root() / "problems/graphs/linear-regression-loss.yaml").read_text(encoding="utf-8")
    for number in range(count):
        path = folder / f"topic-{number // 100}" / f"problem-{number}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(model.replace("graphs/linear-regression-loss", f"topic/{number}"), encoding="utf-8")


def timed(run: Callable[[], object]) -> float:
    """Seconds on the wall."""
    start = perf_counter()
    run()
    return perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else COUNT))
