"""Who sees a case: the own office and where the own office has a task; a supervisor the offices below as well."""

from __future__ import annotations

import pytest

from mpp.casework.access.actors import ROLES, SYSTEM, Actor, Assignment, applicant_of
from mpp.casework.access.jurisdiction import CASE_ROLES, desks_of, list_sight, office_for, sight_of
from mpp.casework.access.offices import Office, OfficeTree
from mpp.casework.refusals import Refused

#   setda ── dpmptsp ── mpp-sidoarjo
#     │ └─── dinkes
#     └ 35.15.14 ── 35.15.14.2013, 35.15.14.2016
OFFICES = OfficeTree(
    "35.15",
    "Asia/Jakarta",
    [
        Office("setda", "Sekretariat Daerah", "opd", "35.15"),
        Office("dpmptsp", "DPMPTSP", "opd", "35.15", "setda"),
        Office("dinkes", "Dinas Kesehatan", "opd", "35.15", "setda"),
        Office("mpp-sidoarjo", "MPP Sidoarjo", "mpp", "35.15", "dpmptsp"),
        Office("35.15.14", "Kecamatan Sukodono", "kecamatan", "35.15.14", "setda"),
        Office("35.15.14.2013", "Desa Sukodono", "desa", "35.15.14.2013", "35.15.14"),
        Office("35.15.14.2016", "Desa Suko", "desa", "35.15.14.2016", "35.15.14"),
    ],
)
# A permit filed in the village, standing at the licensing agency, with a recommendation asked of the health agency.
CASE = {"35.15.14.2013", "dpmptsp", "dinkes"}


def sees(*assignments: tuple[str, str]) -> bool:
    """Whether somebody with these roles (office, role) sees the case."""
    actor = Actor("somebody", tuple(Assignment(office, role) for office, role in assignments))
    return sight_of(actor, OFFICES).sees(CASE)


@pytest.mark.parametrize("role", CASE_ROLES)
@pytest.mark.parametrize("office", sorted(CASE))
def test_every_office_that_the_case_concerns_sees_it(office: str, role: str) -> None:
    assert sees((office, role))


@pytest.mark.parametrize("role", ["clerk", "verifier", "officer", "signer"])
@pytest.mark.parametrize("office", ["35.15.14.2016", "35.15.14", "setda", "mpp-sidoarjo"])
def test_another_office_does_not_not_even_the_one_above(office: str, role: str) -> None:
    assert not sees((office, role))


@pytest.mark.parametrize(("office", "seen"), [("35.15.14", True), ("setda", True), ("35.15.14.2016", False)])
def test_a_supervisor_sees_what_the_offices_below_see(office: str, seen: bool) -> None:
    assert sees((office, "supervisor")) == seen


def test_a_supervisor_sees_down_the_tree_and_not_up_or_across() -> None:
    sight = sight_of(Actor("penyelia", (Assignment("dpmptsp", "supervisor"),)), OFFICES)
    assert sight.offices == {"dpmptsp", "mpp-sidoarjo"}


def test_the_inspectorate_sees_everything() -> None:
    assert sees(("setda", "inspectorate"))
    assert sight_of(Actor("auditor", (Assignment("setda", "inspectorate"),)), OFFICES).sees(set())


@pytest.mark.parametrize("role", sorted(set(ROLES) - set(CASE_ROLES)))
def test_partners_and_operators_see_no_case(role: str) -> None:
    assert not sees(("dpmptsp", role))


def test_several_roles_add_up_and_do_not_mix() -> None:
    assert sees(("35.15.14.2016", "clerk"), ("dinkes", "officer"))
    # a clerk at the top who supervises one village does not see the whole tree
    sight = sight_of(Actor("two", (Assignment("setda", "clerk"), Assignment("35.15.14.2016", "supervisor"))), OFFICES)
    assert sight.offices == {"setda", "35.15.14.2016"}


@pytest.mark.parametrize("actor", [Actor("nobody"), applicant_of("case-1"), SYSTEM])
def test_who_holds_no_office_sees_no_list(actor: Actor) -> None:
    assert sight_of(actor, OFFICES).offices == frozenset()
    assert not sight_of(actor, OFFICES).sees(CASE)


def test_a_clerk_of_an_office_that_is_gone_sees_only_what_still_names_it() -> None:
    gone = sight_of(Actor("lama", (Assignment("closed-office", "supervisor"),)), OFFICES)
    assert not gone.sees(CASE)
    assert gone.sees({"closed-office"})


# --- roles at several offices -----------------------------------------------------------------------------------------


def test_a_role_counts_only_at_the_office_where_it_is_held() -> None:
    actor = Actor("dua", (Assignment("dpmptsp", "clerk"), Assignment("dinkes", "verifier")))
    assert office_for(actor, ("verifier",), {"dpmptsp"}) is None
    assert office_for(actor, ("verifier",), {"dpmptsp", "dinkes"}) == "dinkes"
    assert office_for(actor, ("clerk", "verifier"), {"dinkes", "dpmptsp"}) == "dpmptsp"
    assert desks_of(actor) == {("dpmptsp", "clerk"), ("dinkes", "verifier")}


@pytest.mark.parametrize("role", sorted(set(ROLES) - set(CASE_ROLES)))
def test_who_has_no_business_with_cases_has_no_list_either(role: str) -> None:
    actor = Actor("mitra", (Assignment("dpmptsp", role),))
    assert desks_of(actor) == frozenset()
    with pytest.raises(Refused) as refused:
        list_sight(actor, OFFICES)
    assert (refused.value.status, refused.value.code) == (403, "role_may_not")
    assert "clerk" in str(refused.value.params["roles"])
