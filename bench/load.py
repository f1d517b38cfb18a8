"""How fast the service answers, beside a bare Starlette app that sends the same bytes.

    python -m bench.load [--only single|many] [--rounds 3] [--seconds 3] [--litellm PYTHON]

For one user and for many with accounts in SQLite: both servers run one after the other, several
times; of the rounds the median is told, and the best, as other work on the machine makes them
worse and never better. `--litellm` names the Python of an environment with `litellm[proxy]`.
It fails where a budget is missed in the best round.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from .load_cases import Budgets, cases, compared, remembered, searched, started
from .load_litellm import litellm
from .load_people import people
from .load_servers import running, serve_bare, serve_many, serve_ours
from .load_wrk import WRK
from .synthetic import content

SERVE = {"ours": serve_ours, "many": serve_many, "bare": serve_bare}


def main() -> None:
    """Measure, and print a table."""
    chosen = _options().parse_args()
    if chosen.serve:
        SERVE[chosen.serve](chosen.folder, chosen.port)
        return
    print(f"asked by {WRK or 'connections of our own: wrk is not installed'}")
    budgets = Budgets()
    for which in ("single", "many"):
        if chosen.only in (None, which):
            with tempfile.TemporaryDirectory(prefix="modeldex-load-") as made:
                (_single if which == "single" else _many)(Path(made), chosen, budgets)
    if chosen.litellm:
        with tempfile.TemporaryDirectory(prefix="modeldex-load-") as made:
            litellm(Path(made), chosen)
    sys.exit(budgets.missed())


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--models", type=int, default=5000)
    options.add_argument("--users", type=int, default=1000)
    options.add_argument("--seconds", type=float, default=3)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--lines", type=int, default=32)
    options.add_argument("--only", choices=("single", "many"))
    options.add_argument("--litellm", type=Path, metavar="PYTHON")
    options.add_argument("--serve", choices=tuple(SERVE))
    options.add_argument("--folder", type=Path)
    options.add_argument("--port", type=int, default=18431)
    return options


def _single(folder: Path, chosen: argparse.Namespace, budgets: Budgets) -> None:
    from modeldex.storage.publishing import publish

    print(f"\none user, {chosen.models:,} models")
    publish(folder, content(chosen.models))
    started("ours", folder, chosen, budgets)
    with running("ours", folder, chosen.port) as server:
        compared(server, cases(folder, chosen), folder, chosen, budgets)
        searched(server, (), chosen, budgets)


def _many(folder: Path, chosen: argparse.Namespace, budgets: Budgets) -> None:
    print(f"\n{chosen.users:,} users with ten keys each, {chosen.models:,} models")
    crowd = people(folder, chosen.models, chosen.users)
    started("many", folder, chosen, budgets)
    with running("many", folder, chosen.port) as server:
        token = f"authorization: Bearer {crowd.tokens[0]}"
        compared(server, cases(folder, chosen, token), folder, chosen, budgets)
        searched(server, (token,), chosen, budgets)
        remembered(server, crowd.tokens, chosen, budgets)


if __name__ == "__main__":
    main()
