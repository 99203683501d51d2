"""`mpp prepare`: databases, roles, schemas, broker accounts and topology, in that order. As often as you like."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mpp.contracts import internal_entities
from mpp.hosting.definition import ServiceDefinition, resolve
from mpp.hosting.seeding import WELL_KNOWN_PASSWORD, DemoCheck, FirstAccount, Seeder, Seeding
from mpp.messaging.brokers.port import Broker, BrokerAway, TopologyRefused
from mpp.messaging.brokers.topology import Topology
from mpp.operations.preparing.broker_accounts import ManagementApi, account_of, partner_rights, service_rights
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings, missing, required
from mpp.persistence.servers import roles

Say = Callable[[str], None]
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def prepare_databases(settings: Settings, services: Mapping[str, ServiceDefinition], say: Say) -> None:
    """The database of every service that has one, in its newest version. Raises Problem."""
    for name, definition in services.items():
        if definition.migrations is None:
            continue
        if name not in settings.database_urls:
            raise missing(f"{name.upper()}_DATABASE_URL")
        url = settings.database_urls[name]
        try:
            if settings.admin_database_url is None:
                done = roles.migrate_only(url, name, definition.migrations)
            else:
                done = roles.prepare(settings.admin_database_url, url, name, definition.migrations)
        except roles.PreparationFailed as error:
            raise Problem(f"basis data {error}", f"database {error}") from error
        if done.before != done.after:
            say(f"basis data {name}: versi {done.before or 'kosong'} -> {done.after}")
        if done.loud:
            say(
                f"basis data {name}: akun pengelola tidak boleh mengatur {', '.join(done.loud)}; atur pada peladen "
                f"PostgreSQL (mpp doctor) | the administrator may not set these: set them on the server"
            )
    if settings.admin_database_url is not None:
        try:
            roles.shut_others(settings.admin_database_url, settings.database_urls.values())
        except roles.PreparationFailed as error:
            raise Problem(f"basis data {error}", f"database {error}") from error


def prepare_broker(settings: Settings, services: Mapping[str, ServiceDefinition], broker: Broker, say: Say) -> None:
    """Accounts (where the management API is known), then exchanges, queues and bindings. Raises Problem."""
    if settings.broker_api is not None:
        _accounts(settings, services, say)
    try:
        Topology.of(services.values()).declare(broker)
    except BrokerAway as error:
        raise Problem(f"RabbitMQ tidak menjawab ({error})", f"RabbitMQ does not answer ({error})") from error
    except TopologyRefused as error:
        raise Problem(
            f"RabbitMQ sudah punya antrean dengan bentuk lain: {error}",
            f"RabbitMQ already has this with another shape: {error}",
        ) from error


def _accounts(settings: Settings, services: Mapping[str, ServiceDefinition], say: Say) -> None:
    *_, vhost = account_of(required(settings.admin_amqp_uri or settings.amqp_uri, "MPP_ADMIN_AMQP_URI"))
    api = ManagementApi(required(settings.broker_api, "MPP_BROKER_API"), vhost)
    api.ensure_vhost()
    with_account = {name: definition for name, definition in services.items() if definition.uses_broker}
    for name, definition in with_account.items():
        if name not in settings.amqp_uris:
            raise missing(f"{name.upper()}_AMQP_URI")
        user, password, _ = account_of(settings.amqp_uris[name])
        if user != name:  # the name of the account is what the others know the service by
            raise Problem(
                f"{name.upper()}_AMQP_URI: akun RabbitMQ layanan ini harus bernama {name}, bukan {user}",
                f"{name.upper()}_AMQP_URI: the RabbitMQ account of this service must be called {name}, not {user}",
            )
        api.ensure_account(user, password, service_rights(definition))
    for partner, password in settings.partner_accounts.items():
        api.ensure_account(partner, password, partner_rights(partner, internal_entities()))
    drops = api.bound_partners(settings.for_services.partner_queue_bytes, settings.partner_queue_unused)
    api.drop_guest()
    if not drops:
        say("antrean mitra yang penuh dapat menolak peristiwa (RabbitMQ sebelum 4) | a partner's full queue may refuse")
    say(f"akun RabbitMQ: {len(with_account)} layanan, {len(settings.partner_accounts)} mitra")


def first_accounts(settings: Settings, services: Mapping[str, ServiceDefinition], say: Say) -> None:
    """The account that makes all others, where `MPP_OPERATOR_PASSWORD` is set and it is not there yet."""
    from mpp.persistence.database import Database

    for name, definition in services.items():
        if definition.first_account is not None and settings.operator_password is not None:
            make: FirstAccount = resolve(definition.first_account)
            database = Database(settings.database_urls[name], name=name, pool_size=1)
            if make(database, settings.for_services.region, settings.operator_password):
                say("akun operator dibuat | the account operator was made")
            database.dispose()


class DemoRefused(Problem):
    """People work in this mall: demo data have no place in it."""


def seed(settings: Settings, services: Mapping[str, ServiceDefinition], say: Say) -> list[str]:
    """Demo residents and clerks, where they are asked for; the names of the accounts.

    Raises Problem for a well-known password where others could use it, and DemoRefused where people have accounts.
    """
    refuse_in_public(settings)
    if settings.person_key is None:
        raise missing("MPP_PERSON_KEY")
    from mpp.persistence.database import Database

    databases = {name: Database(url, name=name, pool_size=2) for name, url in settings.database_urls.items()}
    try:
        for name, definition in services.items():
            if definition.takes_demo is not None:
                takes: DemoCheck = resolve(definition.takes_demo)
                if not takes(databases[name]):
                    raise DemoRefused(
                        "mal ini sudah punya akun sungguhan, jadi data demo tidak ditambahkan: isi MPP_DEMO=0",
                        "this mall has accounts of people, so no demo data are added to it: set MPP_DEMO=0",
                    )
        seeding = Seeding(settings.for_services.region, settings.person_key, settings.demo_password)
        accounts: list[str] = []
        for name, definition in services.items():
            if definition.seed is not None:
                fill: Seeder = resolve(definition.seed)
                accounts += fill(databases[name], seeding) or ()
    finally:
        for database in databases.values():
            database.dispose()
    say("data demo siap | demo data is ready")
    return accounts


def refuse_in_public(settings: Settings) -> None:
    """Behind a proxy the mall listens on this machine only, and yet is open to whoever reaches the proxy."""
    if settings.demo_password not in (None, WELL_KNOWN_PASSWORD):
        return
    if settings.bind not in _LOOPBACK:
        how, way = f"MPP_BIND={settings.bind} membuka mal ke jaringan", f"MPP_BIND={settings.bind} opens the mall"
    elif settings.for_services.proxies > 0:
        proxies = f"MPP_PROXIES={settings.for_services.proxies}"
        how, way = f"{proxies} menaruh mal di belakang proxy", f"{proxies} puts a proxy in front of it"
    else:
        return
    raise Problem(
        f"akun demo memakai sandi yang dikenal umum, sedangkan {how}: untuk mal sungguhan isi MPP_DEMO=0, untuk "
        "latihan isi MPP_DEMO_PASSWORD dengan sandi sendiri",
        f"demo accounts have a well-known password and {way}: set MPP_DEMO=0 for a real mall, or MPP_DEMO_PASSWORD to "
        "a password of your own for training",
    )
