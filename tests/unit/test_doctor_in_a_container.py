"""`mpp doctor` in one container of many: it looks at what stands there, asks the others, and invents no fault."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest

from mpp.operations.checking import doctor, schema

ALARM = "permits: broker takes nothing (alarm: memory or disk)"


@contextmanager
def process(status: int, text: str) -> Iterator[str]:
    """A process of the mall that says this at /readyz."""

    class Readiness(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path == "/readyz"
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: str) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Readiness)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The databases that the doctor looked at; each is as it should be."""
    found: list[str] = []
    monkeypatch.setattr(schema, "check_schema", lambda settings, services: found.extend(services))
    monkeypatch.setattr(schema, "check_server_log", lambda settings, name: None)
    monkeypatch.setattr(doctor, "_warnings", lambda settings, services: iter(()))
    for name in ("MPP_DATA", "MPP_AUDIT_DIR", "AMQP_URI", "MPP_BROKER_API"):
        monkeypatch.delenv(name, raising=False)
    return found


def lines(url: str) -> list[str]:
    said: list[str] = []
    bad = doctor.examine(url, said.append)
    assert bad == sum(1 for line in said if line.startswith("SALAH"))
    return said


def test_the_gateways_container_asks_the_others_instead_of_their_databases(
    looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_DATABASE_URL", "postgresql+psycopg2://gateway:x@postgres/gateway")
    with process(200, "ok\n") as well, process(503, f"not ready\n{ALARM}\n") as ill:
        monkeypatch.setenv("MPP_PROBES", f"gateway={well},permits={ill},complaints=http://127.0.0.1:9")
        said = lines(well)
    assert looked_at == ["gateway"]
    assert [line for line in said if line.startswith("SALAH")] == [
        f"SALAH layanan | service permits: not ready {ALARM}",
        "SALAH layanan | service complaints: tidak menjawab di http://127.0.0.1:9 | does not answer at "
        "http://127.0.0.1:9",
    ]
    assert "baik  layanan | service gateway" in said
    assert "baik  mal siap | mall is ready" in said


def test_every_copy_behind_a_name_is_asked(looked_at: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with process(200, "ok\n") as well:
        port = urlsplit(well).port
        here, nobody = ("127.0.0.1", port), ("127.0.0.2", port)
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", at) for at in (nobody, here, here)]
        known = socket.getaddrinfo
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, *more, **words: found if host == "gateways" else known(host, *more, **words),
        )
        monkeypatch.setenv("MPP_PROBES", f"gateway=http://gateways:{port}")
        said = [line for line in lines(well) if "service gateway" in line]
    assert [line.partition(":")[0] for line in said] == [
        "baik  layanan | service gateway (1/2)",
        "SALAH layanan | service gateway (2/2)",
    ]


def test_where_the_mall_is_prepared_no_checkpoint_is_missed(
    looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for service in ("gateway", "permits"):
        monkeypatch.setenv(f"{service.upper()}_DATABASE_URL", f"postgresql+psycopg2://{service}:x@postgres/{service}")
    with process(200, "ok\n") as well:
        told_of_a_service = [line for line in lines(well) if "checkpoint" in line]
        monkeypatch.setenv("MPP_ADMIN_DATABASE_URL", "postgresql+psycopg2://postgres:x@postgres/postgres")
        assert not [line for line in lines(well) if "checkpoint" in line]
    assert len(told_of_a_service) == 2
    assert sorted(looked_at[:2]) == ["gateway", "permits"]
