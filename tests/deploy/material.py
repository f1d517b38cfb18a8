"""The files of `deploy/` and the runbook, and what the code calls by the same names."""

import ast
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
RUNBOOK = ROOT / "docs/how-to/run-the-service.md"
_CALLED = r"(?:modeldex-entrypoint|run --rm refresh|^modeldex) ((?:[a-z]|--)[^|;\n\"`&]*)"
"""A call of modeldex in a shell: its arguments."""


def files() -> list[Path]:
    """Everything in `deploy/` that is kept, and the runbook."""
    kept = [path for path in DEPLOY.rglob("*") if path.is_file() and "secrets" not in path.parts]
    return [*sorted(kept), RUNBOOK]


def compose() -> dict[str, Any]:
    """The compose file, with its anchors in their places."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return found


def manifests() -> list[dict[str, Any]]:
    """Every Kubernetes object, but for the kustomization."""
    found = []
    for path in sorted(KUBERNETES.glob("*.yaml")):
        found += [one for one in yaml.safe_load_all(path.read_text("utf-8")) if one]
    return [one for one in found if one["kind"] != "Kustomization"]


def manifest(kind: str) -> dict[str, Any]:
    """The one object of this kind."""
    (found,) = (one for one in manifests() if one["kind"] == kind)
    return found


def pods() -> list[dict[str, Any]]:
    """The pod of the service, and that of its refreshes."""
    job = manifest("CronJob")["spec"]["jobTemplate"]["spec"]
    return [manifest("Deployment")["spec"]["template"]["spec"], job["template"]["spec"]]


def containers() -> list[dict[str, Any]]:
    """Those of both pods."""
    return [one for pod in pods() for one in pod["containers"]]


def settings() -> dict[str, str]:
    """What the pods find in their environment."""
    lines = (KUBERNETES / "settings.env").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@cache
def constants() -> frozenset[str]:
    """Every text that stands in the code by itself: the name of a variable among them."""
    found: set[str] = set()
    for path in (ROOT / "src").rglob("*.py"):
        tree = ast.walk(ast.parse(path.read_text("utf-8")))
        found |= {
            one.value
            for one in tree
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        }
    return frozenset(found)


def from_files() -> frozenset[str]:
    """The variables that the image takes from files."""
    script = (DEPLOY / "entrypoint.sh").read_text("utf-8")
    named = re.search(r"^for name in (.+); do$", script, re.MULTILINE)
    assert named
    return frozenset(f"{name}_FILE" for name in named[1].split())


def commands() -> Iterator[tuple[str, list[str]]]:
    """Where modeldex is called with which arguments: by containers, and in the runbook's code."""
    for name, service in compose()["services"].items():
        if "modeldex" in service["image"]:
            yield name, service["command"]
    container = pods()[0]["containers"][0]
    yield "deployment", container["args"]
    image = (DEPLOY / "Containerfile").read_text("utf-8")
    (default,) = re.findall(r"^CMD (\[.+\])$", image, re.MULTILINE)
    yield "image", ast.literal_eval(default)
    for container in containers():
        for met in re.findall(_CALLED, container["args"][0]):
            yield container["name"], shlex.split(met)
    for block in re.findall(
        r"^```sh\n(.*?)^```", RUNBOOK.read_text("utf-8"), re.MULTILINE | re.DOTALL
    ):
        for met in re.findall(_CALLED, block, re.MULTILINE):
            yield "runbook", shlex.split(met, comments=True)


def tool(name: str) -> str:
    """Where the program is; the test is skipped where it is not."""
    beside = Path(sys.executable).parent / name
    found = (
        str(beside)
        if beside.exists()
        else shutil.which(name) or shutil.which(name, path="/usr/sbin")
    )
    if found is None:
        pytest.skip(f"{name} is not on this machine")
    return found
