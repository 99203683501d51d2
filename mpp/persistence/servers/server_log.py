"""What PostgreSQL may write into its own log: that something failed, never what was in it.

A statement carries names and numbers of people, since the driver writes values into its text, and so do the DETAIL of a
violated constraint, the list of statements of a deadlock, and the words of a trigger. The mall's own log tells kind and
place of every failure (`mpp.failures`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

# Given to the server wherever we start it, and to each database of the mall by `mpp prepare`.
SERVER: Mapping[str, str] = {
    "log_min_error_statement": "panic",  # there is nothing above it
    "log_error_verbosity": "terse",  # no DETAIL, HINT, QUERY, CONTEXT
    "log_statement": "none",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_lock_waits": "off",
    "debug_print_parse": "off",
    "debug_print_rewritten": "off",
    "debug_print_plan": "off",
}
# Given to a service's role: the text of an error may quote what it was given. Of others (a full disk, a damaged page)
# the server goes on to tell.
SERVICE: Mapping[str, str] = {"log_min_messages": "log"}
# Extensions that write statements, where they are loaded, and what makes them silent.
_EXTENSIONS: Mapping[str, str] = {"auto_explain.log_min_duration": "-1", "pgaudit.log": "none"}
_HARMLESS: Mapping[str, tuple[str, ...]] = {
    "log_statement": ("ddl",),
    "log_min_messages": ("fatal", "panic"),
    "log_lock_waits": ("on",),  # with a terse log: who waits for which table
}
_INSUFFICIENT_PRIVILEGE = "42501"

_FOUND = text(
    """
    SELECT s.setrole <> 0, unnest(s.setconfig) FROM pg_db_role_setting s
    JOIN pg_database d ON d.oid = s.setdatabase AND d.datname = :database
    LEFT JOIN pg_roles r ON r.oid = s.setrole
    WHERE s.setrole = 0 OR r.rolname = :role
    """
)


def silence(connection: Connection, database: str, role: str) -> list[str]:
    """Let no session of this database write values into the server's log, whatever the server was started with.

    `connection` is an administrator's, in AUTOCOMMIT. Returns the settings that he may not set (they belong to
    superusers): then the server's own file must say so, and `loud` tells whether it does.
    """
    quoted = connection.dialect.identifier_preparer.quote_identifier
    found = connection.execute(_FOUND, {"database": database, "role": role})
    known = {(bool(of_role), setting) for of_role, setting in found}
    everybody, service = f"DATABASE {quoted(database)}", f"ROLE {quoted(role)} IN DATABASE {quoted(database)}"
    refused = []
    for whom, settings in ((everybody, SERVER), (service, SERVICE)):
        for name, value in settings.items():
            if (whom is service, f"{name}={value}") in known:
                continue
            try:
                connection.execute(text(f"ALTER {whom} SET {name} = '{value}'"))
            except DBAPIError as error:
                if getattr(error.orig, "pgcode", None) != _INSUFFICIENT_PRIVILEGE:
                    raise
                refused.append(name)
    return refused


def loud(url: str) -> list[str]:
    """`name = value` of each setting under which sessions of this URL leave values in the server's log.

    Raises DBAPIError when the database does not answer.
    """
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            shown = connection.execute(text("SELECT name, setting FROM pg_settings"))
            return list(_loud({row.name: row.setting for row in shown}))
    finally:
        engine.dispose()


def _loud(found: Mapping[str, str]) -> Iterator[str]:
    for name, value in {**SERVER, **SERVICE, **_EXTENSIONS}.items():
        if name in found and found[name] != value and found[name] not in _HARMLESS.get(name, ()):
            yield f"{name} = {found[name]}"
