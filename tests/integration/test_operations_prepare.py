"""What `mpp prepare` makes on a server, and what the accounts it makes may and may not do."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import kombu
import pytest
from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from mpp.contracts import internal_entities
from mpp.hosting.definition import ServiceDefinition, definitions
from mpp.operations.preparing import waiting
from mpp.operations.preparing.broker_accounts import ManagementApi, partner_rights, service_rights
from mpp.operations.preparing.prepare import prepare_databases
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings
from mpp.persistence import migrate
from mpp.persistence.servers import roles
from tests.support.broker import Vhost
from tests.support.postgres import TestPostgres, role_password
from tests.support.rabbitmq_node import free_port
from tests.support.wait import until

PACKAGES = definitions()["permits"].migrations
NOTICES = ServiceDefinition(name="notices", service_class="", subscribes=("#",))
AUDIT = "INSERT INTO audit (at, actor, action, hash) VALUES (now(), 'system', 'test', decode(repeat('00', 32), 'hex'))"


class Prepared:
    """A service's database as `mpp prepare` leaves it."""

    def __init__(self, server: TestPostgres, name: str) -> None:
        self.server, self.name = server, name
        self.url = server.url_as(name, name)

    def prepare(self) -> roles.Prepared:
        return roles.prepare(self.server.base, self.url, self.name, PACKAGES)

    def run(self, statement: str, url: str | None = None) -> object:
        engine = create_engine(url or self.url, poolclass=NullPool)
        try:
            with engine.begin() as connection:
                result = connection.execute(text(statement))
                return result.scalar() if result.returns_rows else None
        finally:
            engine.dispose()


@pytest.fixture
def prepared(postgres_server: TestPostgres) -> Iterator[Prepared]:
    made = Prepared(postgres_server, f"{postgres_server.prefix}_ops")
    yield made
    postgres_server.drop(made.name)
    for role in (made.name, f"{made.name}_owner"):
        postgres_server.execute(f'DROP ROLE IF EXISTS "{role}"')


def test_the_first_time_makes_everything_and_the_second_changes_nothing(prepared: Prepared) -> None:
    first, second = prepared.prepare(), prepared.prepare()
    assert first.before is None
    assert first.after == second.before == second.after == migrate.head(PACKAGES)
    assert roles.schema_version(prepared.url, PACKAGES) == migrate.head(PACKAGES)


def test_the_service_reads_and_writes_rows(prepared: Prepared) -> None:
    prepared.prepare()
    prepared.run(AUDIT)
    assert prepared.run("SELECT count(*) FROM audit") == 1
    prepared.run("INSERT INTO leases (name, holder, expires_at) VALUES ('relay', 'x', now())")
    prepared.run("UPDATE leases SET holder = 'y'")
    prepared.run("DELETE FROM leases")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'somebody else'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "DROP TABLE audit",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "CREATE TABLE mine (id int)",
        "UPDATE alembic_version SET version_num = 'x'",
        "CREATE ROLE another",
        "SET ROLE {owner}",
    ],
)
def test_the_service_may_not_change_tables_or_rewrite_what_happened(prepared: Prepared, statement: str) -> None:
    prepared.prepare()
    prepared.run(AUDIT)
    with pytest.raises(DBAPIError) as caught:
        prepared.run(statement.format(owner=f'"{prepared.name}_owner"'))
    assert getattr(caught.value.orig, "pgcode", "") == "42501"  # insufficient_privilege
    assert prepared.run("SELECT count(*) FROM audit WHERE actor = 'system'") == 1


def test_no_other_service_may_even_connect(prepared: Prepared, postgres_server: TestPostgres) -> None:
    prepared.prepare()
    stranger = f"{prepared.name}_stranger"
    postgres_server.execute(f"CREATE ROLE \"{stranger}\" LOGIN PASSWORD '{role_password(stranger)}'")
    try:
        with pytest.raises(DBAPIError, match="permission denied for database"):
            prepared.run("SELECT 1", postgres_server.url_as(stranger, prepared.name))
    finally:
        postgres_server.execute(f'DROP ROLE "{stranger}"')


