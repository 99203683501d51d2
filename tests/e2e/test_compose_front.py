"""The stack with its front: visitors come over TLS, and an update as the runbook prints it is seen by none of them."""

from __future__ import annotations

import os
import shutil
import signal
import ssl
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from mpp.operations.embedded_postgres import child
from tests.support import front
from tests.support.documents import pdf
from tests.support.front import Front
from tests.support.mall import clean_environment
from tests.support.rabbitmq_node import free_port
from tests.support.stack import ROOT, SERVICES, Stack, env_file, needs_compose, standing
from tests.support.visitors import AGAIN, SERVED, SLOW, Crowd, Visitor
from tests.support.wait import until

PASSWORD = "tujuh payung di beranda"  # the well-known one opens nothing behind a proxy
GATEWAYS = ("gateway", "gateway2")
pytestmark = [pytest.mark.compose, pytest.mark.timeout(1500)]


@dataclass(frozen=True)
class Fronted:
    """The stack, and where visitors come in."""

    stack: Stack
    front: Front

    def ready(self) -> bool:
        """Whether a gateway is ready, and the front there."""
        return self.stack.ready() and front.answers(self.front)

    def shown(self) -> str:
        """The certificate that visitors see."""
        return ssl.get_server_certificate(("localhost", int(self.front.url.rpartition(":")[2])))

    def containers(self) -> dict[str, str]:
        """The id of each running container by service."""
        return {name: self.stack.compose("ps", "-q", name).stdout.strip() for name in (*SERVICES, "gateway2", "front")}


@pytest.fixture(scope="module")
def mall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fronted]:
    needs_compose()
    project, folder = f"mppfront{os.getpid()}", tmp_path_factory.mktemp("compose")
    port, secure, plain = free_port(), free_port(), free_port()
    shown = front.certificate(folder / "tls")
    path = env_file(
        folder,
        PORT=str(port),
        MPP_IMAGE=f"{project}:local",
        MPP_PROXIES="1",
        MPP_DEMO="1",
        MPP_DEMO_PASSWORD=PASSWORD,
        COMPOSE_PROFILES="front",
        MPP_TLS_FOLDER=str(folder / "tls"),
        MPP_ACME_FOLDER=str(folder),
        MPP_FRONT_BIND="127.0.0.1",
        MPP_HTTPS_PORT=str(secure),
        MPP_HTTP_PORT=str(plain),
    )
    stack = Stack(project, path, f"http://127.0.0.1:{port}")
    before = Front(f"https://localhost:{secure}", f"http://localhost:{plain}", shown, Path(os.devnull))
    started = Fronted(stack, before)
    with standing(stack, started.ready):
        yield started


def test_visitors_come_over_tls_to_both_gateways(mall: Fronted) -> None:
    with closing(Visitor(mall.front, "petugas.mpp", PASSWORD)) as clerk:
        assert [clerk.get("/api/v1/permits").status_code for _ in range(10)] == [200] * 10
        large = clerk.post("/api/v1/permits/1/documents", data=pdf() + b" " * (12 * 2**20))
        assert (large.status_code, large.json()["code"]) == (413, "body_too_large")
    for name in GATEWAYS:
        asked = mall.stack.compose("logs", "--no-color", name).stdout
        assert "/api/v1/permits" in asked, f"{name} was never asked"
    moved = requests.get(f"{mall.front.plain}/x", timeout=10, allow_redirects=False)
    assert (moved.status_code, moved.headers["Location"]) == (301, "https://localhost/x")


def test_nobody_sees_an_update(mall: Fronted, tmp_path: Path) -> None:
    before = mall.containers()
    visitors, readings = 3, 5  # nginx is told that a gateway has gone and where it is now, and reads all at the end
    with Crowd(mall.front, PASSWORD, visitors) as crowd:
        crowd.is_heard(20)
        changed = mall.stack.env_file.read_text().replace("MPP_TIMER_SECONDS=\n", "MPP_TIMER_SECONDS=14\n")
        mall.stack.env_file.write_text(changed)
        update(mall, tmp_path / "update.log")
        crowd.is_heard(20)
    print(f"heard during the update: {dict(crowd.heard)}")
    assert crowd.heard.keys() <= {*SERVED, SLOW, AGAIN}, crowd.heard
    assert crowd.heard[AGAIN] <= visitors * readings
    after = mall.containers()
    assert all(after.values())
    assert {name for name in before if before[name] == after[name]} == {"front"}, "every other one is a new one"
    mall.stack.compose("up", "--detach")
    assert mall.containers() == after, "and the next start by hand makes nothing anew"


def test_a_certificate_that_was_renewed_is_shown_without_a_pause(mall: Fronted, tmp_path: Path) -> None:
    renewed, shown = front.certificate(tmp_path / "renewed"), mall.front.certificate
    for name in ("fullchain.pem", "privkey.pem"):
        shutil.copyfile(renewed.parent / name, shown.parent / name)  # as certbot's hook does
    mall.stack.compose("exec", "-T", "front", "nginx", "-s", "reload")
    until(lambda: mall.shown().strip() == renewed.read_text().strip(), 60, "the new certificate")


def update(mall: Fronted, log: Path) -> None:
    """What the runbook says, while others go on."""
    words = ["-p", mall.stack.project, "--env-file", str(mall.stack.env_file)]
    with log.open("wb") as output:
        running = child.spawn(["sh", "deploy/update.sh", *words], output=output, env=clean_environment(), cwd=ROOT)
        try:
            until(lambda: running.poll() is not None, 300, "the end of the update", moves=lambda: log.stat().st_size)
        finally:
            child.stop(running, [(signal.SIGTERM, 5.0)])
    assert running.returncode == 0, log.read_text()[-6000:]
