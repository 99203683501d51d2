"""Who knows whom on the broker: a service by the name of its account, where it has one of its own."""

from __future__ import annotations

import pytest

from mpp.hosting.definition import definitions
from mpp.operations.checking import doctor
from mpp.operations.checking.broker_accounts import shared_account
from mpp.operations.preparing.prepare import prepare_broker
from mpp.operations.problem import Problem
from mpp.operations.running import process
from mpp.operations.settings import Settings

OWN = {name: f"amqp://{name}:secret@rabbitmq/%2F" for name in definitions()}


def told(**settings: object) -> str | None:
    return shared_account(Settings(**settings), definitions())  # type: ignore[arg-type]


def test_the_accounts_of_the_stack_are_the_services_own() -> None:
    assert told(amqp_uris=OWN) is None
    assert told(amqp_uri=OWN["permits"]) is None, "in the container of one of them"
    assert told() is None, "the embedded broker knows each service"


def test_one_account_for_everything_is_told() -> None:
    shared = told(amqp_uri="amqp://guest:guest@localhost/")
    assert shared is not None
    assert "tidak diperiksa" in shared
    assert "permits" in str(told(amqp_uris=OWN | {"permits": "amqp://mall:secret@rabbitmq/%2F"}))


def test_the_doctor_warns_of_it() -> None:
    found = dict(doctor._findings("http://127.0.0.1:9", {"AMQP_URI": "amqp://guest:guest@localhost/"}))
    said = found["akun RabbitMQ | RabbitMQ accounts"]
    assert isinstance(said, doctor._Warning)
    assert dict(doctor._findings("http://127.0.0.1:9", {"AMQP_URI": OWN["permits"]}))[
        "akun RabbitMQ | RabbitMQ accounts"
    ] is None  # fmt: skip


@pytest.mark.parametrize(
    ("uri", "service", "speaker"),
    [
        (OWN["permits"], "permits", "permits"),
        ("amqp://guest:guest@rabbitmq/", "permits", None),
        (OWN["complaints"], "permits", None),
        (OWN["permits"], None, None),  # a process of all of them
    ],
)
def test_a_process_speaks_for_its_service_where_the_account_bears_its_name(
    uri: str, service: str | None, speaker: str | None
) -> None:
    broker = process.amqp_broker(uri, "mall", service)
    assert broker.speaker == speaker
    broker.close()


def test_an_account_of_another_name_is_not_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others would not believe the service, and nobody would know why."""
    monkeypatch.setattr("mpp.operations.preparing.broker_accounts.ManagementApi._put", lambda *_: None)
    settings = Settings(
        amqp_uris=OWN | {"permits": "amqp://izin:secret@rabbitmq/%2F"},
        admin_amqp_uri="amqp://admin:secret@rabbitmq/%2F",
        broker_api="http://admin:secret@rabbitmq:15672",
    )
    broker = process.embedded_broker()
    with pytest.raises(Problem, match="PERMITS_AMQP_URI: .* harus bernama permits, bukan izin"):
        prepare_broker(settings, definitions(), broker, lambda line: None)
