"""What a service announces of itself; `mpp` never imports a service, it finds them by entry point."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points


@dataclass(frozen=True)
class ServiceDefinition:
    """One service of the mall.

    `service_class`, `seed` and `hooks` are "module:name", imported only where they are needed; `migrations` are the
    packages of schema versions that its database has beside the shared tables (`mpp.persistence.migrate`); `collection`
    and `tracking_letter` are set for services that keep cases; `subscribes` are the event type patterns (routing-key
    wildcards) that its queue is bound for.
    """

    name: str
    service_class: str
    migrations: tuple[str, ...] = ()
    collection: str | None = None
    tracking_letter: str | None = None
    subscribes: tuple[str, ...] = ()
    seed: str | None = None
    first_account: str | None = None  # "module:name" that makes the account which makes all others
    contracts: str | None = None
    catalogue: str | None = None
    hooks: str | None = None


@cache
def definitions() -> dict[str, ServiceDefinition]:
    """Every installed service by name, in the order permits, civil_registry, ..., gateway last."""
    found = [entry.load() for entry in entry_points(group="mpp.services")]
    return {d.name: d for d in sorted(found, key=lambda d: (d.collection is None, d.name))}


def case_services() -> dict[str, ServiceDefinition]:
    """The services that keep cases, by collection."""
    return {d.collection: d for d in definitions().values() if d.collection is not None}
