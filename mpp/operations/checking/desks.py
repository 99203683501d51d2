"""Desks at which nobody works: a service gives its tasks to them, and no account holds the role there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mpp.casework.access.offices import OfficeTree
from mpp.casework.rules.workflow import SUPERIOR
from mpp.catalogue import Catalogue
from mpp.json_values import objects, optional_truth, text
from mpp.operations.client import Client

_PATH = "/api/v1/operations/accounts"


def unmanned(client: Client, catalogue: Catalogue, offices: OfficeTree) -> Iterator[str]:
    """A line for each, Indonesian | English, with the services that wait there. Raises Problem."""
    manned = set(_manned(client))
    for (office, role), services in sorted(_desks(catalogue, offices).items()):
        if (office, role) not in manned:
            names = ", ".join(sorted(services))
            yield (
                f"tidak ada akun {role} di {office}: {names} menunggu di sana, dan diam dapat berarti dikabulkan | "
                f"no account is {role} at {office}: {names} wait there, and silence may grant"
            )


def _desks(catalogue: Catalogue, offices: OfficeTree) -> Mapping[tuple[str, str], set[str]]:
    """The desks that the catalogue names, each with its services; counters and what a form names are not among them."""
    found: dict[tuple[str, str], set[str]] = {}
    for kind in catalogue:
        known = {"owner": kind.owner, SUPERIOR: offices.hears_appeals(kind.owner)}
        for state in kind.states.values():
            for task in state.tasks:
                office = known.get(task.office, task.office)
                if office in offices:
                    found.setdefault((office, task.role), set()).add(kind.code)
    return found


def _manned(client: Client) -> Iterator[tuple[str, str]]:
    for page in client.pages(_PATH):
        for account in objects(page, "items"):
            if not optional_truth(account, "disabled"):
                yield from ((text(each, "office"), text(each, "role")) for each in objects(account, "assignments"))
