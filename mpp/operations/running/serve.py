"""`mpp serve SERVICE`: one service in a process of its own, as the containers of docker-compose.yml run it."""

from __future__ import annotations

import os
import sys
from functools import partial

import structlog

from mpp.hosting.definition import ServiceDefinition, definitions, resolve
from mpp.hosting.pages import Apart, PagesDefinition, PagesSettings, pages
from mpp.hosting.starting import awaited
from mpp.messaging.brokers.port import Broker, BrokerAway
from mpp.messaging.brokers.topology import Topology
from mpp.operations import region_files
from mpp.operations.checking import schema
from mpp.operations.checking.warnings import warnings_of
from mpp.operations.problem import Problem
from mpp.operations.running import assemble, logs, probes, process
from mpp.operations.running.ports import check_port
from mpp.operations.settings import Settings, missing, required

log = structlog.get_logger(__name__)


def serve(service: str) -> int:
    """Run until SIGTERM or SIGINT, then let running work end; the exit status. Raises Problem.

    Starts only on the schema version of this code and when the topology is there. A database that is away is waited
    for; a broker that is away is not: the service starts, and comes back to it by itself.
    """
    services, shown = definitions(), pages()
    if shown is not None and service == shown.name:
        return _serve_pages(shown)
    if service not in services:
        raise Problem(f"tidak ada layanan {service!r} ({', '.join(services)})", f"there is no service {service!r}")
    logs.configure()
    structlog.contextvars.bind_contextvars(service=service)
    settings = Settings.read(os.environ, services)
    mine = services[service]
    probes_at = settings.ops_port
    if probes_at is not None:
        check_port(settings.ops_bind, probes_at, "MPP_OPS_PORT")
    broker = _broker(settings, mine)
    runtime = assemble.build(
        settings, region_files.read(settings.for_services.region, printing=mine.keeps_documents), [mine], broker
    )
    stop = process.StopSignal()
    awaited(partial(schema.check_schema, settings, {mine.name: mine}), schema.DatabaseSilent, told=_waits)
    _check_topology(broker, mine)
    for told in warnings_of(mine, settings.database_urls.get(mine.name, "")):
        log.warning("service.warning", told=told)
    host = process.Host([resolve(mine.service_class)], runtime, settings.address)
    host.start()
    host.failed(stop.trip)
    if probes_at is not None:
        process.serve_probes(settings.ops_bind, probes_at, probes.application(runtime, host.troubles))
    if mine.uses_broker and broker.speaker is None:
        log.warning("broker.shared_account")  # who publishes is not checked; `mpp doctor` says it in words
    log.info("service.started")
    asked = stop.wait()
    log.info("service.stopping", asked=asked)
    host.stop()
    broker.close()
    for database in runtime.databases.values():
        database.dispose()
    log.info("service.stopped")
    return 0 if asked else 1


def _serve_pages(shown: PagesDefinition) -> int:
    """The pages in a process of their own: of the mall they need the address (MPP_URL) and the key of their cookies."""
    logs.configure()
    settings = Settings.read(os.environ, definitions())
    given = settings.for_services
    key = given.session_key
    if key is None:
        raise missing("MPP_SESSION_KEY")
    interface = os.environ.get("MPP_URL") or "http://localhost:8000"
    if interface.rstrip("/").endswith(f":{settings.port}") and "localhost" in interface:
        raise Problem("MPP_URL dan PORT menunjuk tempat yang sama", "MPP_URL and PORT are the same place")
    check_port(settings.bind, settings.port)
    apart: Apart = resolve(shown.apart)
    told = PagesSettings(key, given.proxies, given.public_url, given.upload_max_bytes)
    apart(interface, told, settings.bind, settings.port)
    return 0


def _broker(settings: Settings, mine: ServiceDefinition) -> Broker:
    """RabbitMQ with the service's own account; for a service that has none a broker on which nobody else is."""
    if not mine.uses_broker:
        return process.embedded_broker()
    return process.amqp_broker(required(settings.amqp_uri_of(mine.name), "AMQP_URI"), mine.name, mine.name)


def _waits(problem: Exception) -> None:
    print(problem, file=sys.stderr)


def _check_topology(broker: Broker, mine: ServiceDefinition) -> None:
    if not mine.uses_broker:
        return
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
