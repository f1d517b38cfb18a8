"""Every file of `deploy/`, read by the program that it is written for."""

import re
import subprocess
from pathlib import Path

import pytest

from .material import DEPLOY, KUBERNETES, tool

pytestmark = pytest.mark.slow


def passes(*command: str | Path, **environ: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=DEPLOY,
        env={"PATH": "/usr/bin:/bin", **environ},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_hadolint_finds_nothing_in_the_containerfile() -> None:
    assert passes(tool("hadolint"), "--failure-threshold", "style", "Containerfile") == ""


def test_shellcheck_finds_nothing_in_the_entrypoint() -> None:
    assert passes(tool("shellcheck"), "entrypoint.sh") == ""


def test_yamllint_finds_nothing() -> None:
    assert passes(tool("yamllint"), "--strict", "-c", "yamllint.yaml", ".") == ""


def test_compose_understands_its_file() -> None:
    docker = tool("docker")
    if subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("docker has no compose plugin on this machine")
    assert "modeldex" in passes(docker, "compose", "-f", "compose.yaml", "config")


def test_kubectl_puts_the_manifests_together(tmp_path: Path) -> None:
    built = passes(tool("kubectl"), "kustomize", "kubernetes", HOME=str(tmp_path))
    assert len(re.findall("^kind:", built, re.MULTILINE)) == 10


def test_the_manifests_keep_to_kubernetes_schemas(tmp_path: Path) -> None:
    built = tmp_path / "built.yaml"
    built.write_text(passes(tool("kubectl"), "kustomize", "kubernetes", HOME=str(tmp_path)))
    secret = KUBERNETES / "secret.template.yaml"
    said = passes(tool("kubernetes-validate"), "--strict", built, secret)
    assert said.count("passed") == 11 or not said


def test_caddy_understands_its_file(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    passes(
        tool("caddy"), "validate", "--adapter", "caddyfile", "--config", "caddy/Caddyfile", **home
    )
