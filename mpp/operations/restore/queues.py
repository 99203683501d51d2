"""The queues of partners, made again as a backup knows them. Those of services `mpp prepare` makes, as of today."""

from __future__ import annotations

import io
import json
from pathlib import Path
from urllib.parse import quote

import requests

from mpp.json_values import JsonObject, mapping, objects, text
from mpp.messaging.brokers.management import Api
from mpp.messaging.brokers.topology import PARTNERS
from mpp.operations.backup import pieces
from mpp.operations.backup.beside import QUEUES
from mpp.operations.backup.envelope import Damaged, Envelope, WrongKey
from mpp.operations.backup.manifest import Manifest
from mpp.operations.preparing.broker_accounts import account_of
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings, required

_SECONDS = 30.0


def queues_back(folder: Path, manifest: Manifest, envelope: Envelope | None, settings: Settings) -> list[str]:
    """Make the queues and their bindings, where they are missing; their names. Raises Problem.

    What was in them is lost with the broker: partners fetch it from the feed.
    """
    found = _definitions(folder, manifest, envelope)
    queues = [each for each in objects(found, "queues") if text(each, "name").startswith(PARTNERS)]
    bindings = [each for each in objects(found, "bindings") if text(each, "destination").startswith(PARTNERS)]
    api = Api(required(settings.broker_api, "MPP_BROKER_API"))
    vhost = account_of(required(settings.admin_amqp_uri or settings.amqp_uri, "MPP_ADMIN_AMQP_URI"))[2]
    wanted: JsonObject = {"queues": queues, "bindings": bindings}
    try:
        answer = api.send("POST", f"definitions/{quote(vhost, safe='')}", wanted, _SECONDS)
    except requests.RequestException as error:
        raise Problem(
            f"API RabbitMQ di {api.address} tidak menjawab ({type(error).__name__})",
            f"RabbitMQ's API at {api.address} does not answer",
        ) from None
    if not answer.ok:
        raise Problem(
            f"RabbitMQ menolak antrean mitra ({answer.status_code}): jalankan `mpp prepare` dulu, lalu ulangi",
            "RabbitMQ refuses partners' queues: run `mpp prepare`, then this again",
        )
    return [text(each, "name") for each in queues]


def _definitions(folder: Path, manifest: Manifest, envelope: Envelope | None) -> JsonObject:
    piece = manifest.piece(QUEUES)
    if piece is None:
        raise Problem("cadangan ini tanpa antrean RabbitMQ", "there are no queues of RabbitMQ in this backup")
    unpacked = io.BytesIO()
    try:
        pieces.read(folder, piece, envelope, unpacked)
        return mapping({"read": json.loads(unpacked.getvalue())}, "read")
    except (OSError, WrongKey, Damaged, ValueError) as error:
        raise Problem(f"{piece.name}: tidak dapat dibuka ({error})", f"{piece.name}: cannot be opened") from None