def test_a_failing_migration_leaves_the_database_as_it_was(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared.prepare()
    prepared.run(AUDIT)

    def breaks(*_: object) -> None:
        raise migrate_error()

    def migrate_error() -> Exception:
        return DBAPIError("ALTER", {}, Exception("a mistake in a migration"))

    monkeypatch.setattr(migrate.command, "upgrade", breaks)
    with pytest.raises(roles.PreparationFailed, match="a mistake in a migration"):
        prepared.prepare()
    monkeypatch.undo()
    assert prepared.run("SELECT count(*) FROM audit") == 1  # grants are as before, too


def test_a_server_that_does_not_answer_is_told_without_the_password() -> None:
    url = "postgresql+psycopg2://permits:hush@127.0.0.1:1/permits"
    with pytest.raises(roles.PreparationFailed) as caught:
        roles.prepare(url, url, "permits", PACKAGES)
    assert "hush" not in str(caught.value)


def test_without_an_administrator_the_services_own_account_migrates(
    prepared: Prepared, postgres_server: TestPostgres
) -> None:
    name = postgres_server.create()
    try:
        url = postgres_server.url(name)
        assert roles.migrate_only(url, "permits", PACKAGES).before is None
        assert roles.schema_version(url, PACKAGES) == migrate.head(PACKAGES)
        assert make_url(url).username
    finally:
        postgres_server.drop(name)


@pytest.mark.broker
class TestBrokerAccounts:
    """RabbitMQ's own permissions, tried on a real one."""

    @pytest.fixture
    def api(self, vhost: Vhost) -> ManagementApi:
        if vhost.broker.api is None:
            pytest.skip("this RabbitMQ has no management API (MPP_TEST_BROKER_API)")
        return ManagementApi(vhost.broker.api, vhost.name)

    @pytest.fixture
    def as_user(self, api: ManagementApi, vhost: Vhost) -> Iterator[object]:
        from urllib.parse import urlsplit

        import kombu

        from mpp.messaging.brokers.rabbitmq import AmqpBroker
        from mpp.messaging.brokers.topology import Topology

        admin = AmqpBroker(vhost.uri)
        Topology.of([*definitions().values(), NOTICES]).declare(admin)
        for name, definition in definitions().items():
            api.ensure_account(name, "secret", service_rights(definition))
        api.ensure_account("notices", "secret", service_rights(NOTICES))
        api.ensure_account("bpjs", "secret", partner_rights("bpjs", internal_entities()))
        opened = []

        def connect(user: str) -> kombu.Connection:
            parts = urlsplit(vhost.uri)
            netloc = f"{user}:secret@{parts.hostname}:{parts.port}"
            connection = kombu.Connection(parts._replace(netloc=netloc).geturl())
            opened.append(connection)
            return connection

        yield connect
        for connection in opened:
            connection.release()
        for name in (*definitions(), "notices", "bpjs"):
            vhost.broker.call("DELETE", f"users/{name}")

    @staticmethod
    def refused(attempt: object) -> bool:
        from amqp.exceptions import AccessRefused

        try:
            attempt()  # type: ignore[operator]
        except AccessRefused:
            return True
        return False

    def publish(self, connection: object, exchange: str, key: str) -> bool:
        """Whether RabbitMQ refused the message (it closes the channel, which a confirm notices)."""
        channel = connection.channel()  # type: ignore[attr-defined]
        import amqp

        channel.confirm_select()
        return self.refused(lambda: channel.basic_publish_confirm(amqp.Message(b"{}"), exchange, key))

    def test_a_service_publishes_its_own_events_only(self, as_user: object) -> None:
        permits = as_user("permits")  # type: ignore[operator]
        assert not self.publish(permits, "mpp.events", "permits.permit.issued.v1.35.15")
        assert self.publish(permits, "mpp.events", "civil_registry.death.registered.v1.35.15")
        assert self.publish(permits, "mpp.rpc", "complaints")  # only the gateway calls
        assert not self.publish(as_user("gateway"), "mpp.rpc", "complaints")  # type: ignore[operator]

    def test_a_service_without_cases_that_only_listens_does_nothing_else(self, as_user: object) -> None:
        assert self.publish(as_user("notices"), "mpp.events", "notices.letter.sent.v1.35.15")  # type: ignore[operator]
        assert self.publish(as_user("notices"), "mpp.rpc", "complaints")  # type: ignore[operator]
        assert self.publish(as_user("notices"), "", "complaints.rpc")  # type: ignore[operator]
        for queue, may in (("notices.events.v1", True), ("notices.rpc", False), ("complaints.events.v1", False)):
            channel = as_user("notices").channel()  # type: ignore[operator]
            assert self.refused(partial(channel.basic_consume, queue, callback=print)) is not may

    def test_a_service_reads_its_own_queues_only_and_declares_nothing(self, as_user: object) -> None:
        def consume(user: str, queue: str) -> bool:
            channel = as_user(user).channel()  # type: ignore[operator]
            return self.refused(lambda: channel.basic_consume(queue, callback=print))

        assert not consume("permits", "permits.events.v1")
        assert not consume("permits", "permits.dead.v1")
        assert not consume("permits", "permits.rpc")
        assert consume("permits", "complaints.rpc")
        assert consume("permits", "gateway.events.v1")
        channel = as_user("permits").channel()  # type: ignore[operator]
        assert self.refused(lambda: channel.queue_declare("permits.mine", durable=True))

    def test_a_partner_hears_public_events_in_a_queue_of_its_own(self, as_user: object) -> None:
        channel = as_user("bpjs").channel()  # type: ignore[operator]
        queue = "partner.bpjs.births"
        channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(queue, "mpp.events", "civil_registry.birth.registered.v1.#")
        assert not self.publish(
            as_user("civil_registry"),  # type: ignore[operator]
            "mpp.events",
            "civil_registry.birth.registered.v1.35.15.14.2013",
        )
        from tests.support.wait import until

        assert until(lambda: channel.basic_get(queue, no_ack=True)).body

    @pytest.mark.parametrize(
        "key", ["#", "*.#", "civil_registry.#", "civil_registry.*.#", "civil_registry.person.#", "*.person.#", "#.v1"]
    )
    def test_a_partner_cannot_bind_to_persons_by_any_wildcard(self, as_user: object, key: str) -> None:
        channel = as_user("bpjs").channel()  # type: ignore[operator]
        channel.queue_declare("partner.bpjs.all", durable=True, auto_delete=False)
        assert self.refused(lambda: channel.queue_bind("partner.bpjs.all", "mpp.events", key))

    @pytest.mark.parametrize("queue", ["permits.events.v1", "partner.kpu.all", "mine"])
    def test_a_partner_has_no_other_queues(self, as_user: object, queue: str) -> None:
        channel = as_user("bpjs").channel()  # type: ignore[operator]
        assert self.refused(lambda: channel.queue_declare(queue, durable=True, auto_delete=False))

    def test_a_wrong_address_of_the_api_is_one_line_without_the_password(self) -> None:
        with pytest.raises(Problem) as caught:
            ManagementApi("http://admin:hush@127.0.0.1:1").ensure_vhost()
        assert "hush" not in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.broker
def test_partners_queues_are_bounded_whatever_they_were_declared_with(vhost: Vhost) -> None:
    if vhost.broker.api is None:
        pytest.skip("MPP_TEST_AMQP_URI has no management API to set a policy with")
    api = ManagementApi(vhost.broker.api, vhost.name)
    drops = api.bound_partners(1000, timedelta(days=30))
    assert api.bound_partners(1000, timedelta(days=30)) == drops, "as often as you like"
    (policy,) = vhost.broker.call("GET", f"operator-policies/{vhost.name}").json()
    assert policy["definition"].items() >= {"max-length-bytes": 1000, "expires": 30 * 86400 * 1000}.items()
    with kombu.Connection(vhost.uri, transport_options={"confirm_publish": True}) as connection:
        channel = connection.default_channel
        for name, kept in (("partner.bpjs.q", 5), ("permits.other", 20)):
            channel.queue_declare(name, durable=True, auto_delete=False)
            fill(connection, name)
            until(lambda: channel.queue_declare(name, passive=True).message_count <= kept)  # noqa: B023
        assert channel.queue_declare("permits.other", passive=True).message_count == 20
        if drops:  # RabbitMQ 4: what a quorum queue says of itself does not count any more
            refusing = {"x-queue-type": "quorum", "x-max-length": 1, "x-overflow": "reject-publish"}
            channel.queue_declare("partner.bpjs.refusing", durable=True, auto_delete=False, arguments=refusing)
            fill(connection, "partner.bpjs.refusing")


def fill(connection: kombu.Connection, queue: str) -> None:
    """Twenty messages of 200 bytes, each confirmed; one that is refused raises."""
    for _ in range(20):
        kombu.Producer(connection).publish(b"x" * 200, routing_key=queue, confirm_timeout=10)


def test_it_begins_when_both_servers_have_started(postgres_server: TestPostgres) -> None:
    said: list[str] = []
    opened = socket.socket()

    def say(line: str) -> None:
        said.append(line)
        if "RabbitMQ" in line:
            opened.bind(("127.0.0.1", port))
            opened.listen()
        else:
            postgres_server.execute(f'CREATE DATABASE "{absent}"')

    port, absent = free_port(), f"{postgres_server.prefix}_later"
    try:
        waiting.servers(postgres_server.url(absent), f"amqp://mpp:rahasia@127.0.0.1:{port}/", say)
    finally:
        opened.close()
        postgres_server.drop(absent)
    assert [line.partition(":")[0] for line in said] == ["menunggu | waiting"] * 2, "each is said once"
    assert absent in said[0]
    assert "rahasia" not in "".join(said)


def test_after_a_while_it_goes_on_and_says_in_its_own_words_what_is_wrong() -> None:
    said: list[str] = []
    nobody = f"postgresql+psycopg2://mpp:rahasia@127.0.0.1:{free_port()}/mpp"
    waiting.servers(nobody, "amqp://127.0.0.1:9/", said.append, patience=0.0)
    with pytest.raises(Problem, match="permits"):
        settings = Settings.read({"MPP_ADMIN_DATABASE_URL": nobody, "PERMITS_DATABASE_URL": nobody}, definitions())
        prepare_databases(settings, {"permits": definitions()["permits"]}, said.append)
