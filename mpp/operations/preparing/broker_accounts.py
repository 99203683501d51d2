"""Accounts on RabbitMQ, through its management API: each service may do its own part, a partner may only listen.

The rules (docs of RabbitMQ, "Access Control"): binding a queue needs write on the queue and read on the exchange;
consuming needs read on the queue; publishing needs write on the exchange, answering a call over direct reply-to
write on `amq.default`. A topic permission limits the routing keys that may be published or bound.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

import requests

from mpp.messaging.brokers.topology import EVENTS, RPC
from mpp.operations.problem import Problem

# A partner binds with the first two words written out, and never to a person: `#` or `*` there would let it hear
# of every person although the permission looks only at the words of the binding.
_PARTNER_KEYS = r"^(?!civil_registry\.person\.)[a-z_]+\.[a-z_]+\..+"
_NOTHING = "^$"


@dataclass(frozen=True)
class Rights:
    """Regular expressions over names: what an account may configure, write and read, and the keys it may use."""

    configure: str
    write: str
    read: str
    publish: str
    bind: str


def service_rights(service: str, *, calls_others: bool) -> Rights:
    """A service consumes its own queues, publishes events of its own, answers; only the gateway calls."""
    own = re.escape(service)
    targets = [re.escape(EVENTS), r"amq\.default"] + ([re.escape(RPC)] if calls_others else [])
    return Rights(
        configure=_NOTHING,  # `mpp prepare` makes what it needs
        write=f"^({'|'.join(targets)})$",
        read=rf"^{own}\.(events\.v[0-9]+|dead\.v[0-9]+|rpc)$",
        publish=rf"^{own}\..+",
        bind=_NOTHING,
    )


def partner_rights(partner: str) -> Rights:
    """A partner makes queues named `partner.<name>.` and binds them to public events."""
    own = rf"^partner\.{re.escape(partner)}\..+"
    return Rights(configure=own, write=own, read=rf"{own}|^{re.escape(EVENTS)}$", publish=_NOTHING, bind=_PARTNER_KEYS)


@dataclass(frozen=True)
class ManagementApi:
    """RabbitMQ's HTTP API, e.g. `http://admin:secret@rabbitmq:15672`, for one vhost."""

    url: str
    vhost: str = "/"

    def ensure_vhost(self) -> None:
        """The vhost, and the administrator's own rights in it."""
        user = unquote(urlsplit(self.url).username or "guest")
        self._put(f"vhosts/{quote(self.vhost, safe='')}", {})
        self._put(self._permissions(user), {"configure": ".*", "write": ".*", "read": ".*"})

    def ensure_account(self, user: str, password: str, rights: Rights) -> None:
        """The account with exactly these rights. Idempotent; the password is set each time."""
        self._put(f"users/{quote(user, safe='')}", {"password": password, "tags": ""})
        # Topic permissions first: without any, every key is allowed from the moment the account may read.
        topic = {"exchange": EVENTS, "write": rights.publish, "read": rights.bind}
        self._put(self._permissions(user).replace("permissions/", "topic-permissions/", 1), topic)
        allowed = {"configure": rights.configure, "write": rights.write, "read": rights.read}
        self._put(self._permissions(user), allowed)

    def drop_guest(self) -> None:
        """Remove the well-known account guest, unless we are using it ourselves."""
        if (urlsplit(self.url).username or "guest") != "guest":
            self._request("DELETE", "users/guest", None, accept=(404,))

    def _permissions(self, user: str) -> str:
        return f"permissions/{quote(self.vhost, safe='')}/{quote(user, safe='')}"

    def _put(self, path: str, body: object) -> None:
        self._request("PUT", path, body)

    def _request(self, method: str, path: str, body: object, accept: tuple[int, ...] = ()) -> None:
        parts = urlsplit(self.url)
        address = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")
        credentials = (unquote(parts.username or "guest"), unquote(parts.password or "guest"))
        try:
            answer = requests.request(method, f"{address}/api/{path}", json=body, auth=credentials, timeout=15)
        except requests.RequestException as error:
            raise Problem(
                f"API RabbitMQ di {address} tidak menjawab ({type(error).__name__})",
                f"RabbitMQ's API at {address} does not answer ({type(error).__name__})",
            ) from None
        if not answer.ok and answer.status_code not in accept:
            raise Problem(
                f"API RabbitMQ menolak {method} {path}: {answer.status_code}",
                f"RabbitMQ's API refused {method} {path}: {answer.status_code}",
            )


def account_of(uri: str) -> tuple[str, str, str]:
    """User, password and vhost of an AMQP URI."""
    parts = urlsplit(uri)
    return unquote(parts.username or "guest"), unquote(parts.password or "guest"), unquote(parts.path[1:]) or "/"
