"""What a service process tells about itself: whether it has what it stands on, and its metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from mpp.hosting.definition import definitions, resolve
from mpp.hosting.runtime import Runtime
from mpp.jobs import metrics as job_metrics
from mpp.messaging import metrics
from mpp.persistence.database import Database, DatabaseAway, TooSlow

if TYPE_CHECKING:
    from nameko.containers import ServiceContainer


class CountRows(Protocol):
    """Sets the gauges of a service's own rows (`ServiceDefinition.metrics`). Raises DatabaseAway, TooSlow."""

    def __call__(self, database: Database, service: str, /) -> object: ...


def troubles(runtime: Runtime) -> list[str]:
    """What this process stands on and does not have. The schema was checked at the start: it never goes back."""
    looked = {name: watch.trouble() for name, watch in runtime.watches.items()}
    found = [f"{name}: {trouble}" for name, trouble in looked.items() if trouble is not None]
    found += [trouble for watch in runtime.store_watches if (trouble := watch.trouble()) is not None]
    if (trouble := runtime.broker_watch.trouble()) is not None:
        found.append(trouble)
    return found


def detached(container: ServiceContainer) -> list[str]:
    """What of a service is not attached to what it takes its work from, and whether it is about to end."""
    ending = any(getattr(extension, "stopping", False) for extension in container.entrypoints)
    return [f"{container.service_name}: stopping"] * ending + [
        f"{container.service_name}: {extension.method_name} is not attached"
        for extension in container.entrypoints
        if getattr(extension, "attached", True) is False
    ]


def exposition(runtime: Runtime) -> tuple[bytes, str]:
    """The metrics in Prometheus' text form; what waits in the tables is counted now."""
    for watch in runtime.store_watches:
        watch.trouble()
    for name, database in runtime.databases.items():
        runtime.watches[name].trouble()
        try:
            metrics.refresh(database, name)
            job_metrics.refresh(database, name)
            for count in _own_counts(name):
                count(database, name)
        except (DatabaseAway, TooSlow):
            continue
    return generate_latest(), CONTENT_TYPE_LATEST


def _own_counts(name: str) -> list[CountRows]:
    place = definitions()[name].metrics if name in definitions() else None
    return [] if place is None else [resolve(place)]
