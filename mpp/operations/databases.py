"""The databases of the mall on this machine, for commands that look into them themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from mpp.hosting.definition import definitions
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings, with_audit_folder


@contextmanager
def databases_of(settings: Settings) -> Iterator[Settings]:
    """The settings with the databases to check: those that are named, else the embedded ones of the data folder."""
    if settings.database_urls:
        yield settings
        return
    from mpp.operations.data_folder import locked
    from mpp.operations.embedded_postgres.server import EmbeddedPostgres

    if not (settings.data / "lock").exists():
        raise Problem(
            f"tidak ada mal di {settings.data}: isi MPP_DATA, atau <SERVICE>_DATABASE_URL",
            f"there is no mall in {settings.data}: set MPP_DATA, or <SERVICE>_DATABASE_URL",
        )
    server = EmbeddedPostgres(settings.data.absolute())
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(settings.data))
        except Problem:
            server.attach()  # the mall is running, and its database with it
        else:
            stack.enter_context(server)
        urls = {name: server.url(name, user=name) for name in definitions()}
        yield with_audit_folder(replace(settings, database_urls=urls, admin_database_url=server.url()))


@contextmanager
def databases_alone(settings: Settings) -> Iterator[Settings]:
    """The same for who replaces them: in a data folder, which may be a new one, no mall runs meanwhile."""
    if settings.database_urls:
        yield settings
        return
    from mpp.operations.data_folder import locked
    from mpp.operations.embedded_postgres.server import EmbeddedPostgres

    with locked(settings.data), EmbeddedPostgres(settings.data.absolute()) as server:
        urls = {name: server.url(name, user=name) for name in definitions()}
        yield with_audit_folder(replace(settings, database_urls=urls, admin_database_url=server.url()))
