"""`mpp doctor`: looks at everything a mall needs on this machine and says what is missing and what to do."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from urllib.parse import urlsplit

import requests

from mpp.hosting.definition import ServiceDefinition, definitions
from mpp.hosting.state.process import ROOM
from mpp.hosting.state.settings import of_audit
from mpp.messaging.brokers.management import Management
from mpp.operations import region_files
from mpp.operations.checking import backups, deep, public_address, schema, telling
from mpp.operations.checking.broker_accounts import shared_account
from mpp.operations.checking.days import undecided
from mpp.operations.checking.desks import unmanned
from mpp.operations.checking.partner_queues import PartnerQueues
from mpp.operations.checking.warnings import proofs_of, warnings_of
from mpp.operations.client import Client
from mpp.operations.embedded_postgres import location
from mpp.operations.embedded_postgres.server import EmbeddedPostgres
from mpp.operations.environment import region_of
from mpp.operations.preparing.broker_accounts import management_of
from mpp.operations.problem import Problem
from mpp.operations.running.ports import check_port
from mpp.operations.settings import Settings, backups_beside
from mpp.persistence.servers.swapping import Place, Server, SwapFailed


def examine(url: str, say: Callable[[str], None], operator: str | None = None) -> int:
    """Print one line for each thing looked at, and each warning (`awas`); the number of things that are not well.

    With an operator's account also what only the running mall knows (`deep`).
    """
    bad = 0
    looked_at = _findings(url, os.environ)
    for name, problem in looked_at if operator is None else chain(looked_at, _deep(url, operator)):
        if problem is None:
            say(f"baik  {name}")
        elif isinstance(problem, _Warning):
            say(f"awas  {name}: {problem}")
        else:
            bad += 1
            say(f"SALAH {name}: {problem}")
    return bad


class _Warning(str):
    """Something that is well only for as long as the operator knows of it."""


def _findings(url: str, environment: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    yield f"Python {sys.version.split()[0]}", None
    try:
        services = definitions()
        settings = Settings.read(environment, services)
    except Problem as problem:
        yield "pengaturan | settings", str(problem)
        return
    yield "pengaturan | settings", None
    region = settings.for_services.region
    yield f"wilayah | region {region}", _problem(lambda: region_files.read(region))
    if settings.database_urls:
        for name in settings.database_urls:  # a container knows its own alone; the others are asked below
            one = {name: services[name]}
            away = _problem(partial(schema.check_schema, settings, one))
            yield f"basis data | database {name}", away
            if away is None and services[name].migrations is not None:
                told = _problem(partial(schema.check_server_log, settings, name))
                yield f"catatan PostgreSQL | PostgreSQL's log {name}", told
    else:
        yield "PostgreSQL tertanam | embedded", _problem(location.programs)
    yield from _address(settings)
    name, doubt = telling.told(settings)
    yield name, None if doubt is None else _Warning(doubt)
    yield from _audit(settings)
    reached = _with_embedded(settings, services)
    yield from _warnings(reached, services)
    yield from _proofs(reached, services)
    if reached.admin_database_url is not None:
        yield from _former(reached, reached.admin_database_url)
    folder = settings.data if settings.data.exists() else settings.data.absolute().parent
    room = shutil.disk_usage(folder).free if folder.exists() else 0
    small = f"tinggal {room // 1_000_000} MB di {folder} | only {room // 1_000_000} MB left in {folder}"
    yield f"ruang disk | disk space {folder}", small if room < ROOM else None
    if settings.amqp_uri is not None or settings.amqp_uris:
        shared = shared_account(settings, services)
        yield "akun RabbitMQ | RabbitMQ accounts", None if shared is None else _Warning(shared)
    if settings.backup_folder is not None or (settings.data / "lock").exists():
        yield from _backups(settings)
    management = management_of(settings)
    if management is not None:
        yield from _partner_queues(management)
    yield from chain.from_iterable(_process(name, at) for name, at in settings.probes.items())
    yield from _mall(url, settings)


def _deep(url: str, operator: str) -> Iterator[tuple[str, str | None]]:
    try:
        yield from deep.compare(Client(url, operator))
    except Problem as problem:
        yield "peristiwa | events", str(problem)
    try:
        found = undecided(Client(url, operator), datetime.now(UTC).date())
        yield "hari libur | days off", None if found is None else _Warning(found)
    except Problem as problem:
        yield "hari libur | days off", str(problem)
    try:
        files = region_files.read(region_of(None))
        nobody = list(unmanned(Client(url, operator), files.catalogue, files.region.offices))
        yield from (("meja | desks", _Warning(line)) for line in nobody)
        if not nobody:
            yield "meja | desks", None
    except Problem as problem:
        yield "meja | desks", str(problem)


def _mall(url: str, settings: Settings) -> Iterator[tuple[str, str | None]]:
    """The running mall, or whether one could start."""
    try:
        answer = requests.get(f"{url.rstrip('/')}/readyz", timeout=10)
    except requests.RequestException:
        yield "mal berjalan | mall is running", f"tidak ada yang menjawab di {url} | nothing answers at {url}"
        if not settings.probes:  # else it would be the port of another container
            yield f"port {settings.port}", _problem(lambda: check_port(settings.bind, settings.port))
        return
    yield "mal berjalan | mall is running", None
    yield "mal siap | mall is ready", _told(answer)


def _process(name: str, url: str) -> Iterator[tuple[str, str | None]]:
    """What another process of the mall says of itself, and each copy of it behind the same name."""
    copies = _copies(url)
    for number, at in enumerate(copies, 1):
        what = f"layanan | service {name}" + (f" ({number}/{len(copies)})" if len(copies) > 1 else "")
        try:
            yield what, _told(requests.get(f"{at.rstrip('/')}/readyz", timeout=10))
        except requests.RequestException:
            yield what, f"tidak menjawab di {url} | does not answer at {url}"


def _copies(url: str) -> list[str]:
    """The address with each number that its name stands for; as it is where nobody knows the name."""
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port, socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return [url]
    hosts = sorted({str(address[0]) for *_, address in found})
    return [parts._replace(netloc=host if parts.port is None else f"{host}:{parts.port}").geturl() for host in hosts]


def _told(answer: requests.Response) -> str | None:
    return None if answer.ok else " ".join(answer.text.split())[:300]


def _partner_queues(management: Management) -> Iterator[tuple[str, str | None]]:
    name = "antrean mitra | partners' queues"
    try:
        found = PartnerQueues.look(management)
    except Problem as problem:
        yield name, str(problem)
        return
    yield name, found.refusing
    if found.would_refuse is not None:
        yield name, _Warning(found.would_refuse)


def _former(settings: Settings, admin_url: str) -> Iterator[tuple[str, str | None]]:
    """What former restores have put aside and nobody has removed."""
    server = Server(admin_url)
    try:
        kept = server.kept(Place(name, url) for name, url in settings.database_urls.items())
    except SwapFailed:
        return  # each database is asked for itself
    finally:
        server.dispose()
    if kept:
        size = f"{len(kept)}, {sum(each.size for each in kept):,} byte: `mpp drop-former`"
        told = f"disimpan oleh pemulihan {size} | kept by restores"
        yield "basis data lama | former databases", _Warning(told)


def _address(settings: Settings) -> Iterator[tuple[str, str | None]]:
    told = public_address.told_of(settings)
    name = f"alamat publik | public address {settings.for_services.mall_url}"
    yield name, None if told is None else _Warning(told)


def _audit(settings: Settings) -> Iterator[tuple[str, str | None]]:
    """Whether the checkpoints of the services whose databases are known here prove what they could."""
    audit = settings.for_services.audit
    if audit.folder is None and settings.admin_database_url is not None:
        return  # it prepares for the services and writes none
    for service in settings.database_urls:
        found = of_audit(audit, service)
        if found.state != "good":
            yield f"jejak audit | audit trail {service}", _Warning(found.line())


def _backups(settings: Settings) -> Iterator[tuple[str, str | None]]:
    good, told = backups.told_of(backups_beside(settings), datetime.now(UTC))
    yield from ((f"cadangan | backup {good}".rstrip(), _Warning(line)) for line in told)
    if not told:
        yield f"cadangan | backup {good}", None


def _with_embedded(settings: Settings, services: Mapping[str, ServiceDefinition]) -> Settings:
    """The settings with the embedded databases, where the mall of this data folder runs and may be looked into."""
    if settings.database_urls or not (settings.data / "lock").exists():
        return settings
    server = EmbeddedPostgres(settings.data.absolute())
    try:
        server.attach()
    except (Problem, OSError):  # not ours to look into
        return settings
    urls = {name: server.url(name, user=name) for name in services}
    return replace(settings, database_urls=urls, admin_database_url=server.url())


def _warnings(settings: Settings, services: Mapping[str, ServiceDefinition]) -> Iterator[tuple[str, str | None]]:
    """What the services would have their operator know, where their databases can be reached from here."""
    for name, url in settings.database_urls.items():
        for told in warnings_of(services[name], url):
            yield name, _Warning(told)


def _proofs(settings: Settings, services: Mapping[str, ServiceDefinition]) -> Iterator[tuple[str, str | None]]:
    """What the services prove on their rows, where their databases can be reached from here."""
    for name, url in settings.database_urls.items():
        for proof in proofs_of(services[name], url):
            problem = _Warning(proof.problem) if proof.problem is not None and proof.to_do else proof.problem
            yield f"{name}: {proof.name}", problem


def _problem(check: Callable[[], object]) -> str | None:
    try:
        check()
    except Problem as problem:
        return str(problem)
    return None
