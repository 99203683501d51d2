"""`mpp run`: the whole mall in one process, with its own PostgreSQL and its own broker unless others are named."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from mpp.hosting.definition import definitions, resolve
from mpp.hosting.seeding import WELL_KNOWN_PASSWORD
from mpp.messaging.brokers.port import Broker
from mpp.operations import keys, region_files
from mpp.operations.data_folder import locked
from mpp.operations.preparing.prepare import DemoRefused, prepare_broker, prepare_databases, refuse_in_public, seed
from mpp.operations.problem import Problem
from mpp.operations.running import assemble, logs, probes, process
from mpp.operations.running.ports import check_port
from mpp.operations.settings import Settings, with_audit_folder
from mpp.regions import Region, shipped

_LOG_LIMIT = 20_000_000
_NAMES = 5  # of demo accounts in a line


def run() -> int:
    """Start everything, serve until Ctrl-C, stop everything; the exit status. Raises Problem before it serves."""
    services = definitions()
    settings = Settings.read(os.environ, services)
    check_port(settings.bind, settings.port)
    if settings.ops_port is not None:
        check_port(settings.ops_bind, settings.ops_port, "MPP_OPS_PORT")
    with ExitStack() as stack:
        stack.enter_context(locked(settings.data))
        _log_to(settings.data / "mall.log", stack)
        stop = process.StopSignal()
        settings = keys.with_keys(settings)
        settings = with_audit_folder(settings)
        files = region_files.read(settings.for_services.region)  # before anything is started or changed
        refuse_in_public(settings)
        broker, said = _broker(settings, stack)
        prepare_broker(replace(settings, broker_api=None), services, broker, _say)
        settings, database = _database(settings, stack)
        prepare_databases(settings, services, _say)
        runtime = assemble.build(settings, files, services.values(), broker)
        for pool in runtime.databases.values():
            stack.callback(pool.dispose)
        demo = _demo(settings)
        host = process.Host([resolve(d.service_class) for d in services.values()], runtime, settings.address)
        host.start()
        stack.callback(host.stop)
        host.failed(stop.trip)
        if settings.ops_port is not None:
            process.serve_probes(settings.ops_bind, settings.ops_port, probes.application(runtime, host.troubles))
        _welcome(settings, files.region, database, said, demo)
        asked = stop.wait()
        _say("\nMal ditutup ... | Stopping ...")
    if not asked:
        raise Problem(
            f"sebuah layanan berhenti sendiri; lihat {settings.data / 'mall.log'}",
            f"a service ended by itself; see {settings.data / 'mall.log'}",
        )
    return 0


def _broker(settings: Settings, stack: ExitStack) -> tuple[Broker, str]:
    """The broker, and what to tell about it. Asked before a database is made: that it is away is told at once."""
    if settings.amqp_uri is None:
        broker, said = process.embedded_broker(), "tertanam, hanya untuk satu proses | embedded, one process only"
    else:
        broker, said = process.amqp_broker(settings.amqp_uri, "mall"), _without_password(settings.amqp_uri)
        said += ", satu akun: pengirim tidak diperiksa | one account: publishers are not checked"
    stack.callback(broker.close)
    return broker, said


def _database(settings: Settings, stack: ExitStack) -> tuple[Settings, str]:
    """Settings with a URL for every service, and what to tell about them."""
    services = definitions()
    if settings.database_urls:
        return settings, "dari <SERVICE>_DATABASE_URL | from <SERVICE>_DATABASE_URL"
    if settings.admin_database_url is not None:
        raise Problem(
            "MPP_ADMIN_DATABASE_URL diisi tetapi <SERVICE>_DATABASE_URL belum",
            "MPP_ADMIN_DATABASE_URL is set but <SERVICE>_DATABASE_URL is not",
        )
    from mpp.operations.embedded_postgres.server import EmbeddedPostgres

    server = EmbeddedPostgres(settings.data.absolute())
    stack.callback(server.stop)
    server.start()
    if server.notice:
        _say(server.notice)
    urls = {name: server.url(name, user=name) for name in services}
    told = f"PostgreSQL tertanam di {settings.data} | embedded PostgreSQL in {settings.data}"
    return replace(settings, database_urls=urls, admin_database_url=server.url()), told


def _log_to(path: Path, stack: ExitStack) -> None:
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    logs.configure(stack.enter_context(path.open("a", encoding="utf-8", buffering=1)))


def _demo(settings: Settings) -> list[str] | None:
    """Demo data, which belong to a mall on this machine; the accounts, None where there are none."""
    try:
        return seed(settings, definitions(), _quietly)
    except DemoRefused:
        return None


def _source(region: str) -> str:
    return "bawaan | shipped" if region in shipped() else f"dari | from {region}"


def _welcome(settings: Settings, region: Region, database: str, broker: str, demo: Sequence[str] | None) -> None:
    host = "localhost" if settings.bind in ("127.0.0.1", "::1", "0.0.0.0") else settings.bind  # noqa: S104
    url = f"http://{host}:{settings.port}"
    _say(f"Mal Pelayanan Publik virtual: {url}")
    _say(f"  wilayah    | region   : {region.name['id']} ({region.code}), {_source(settings.for_services.region)}")
    _say(f"  basis data | database : {database}")
    _say(f"  perantara  | broker   : {broker}")
    _say(f"  catatan    | log      : {settings.data / 'mall.log'}")
    if demo is not None:
        known = "MPP_DEMO_PASSWORD" if settings.demo_password else WELL_KNOWN_PASSWORD
        for start in range(0, len(demo), _NAMES):
            line = ", ".join(demo[start : start + _NAMES])
            _say(f"{'                          ' if start else '  akun demo  | accounts : '}{line}")
        _say(f"  sandi      | password : {known} (dikenal umum: untuk mencoba saja | well known: for trying out only)")
        walk = "make demo" if settings.port == 8000 else f"MPP_URL={url} make demo"  # noqa: PLR2004
        _say(f"  coba       | try      : {walk}        (buka | open: {url})")
    _say("  berhenti   | stop     : Ctrl-C")


def _without_password(uri: str) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(uri)
    return f"RabbitMQ {parts.hostname}:{parts.port or 5672}{parts.path}"


def _say(line: str) -> None:
    print(line, flush=True)


def _quietly(_line: str) -> None:
    return
