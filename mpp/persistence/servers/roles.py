"""Databases and roles, as an administrator makes them: who owns the tables, and who may only use them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from mpp.persistence import migrate
from mpp.persistence.servers import server_log
from mpp.persistence.servers.server_words import said_by_server

_ROLE = "SELECT 1 FROM pg_roles WHERE rolname = :name"
_DATABASE = "SELECT 1 FROM pg_database WHERE datname = :name"
_APPEND_ONLY = ("audit", "audit_seals")  # whatever else it may do, no service rewrites what happened
_READ_ONLY = ("alembic_version", "restores")
_NOT_THE_OWNER = "42501"
_OWN_SETTINGS = text(
    """
    SELECT d.datname, unnest(s.setconfig) FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
    LEFT JOIN pg_database d ON d.oid = s.setdatabase WHERE r.rolname = :name
    """
)
_DUPLICATES = ("42710", "42P04", "23505")  # role, database: somebody else was quicker


class PreparationFailed(Exception):
    """The database server refused or did not answer; the text is for the operator and holds no password."""


@dataclass(frozen=True)
class Prepared:
    """What `prepare` found: the schema version before and after, and which settings of the server's log it may not set
    (`server_log`)."""

    before: str | None
    after: str
    loud: tuple[str, ...] = ()


def prepare(admin_url: str, runtime_url: str, service: str, packages: tuple[str, ...]) -> Prepared:
    """Make or bring up to date the database, the roles and the schema of one service. Idempotent.

    The database and role names and the password come from `runtime_url`. `<service>_owner` (no login) owns
    everything; the runtime role reads and writes rows but changes no table, and of an append-only table it may only
    insert and select. Grants are renewed in the transaction of the migrations. Raises PreparationFailed.
    """
    admin, runtime = make_url(admin_url), make_url(runtime_url)
    if not runtime.username or not runtime.database:
        raise PreparationFailed(f"{service}: the URL names no user or no database")
    owner = f"{service}_owner"
    try:
        loud = _roles_and_database(admin, runtime, owner)
        engine = create_engine(admin.set(database=runtime.database), poolclass=NullPool)
        with engine.begin() as connection:
            _own_schema(connection, owner)
            before = migrate.upgrade_within(connection, packages, owner)
            _grant(connection, runtime.username, owner)
        engine.dispose()
    except DBAPIError as error:
        raise PreparationFailed(f"{service}: {said_by_server(error)}") from error
    return Prepared(before, migrate.head(packages), tuple(loud))


def empty_database(admin_url: str, runtime_url: str, service: str) -> str:
    """Make the roles of a service, and the database of this URL with nothing in it; the role that owns it.

    Raises PreparationFailed.
    """
    admin, runtime = make_url(admin_url), make_url(runtime_url)
    owner = f"{service}_owner"
    engine = create_engine(admin.set(database=runtime.database), poolclass=NullPool)
    try:
        _roles_and_database(admin, runtime, owner)
        with engine.begin() as connection:
            _own_schema(connection, owner)
    except DBAPIError as error:
        raise PreparationFailed(f"{service}: {said_by_server(error)}") from error
    finally:
        engine.dispose()
    return owner


def shut_others(admin_url: str, runtime_urls: Iterable[str]) -> bool:
    """Let no account of the mall into the databases that every server has; whether that was done.

    Only where nobody else has a database on the server: to others those doors may matter. `runtime_urls` name
    the databases of the mall. Raises PreparationFailed.
    """
    admin = make_url(admin_url)
    ours = {make_url(url).database for url in runtime_urls}
    engine = create_engine(admin, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            found = set(connection.execute(text("SELECT datname FROM pg_database WHERE NOT datistemplate")).scalars())
            common = {"postgres", str(admin.database)}
            if found - common - ours:
                return False
            for database in (*sorted(found & common - ours), "template1"):
                connection.execute(
                    text(f"REVOKE CONNECT, TEMPORARY ON DATABASE {_quoted(engine, database)} FROM PUBLIC")
                )
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) == _NOT_THE_OWNER:
            return False
        raise PreparationFailed(said_by_server(error)) from error
    finally:
        engine.dispose()
    return True


def migrate_only(runtime_url: str, service: str, packages: tuple[str, ...]) -> Prepared:
    """Bring the schema up to date with the service's own account, where there is no administrator's.

    The database must exist. The account then owns its tables: the append-only rule is not enforced by the database.
    """
    try:
        before = migrate.upgrade(runtime_url, packages, str(make_url(runtime_url).username))
    except DBAPIError as error:
        raise PreparationFailed(f"{service}: {said_by_server(error)}") from error
    return Prepared(before, migrate.head(packages))


def answers(url: str) -> None:
    """Return when the server does. Raises PreparationFailed."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    try:
        engine.connect().close()
    except DBAPIError as error:
        raise PreparationFailed(said_by_server(error)) from error
    finally:
        engine.dispose()


