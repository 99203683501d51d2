"""What a service process tells about itself on its internal port."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.wrappers import Response

from mpp.cases.interface import metrics as case_metrics
from mpp.hosting.definition import case_services
from mpp.hosting.runtime import Runtime
from mpp.jobs import metrics as job_metrics
from mpp.messaging import metrics
from mpp.persistence.database import Database, DatabaseAway, TooSlow
from mpp.persistence.deadline import Deadline
from mpp.web.wsgi import Probes

_DATABASE_SECONDS = 2.0


def application(runtime: Runtime, attached: Callable[[], list[str]]) -> Probes:
    """`/livez`, `/readyz`, `/metrics`; `attached` names the consumers that are not."""
    return Probes(
        Response("not found\n", status=404),
        troubles=lambda: troubles(runtime) + attached(),
        metrics=lambda: exposition(runtime),
    )


def troubles(runtime: Runtime) -> list[str]:
    """What this process stands on and does not have. The schema was checked at the start: it never goes back."""
    found = [f"{name}: database away" for name, database in runtime.databases.items() if not _answers(database)]
    if not runtime.broker.connected:
        found.append("broker away")
    return found


def exposition(runtime: Runtime) -> tuple[bytes, str]:
    """The metrics in Prometheus' text form; what waits in the tables is counted now."""
    with_cases = {definition.name for definition in case_services().values()}
    for name, database in runtime.databases.items():
        try:
            metrics.refresh(database, name)
            job_metrics.refresh(database, name)
            if name in with_cases:
                case_metrics.refresh(database, name)
        except (DatabaseAway, TooSlow):
            continue
    return generate_latest(), CONTENT_TYPE_LATEST


def _answers(database: Database) -> bool:
    try:
        with database.transaction(Deadline.after(_DATABASE_SECONDS)) as tx:
            tx.exec_driver_sql("SELECT 1")
    except (DatabaseAway, TooSlow):
        return False
    return True
