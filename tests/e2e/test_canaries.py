"""Invented persons are planted everywhere a person can occur, and looked for everywhere a person must not.

Not in a message, routing key or queue name, not in a log line, a metric or the audit trail; also not where something
goes wrong: refused input, a database that is away or refuses a row, a deadlock, a garbled message, a client that goes.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import kombu
import pytest
import requests

from mpp.messaging.brokers.topology import EVENTS
from mpp.operations.embedded_postgres import location
from tests.chaos import dump
from tests.chaos.ground import Ground
from tests.chaos.load import PASSWORD
from tests.chaos.processes import Processes, environment_of
from tests.support import broker as brokers
from tests.support.canaries import accidents
from tests.support.canaries.machinery import Addresses
from tests.support.canaries.office import Counter, a_day_at_the_office, mistakes
from tests.support.canaries.people import CANARIES, GARBLED, NIKS, WORDS, leaks, traces, without_garbled
from tests.support.mall import Mall, data_folder, embedded_urls, processes_of
from tests.support.wait import until

CASE_SERVICES = ("permits", "civil_registry", "complaints")


class Wiretap:
    """A queue of our own that hears every event."""

    def __init__(self, uri: str) -> None:
        self._connection = kombu.Connection(uri)
        self._queue = kombu.Queue("wiretap", kombu.Exchange(EVENTS, "topic"), routing_key="#", durable=True)
        self._bound = self._queue(self._connection.default_channel)
        self._bound.declare()

    def heard(self) -> list[str]:
        """Each message as one text: routing key, properties, headers, body."""
        found = []
        while (message := self._bound.get(no_ack=True)) is not None:
            body = message.body if isinstance(message.body, str) else bytes(message.body).decode()
            found.append(f"{message.delivery_info['routing_key']} {message.properties} {message.headers} {body}")
        return found

    def close(self) -> None:
        self._connection.release()


def names_on_the_broker(api: str) -> list[str]:
    """Queues, exchanges and connections, as RabbitMQ lists them."""
    found = [requests.get(f"{api}/api/{what}", timeout=30).json() for what in ("queues", "exchanges", "connections")]
    return [json.dumps(each) for listed in found for each in listed]


def rows(url: str, *tables: str) -> list[str]:
    present = [t for t in tables if dump.ask(url, f"SELECT to_regclass('{t}')")[0][0] is not None]
    return [r[0] for t in present for r in dump.ask(url, f"SELECT to_jsonb(t)::text FROM {t} t")]


def bodies(url: str) -> list[str]:
    kept = "SELECT convert_from(body, 'UTF8') FROM {} WHERE body IS NOT NULL"
    return [without_garbled(r[0]) for t in ("outbox", "inbox") for r in dump.ask(url, kept.format(t))]


def without_street(row: str) -> str:
    """The reason of an entry is the clerk's own text without numbers and names; a street in it is beyond masking."""
    return row.replace(WORDS[3], "")


def tables(urls: dict[str, str]) -> dict[str, list[str]]:
    """What the databases keep beside the cases themselves."""
    found = {"counted attempts": rows(urls["gateway"], "attempts")}
    for name, url in urls.items():
        found[f"outbox and inbox of {name}"] = [*rows(url, "outbox", "inbox"), *bodies(url)]
        found[f"audit trail of {name}"] = [without_street(r) for r in rows(url, "audit")]
    return found


@pytest.fixture
def ground() -> Iterator[Ground]:
    """Broker and database of this test's own: their logs are read, and nobody else's deeds stand in them."""
    with tempfile.TemporaryDirectory(prefix="mpp-test-") as name:
        Path(name).chmod(0o711)
        try:
            made = Ground(Path(name))
        except RuntimeError as why:
            if brokers.required_here():
                pytest.fail(str(why), pytrace=False)
            pytest.skip(str(why))
        try:
            made.start()
            yield made
        finally:
            made.stop()


