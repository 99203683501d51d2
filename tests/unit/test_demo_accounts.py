"""Whoever tries the mall out can walk every service to its end: each role at each office has a demo account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import mpp.catalogue
from mpp import regions
from mpp.casework.access.actors import APPLICANT_ROLE, BANK_ROLE, SYSTEM_ROLE
from mpp.casework.access.jurisdiction import CASE_ROLES
from mpp.casework.access.offices import OfficeTree
from mpp.casework.rules.service_type import ServiceType
from mpp.casework.rules.workflow import CLIMBS
from mpp.catalogue import package_folder
from mpp.hosting.definition import definitions
from services.gateway.accounts.seed import assignments_in

NOBODYS = (APPLICANT_ROLE, BANK_ROLE, SYSTEM_ROLE)  # they have no account


def wanted(kind: ServiceType) -> Iterator[tuple[str, str]]:
    """(office as the file names it, role) of everybody whom a service type gives something to do."""
    for state in kind.states.values():
        for task in state.tasks:
            yield (kind.owner if task.office == "owner" else task.office, task.role)
    for action in kind.actions.values():
        yield from ((kind.owner, role) for role in action.roles if action.task is None and role not in NOBODYS)
    yield from (("origin", role) for role in kind.filed_by)
    yield (kind.owner, "supervisor")  # extends, assigns, resumes, and is told first what is late


def held(where: str, role: str, demo: set[tuple[str, str]], offices: OfficeTree) -> bool:
    """Whether some demo account could do it."""
    if where in offices:
        return (where, role) in demo
    if where.startswith(CLIMBS):
        kinds = {office.kind for office in offices if (office.code, role) in demo}
        return where.removeprefix(CLIMBS) in kinds
    return role in {r for _, r in demo}  # origin, or the office that the case names


@pytest.mark.parametrize("region", ["35.15", "33.75"])
def test_every_role_and_office_that_a_service_names_has_a_demo_account(region: str) -> None:
    offices = regions.load(region).offices
    demo = {(a.office, a.role) for a in assignments_in(regions.load(region).offices).values()}
    folders = [package_folder(d.catalogue) for d in definitions().values() if d.catalogue]
    kinds = list(mpp.catalogue.load(folders))
    assert len(kinds) > 10
    codes = {o.code for o in offices}
    nobody = {
        (kind.code, where, role)
        for kind in kinds
        for where, role in wanted(kind)
        if not held(where, role, demo, offices)
    }
    assert nobody == set()
    assert {office for office, _ in demo} <= codes, "each of them works at an office of the region"


@pytest.mark.parametrize("region", ["35.15", "33.75"])
def test_there_is_a_demo_account_of_every_role_that_reads_or_watches(region: str) -> None:
    roles = {a.role for a in assignments_in(regions.load(region).offices).values()}
    assert {*CASE_ROLES, "partner", "operator"} <= roles
