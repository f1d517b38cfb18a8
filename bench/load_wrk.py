"""A load generator that costs little: wrk where it is installed, else connections of our own.

Source: https://github.com/wg/wrk
"""

import asyncio
import re
import shutil
import subprocess
from collections.abc import Sequence
from itertools import repeat

from .load_lines import HOST, Measured, asking, closed, said

WRK = shutil.which("wrk")
"""Debian's package is `wrk`; `None` where it is not installed."""
_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def loaded(
    port: int, path: str, headers: Sequence[str], status: int, seconds: float, lines: int
) -> Measured:
    """So many connections, each asking for the same as soon as it is answered."""
    if WRK is None:
        requests = repeat(asking(port, path, *headers))
        return asyncio.run(closed(port, requests, status, seconds, lines))
    asked = [f"-H{header}" for header in said(*headers)]
    command = (WRK, "-t1", f"-c{lines}", f"-d{seconds:g}s", "--latency", "--timeout", "10s")
    told = subprocess.run(
        (*command, *asked, f"http://{HOST}:{port}{path}"),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return Measured(
        per_second=float(_one(r"Requests/sec:\s+([\d.]+)", told)),
        p50_ms=_ms(_one(r"^ +50% +(\S+)", told)),
        p99_ms=_ms(_one(r"^ +99% +(\S+)", told)),
        wrong=sum(int(number) for line in _wrong(told) for number in re.findall(r"\d+", line)),
    )


def _one(pattern: str, told: str) -> str:
    found = re.search(pattern, told, re.MULTILINE)
    if found is None:
        raise SystemExit(f"wrk said nothing of {pattern!r}:\n{told}")
    return found[1]


def _ms(written: str) -> float:
    found = re.fullmatch(r"([\d.]+)(us|ms|s)", written)
    if found is None:
        raise SystemExit(f"wrk said {written!r} for a time")
    return float(found[1]) * _MS[found[2]]


def _wrong(told: str) -> list[str]:
    return [line for line in told.splitlines() if "Non-2xx" in line or "Socket errors" in line]
