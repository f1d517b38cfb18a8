"""The quality gate: each step runs, all failures are shown, the last line counts the tests."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

from suites import Counts, total
from suites import suite as run_suite

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
OTHER_PYTHONS = ("3.11", "3.12", "3.13")
SLOW = os.environ.get("MODELDEX_SLOW") == "1"


COUNTED: list[Counts] = []


def main() -> int:
    steps: list[tuple[str, Callable[[], bool]]] = [
        ("lint", lambda: run(BIN / "ruff", "check", "src", "tests", "bench", "scripts")),
        (
            "format",
            lambda: run(BIN / "ruff", "format", "--check", "src", "tests", "bench", "scripts"),
        ),
        ("types", lambda: run(BIN / "mypy")),
        *([("linters of deploy/", linters)] if SLOW else []),
        ("tests", lambda: tests(Path(sys.executable))),
        ("wheel", wheel),
    ]
    steps += [(f"tests on {found.name}", one(found)) for found in other_pythons()]
    failed = []
    for name, step in steps:
        began = time.monotonic()
        print(f"== {name}", flush=True)
        if not step():
            failed.append(name)
        print(f"== {name}: {time.monotonic() - began:.0f} s", flush=True)
    if failed:
        print(f"the gate is closed: {', '.join(failed)} failed")
    counts = total(COUNTED)
    for test in counts.second:
        print(f"passed at the second go only: {test}")
    print(counts)
    return 1 if failed else 0


def run(*command: str | Path, **environment: str) -> bool:
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env={**os.environ, **environment}, check=False
    )
    return done.returncode == 0


def linters() -> bool:
    """What reads the files of `deploy/`: where it cannot be had, those tests are skipped and say so."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    if not pip(Path(sys.prefix), *project["dependency-groups"]["lint-deploy"]):
        print("the linters cannot be installed")
    return True


def tests(python: Path) -> bool:
    """The suite in parallel, then what must not share the machine; counts go into the last line."""
    shared = "not alone" if SLOW else "not alone and not slow"
    ok = suite(python, "-n", "4", "--dist", "worksteal", "-m", shared)
    ok &= suite(python, "-m", "alone" if SLOW else "alone and not slow")
    return ok


def suite(python: Path, *options: str) -> bool:
    COUNTED.append(run_suite(python, ROOT, *options))
    return COUNTED[-1].ok


def wheel() -> bool:
    """Build the wheel, install it where nothing else is, and use it."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        env = place / "env"
        return (
            run(
                BIN / "python",
                "-m",
                "hatchling",
                "build",
                "--target",
                "wheel",
                "--directory",
                place,
            )
            and run(sys.executable, "-m", "venv", "--without-pip", env)
            and pip(env, *(str(built) for built in place.glob("*.whl")))
            and run(env / "bin/python", "scripts/smoke.py", MODELDEX_HOME=str(place / "home"))
        )


def pip(env: Path, *what: str) -> bool:
    base = shutil.which("python3") or sys.executable
    quiet = ("--quiet", "--disable-pip-version-check")
    return run(base, "-m", "pip", "--python", env / "bin/python", "install", *quiet, *what)


def other_pythons() -> list[Path]:
    """Other supported interpreters of this machine, by the names under which they are run."""
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    found = []
    for version in OTHER_PYTHONS:
        candidates = [shutil.which(f"python{version}")]
        pyenv = Path(os.environ.get("PYENV_ROOT", "/nonexistent")) / "versions"
        candidates += [str(path) for path in sorted(pyenv.glob(f"{version}.*/bin/python{version}"))]
        works = [c for c in candidates if c and run(c, "-c", "import venv, ssl, sqlite3")]
        if version != running and works:
            found.append(Path(works[0]))
    return found


def one(python: Path) -> Callable[[], bool]:
    """The fast suite on another interpreter, in an environment of its own."""

    def step() -> bool:
        env = ROOT / f".venv-{python.name.removeprefix('python')}"
        if not (env / "bin/python").exists() and not run(
            python, "-m", "venv", "--without-pip", env
        ):
            return False
        return pip(env, "--editable", ".[dev]") and suite(
            env / "bin/python",
            "-n",
            "4",
            "--dist",
            "worksteal",
            "-m",
            "not slow and not alone and not once and not shared",
        )

    return step


if __name__ == "__main__":
    sys.exit(main())