def schema_version(url: str, packages: tuple[str, ...]) -> str | None:
    """The schema version of a database, for the start-up check. Raises PreparationFailed when it does not answer."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            return migrate.current(connection, packages)
    except DBAPIError as error:
        raise PreparationFailed(said_by_server(error)) from error
    finally:
        engine.dispose()


def loud_settings(url: str) -> list[str]:
    """`server_log.loud` of this database. Raises PreparationFailed when it does not answer."""
    try:
        return server_log.loud(url)
    except DBAPIError as error:
        raise PreparationFailed(said_by_server(error)) from error


def _roles_and_database(admin: URL, runtime: URL, owner: str) -> list[str]:
    engine = create_engine(admin, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        name, database = _quoted(engine, str(runtime.username)), _quoted(engine, str(runtime.database))
        owned_by = _quoted(engine, owner)
        if not _exists(connection, _ROLE, owner):
            _tolerantly(connection, f"CREATE ROLE {owned_by} NOLOGIN")
        if not _exists(connection, _ROLE, str(runtime.username)):
            _tolerantly(connection, f"CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT")
        if runtime.password is not None:
            _set_password(connection, str(runtime.username), str(runtime.password))
        # An administrator who is no superuser (a managed server) must be able to become the owner.
        superuser = connection.execute(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar()
        if not superuser:
            connection.execute(text(f"GRANT {owned_by} TO CURRENT_USER"))
        if not _exists(connection, _DATABASE, str(runtime.database)):
            _tolerantly(connection, f"CREATE DATABASE {database} OWNER {owned_by} TEMPLATE template0 ENCODING 'UTF8'")
        connection.execute(text(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC"))
        connection.execute(text(f"GRANT CONNECT ON DATABASE {database} TO {name}"))
        _forget_own_settings(connection, str(runtime.username))
        loud = server_log.silence(connection, str(runtime.database), str(runtime.username))
    engine.dispose()
    return loud


def _forget_own_settings(connection: Connection, role: str) -> None:
    """PostgreSQL lets every role give itself settings: what a stolen account has left behind ends here."""
    quoted = connection.dialect.identifier_preparer.quote_identifier
    for database, setting in connection.execute(_OWN_SETTINGS, {"name": role}).all():
        name = str(setting).partition("=")[0]
        if name in server_log.SERVICE:
            continue
        where = f" IN DATABASE {quoted(database)}" if database is not None else ""
        connection.execute(text(f"ALTER ROLE {quoted(role)}{where} RESET {quoted(name)}"))


def _set_password(connection: Connection, role: str, password: str) -> None:
    """As a verifier made here: the password itself would end up in the server's log when the statement fails."""
    from psycopg2.extensions import encrypt_password

    raw = connection.connection.driver_connection
    verifier = encrypt_password(password, role, scope=raw, algorithm="scram-sha-256")
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    connection.exec_driver_sql(f"ALTER ROLE {quoted} PASSWORD '{verifier}'")


def _own_schema(connection: Connection, owner: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote_identifier(owner)
    holder = connection.execute(
        text("SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'public'")
    ).scalar()
    if holder != owner:
        connection.execute(text(f"ALTER SCHEMA public OWNER TO {quoted}"))
    connection.execute(text("REVOKE ALL ON SCHEMA public FROM PUBLIC"))


def _grant(connection: Connection, runtime: str, owner: str) -> None:
    """Rows yes, tables no; renewed as a whole, so that what a newer version takes away is gone."""
    preparer = connection.dialect.identifier_preparer
    name = preparer.quote_identifier(runtime)
    connection.execute(text(f"SET LOCAL ROLE {preparer.quote_identifier(owner)}"))
    append_only, read_only = (
        ", ".join(preparer.quote_identifier(table) for table in tables) for tables in (_APPEND_ONLY, _READ_ONLY)
    )
    for statement in (
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
        f"REVOKE ALL ON SCHEMA public FROM {name}",
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"REVOKE INSERT, UPDATE, DELETE ON {read_only} FROM {name}",
        f"REVOKE UPDATE, DELETE ON {append_only} FROM {name}",
    ):
        connection.execute(text(statement))
    connection.execute(text("RESET ROLE"))


def _tolerantly(connection: Connection, statement: str) -> None:
    try:
        connection.execute(text(statement))
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) not in _DUPLICATES:
            raise


def _exists(connection: Connection, query: str, name: str) -> bool:
    return connection.execute(text(query), {"name": name}).scalar() is not None


def _quoted(engine: Engine, name: str) -> str:
    return engine.dialect.identifier_preparer.quote_identifier(name)
