"""The stack of docker-compose.yml: it starts from nothing, does the demo, and stops in order."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from mpp.hosting.seeding import WELL_KNOWN_PASSWORD
from tests.support import engine
from tests.support.canaries import accidents
from tests.support.canaries.containers import Containers
from tests.support.canaries.office import Counter, a_day_at_the_office, mistakes
from tests.support.canaries.people import leaks
from tests.support.mall import MPP, clean_environment
from tests.support.rabbitmq_node import free_port
from tests.support.wait import until

ROOT = Path(__file__).parents[2]
BANK_KEY = "5a" * 32
CONTAINERS = ("postgres", "rabbitmq", "prepare", "permits", "civil_registry", "complaints", "gateway")
SERVICES = ("permits", "civil_registry", "complaints", "gateway")
pytestmark = [pytest.mark.compose, pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Stack:
    """One project of docker compose, with an image and a port of its own."""

    project: str
    env_file: Path
    url: str

    def command(self, *words: str) -> list[str]:
        return ["docker", "compose", "-p", self.project, "--env-file", str(self.env_file), *words]

    def compose(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(*words),
            cwd=ROOT,
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert not check or done.returncode == 0, f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done

    def start(self, words: Sequence[str]) -> subprocess.Popen[str]:
        """A command that is told what to do as it goes."""
        return subprocess.Popen(
            self.command(*words), cwd=ROOT, env=clean_environment(), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def states(self) -> dict[str, dict[str, object]]:
        """What compose says of each container, by service."""
        lines = self.compose("ps", "-a", "--format", "json").stdout.splitlines()
        return {entry["Service"]: entry for entry in map(json.loads, lines)}

    def doctor(self, *words: str) -> list[str]:
        """The lines of `mpp doctor`, run with these words of compose."""
        return self.compose(*words, "doctor", check=False).stdout.splitlines()

    def ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).ok
        except requests.RequestException:
            return False


def env_file(folder: Path, **changed: str) -> Path:
    printed = subprocess.run([str(MPP), "secrets"], env=clean_environment(), capture_output=True, text=True, check=True)
    text = printed.stdout
    for name, value in changed.items():
        text = re.sub(rf"(?m)^{name}=.*$", f"{name}={value}", text)
    path = folder / "env"
    path.write_text(text)
    return path


def no_compose() -> str | None:
    """Why there is no stack to test here; None where there is one."""
    if shutil.which("docker") is None:
        return "no docker command"
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode != 0:
        return "no Compose v2"
    return engine.answers()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    why = no_compose()
    if why is not None:
        assert os.environ.get("MPP_REQUIRE_ENGINE") != "1", why
        pytest.skip(why)
    project, port = f"mpptest{os.getpid()}", free_port()
    image = f"{project}:local"
    path = env_file(
        tmp_path_factory.mktemp("compose"),
        PORT=str(port),
        MPP_IMAGE=image,
        MPP_BANK_KEY=BANK_KEY,
        MPP_DEMO="1",
        MPP_RETRY_DELAYS="1,2",
    )
    started = Stack(project, path, f"http://127.0.0.1:{port}")
    try:
        started.compose("up", "--build", "--detach")
        until(started.ready, 180, "the gateway of the stack")
        yield started
    finally:
        started.compose("down", "--volumes", "--timeout", "20", check=False)
        subprocess.run(["docker", "image", "rm", image], capture_output=True, check=False)


@pytest.mark.parametrize("secret", ["POSTGRES_PASSWORD", "MPP_PERSON_KEY", "MPP_TOKEN_PRIVATE_KEY"])
def test_an_empty_secret_stops_the_stack_before_it_starts(tmp_path: Path, secret: str) -> None:
    if (why := no_compose()) is not None:
        pytest.skip(why)
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
