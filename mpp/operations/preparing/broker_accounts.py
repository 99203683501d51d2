"""Accounts on RabbitMQ, through its management API: each service may do its own part, a partner may only listen.

The rules (docs of RabbitMQ, "Access Control"): binding a queue needs write on the queue and read on the exchange;
consuming needs read on the queue; publishing needs write on the exchange, answering a call over direct reply-to
write on `amq.default`. A topic permission limits the routing keys that may be published or bound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, unquote, urlsplit

import requests

from mpp.hosting.definition import ServiceDefinition
from mpp.json_values import Json, JsonObject
from mpp.messaging.brokers.management import Api, Management
from mpp.messaging.brokers.topology import EVENTS, OWN, PARTNERS, RPC
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings

_NOTHING = "^$"
_SECONDS = 15.0


@dataclass(frozen=True)
class Rights:
    """Regular expressions over names: what an account may configure, write and read, and the keys it may use."""

    configure: str
    write: str
    read: str
    publish: str
    bind: str


def service_rights(definition: ServiceDefinition) -> Rights:
    """What the definition names: events of its own, calls to others, answers to calls, and its own queues."""
    publishes, answers = definition.publishes is not None, definition.answers_calls
    exchanges = {EVENTS: publishes, OWN: publishes, "amq.default": answers, RPC: definition.calls_services}
    queues = {r"events\.v[0-9]+": definition.hears, r"dead\.v[0-9]+": definition.hears, "rpc": answers}
    own = re.escape(definition.name)
    return Rights(
        configure=_NOTHING,  # `mpp prepare` makes what it needs
        write=_one_of("", [re.escape(name) for name, may in exchanges.items() if may]),
        read=_one_of(rf"{own}\.", [name for name, may in queues.items() if may]),
        publish=rf"^{own}\..+" if publishes else _NOTHING,
        bind=_NOTHING,
    )


def partner_rights(partner: str, hidden: Iterable[str]) -> Rights:
    """A partner makes queues named `partner.<name>.` and binds them to public events.

    It binds with the first two words written out, and never with those of a `hidden` entity: `#` or `*` there would let
    it hear of those although the permission looks only at the words of the binding.
    """
    own = rf"^{re.escape(PARTNERS + partner)}\..+"
    public = "".join(rf"(?!{re.escape(entity)}\.)" for entity in hidden) + r"[a-z_]+\.[a-z_]+\..+"
    return Rights(configure=own, write=own, read=rf"{own}|^{re.escape(EVENTS)}$", publish=_NOTHING, bind=f"^{public}")


def _one_of(prefix: str, names: list[str]) -> str:
    return f"^{prefix}({'|'.join(names)})$" if names else _NOTHING


@dataclass(frozen=True)
class ManagementApi:
    """RabbitMQ's HTTP API, e.g. `http://admin:secret@rabbitmq:15672`, for one vhost."""

    url: str
    vhost: str = "/"

    def ensure_vhost(self) -> None:
        """The vhost, and the administrator's own rights in it."""
        user = Api(self.url).user
        self._put(f"vhosts/{quote(self.vhost, safe='')}", {})
        self._put(self._permissions(user), {"configure": ".*", "write": ".*", "read": ".*"})

    def ensure_account(self, user: str, password: str, rights: Rights) -> None:
        """The account with exactly these rights. Idempotent; the password is set each time."""
        self._put(f"users/{quote(user, safe='')}", {"password": password, "tags": ""})
        # Topic permissions first: without any, every key is allowed from the moment the account may read.
        for exchange in (EVENTS, OWN):
            topic = {"exchange": exchange, "write": rights.publish, "read": rights.bind}
            self._put(self._permissions(user).replace("permissions/", "topic-permissions/", 1), topic)
        allowed = {"configure": rights.configure, "write": rights.write, "read": rights.read}
        self._put(self._permissions(user), allowed)

    def bound_partners(self, most_bytes: int, unused: timedelta) -> bool:
        """Bound the queues of partners, whatever they were declared with; whether a full one drops its oldest.

        A policy for operators beats what a partner says, where it is smaller. RabbitMQ before 4 knows none for what a
        full queue does: then, and on a classic queue that says so itself, it may refuse what comes.
        """
        limits: dict[str, Json] = {"max-length-bytes": most_bytes, "expires": int(unused.total_seconds() * 1000)}
        path = f"operator-policies/{quote(self.vhost, safe='')}/partners"
        for definition in ({**limits, "overflow": "drop-head"}, limits):
            policy: JsonObject = {
                "pattern": f"^{re.escape(PARTNERS)}",
                "definition": definition,
                "priority": 0,
                "apply-to": "queues",
            }
            if self._request("PUT", path, policy, accept=(400,)):
                return definition is not limits
        raise Problem(
            "RabbitMQ menolak batas antrean mitra (MPP_PARTNER_QUEUE_BYTES, MPP_PARTNER_QUEUE_DAYS)",
            "RabbitMQ refuses the bounds of partners' queues (MPP_PARTNER_QUEUE_BYTES, MPP_PARTNER_QUEUE_DAYS)",
        )

    def drop_guest(self) -> None:
        """Remove the well-known account guest, unless we are using it ourselves."""
        if Api(self.url).user != "guest":
            self._request("DELETE", "users/guest", None, accept=(404,))

    def _permissions(self, user: str) -> str:
        return f"permissions/{quote(self.vhost, safe='')}/{quote(user, safe='')}"

    def _put(self, path: str, body: Json) -> None:
        self._request("PUT", path, body)

    def _request(self, method: str, path: str, body: Json, accept: tuple[int, ...] = ()) -> bool:
        """Whether it was done, and not one of the answers that are accepted as well. Raises Problem."""
        api = Api(self.url)
        try:
            answer = api.send(method, path, body, _SECONDS)
        except requests.RequestException as error:
            raise Problem(
                f"API RabbitMQ di {api.address} tidak menjawab ({type(error).__name__})",
                f"RabbitMQ's API at {api.address} does not answer ({type(error).__name__})",
            ) from None
        if not answer.ok and answer.status_code not in accept:
            raise Problem(
                f"API RabbitMQ menolak {method} {path}: {answer.status_code}",
                f"RabbitMQ's API refused {method} {path}: {answer.status_code}",
            )
        return answer.ok


def management_of(settings: Settings) -> Management | None:
    """RabbitMQ's own API, where `MPP_BROKER_API` names it."""
    uri = settings.admin_amqp_uri or settings.amqp_uri
    if settings.broker_api is None or uri is None:
        return None
    *_, vhost = account_of(uri)
    return Management(settings.broker_api, vhost)


def account_of(uri: str) -> tuple[str, str, str]:
    """User, password and vhost of an AMQP URI."""
    parts = urlsplit(uri)
    return unquote(parts.username or "guest"), unquote(parts.password or "guest"), unquote(parts.path[1:]) or "/"
