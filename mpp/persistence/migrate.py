"""Schema versions: alembic, one version table per database, the scripts in each service's own package."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text

_ENVIRONMENT = Path(__file__).with_name("alembic")
_LOCK = 7_267_915_001  # any number of ours: two `mpp prepare` at once take turns


def upgrade(url: str, package: str, owner_role: str) -> str | None:
    """Bring the database at `url` to the newest version of `package`, in one transaction; the version before.

    Everything is created as `owner_role`, which the account of `url` must be allowed to become, so that the
    account of the service itself owns nothing and can change no table.
    """
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        before = upgrade_within(connection, package, owner_role)
    engine.dispose()
    return before


def upgrade_within(connection: Connection, package: str, owner_role: str) -> str | None:
    """The same inside the caller's transaction, so that grants can be part of it; the version before."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    quoted = connection.dialect.identifier_preparer.quote(owner_role)
    connection.execute(text(f"SET LOCAL ROLE {quoted}"))
    before = current(connection)
    config = _config(package)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.execute(text("RESET ROLE"))
    return before


def current(connection: Connection) -> str | None:
    """The schema version of this database, None before the first migration."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def head(package: str) -> str:
    """The newest schema version that the installed code of `package` brings with it."""
    revision = ScriptDirectory.from_config(_config(package)).get_current_head()
    if revision is None:
        raise ValueError(f"{package} holds no migration")
    return revision


def _config(package: str) -> Config:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"no package {package}")
    config = Config()
    config.set_main_option("script_location", _escaped(_ENVIRONMENT))
    config.set_main_option("path_separator", "newline")
    versions = Path(next(iter(spec.submodule_search_locations))) / "versions"
    config.set_main_option("version_locations", _escaped(versions))
    return config


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")  # ConfigParser reads % as the start of a substitution
