"""What anybody learns of a paper; and a death that ends a permit."""

from __future__ import annotations

from mpp.casework.access.actors import SYSTEM
from mpp.identity import demo as people
from mpp.identity.person import person_key
from mpp.papers.qr.claims import initials_of
from services.permits.use_cases.persons import lapse_permits
from services.permits.use_cases.register import RegisterStep
from tests.integration.permits.conftest import Office
from tests.support.desks import SIP_DATA, doctor, refusal


def test_a_verification_says_what_the_paper_says_and_of_whom_only_the_initials(office: Office) -> None:
    permit = office.issue()
    shown = office.verify(permit["verification"]["code"].lower())
    assert {shown["number"], shown["valid_until"], shown["region"]} == {permit["number"], "2031-11-22", "35.15.14.2013"}
    assert shown["issued_by"] == "DPMPTSP"
    holder = doctor()
    assert shown["holder"] == initials_of(holder["name"])
    assert not any(
        str(secret) in str(shown) for secret in (holder["nik"], holder["name"], SIP_DATA["practice_address"])
    )
    assert office.told("issued")[0].data["verification"] == permit["verification"]["path"]


def test_what_was_never_issued_cannot_be_verified(office: Office) -> None:
    case = office.ready()
    permit = office.issue(1)
    code = permit["verification"]["code"].replace("-", "")
    wrong = code[:5] + ("0" if code[5] != "0" else "1") + code[6:]
    for text in (case["tracking_code"], wrong, "", "P" * 16, "x" * 500):
        assert refusal(lambda text=text: office.verify(text)).to_json()["code"] == "not_found"


def test_a_death_ends_a_suspended_permit_too_and_leaves_a_trail(office: Office) -> None:
    made = [office.issue(place=place) for place in ("Klinik A", "Klinik B")]
    office.act(made[0], "suspend")
    now = office.desks.clock.now()
    with office.desks.databases["permits"].transaction() as tx:
        person = person_key(people.resident(0).nik, office.desks.runtime.person_key)
        assert lapse_permits(tx, person, now.date(), RegisterStep(SYSTEM, now, now.date(), "c")) == 2
    assert [office.get(p)["status"] for p in made] == ["lapsed", "lapsed"]
    assert office.verify(made[1]["verification"]["code"])["status"] == "lapsed"