@pytest.fixture
def processes(ground: Ground, tmp_path: Path) -> Iterator[Processes]:
    """The services as compose runs them: each with its own role and its own account on the broker."""
    told = environment_of(ground.urls(), ground.accounts(), MPP_RETRY_DELAYS="1,2", **ground.environment())
    found = Processes(tmp_path, ground.urls(admin=True), told)
    try:
        found.prepare()
        found.start_all()
        yield found
    finally:
        found.end()


@pytest.mark.broker
def test_no_person_leaves_the_case(ground: Ground, processes: Processes) -> None:
    wiretap = Wiretap(ground.node.amqp_uri)
    counter = Counter(processes.url, PASSWORD)
    machinery = Addresses(processes.urls | {"postgres": ground.admin_url}, ground.node.amqp_uri)
    a_day_at_the_office(counter)
    mistakes(counter)
    accidents.everything(counter, machinery, broker=True)
    until(lambda: not any(dump.unfinished_messages(processes.urls).values()), what="the end of the retries")
    logs = {name: processes.log(name).read_text() for name in processes.names}
    places: dict[str, list[str]] = {
        "messages": wiretap.heard(),
        "feed": [counter.send("mitra.bpjs", "/api/v1/events?limit=100").text],
        "names on the broker": names_on_the_broker(ground.node.api),
        **{f"log of {name}": text.splitlines() for name, text in (logs | ground.logs()).items()},
        **{f"metrics of {name}": processes.metrics(name).splitlines() for name in processes.names},
        **tables(processes.urls),
    }
    wiretap.close()
    assert leaks(places, [*counter.secrets, PASSWORD]) == {}
    assert_not_blind(processes.urls, places)
    assert any("inbox.failed" in line for line in places["log of permits"])
    assert any("rpc.failed" in line for line in places["log of complaints"])
    assert any("accepting AMQP connection" in line for line in places["log of RabbitMQ"])


@pytest.fixture
def mall() -> Iterator[Mall]:
    with data_folder() as folder:
        started = Mall(folder, MPP_RETRY_DELAYS="1,2")
        try:
            yield started.start()
        finally:
            started.interrupt()
            until(lambda: not processes_of(folder), what="the end of the database")


def test_no_person_leaves_the_case_in_a_mall_of_one_process(mall: Mall) -> None:
    counter = Counter(mall.url, PASSWORD)
    urls = embedded_urls(mall.folder)
    server = urls["gateway"].replace("/gateway?", "/postgres?")
    a_day_at_the_office(counter)
    mistakes(counter)
    accidents.everything(counter, Addresses(urls | {"postgres": server}), broker=False)
    until(lambda: not any(dump.unfinished_messages(urls).values()), what="the end of the retries")
    place, _ = location.data_folder(mall.folder, location.account())
    logs = {"mall": (mall.folder / "mall.log"), "PostgreSQL": place / "postgres" / "server.log"}
    places: dict[str, list[str]] = {
        "feed": [counter.send("mitra.bpjs", "/api/v1/events?limit=100").text],
        "metrics": counter.send(None, "/metrics").text.splitlines(),
        **{f"log of {name}": path.read_text().splitlines() for name, path in logs.items()},
        **tables(urls),
    }
    assert leaks(places, [*counter.secrets, PASSWORD]) == {}
    assert leaks({"the launcher's own words": mall.output.splitlines()}, counter.secrets) == {}
    assert_not_blind(urls, places)
    assert any("inbox.failed" in line for line in places["log of mall"])


def assert_not_blind(urls: dict[str, str], places: dict[str, list[str]]) -> None:
    """The search would have found them: they are where they belong, and the other places are not empty."""
    planted = {trace for name in CASE_SERVICES for row in rows(urls[name], "cases", "timeline", "residents")
               for trace in traces(row)}  # fmt: skip
    assert set(CANARIES) - planted <= {NIKS[4], *GARBLED}  # the first was only ever refused, the others never read
    assert {place for place, texts in places.items() if not texts} <= {"audit trail of gateway"}
    assert any("database system is ready" in line for line in places["log of PostgreSQL"])
