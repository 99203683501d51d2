"""A real RabbitMQ for the tests, by a ladder:

1. `MPP_TEST_AMQP_URI`: that one, and a failure when it does not answer;
2. a Docker engine: the image rabbitmq:4-management;
3. a local `rabbitmq-server`: a private node on free ports;
4. none: RabbitMQ's own rules are skipped in one line; messaging is tested on the embedded broker all the same.

`MPP_REQUIRE_BROKER=1` turns the last rung into a failure. Each test has a vhost of its own.
"""

from __future__ import annotations

import itertools
import os
import warnings
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import requests

from tests.support import engine, rabbitmq_node

_NAMES = itertools.count(1)
IMAGE = "rabbitmq:4-management"


class NoBroker(Exception):
    """No rung of the ladder holds; the text says why for each."""


@dataclass(frozen=True)
class TestBroker:
    """The broker of the session: `amqp_uri` of its first vhost, `api` with credentials (None when it has none).

    `metrics` is where RabbitMQ tells its own, None where that is not known.
    """

    __test__ = False

    rung: str
    amqp_uri: str
    api: str | None
    node: rabbitmq_node.RabbitNode | None = None
    metrics: str | None = None

    def call(self, method: str, path: str, body: object = None) -> requests.Response:
        """One request to the management API, e.g. `call("PUT", "vhosts/x")`; an error status raises."""
        answer = requests.request(method, f"{self.api}/api/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer

    def uri_of(self, vhost: str) -> str:
        """The AMQP URI of another vhost with the same account."""
        parts = urlsplit(self.amqp_uri)
        return urlunsplit(parts._replace(path="/" + quote(vhost, safe="")))


@dataclass(frozen=True)
class Vhost:
    """The part of the broker that belongs to one test."""

    broker: TestBroker
    name: str

    @property
    def uri(self) -> str:
        """The AMQP URI to hand to the code under test."""
        return self.broker.uri_of(self.name)


def planned_rung() -> str:
    """The rung that will be tried first, for the header."""
    if os.environ.get("MPP_TEST_AMQP_URI"):
        return "MPP_TEST_AMQP_URI"
    if (why := engine.answers()) is None:
        return f"Docker engine ({IMAGE})"
    if rabbitmq_node.find_server():
        return f"private rabbitmq-server ({why})"
    required = " - and MPP_REQUIRE_BROKER=1" if required_here() else ""
    return f"NONE: no MPP_TEST_AMQP_URI, {why}, no rabbitmq-server{required}"


def required_here() -> bool:
    """Whether a missing broker must fail the run."""
    return os.environ.get("MPP_REQUIRE_BROKER") == "1"


def start_broker(stack: ExitStack) -> TestBroker:
    """Climb the ladder; `stack` ends what was started. Raises `NoBroker` at its end."""
    uri = os.environ.get("MPP_TEST_AMQP_URI")
    if uri:
        return _given(uri)
    reasons = ["no MPP_TEST_AMQP_URI"]
    why = engine.answers()
    if why is None:
        try:
            return _container(stack)
        except Exception as error:  # no such image and no registry, a full disk, ...
            why = f"Docker engine: {type(error).__name__}: {str(error)[:200]}"
    reasons.append(why)
    if rabbitmq_node.find_server():
        node = rabbitmq_node.RabbitNode()
        stack.callback(node.stop)
        node.start()
        return TestBroker(f"private rabbitmq-server ({why})", node.amqp_uri, node.api, node, node.metrics)
    reasons.append("no rabbitmq-server (apt-get install rabbitmq-server)")
    raise NoBroker("no RabbitMQ: " + "; ".join(reasons))


def _given(uri: str) -> TestBroker:
    import kombu

    with kombu.Connection(uri, connect_timeout=5) as connection:
        connection.connect()  # an unreachable broker fails the run: it was asked for by name
    parts = urlsplit(uri)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    credentials = f"{parts.username or 'guest'}:{parts.password or 'guest'}"
    api = os.environ.get("MPP_TEST_BROKER_API") or f"http://{credentials}@{host}:15672"
    try:
        requests.get(f"{api}/api/whoami", timeout=5).raise_for_status()
    except requests.RequestException:
        return TestBroker("MPP_TEST_AMQP_URI (no management API)", uri, None)
    return TestBroker("MPP_TEST_AMQP_URI", uri, api)


def _container(stack: ExitStack) -> TestBroker:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its own wait decorator is deprecated
        from testcontainers.community.rabbitmq import RabbitMqContainer

        container = RabbitMqContainer(IMAGE, username="mpp", password="mpp")
        container.with_exposed_ports(5672, 15672, 15692)
        engine.start(stack, container)
    host = container.get_container_host_ip()
    api = f"http://mpp:mpp@{host}:{container.get_exposed_port(15672)}"
    amqp = f"amqp://mpp:mpp@{host}:{container.get_exposed_port(5672)}/%2F"
    from tests.support.wait import until

    until(lambda: _api_answers(api), what="the management API of the container")
    metrics = f"http://{host}:{container.get_exposed_port(15692)}"
    return TestBroker(f"Docker engine ({IMAGE})", amqp, api, metrics=metrics)


def _api_answers(api: str) -> bool:
    try:
        return requests.get(f"{api}/api/whoami", timeout=5).ok
    except requests.RequestException:
        return False


def open_vhost(broker: TestBroker) -> Vhost:
    """A fresh vhost; on a broker without the management API the given one, swept clean."""
    if broker.api is None:
        name = urlsplit(broker.amqp_uri).path.removeprefix("/").replace("%2F", "/").replace("%2f", "/") or "/"
        sweep(broker.amqp_uri)
        return Vhost(broker, name)
    name = f"test-{os.getpid()}-{next(_NAMES)}"
    broker.call("PUT", f"vhosts/{name}")
    return Vhost(broker, name)


def close_vhost(vhost: Vhost) -> None:
    """Remove what the test left."""
    if vhost.broker.api is None:
        sweep(vhost.broker.amqp_uri)
    else:
        vhost.broker.call("DELETE", f"vhosts/{vhost.name}")


def sweep(uri: str) -> None:
    """Delete the mall's exchanges and queues from a shared vhost."""
    import kombu

    from mpp.hosting.definition import definitions

    with kombu.Connection(uri, connect_timeout=5) as connection:
        channel = connection.default_channel
        for service in definitions():
            for queue in (f"{service}.events.v1", f"{service}.dead.v1", f"{service}.rpc"):
                channel.queue_delete(queue)
        for exchange in ("mpp.events", "mpp.rpc", "mpp.dead"):
            channel.exchange_delete(exchange)
