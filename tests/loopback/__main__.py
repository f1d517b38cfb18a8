"""Serve the loopback provider by hand: `python -m tests.loopback --port 8700 --fault groq=hang`."""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from .bodies import Bodies
from .breadth import every_row
from .faults import FAULTS
from .hosting import running
from .server import LoopbackProviders

ENVIRONMENT = "environment"
"""The file in the home that holds the keys, to be read by a shell."""


def main(arguments: list[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    home = Path(asked.home or tempfile.mkdtemp(prefix="modeldex-demo-"))
    bodies = Bodies() if asked.small or asked.every else Bodies.recorded()
    if asked.bodies:
        bodies = Bodies(small=asked.bodies)
    with running(
        every_row() if asked.every else None,
        faults=dict(asked.fault),
        latency_s=asked.latency_ms / 1000,
        bodies=bodies,
        page_size=asked.page_size,
        port=asked.port,
    ) as loopback:
        home.mkdir(parents=True, exist_ok=True)
        (home / "config.toml").write_text(loopback.config(), "utf-8")
        variables = {"MODELDEX_HOME": str(home), **loopback.environment()}
        if asked.run:
            return _run(asked.run, variables)
        return _serve(loopback, home, variables)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.loopback", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    parser.add_argument("--latency-ms", type=int, default=0, help="before each answer")
    parser.add_argument("--page-size", type=int, help="smaller pages than the providers give")
    parser.add_argument("--small", action="store_true", help="a handful of models per provider")
    parser.add_argument("--every", action="store_true", help="every provider row, small lists")
    parser.add_argument("--bodies", type=Path, help="folder of the small bodies")
    parser.add_argument("--home", help="folder for modeldex; default: a new temporary one")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        type=_fault,
        metavar="PROVIDER[/PATH]=FAULT",
        help=f"one of: {', '.join(FAULTS)}",
    )
    parser.add_argument("--run", nargs=argparse.REMAINDER, help="a command; its exit code is ours")
    return parser


def _fault(text: str) -> tuple[str, str]:
    place, _, name = text.partition("=")
    if name not in FAULTS:
        raise argparse.ArgumentTypeError(f"no fault is called {name!r}")
    return place, name


def _run(command: list[str], variables: dict[str, str]) -> int:
    """One argument is a line for the shell, several are a command with its arguments."""
    words: list[str] | str = command[0] if len(command) == 1 else command
    shell = isinstance(words, str)
    return subprocess.run(
        words, shell=shell, env={**os.environ, **variables}, check=False
    ).returncode


def _serve(loopback: LoopbackProviders, home: Path, variables: dict[str, str]) -> int:
    exports = (f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())
    (home / ENVIRONMENT).write_text("".join(exports), "utf-8")
    print(f"{len(loopback.rows)} providers on http://127.0.0.1:{loopback.port}", flush=True)
    print(f"in another shell:  . {home / ENVIRONMENT} && modeldex refresh", flush=True)
    print("Ctrl-C ends it", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        for seen in loopback.seen:
            print(f"{seen.at_s:8.3f} {seen.provider:12} {seen.method} {seen.path} key {seen.key}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
