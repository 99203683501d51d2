"""What docker-compose.yml promises, read from the file: no engine is needed to see that a line is missing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from mpp.hosting.definition import definitions
from mpp.operations.environment import Environment
from mpp.persistence.servers import server_log
from mpp.regions.folder import FOLDER

FILE = Path(__file__).parents[2] / "docker-compose.yml"
SERVERS = ("postgres", "rabbitmq")
ROOT_FIRST = (*SERVERS, "front")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services of the file, anchors and merges resolved."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text())["services"]
    return found


def test_postgresql_starts_with_a_log_that_names_nobody(services: dict[str, Any]) -> None:
    program, *words = services["postgres"]["command"]
    assert program == "postgres"
    given = dict(word.split("=", 1) for word in words if word != "-c")
    assert given == dict(server_log.SERVER)


def test_nobody_takes_the_whole_machine(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["mem_limit"], name
        assert service["pids_limit"], name
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}, name


def test_nobody_gets_more_rights_than_it_began_with(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["cap_drop"] == ["ALL"], name
        started_as_root = {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"} if name in ROOT_FIRST else set()
        assert set(service.get("cap_add", ())) == started_as_root, name
        assert service.get("read_only") or name == "rabbitmq", name


def test_only_gateways_and_their_front_are_on_a_network_that_leads_out(services: dict[str, Any]) -> None:
    networks = yaml.safe_load(FILE.read_text())["networks"]
    assert {name for name, network in networks.items() if not (network or {}).get("internal")} == {"door"}
    both = {"inside": {"aliases": ["gateways"]}, "door": {}}
    outside = {"gateway": both, "gateway2": both, "front": ["door"]}
    assert networks["providers"] == {"internal": "${MPP_PROVIDERS_INTERNAL:-true}"}, "no way out unless it is said"
    outside |= dict.fromkeys(("permits", "civil_registry", "complaints"), ["inside", "providers"])  # who tells people
    for name, service in services.items():
        beside = service.get("network_mode")
        assert service.get("networks") == (None if beside else outside.get(name, ["inside"])), name
        assert beside == ("service:rabbitmq" if name in ("prepare", "backup") else None), name


def test_the_doctor_knows_every_process_in_whichever_container_it_runs(services: dict[str, Any]) -> None:
    everybody = {name: f"http://{name}:9100" for name in definitions()} | {"gateway": "http://gateways:9100"}
    for name in (*definitions(), "prepare"):
        given = services[name]["environment"]
        assert Environment({"MPP_PROBES": given["MPP_PROBES"]}).addresses("MPP_PROBES") == everybody, name
        assert given["MPP_URL"] == ("http://localhost:8000" if name == "gateway" else "http://gateway:8000")


def test_health_is_asked_seldom_and_nobody_waits_to_hear_of_it(services: dict[str, Any]) -> None:
    for name, service in services.items():
        health = service["healthcheck"]
        assert health.get("disable") or health["interval"] == "60s", name
        needs = service.get("depends_on", [])
        waits = [needs[other]["condition"] for other in needs] if isinstance(needs, dict) else []
        assert set(waits) <= {"service_completed_successfully"}, name


def test_the_front_is_asked_for_and_has_a_second_gateway_behind_it(services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if service.get("profiles") == ["front"]} == {"front", "gateway2"}
    differs = {"profiles", "ports"}
    first, second = ({k: v for k, v in services[n].items() if k not in differs} for n in ("gateway", "gateway2"))
    assert first == second
    assert services["gateway2"]["ports"] == [], "visitors come through the front"
    start = (FILE.parent / "deploy" / "nginx" / "compose" / "start.sh").read_text()
    assert "getent ahostsv4 gateway gateway2 |" in start
    assert services["front"]["command"] == ["sh", "/etc/nginx/conf.d/compose/start.sh"]


def test_no_secret_of_the_mall_reaches_the_front(services: dict[str, Any]) -> None:
    assert "environment" not in services["front"]
    assert all(":ro" in volume or volume == "front:/var/cache/nginx" for volume in services["front"]["volumes"])


def test_the_management_api_listens_to_its_own_container_only() -> None:
    assert "management.tcp.ip = 127.0.0.1" in (FILE.parent / "deploy" / "rabbitmq.conf").read_text().splitlines()


def test_the_image_is_built_from_the_locked_versions_and_checked_by_hash() -> None:
    def pinned(name: str) -> dict[str, str]:
        lines = (FILE.parent / name).read_text().splitlines()
        return dict(line.split(" ")[0].split("==") for line in lines if "==" in line and not line.startswith("#"))

    image, locked = pinned("requirements.image.lock"), pinned("requirements.lock")
    assert image.items() <= locked.items()
    needed = tomllib.loads((FILE.parent / "pyproject.toml").read_text())["project"]["dependencies"]
    assert {re.split(r"[\[>=<]", name)[0].lower() for name in needed} <= image.keys()
    assert "--require-hashes -r requirements.image.lock" in (FILE.parent / "Dockerfile").read_text()


def test_each_service_has_the_checkpoints_and_the_audit_key_of_its_own_alone(services: dict[str, Any]) -> None:
    holders = {name: service for name, service in services.items() if service.get("command", [""])[0] == "serve"}
    assert holders.pop("gateway2")["volumes"] == holders["gateway"]["volumes"], "a copy, not a service of its own"
    assert set(holders) == set(definitions())
    for name, service in holders.items():
        mounts = [volume for volume in service["volumes"] if volume.startswith("audit")]
        assert mounts == [f"audit_{name}:/var/lib/mpp/audit", "audit:/var/lib/mpp/audit-before:ro"], name
        keys = [variable for variable in service["environment"] if variable.endswith("_AUDIT_KEY")]
        assert keys == [f"{name.upper()}_AUDIT_KEY"], name
    assert not any("AUDIT" in variable for variable in services["prepare"]["environment"])


def test_everybody_reads_the_region_folder_beside_the_file_and_nobody_may_write_it(services: dict[str, Any]) -> None:
    """Where `mpp` looks when nothing is said: `region` of the working directory."""
    assert "WORKDIR /\n" in (FILE.parent / "Dockerfile").read_text().partition(" AS mall\n")[2]
    mall = {name: service for name, service in services.items() if name not in ROOT_FIRST}
    assert {*definitions(), "prepare", "backup"} <= mall.keys()
    for name, service in mall.items():
        assert f"${{MPP_REGION_FOLDER:-./region}}:/{FOLDER}:ro" in service.get("volumes", ()), name
        assert service["environment"]["MPP_REGION"] == "${MPP_REGION:-}", f"{name}: a default would hide the folder"
    assert (FILE.parent / "region" / "README.md").is_file(), "else docker makes the folder, and it belongs to root"
