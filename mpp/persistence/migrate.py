"""Schema versions: alembic, with a branch for each part of a database that has tables of its own.

The tables that every service has are the branch `core` (`mpp.persistence.migrations`). A service says which packages of
migrations it adds to that: those of casework, and its own. Each branch counts its own versions; the first version of a
branch says by `depends_on` what it stands on, so that `permits_0001` finds the table of cases. The schema version of a
database is therefore a line such as "casework_0004, core_0001, permits_0002".

Once each service counted for itself, with copies of the shared versions, and its database held one number such as
"0003". A version that was part of that says so by `former = "0003"`: a database at this number or a later one has it
already. `upgrade` writes down what the old number stood for before it does anything else.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text

CORE = "mpp.persistence.migrations"
_LOCK = 7_267_915_001  # any number of ours: two `mpp prepare` at once take turns


def upgrade(url: str, packages: tuple[str, ...], owner_role: str) -> str | None:
    """Bring the database at `url` to the newest version of `core` and `packages`, in one transaction.

    Returns the version before, None for an empty database. Everything is created as `owner_role`, which the account of
    `url` must be allowed to become, so that the account of the service itself owns nothing and can change no table.
    """
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        before = upgrade_within(connection, packages, owner_role)
    engine.dispose()
    return before


def upgrade_within(connection: Connection, packages: tuple[str, ...], owner_role: str) -> str | None:
    """The same inside the caller's transaction, so that grants can be part of it; the version before."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    quoted = connection.dialect.identifier_preparer.quote(owner_role)
    connection.execute(text(f"SET LOCAL ROLE {quoted}"))
    before = current(connection, packages)
    _renumber(connection, packages)
    config = _config(packages)
    config.attributes["connection"] = connection
    command.upgrade(config, "heads")
    connection.execute(text("RESET ROLE"))
    return before


def current(connection: Connection, packages: tuple[str, ...]) -> str | None:
    """The schema version of this database, None before the first migration.

    A database that holds a version which the installed code does not know is told as it is written there.
    """
    found = MigrationContext.configure(connection).get_current_heads()
    known = _scripts(packages)
    if not found:
        return None
    return _told(_with_ancestors(found, known)) if set(found) <= set(known) else ", ".join(sorted(found))


@cache
def head(packages: tuple[str, ...]) -> str:
    """The newest schema version that the installed code of `core` and `packages` brings with it."""
    return _told(_scripts(packages).values())


def knows(told: str, packages: tuple[str, ...]) -> bool:
    """Whether the installed code of `core` and `packages` can go on from a schema version that `current` has told."""
    scripts = _scripts(packages)
    known = set(scripts) | {number for script in scripts.values() if (number := _former(script)) is not None}
    return set(told.split(", ")) <= known


def files(packages: tuple[str, ...]) -> list[Path]:
    """The files of `core` and `packages` that make up the newest schema."""
    return sorted(Path(script.path) for script in _scripts(packages).values())


def _renumber(connection: Connection, packages: tuple[str, ...]) -> None:
    """A database from before the branches: write down the versions that its one number stood for."""
    rows = MigrationContext.configure(connection).get_current_heads()
    former = {id_: (script, number) for id_, script in _scripts(packages).items() if (number := _former(script))}
    if len(rows) != 1 or rows[0] not in {number for _, number in former.values()}:
        return
    held = [script for script, number in former.values() if number <= rows[0]]
    connection.execute(text("DELETE FROM alembic_version"))
    for version in _ends(held, also_needed=True):
        connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:version)"), {"version": version})


def _former(script: Script) -> str | None:
    return getattr(script.module, "former", None)


def _with_ancestors(versions: Iterable[str], known: dict[str, Script]) -> list[Script]:
    """The scripts that a database at these versions has gone through."""
    found: dict[str, Script] = {}
    ahead = list(versions)
    while ahead:
        version = ahead.pop()
        if version not in found:
            found[version] = known[version]
            ahead += _before(known[version], also_needed=True)
    return list(found.values())


def _told(scripts: Iterable[Script]) -> str:
    """The newest version of each branch."""
    return ", ".join(sorted(_ends(scripts)))


def _ends(scripts: Iterable[Script], *, also_needed: bool = False) -> set[str]:
    """The versions that no other of these follows (or, with `also_needed`, depends on: what alembic writes down)."""
    scripts = list(scripts)
    followed = {version for script in scripts for version in _before(script, also_needed=also_needed)}
    return {script.revision for script in scripts} - followed


def _before(script: Script, *, also_needed: bool) -> list[str]:
    both = (script.down_revision, script.dependencies if also_needed else None)
    return [version for one in both for version in ((one,) if isinstance(one, str) else one or ())]


@cache
def _scripts(packages: tuple[str, ...]) -> dict[str, Script]:
    scripts = ScriptDirectory.from_config(_config(packages)).walk_revisions()
    return {script.revision: script for script in scripts}


def _config(packages: tuple[str, ...]) -> Config:
    config = Config()
    config.set_main_option("script_location", _escaped(_folder(CORE)))
    config.set_main_option("path_separator", "newline")
    folders = [_folder(package) / "versions" for package in (CORE, *packages)]
    config.set_main_option("version_locations", "\n".join(map(_escaped, folders)))
    return config


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"no package {package}")
    return Path(next(iter(spec.submodule_search_locations)))


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")  # ConfigParser reads % as the start of a substitution
