"""An event of the mall, and its form on the wire: CloudEvents 1.0, binary mode for RabbitMQ (`ce-` headers)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, NoReturn, cast
from uuid import UUID

Classification = Literal["public", "internal"]

_TYPE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){2}\.v[1-9][0-9]*")
_REGION = re.compile(r"[0-9A-Za-z_-]+(\.[0-9A-Za-z_-]+)*")
_LONGEST = 255  # octets of an AMQP short string (the routing key)
_HIGHEST_VERSION = 2**31 - 1  # subject_version is an integer column


class InvalidEvent(ValueError):
    """An event that could not travel. The text names the part that is wrong, never its content."""


class Undecodable(Exception):
    """A message that is no event of ours. The text names the part that is wrong, never its content."""


@dataclass(frozen=True)
class Event:
    """Something that happened to `subject`, whose `subjectversion` (1.. without a gap) is the one after it.

    `type` is `<service>.<entity>.<past tense>.v<n>`, `region` the dotted Kemendagri code of the place, `time` aware.
    `data` is a JSON object without personal data. Raises InvalidEvent.
    """

    id: str
    type: str
    source: str
    subject: str
    subjectversion: int
    time: datetime
    region: str
    data: dict[str, Any]
    correlationid: str
    causationid: str | None = None
    dataclassification: Classification = "public"

    def __post_init__(self) -> None:
        _require_text("id", self.id)
        for name in ("source", "subject", "correlationid"):
            _require_text(name, getattr(self, name))
        if self.causationid is not None:
            _require_text("causationid", self.causationid)
        if not _TYPE.fullmatch(self.type):
            raise InvalidEvent("type is not <service>.<entity>.<past tense>.v<n>")
        if not _REGION.fullmatch(self.region):
            raise InvalidEvent("region is not a dotted code")
        if len(self.routing_key.encode()) > _LONGEST:
            raise InvalidEvent("routing key is too long")
        if not 1 <= self.subjectversion <= _HIGHEST_VERSION:
            raise InvalidEvent("subjectversion is out of range")
        if self.time.tzinfo is None:
            raise InvalidEvent("time has no zone")
        if self.dataclassification not in ("public", "internal"):
            raise InvalidEvent("dataclassification is unknown")

    @property
    def routing_key(self) -> str:
        """The type, then the region: a subscriber binds by domain, entity, version and area."""
        return f"{self.type}.{self.region}"

    def to_message(self) -> tuple[dict[str, str], bytes]:
        """Headers and body as they travel; the content type is `port.CONTENT_TYPE`."""
        headers = {
            "ce-specversion": "1.0",
            "ce-id": self.id,
            "ce-type": self.type,
            "ce-source": self.source,
            "ce-subject": self.subject,
            "ce-subjectversion": str(self.subjectversion),
            "ce-time": self.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "ce-correlationid": self.correlationid,
            "ce-dataclassification": self.dataclassification,
        }
        if self.causationid is not None:
            headers["ce-causationid"] = self.causationid
        body = json.dumps(self.data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return headers, body.encode()


def producer_of(kind: str) -> str:
    """The service whose events are of this type: its first word."""
    return kind.partition(".")[0]


def source_of(service: str) -> str:
    """The `source` of a service's events."""
    return f"mpp/{service}"


def from_message(headers: Mapping[str, Any], body: bytes, routing_key: str) -> Event:
    """The event in a message, read tolerantly (unknown headers and fields are kept out or passed on).

    Raises Undecodable for anything else, whatever the bytes are.
    """
    if _header(headers, "specversion") != "1.0":
        raise Undecodable("ce-specversion")
    kind = _header(headers, "type")
    if not routing_key.startswith(kind + "."):
        raise Undecodable("routing key does not belong to ce-type")
    try:
        return Event(
            id=str(UUID(_header(headers, "id"))),
            type=kind,
            source=_header(headers, "source"),
            subject=_header(headers, "subject"),
            subjectversion=int(_header(headers, "subjectversion")),
            time=datetime.fromisoformat(_header(headers, "time")),
            region=routing_key.removeprefix(kind + "."),
            data=_data(body),
            correlationid=_header(headers, "correlationid"),
            causationid=_header(headers, "causationid") if "ce-causationid" in headers else None,
            dataclassification=cast(Classification, _header(headers, "dataclassification")),
        )
    except InvalidEvent as error:
        raise Undecodable(str(error)) from None
    except ValueError:  # int(), UUID() and fromisoformat() quote what they were given: it may not reach a log
        raise Undecodable("a ce- header") from None


def _require_text(name: str, value: str) -> None:
    # isprintable refuses NUL and lone surrogates, which PostgreSQL cannot store
    if not isinstance(value, str) or not value or len(value) > _LONGEST or not value.isprintable():
        raise InvalidEvent(f"{name} is empty, too long or not printable")


def _header(headers: Mapping[str, Any], name: str) -> str:
    value = headers.get(f"ce-{name}")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value or len(value) > _LONGEST:
        raise Undecodable(f"ce-{name}")
    return value


def _data(body: bytes) -> dict[str, Any]:
    def refuse(_constant: str) -> NoReturn:
        raise ValueError

    try:
        data = json.loads(body.decode(), parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Undecodable("the body is not JSON") from None
    if not isinstance(data, dict):
        raise Undecodable("the body is not a JSON object")
    return data
