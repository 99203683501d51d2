"""What RabbitMQ's management API tells of queues that refuse events; where no such API is named, nobody knows.

A publish is refused as a whole when one queue refuses it, and AMQP does not say which. A queue may refuse what says
`reject-publish`; it does while it is full. On a classic queue its own argument counts, whatever a policy says; on
others an operator's policy comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

import requests

from mpp.json_values import Json, JsonObject, mapping, objects, optional_mapping, optional_text, text
from mpp.messaging.brokers.port import BrokerAway
from mpp.messaging.brokers.topology import EVENTS

_SECONDS = 5.0
_LIMITS = (("max-length", "messages"), ("max-length-bytes", "message_bytes"))


@dataclass(frozen=True)
class BoundQueue:
    """A queue that is bound to the events: whether it would refuse some when it is full, and whether it is."""

    name: str
    may_refuse: bool
    full: bool

    @property
    def refuses(self) -> bool:
        """Whether it refuses events at this moment."""
        return self.may_refuse and self.full


@dataclass(frozen=True)
class Api:
    """RabbitMQ's HTTP API, e.g. `http://admin:secret@rabbitmq:15672`."""

    url: str

    @property
    def address(self) -> str:
        """Where it is, without who asks."""
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")

    @property
    def user(self) -> str:
        """Who asks."""
        return unquote(urlsplit(self.url).username or "guest")

    def send(self, method: str, path: str, body: Json, seconds: float) -> requests.Response:
        """Its answer, whatever it is. Raises RequestException."""
        credentials = (self.user, unquote(urlsplit(self.url).password or "guest"))
        address = f"{self.address}/api/{path}"
        return requests.request(method, address, json=body, auth=credentials, timeout=seconds)


@dataclass(frozen=True)
class Management:
    """What the API at `url` tells of one vhost."""

    url: str
    vhost: str = "/"

    def bound_queues(self) -> list[BoundQueue]:
        """Every queue that is bound to the events, by name. Raises BrokerAway."""
        vhost = quote(self.vhost, safe="")
        try:
            bindings = self._get(f"exchanges/{vhost}/{EVENTS}/bindings/source")
            names = {text(each, "destination") for each in bindings if each.get("destination_type") == "queue"}
            queues = [self._get(f"queues/{vhost}/{quote(name, safe='')}") for name in sorted(names)]
            return [_read(found) for (found,) in queues]
        except (requests.RequestException, ValueError) as error:
            raise BrokerAway(type(error).__name__) from None

    def _get(self, path: str) -> list[JsonObject]:
        """The objects that are answered; one object is a list of one."""
        answer = Api(self.url).send("GET", path, None, _SECONDS)
        answer.raise_for_status()
        found: Json = answer.json()
        return list(objects({"found": found if isinstance(found, list) else [found]}, "found"))


def _read(queue: JsonObject) -> BoundQueue:
    arguments = mapping(queue, "arguments")
    policy = optional_mapping(queue, "effective_policy_definition") or {}
    by_policy, by_argument = optional_text(policy, "overflow"), optional_text(arguments, "x-overflow")
    classic = optional_text(queue, "type") in (None, "classic")
    overflow = (by_argument or by_policy) if classic else (by_policy or by_argument)
    limits = [(_least(policy.get(limit), arguments.get(f"x-{limit}")), queue.get(held)) for limit, held in _LIMITS]
    full = any(isinstance(held, int) and most is not None and held >= most for most, held in limits)
    return BoundQueue(text(queue, "name"), (overflow or "").startswith("reject-publish"), full)


def _least(*limits: Json) -> int | None:
    return min((limit for limit in limits if isinstance(limit, int)), default=None)
