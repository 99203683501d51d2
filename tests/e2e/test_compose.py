"""The stack of docker-compose.yml: it starts from nothing, does the demo, and stops in order."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from mpp.hosting.seeding import WELL_KNOWN_PASSWORD
from tests.support.canaries import accidents
from tests.support.canaries.containers import Containers
from tests.support.canaries.office import Counter, a_day_at_the_office, mistakes
from tests.support.canaries.people import leaks
from tests.support.mall import MPP, clean_environment
from tests.support.stack import BANK_KEY, SERVICES, Stack, env_file, needs_compose
from tests.support.wait import until

CONTAINERS = ("postgres", "rabbitmq", "prepare", "permits", "civil_registry", "complaints", "gateway")
pytestmark = [pytest.mark.compose, pytest.mark.timeout(900)]


@pytest.mark.parametrize("secret", ["POSTGRES_PASSWORD", "MPP_PERSON_KEY", "MPP_TOKEN_PRIVATE_KEY"])
def test_an_empty_secret_stops_the_stack_before_it_starts(tmp_path: Path, secret: str) -> None:
    needs_compose()
    refused = Stack("refused", env_file(tmp_path, **{secret: ""}), "").compose("config", "--quiet", check=False)
    assert refused.returncode != 0
    assert secret in refused.stderr


def test_every_service_becomes_healthy(stack: Stack) -> None:
    def unhealthy() -> list[str]:
        states = stack.states()
        return [name for name in (*SERVICES, "postgres", "rabbitmq") if states[name]["Health"] != "healthy"]

    until(lambda: not unhealthy(), 120, "the health of all containers")


def test_no_person_is_in_any_log_of_the_stack(stack: Stack) -> None:
    """Whatever goes wrong: the logs of the services, of PostgreSQL and of RabbitMQ are read by many."""
    counter, machinery = Counter(stack.url, WELL_KNOWN_PASSWORD), Containers(stack.compose, stack.start)
    a_day_at_the_office(counter)
    mistakes(counter)
    accidents.everything(counter, machinery, broker=True)
    waiting = "SELECT count(*) FROM inbox WHERE status = 'retry'"
    until(lambda: not machinery.count("permits", waiting), what="the end of the retries")
    logs = {name: stack.compose("logs", "--no-color", name).stdout.splitlines() for name in CONTAINERS}
    # some packages of RabbitMQ write into its folder what others print
    folder = ("find", "/var/log/rabbitmq", "-type", "f", "-exec", "cat", "{}", "+")
    logs["rabbitmq"] += stack.compose("exec", "-T", "rabbitmq", *folder).stdout.splitlines()
    assert leaks(logs, [*counter.secrets, WELL_KNOWN_PASSWORD]) == {}
    for name, word in (("permits", "inbox.failed"), ("complaints", "rpc.failed"), ("rabbitmq", "AMQP"),
                       ("postgres", "database system is ready"), ("prepare", "siap")):  # fmt: skip
        assert any(word in line for line in logs[name]), f"{name} wrote nothing: the search was blind"


def test_each_service_has_checkpoints_and_a_key_of_its_own_alone(stack: Stack) -> None:
    for service in SERVICES:
        files = stack.compose("exec", "-T", service, "find", "/var/lib/mpp/audit", "-type", "f").stdout.split()
        assert f"/var/lib/mpp/audit/{service}/{service}.checkpoints" in files
        assert all(file.startswith(f"/var/lib/mpp/audit/{service}/{service}.") for file in files), files
        names = stack.compose("exec", "-T", service, "env").stdout
        assert re.findall(r"(?m)^(\w+_AUDIT_KEY)=", names) == [f"{service.upper()}_AUDIT_KEY"]
        former = stack.compose("exec", "-T", service, "touch", "/var/lib/mpp/audit-before/x", check=False)
        assert former.returncode != 0
        told = stack.compose("exec", "-T", service, "mpp", "verify", "audit").stdout.splitlines()
        assert any(line.startswith(f"{service}: utuh") and ", sah |" in line for line in told), told


def test_a_region_folder_beside_the_file_is_the_region_of_every_container(stack: Stack, tmp_path: Path) -> None:
    folder = tmp_path / "region"
    tmp_path.chmod(0o755)
    subprocess.run([str(MPP), "region", "new", "36.71", str(folder)], env=clean_environment(), check=True)
    text = stack.env_file.read_text()
    text = re.sub(r"(?m)^MPP_REGION_FOLDER=.*$", f"MPP_REGION_FOLDER={folder}", text)
    (tmp_path / "env").write_text(text)
    moved = Stack(stack.project, tmp_path / "env", stack.url)
    for service in ("prepare", *SERVICES):
        told = moved.compose("run", "--rm", "-T", "--no-deps", service, "offices", "check").stdout
        assert told.startswith("region: Kota Tangerang (36.71), "), f"{service}: {told}"
    touch = ("run", "--rm", "-T", "--no-deps", "--entrypoint", "touch", "prepare", "/region/x")
    assert moved.compose(*touch, check=False).returncode != 0
    (folder / "region.yaml").write_text("code: 36.71\n")
    refused = moved.compose("run", "--rm", "-T", "--no-deps", "prepare", check=False)
    assert refused.returncode == 1, "before anything is changed"
    assert "region.yaml:1: code harus teks" in refused.stderr
    assert "mpp offices check" in refused.stderr


def test_the_demo_passes_unchanged_and_again(stack: Stack) -> None:
    for _ in range(2):
        done = subprocess.run(
            [str(MPP), "demo"],
            env=clean_environment(MPP_URL=stack.url, MPP_BANK_KEY=BANK_KEY),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        assert "  ok  bank " in done.stdout


def test_no_service_runs_as_root_or_may_write_its_image(stack: Stack) -> None:
    for service in SERVICES:
        assert stack.compose("exec", "-T", service, "id", "-u").stdout.strip() == "10001"
        assert stack.compose("exec", "-T", service, "touch", "/opt/mpp/x", check=False).returncode != 0


def test_only_the_gateway_has_the_private_key_and_is_published_on_this_machine_only(stack: Stack) -> None:
    for service in SERVICES:
        names = stack.compose("exec", "-T", service, "env").stdout
        assert ("MPP_TOKEN_PRIVATE_KEY=" in names) == (service == "gateway")
        assert "POSTGRES_PASSWORD" not in names
    published = {name: state["Publishers"] for name, state in stack.states().items()}
    open_ports = [p for ports in published.values() for p in ports or [] if p["PublishedPort"]]  # type: ignore[attr-defined]
    assert {p["URL"] for p in open_ports} == {"127.0.0.1"}
    assert len(open_ports) == 1


def test_a_service_reaches_what_it_needs_and_not_the_management_api(stack: Stack) -> None:
    def reached(service: str, host: str, port: int) -> bool:
        program = f"import socket; socket.create_connection(({host!r}, {port}), 5)"
        return stack.compose("exec", "-T", service, "python", "-c", program, check=False).returncode == 0

    for service in SERVICES:
        assert reached(service, "postgres", 5432)
        assert reached(service, "rabbitmq", 5672)
        assert not reached(service, "rabbitmq", 15672)


def test_an_account_of_a_service_gets_into_its_own_database_only(stack: Stack) -> None:
    program = (
        "import os, psycopg2, sys; url = os.environ['COMPLAINTS_DATABASE_URL'].replace('+psycopg2', '');"
        "psycopg2.connect(url.rpartition('/')[0] + '/' + sys.argv[1])"
    )
    for database in ("complaints", "permits", "postgres", "template1"):
        done = stack.compose("exec", "-T", "complaints", "python", "-c", program, database, check=False)
        assert (done.returncode == 0) == (database == "complaints"), done.stderr


@pytest.mark.parametrize("words", [("exec", "-T", name, "mpp") for name in SERVICES] + [("run", "--rm", "prepare")])
def test_the_doctor_finds_no_fault_in_any_container_of_a_sound_mall(stack: Stack, words: tuple[str, ...]) -> None:
    until(stack.ready, 60, "the gateway")
    said = stack.doctor(*words)
    assert not [line for line in said if line.startswith("SALAH")]
    assert {f"baik  layanan | service {name}" for name in SERVICES} <= set(said)


def test_preparing_again_changes_nothing(stack: Stack) -> None:
    done = stack.compose("run", "--rm", "-T", "--no-deps", "prepare")
    assert "->" not in done.stdout  # no schema moved
    assert stack.ready()


def test_the_services_come_back_after_the_broker_and_the_database_restart(stack: Stack) -> None:
    stack.compose("restart", "--timeout", "5", "postgres", "rabbitmq")
    until(stack.ready, 180, "the gateway after the restart")


def test_a_stop_lets_every_service_end_by_itself(stack: Stack) -> None:
    """Last of this file: exit status 0, not 137 of a kill after the grace period."""
    stack.compose("stop", *SERVICES)
    assert {name: stack.states()[name]["ExitCode"] for name in SERVICES} == dict.fromkeys(SERVICES, 0)
