"""Queues of partners that refuse events, or would when they are full (docs/partners.md)."""

from __future__ import annotations

from mpp.hosting.definition import definitions
from mpp.messaging.brokers.management import Management
from mpp.messaging.brokers.port import BrokerAway
from mpp.messaging.brokers.topology import Topology
from mpp.operations.problem import Problem


def check_partner_queues(management: Management) -> None:
    """Look at every queue that is bound to the events and is not the mall's own. Raises Problem, which names them."""
    try:
        queues = management.bound_queues()
    except BrokerAway as error:
        raise Problem(f"API RabbitMQ tidak menjawab ({error})", f"RabbitMQ's API does not answer ({error})") from None
    own = {queue.name for queue in Topology.of(definitions().values()).queues}
    bad = [queue for queue in queues if queue.may_refuse and queue.name not in own]
    if bad:
        refusing = ", ".join(queue.name for queue in bad if queue.full) or "-"
        would = ", ".join(queue.name for queue in bad if not queue.full) or "-"
        raise Problem(
            f"menolak peristiwa: {refusing}; akan menolak bila penuh: {would}. Mitra membuatnya dengan x-overflow="
            "reject-publish: minta dibuat lagi tanpa itu, atau hapus antreannya",
            f"refusing events: {refusing}; would when full: {would}. The partner declared x-overflow=reject-publish: "
            "let it be declared again without, or delete the queue",
        )
