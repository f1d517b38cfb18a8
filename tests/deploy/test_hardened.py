"""What `deploy/` promises of every container: no root, no writing, no secret, no end of memory."""

import re
from typing import Any

import pytest

from . import material
from .material import DEPLOY, ROOT, compose, containers, manifest, pods, settings

SERVICES = sorted(compose()["services"])
OURS = ["modeldex", "refresh"]
IMAGE = (DEPLOY / "Containerfile").read_text("utf-8")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_writes_nowhere_but_to_its_volumes_and_gains_no_rights(name: str) -> None:
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_limits(name: str) -> None:
    assert set(compose()["services"][name]["deploy"]["resources"]["limits"]) >= {"cpus", "memory"}


@pytest.mark.parametrize("name", sorted({*SERVICES} - {*OURS}))
def test_a_service_of_others_is_checked(name: str) -> None:
    assert compose()["services"][name]["healthcheck"]["test"][0] == "CMD"


def test_only_the_front_is_reached_from_outside() -> None:
    assert [name for name in SERVICES if "ports" in compose()["services"][name]] == ["front"]


def test_the_database_and_the_store_reach_nobody() -> None:
    services = compose()["services"]
    assert services["postgres"]["networks"] == services["store"]["networks"] == ["inside"]
    assert compose()["networks"]["inside"]["internal"] is True


def test_the_image_runs_as_the_user_that_the_others_say() -> None:
    (user,) = re.findall(r"^USER (\S+)$", IMAGE, re.MULTILINE)
    assert {compose()["services"][name]["user"] for name in OURS} == {user}
    assert {str(pod["securityContext"]["runAsUser"]) for pod in pods()} == {user.partition(":")[0]}


def test_the_image_copies_only_what_the_builder_is_sent() -> None:
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text("utf-8").splitlines()
    assert ignored[1] == "*"
    copied = re.findall(r"^COPY (?!--from)(?:--\S+ )*(.+) \S+$", IMAGE, re.MULTILINE)
    paths = {path for line in copied for path in line.split()}
    assert {f"!{path}" for path in paths} == {line for line in ignored if line.startswith("!")}
    assert all((ROOT / path).exists() for path in paths)


@pytest.mark.parametrize("pod", pods(), ids=["service", "refresh"])
def test_a_pod_runs_without_root_and_without_a_token_of_the_cluster(pod: dict[str, Any]) -> None:
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False


@pytest.mark.parametrize("container", containers(), ids=lambda container: container["name"])
def test_a_container_writes_nowhere_but_to_its_volumes(container: dict[str, Any]) -> None:
    confined = container["securityContext"]
    assert confined["allowPrivilegeEscalation"] is False
    assert confined["readOnlyRootFilesystem"] is True
    assert confined["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize("container", containers(), ids=lambda container: container["name"])
def test_a_container_has_limits(container: dict[str, Any]) -> None:
    resources = container["resources"]
    assert set(resources["requests"]) == {"cpu", "memory", "ephemeral-storage"}
    assert set(resources["limits"]) == {"memory", "ephemeral-storage"}


@pytest.mark.parametrize("pod", pods(), ids=["service", "refresh"])
def test_a_mounted_master_key_is_not_one_that_others_may_read(pod: dict[str, Any]) -> None:
    (mode,) = (one["secret"]["defaultMode"] for one in pod["volumes"] if "secret" in one)
    assert mode == 0o440


def test_an_update_takes_no_replica_away_before_the_next_is_ready() -> None:
    spec = manifest("Deployment")["spec"]
    assert spec["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert manifest("PodDisruptionBudget")["spec"]["minAvailable"] < spec["replicas"]


def test_the_selectors_find_the_service_and_not_its_refreshes() -> None:
    labels = manifest("Deployment")["spec"]["template"]["metadata"]["labels"]
    job = manifest("CronJob")["spec"]["jobTemplate"]["spec"]["template"]["metadata"]["labels"]
    budget = manifest("PodDisruptionBudget")["spec"]["selector"]["matchLabels"]
    assert manifest("Service")["spec"]["selector"] == budget == labels != job


def test_no_value_of_a_secret_is_kept() -> None:
    assert set(manifest("Secret")["stringData"].values()) == {""}
    said = {**settings()}
    for service in compose()["services"].values():
        said |= service.get("environment", {})
    guarded = re.compile("PASSWORD|SECRET|KEY|TOKEN")
    assert not [name for name in said if guarded.search(name) and not name.endswith("_FILE")]


def test_no_address_holds_a_password() -> None:
    assert not [
        path.name
        for path in material.files()
        if re.search(r"://[^/\s:@$]*:[^/\s@$]+@", path.read_text("utf-8"))
    ]


def test_no_image_names_a_registry() -> None:
    images = {service["image"] for service in compose()["services"].values()}
    images |= {container["image"] for container in containers()}
    images |= set(re.findall(r"^FROM (\S+)", IMAGE, re.MULTILINE))
    assert not [one for one in images if "/" in one and set(".:") & set(one.partition("/")[0])]
