"""Whether each service has a RabbitMQ account of its own, without which nobody can tell who has published what."""

from __future__ import annotations

from collections.abc import Mapping

from mpp.hosting.definition import ServiceDefinition
from mpp.operations.preparing.broker_accounts import account_of
from mpp.operations.settings import Settings


def shared_account(settings: Settings, services: Mapping[str, ServiceDefinition]) -> str | None:
    """What to know where services share an account; None where none does, and in a mall with the embedded broker."""
    with_account = [name for name, definition in services.items() if definition.uses_broker]
    if settings.amqp_uris:
        given = {name: settings.amqp_uri_of(name) for name in with_account}
        others = [name for name, uri in given.items() if uri is not None and account_of(uri)[0] != name]
    else:  # that of the one service whose process this is, or of all of them
        uri = settings.amqp_uri
        others = [] if uri is None or account_of(uri)[0] in with_account else with_account
    if not others:
        return None
    return (
        f"{', '.join(others)} tidak memakai akun RabbitMQ bernama sendiri: pengirim peristiwa dan panggilan tidak "
        "diperiksa (docker compose memberi setiap layanan akunnya) | these services have no RabbitMQ account of "
        "their own name: who sends an event or a call is not checked"
    )
