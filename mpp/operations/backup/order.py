"""In which order the databases are looked at: who hears events before who tells them.

What a service has heard was told earlier. When its moment is the earlier one, every event behind it is in the outbox of
whoever told it, and sending again brings what it lacks. The other way round there would be events that no outbox knows.
What services tell each other of papers is left aside: they hear each other there, and who is restored asks for it anew.
"""

from __future__ import annotations

from collections.abc import Mapping

from mpp.contracts import all_contracts
from mpp.hosting.definition import ServiceDefinition
from mpp.messaging.brokers.topics import covers


def hearers_first(services: Mapping[str, ServiceDefinition]) -> list[str]:
    """The services that have a database, in that order; in a ring of services that hear each other by their names."""
    left = {name for name, definition in services.items() if definition.migrations is not None}
    types = list(all_contracts())
    ordered: list[str] = []
    while left:
        heard = {name for name in left if any(_hears(services[other], name, types) for other in left - {name})}
        chosen = min(left - heard or left)
        ordered.append(chosen)
        left.remove(chosen)
    return ordered


def _hears(listener: ServiceDefinition, teller: str, types: list[str]) -> bool:
    told = [type_ for type_ in types if type_.partition(".")[0] == teller]
    anew = {*listener.papers_elsewhere, *listener.paper_types}
    return any(covers(pattern, type_) for pattern in listener.hears if pattern not in anew for type_ in told)
