"""Claims one a line: JSON in, JSON out, and whatever a line is the stream goes on."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import IO, TYPE_CHECKING, Any

from bpdrill.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from bpdrill.algebra.claim import Claim
    from bpdrill.algebra.proof import Prover

LONGEST = 1_000_000
"""Bytes of a line; a longer one is passed over unread."""
CHUNK = 32
"""Lines that travel to a worker together."""

Numbered = tuple[int, bytes]
"""A line and its number, from 1."""


def stream(workers: int) -> int:
    """Answer every line of stdin on stdout, in order; 1 if any of them was malformed."""
    lines = enumerate(lines_of(sys.stdin.buffer), 1)
    code = ExitCode.OK
    for answered in _in_processes(lines, workers) if workers > 1 else map(answer, lines):
        sys.stdout.write(json.dumps(answered) + "\n")
        sys.stdout.flush()
        if "error" in answered:
            code = ExitCode.DIFFERENT
    return code


def lines_of(source: IO[bytes]) -> Iterator[bytes]:
    """The lines that are not blank; of one that is too long only so much that it can be told."""
    while line := source.readline(LONGEST + 1):
        rest = line
        while len(rest) > LONGEST and not rest.endswith(b"\n"):
            rest = source.readline(LONGEST + 1)
        if line.strip():
            yield line


def _in_processes(lines: Iterable[Numbered], workers: int) -> Iterator[dict[str, Any]]:
    """As ``map(answer, lines)``, by several processes, few chunks ahead of what is written."""
    from collections import deque
    from concurrent.futures import Future, ProcessPoolExecutor
    from itertools import islice
    from multiprocessing import get_context

    pending: deque[Future[list[dict[str, Any]]]] = deque()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        numbered = iter(lines)
        while chunk := list(islice(numbered, CHUNK)):
            pending.append(pool.submit(answer_all, chunk))
            if len(pending) > 2 * workers:
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()


def answer_all(lines: list[Numbered]) -> list[dict[str, Any]]:
    """``answer`` of each."""
    return [answer(line) for line in lines]


def answer(numbered: Numbered) -> dict[str, Any]:
    """What becomes of one line: a verdict, or an ``error`` that says what is off with it."""
    number, line = numbered
    identity: Any = None
    try:
        request = decoded(line)
        identity = _identity(request)
        found = _examined(claim_of(request), prove=_flag(request, "prove"))
    except UsageError as error:
        return {"id": identity, "line": number, "error": str(error)}
    except Exception as error:  # noqa: BLE001  a line that breaks us may not take the others with it
        told = f"This line broke the checker ({type(error).__name__}); please report it."
        return {"id": identity, "line": number, "error": told}
    return {"id": identity, **found.as_record()}


def _examined(claim: Claim, *, prove: bool) -> Any:
    from bpdrill.algebra.claim import examine

    return examine(claim, prover().prove if prove else None)


@cache
def prover() -> Prover:
    """The one of this process; its child ends with it."""
    from bpdrill.algebra.proof import Prover

    return Prover()


def decoded(line: bytes) -> Mapping[str, Any]:
    """The JSON object that ``line`` holds; raises UsageError if it is none."""
    if len(line) > LONGEST:
        raise UsageError(f"This line is longer than {LONGEST:,} bytes.")
    try:
        read = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError(f"This line is no UTF-8: byte {error.start + 1} cannot be read.") from error
    except json.JSONDecodeError as error:
        raise UsageError(f"This line is no JSON: {error.msg} at column {error.colno}.") from error
    except (RecursionError, ValueError) as error:
        raise UsageError("This line is no JSON that can be read: too deep, or a number too long.") from error
    if not isinstance(read, dict):
        raise UsageError("A line holds one JSON object, with reference and answer.")
    return read


def _identity(request: Mapping[str, Any]) -> Any:
    given = request.get("id")
    if given is None or isinstance(given, str | int | float):
        return given if not isinstance(given, float) or math.isfinite(given) else None
    raise UsageError("id is a text or a number.")


def claim_of(request: Mapping[str, Any]) -> Claim:
    """The claim that a request makes; raises UsageError, naming the key that is off."""
    from bpdrill.algebra.claim import Claim
    from bpdrill.algebra.equal import Tolerance

    tolerance = _object(request, "tolerance")
    return Claim(
        _text(request, "reference"),
        _text(request, "answer"),
        _symbols(request),
        {name: _text({name: word}, name) for name, word in _object(request, "domains").items()},
        Tolerance(_size(tolerance, "rel"), _size(tolerance, "abs")),
        _text({"gradient": "", **request}, "gradient"),
    )


def _symbols(request: Mapping[str, Any]) -> Any:
    from bpdrill.notation.declarations import declare

    if request.get("symbols") is None:
        return None
    sizes = _object(request, "symbols")
    if odd := next((name for name, axes in sizes.items() if not isinstance(axes, list)), None):
        raise UsageError(f"symbols: {ascii(odd)[:40]} needs a list of sizes, [] for a scalar.")
    return declare(sizes)


def _text(request: Mapping[str, Any], key: str) -> str:
    given = request.get(key)
    if not isinstance(given, str):
        raise UsageError(f"{key} is missing." if given is None else f"{key} is a text.")
    return given


def _object(request: Mapping[str, Any], key: str) -> dict[str, Any]:
    given = request.get(key)
    if given is not None and not isinstance(given, dict):
        raise UsageError(f"{key} is an object.")
    return given or {}


def _size(tolerance: Mapping[str, Any], key: str) -> float:
    given = tolerance.get(key, 0.0)
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    if not is_number or not 0 <= given < math.inf:
        raise UsageError(f"tolerance: {key} is a number from 0.")
    return float(given)


def _flag(request: Mapping[str, Any], key: str) -> bool:
    given = request.get(key, False)
    if not isinstance(given, bool):
        raise UsageError(f"{key} is true or false.")
    return given
