"""What belongs to a mall beside its databases and documents: checkpoints, configuration, queues."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import requests

from mpp import regions
from mpp.audit.ledger import former_path, ledger_path
from mpp.hosting.definition import ServiceDefinition
from mpp.json_values import Json, JsonObject, mapping, objects
from mpp.messaging.brokers.management import Api
from mpp.operations.backup import pieces
from mpp.operations.backup.envelope import Envelope
from mpp.operations.backup.pieces import Piece
from mpp.operations.preparing.broker_accounts import account_of
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings
from mpp.yaml_files import CatalogueError

QUEUES = "broker/definitions.json"
_SECONDS = 15.0
# Users stay out, and so does all that could hold a password (federation, shovels).
_DEFINED = ("queues", "exchanges", "bindings", "policies")


def checkpoints(settings: Settings, services: Mapping[str, ServiceDefinition]) -> Iterator[tuple[str, Path]]:
    """The ledgers of all services, and each one's name in a backup. To be copied before the databases are looked at:
    a trail is never behind its checkpoints."""
    for service in services:
        if (path := ledger_of(settings, service)) is not None:
            yield checkpoints_name(service), path


def checkpoints_name(service: str) -> str:
    """What the ledger of a service is called in a backup."""
    return f"audit/{service}.checkpoints"


def ledger_of(settings: Settings, service: str) -> Path | None:
    """The ledger of a service; None where there is none. A container in which the folders of all services are mounted
    has that of each one level deeper, as its volume begins with the service's own folder."""
    audit = settings.for_services.audit
    if audit.folder is None:
        return None
    places = _places(audit.folder, service)
    places += [former_path(folder, service) for folder in (audit.folder, audit.folder_before) if folder is not None]
    return next((path for path in places if path.exists()), None)


def place_of_ledger(settings: Settings, service: str) -> Path | None:
    """Where the service itself writes its ledger, whether or not there is one; None where checkpoints have no place."""
    folder = settings.for_services.audit.folder
    if folder is None:
        return None
    usual, deeper = _places(folder, service)
    mounted = (folder / service).is_mount()
    return deeper if deeper.parent.exists() or (mounted and not usual.exists()) else usual


def _places(folder: Path, service: str) -> list[Path]:
    return [ledger_path(folder, service), ledger_path(folder / service, service)]


def configuration(settings: Settings) -> Iterator[tuple[str, Path]]:
    """The region folder, whole; what comes with the program comes with it again. Raises Problem."""
    try:
        found = regions.find(settings.for_services.region)
    except CatalogueError as error:
        raise Problem(f"folder wilayah tidak terbaca: {error}", "the region folder cannot be read") from None
    yield from ((f"region/{name}", path) for name, path in found.files())


def region_code(settings: Settings) -> str:
    """The code of the region, as far as its file says it: a backup is made with a region that has mistakes, too."""
    return regions.code_of(settings.for_services.region) or settings.for_services.region


def copy(folder: Path, name: str, path: Path, envelope: Envelope | None) -> Piece:
    """One of these files into the backup. Raises Problem."""
    try:
        with path.open("rb") as file:
            return pieces.write(folder, name, file, envelope)
    except OSError as error:
        raise Problem(f"{path} tidak terbaca: {error.strerror}", f"{path} cannot be read") from None


def queues(settings: Settings, folder: Path, envelope: Envelope | None) -> Piece | None:
    """Queues, exchanges, bindings and policies of RabbitMQ, those of partners above all; None where no management API
    is named. Raises Problem."""
    uri = settings.admin_amqp_uri or settings.amqp_uri
    if settings.broker_api is None or uri is None:
        return None
    api, vhost = Api(settings.broker_api), account_of(uri)[2]
    try:
        answer = api.send("GET", f"definitions/{quote(vhost, safe='')}", None, _SECONDS)
        answer.raise_for_status()
        told: JsonObject = mapping({"told": answer.json()}, "told")
        kept: dict[str, Json] = {name: list(objects(told, name)) for name in _DEFINED if name in told}
    except (requests.RequestException, ValueError) as error:
        raise Problem(
            f"API RabbitMQ di {api.address} tidak menjawab ({type(error).__name__})",
            f"RabbitMQ's API at {api.address} does not answer ({type(error).__name__})",
        ) from None
    text = json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False)
    return pieces.write(folder, QUEUES, io.BytesIO(text.encode()), envelope)
