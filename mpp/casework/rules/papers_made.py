"""The papers that a service type makes, with their places in its file."""

from __future__ import annotations

from collections.abc import Iterator

from mpp.casework.rules.paper import PaperSpec
from mpp.casework.rules.service_type import Action, ServiceType


def place_of(action: Action) -> str:
    """Where the file names what an action makes."""
    several = bool(action.papers and action.papers[0].name)
    return f"workflow.actions.{action.code}.{'papers' if several else 'paper'}"


def papers_made(service_type: ServiceType) -> Iterator[tuple[str, PaperSpec]]:
    """Each paper that an action of it makes, or that the law grants, in the order of the file."""
    for action in service_type.actions.values():
        yield from ((place_of(action), paper) for paper in action.papers)
    if service_type.deemed_paper is not None:
        yield "deemed_paper", service_type.deemed_paper
