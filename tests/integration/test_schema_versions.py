"""A database is what `tables.py` says, however old it was; no version is ever applied to it twice."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import NullPool, Table, create_engine, text

from mpp.hosting.definition import definitions
from mpp.operations.checking.schema import check_schema
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings
from mpp.persistence import migrate
from mpp.persistence.servers import roles
from tests.support.former_schemas import VERSIONS, former
from tests.support.postgres import TestPostgres
from tests.support.schema import schema_of

CASEWORK = (
    "mpp.cases.storage.tables",
    "mpp.cases.storage.paper_table",
    "mpp.cases.storage.online_table",
    "mpp.cases.storage.satisfaction_tables",
    "mpp.messages.table",
)
TABLES = {
    "permits": ("mpp.persistence.tables", *CASEWORK, "services.permits.tables"),
    "civil_registry": (
        "mpp.persistence.tables",
        *CASEWORK,
        "services.civil_registry.tables",
        "services.civil_registry.importing.tables",
        "services.civil_registry.register.reported",
        "services.civil_registry.register.looks",
    ),
    "complaints": ("mpp.persistence.tables", *CASEWORK),
    "gateway": ("mpp.persistence.tables", "services.gateway.tables"),
}
NEWEST = {
    "permits": "casework_0016, core_0005, permits_0003",
    "civil_registry": "casework_0016, civil_registry_0031, core_0005",
    "complaints": "casework_0016, core_0005",
    "gateway": "core_0005, gateway_0008",
}
FORMER = [(service, f"{n:04}") for service, steps in VERSIONS.items() for n in range(1, len(steps) + 1)]

Make = Callable[..., str]


@pytest.fixture(scope="module")
def stated(postgres_server: TestPostgres) -> dict[str, list[str]]:
    """What `tables.py` says of each service's database: made by SQLAlchemy in an empty one, and read back."""
    found = {}
    for service, modules in TABLES.items():
        name = postgres_server.create()
        engine = create_engine(postgres_server.url(name), poolclass=NullPool)
        for module in map(import_module, modules):
            tables = [table for table in vars(module).values() if isinstance(table, Table)]
            module.metadata.create_all(engine, tables)
        found[service] = schema_of(postgres_server.url(name))
        postgres_server.drop(name)
    return found


def prepare(service: str, url: str) -> roles.Prepared:
    return roles.migrate_only(url, service, definitions()[service].migrations)


def run(url: str, *statements: str) -> list[tuple[object, ...]]:
    """The rows of the last statement."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        *before, last = statements
        for statement in before:
            connection.execute(text(statement))
        result = connection.execute(text(last))
        rows = [tuple(row) for row in result] if result.returns_rows else []
    engine.dispose()
    return rows


def test_every_service_is_compared() -> None:
    assert set(TABLES) == set(NEWEST) == set(VERSIONS) == set(definitions())


@pytest.mark.parametrize("service", TABLES)
def test_a_new_database_is_what_the_tables_say(service: str, make_database: Make, stated: dict[str, list[str]]) -> None:
    url = make_database()
    assert prepare(service, url) == roles.Prepared(None, NEWEST[service])
    assert schema_of(url) == stated[service]


@pytest.mark.parametrize(("service", "version"), FORMER)
def test_a_former_database_is_in_the_end_what_the_tables_say(
    service: str, version: str, make_database: Make, stated: dict[str, list[str]]
) -> None:
    url = make_database()
    former(service, version)(url)
    assert prepare(service, url) == roles.Prepared(version, NEWEST[service])
    assert prepare(service, url) == roles.Prepared(NEWEST[service], NEWEST[service]), "nothing was left to do"
    assert schema_of(url) == stated[service]


def test_what_a_former_version_did_to_the_rows_is_not_done_again(make_database: Make) -> None:
    """0002 said of each paid assessment that two things were told of it; since then more has been told."""
    url = make_database()
    former("permits", "0002")(url)
    case, levy = "00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"
    run(
        url,
        f"""
        INSERT INTO cases (id, tracking_code, service, service_version, state, version, office_of_origin, office,
            region, data, ticks, clock, calendar_complete, submitted_at, since, reported, calendar)
        VALUES ('{case}', 'P1', 'PRZ-PBG', 1, 'payment', 1, 'x', 'x', '35.15', '{{}}', '{{}}', '{{}}', true, now(),
            now(), 0, '')
        """,
        f"""
        INSERT INTO levies (id, number, case_id, amount, due_on, state, assessed_at, paid_at, how, version)
        VALUES ('{levy}', 'SKRD/1', '{case}', 1000, '2026-12-23', 'paid', now(), now(), 'proof', 3)
        """,
    )
    prepare("permits", url)
    assert run(url, "SELECT version FROM levies") == [(3,)]
    assert run(url, "SELECT count(*) FROM payments") == [(0,)]


@pytest.mark.parametrize("service", TABLES)
def test_a_service_does_not_start_on_a_former_database(service: str, make_database: Make) -> None:
    url = make_database()
    version = f"{len(VERSIONS[service]):04}"
    former(service, version)(url)
    mine = {service: definitions()[service]}
    with pytest.raises(Problem, match=f"the schema of {service} is at {version}, .* run `mpp prepare`"):
        check_schema(Settings(database_urls={service: url}), mine)
    prepare(service, url)
    check_schema(Settings(database_urls={service: url}), mine)


def test_a_database_of_newer_code_is_told_as_it_is(make_database: Make) -> None:
    url = make_database()
    prepare("gateway", url)
    run(url, "UPDATE alembic_version SET version_num = 'gateway_9999' WHERE version_num LIKE 'gateway%'")
    assert roles.schema_version(url, definitions()["gateway"].migrations) == "core_0005, gateway_9999"


@pytest.mark.parametrize("known_from_the_start", [True, False])
def test_a_later_version_of_the_shared_tables_comes_to_every_service(
    known_from_the_start: bool, make_database: Make, later: str
) -> None:
    """Also to one whose own versions were there before it; and it is applied once."""
    url, packages = make_database(), definitions()["permits"].migrations
    if not known_from_the_start:
        former("permits", "0003")(url)
        prepare("permits", url)
    newest = "casework_0016, core_9999, permits_0003"
    assert migrate.head((*packages, later)) == newest
    assert roles.migrate_only(url, "permits", (*packages, later)).after == newest
    assert roles.schema_version(url, (*packages, later)) == newest
    assert roles.migrate_only(url, "permits", (*packages, later)).before == newest


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package with the next version of the shared tables."""
    folder = tmp_path / "later_shared_tables" / "versions"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    (folder / "9999_more.py").write_text(
        "from alembic import op\nrevision, down_revision = 'core_9999', 'core_0005'\n"
        "def upgrade(): op.execute('CREATE TABLE more (id integer PRIMARY KEY)')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return "later_shared_tables"
