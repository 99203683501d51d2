"""`mpp serve SERVICE`: one service in a process of its own, as the containers of docker-compose.yml run it."""

from __future__ import annotations

import os
import sys
import time

import structlog

from mpp.hosting.definition import definitions
from mpp.messaging.brokers.port import Broker, BrokerAway
from mpp.messaging.brokers.topology import Topology
from mpp.operations.database import schema_check
from mpp.operations.preparing.prepare import resolve
from mpp.operations.problem import Problem
from mpp.operations.running import assemble, containers, logs, probes
from mpp.operations.running.ports import check_port
from mpp.operations.settings import Settings, required

log = structlog.get_logger(__name__)
_DATABASE_PATIENCE = 60.0


def serve(service: str) -> int:
    """Run until SIGTERM or SIGINT, then let running work end; the exit status. Raises Problem.

    Starts only on the schema version of this code and when the topology is there. A database that is away is waited
    for; a broker that is away is not: the service starts, and comes back to it by itself.
    """
    services = definitions()
    if service not in services:
        raise Problem(f"tidak ada layanan {service!r} ({', '.join(services)})", f"there is no service {service!r}")
    logs.configure()
    structlog.contextvars.bind_contextvars(service=service)
    settings = Settings.read(os.environ, services)
    mine = {service: services[service]}
    probed = settings.ops_port is not None and services[service].collection is not None  # the gateway has a door
    if settings.ops_port is not None and probed:
        check_port(settings.ops_bind, settings.ops_port, "MPP_OPS_PORT")
    broker = containers.amqp_broker(required(settings.amqp_uri_of(service), "AMQP_URI"), service)
    runtime = assemble.build(settings, assemble.read_files(settings), mine, broker)
    stop = containers.StopSignal()
    _wait_for_database(settings, service)
    _check_topology(broker)
    host = containers.Host([resolve(services[service].service_class)], runtime, settings.address)
    host.start()
    host.failed(stop.trip)
    if settings.ops_port is not None and probed:
        containers.serve_probes(settings.ops_bind, settings.ops_port, probes.application(runtime, host.troubles))
    log.info("service.started")
    asked = stop.wait()
    log.info("service.stopping", asked=asked)
    host.stop()
    broker.close()
    for database in runtime.databases.values():
        database.dispose()
    log.info("service.stopped")
    return 0 if asked else 1


def _wait_for_database(settings: Settings, service: str) -> None:
    until = time.monotonic() + _DATABASE_PATIENCE
    while True:
        try:
            return schema_check.check_schema(settings, {service: definitions()[service]})
        except schema_check.DatabaseSilent as problem:
            if time.monotonic() >= until:
                raise
            print(problem, file=sys.stderr)
            time.sleep(1.0)


def _check_topology(broker: Broker) -> None:
    try:
        absent = Topology.of(definitions().values()).missing(broker)
    except BrokerAway as error:
        log.warning("broker.away", reason=str(error))
        return
    if absent:
        raise Problem(
            f"antrean atau exchange belum ada: {', '.join(absent)}; jalankan `mpp prepare`",
            f"queues or exchanges are missing: {', '.join(absent)}; run `mpp prepare`",
        )
