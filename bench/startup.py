"""What a fresh process costs: importing, listing piped and as a table, beside an empty interpreter."""

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from modeldex.storage.publishing import publish

from .synthetic import content

PYTHON = sys.executable
MODELDEX = str(Path(PYTHON).parent / "modeldex")
BUDGETS = {"import modeldex": 40, "list, piped": 60, "list, table": 120, "show, piped": 60}
"""Milliseconds: over an empty interpreter for the import, in all for the commands (DESIGN.md §7)."""


def timed(command: list[str], environ: dict[str, str], rounds: int) -> float:
    """Median wall time of a whole process, milliseconds."""
    times = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        subprocess.run(
            command, env=environ, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        times.append((time.perf_counter() - began) * 1000)
    return median(times[1:])


def commands(model: str) -> dict[str, list[str]]:
    terminal = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:], lambda fd: __import__('os').read(fd, 65536)))"
    found = {
        "python -c pass": [PYTHON, "-c", "pass"],
        "import modeldex": [PYTHON, "-c", "import modeldex"],
        "list, piped": [MODELDEX, "list", "--all", "--limit", "50"],
        "show, piped": [MODELDEX, "show", model],
        "list, all, piped": [MODELDEX, "list", "--all"],
        "list, table": [PYTHON, "-c", terminal, MODELDEX, "list", "--all"],
    }
    if importlib.util.find_spec("litellm"):
        found["import litellm"] = [PYTHON, "-c", "import litellm"]
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=15)
    asked.add_argument("--models", type=int, nargs="+", default=[5_000])
    options = asked.parse_args()
    for models in options.models:
        with tempfile.TemporaryDirectory() as folder:
            made = content(models)
            publish(Path(folder) / "catalog", made)
            measure(folder, models, options.rounds, next(iter(made.models)).id)


def measure(folder: str, models: int, rounds: int, model: str) -> None:
    environ = {**os.environ, "MODELDEX_HOME": folder, "COLUMNS": "120"}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    print(f"{models:,} models, median of {rounds} fresh processes")
    floor = 0.0
    for name, command in commands(model).items():
        took = timed(command, environ, rounds)
        floor = floor or took
        budget = BUDGETS.get(name)
        of_budget = f"   budget {budget} ms" if budget else ""
        print(f"  {name:18}{took:7.1f} ms {took / floor:6.2f} × floor{of_budget}")


if __name__ == "__main__":
    main()
