"""Walks through a running mall by the generated client alone: `python walks.py URL permit|birth|complaint`.

mypy reads it together with the client, so that a field which the document does not have, or has with another type, is
found before anything runs.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

from mall_client.api.accounts import me
from mall_client.api.complaints import act_complaints, open_complaints
from mall_client.api.partners import events
from mall_client.api.permits import act_permits, attach_permits, document_permits, get_permits, open_permits
from mall_client.api.persons import look_up_person
from mall_client.api.public import track, verify
from mall_client.api.register import get_permit
from mall_client.api.registrations import act_registrations, open_registrations
from mall_client.api.work import worklist
from mall_client.models import Act, ActData, Case, LookUpPerson, Person, PersonKind, RegisterCase, UploadForm
from mall_client.types import UNSET, File
from steps import Desk, form, key, sure, version

from tests.support.wait import until

VILLAGE = "petugas.sukodono"


def permit(desk: Desk, document: bytes) -> None:
    """A doctor's licence, filed without a paper that is handed in later, up to the document that anybody can verify."""
    clerk = desk.clerk(VILLAGE)
    office = sure(me.sync_detailed(client=clerk)).assignments[0].office
    data = form(
        kind="new",
        str_number="STR-2026-0001",
        practice_name="Klinik Contoh",
        practice_address="Jalan Contoh 1",
        practice_region=office,
        requirements={"practice_place": True, "identity": True},
    )
    filing = RegisterCase(service="PRZ-SIP-DR", applicant=applicant(desk, DOCTOR), data=data)
    opened = sure(open_permits.sync_detailed(client=clerk, body=filing, idempotency_key=key()))
    missing = [each.code for each in opened.requirements if each.required and not each.fulfilled]
    assert missing == ["str"], missing

    file = File(payload=BytesIO(document), file_name="STR.pdf", mime_type="application/pdf")
    attached = sure(
        attach_permits.sync_detailed(
            str(opened.id),
            client=clerk,
            body=UploadForm(file=file),
            requirement="str",
            if_match=version(opened),
            idempotency_key=key(),
        )
    )
    assert (attached.document.name, attached.document.size) == ("STR.pdf", len(document))
    again = sure(document_permits.sync_detailed(str(opened.id), str(attached.document.id), client=clerk))
    assert again.payload.read() == document

    case = sure(get_permits.sync_detailed(str(opened.id), client=clerk))
    for account, action in (
        (VILLAGE, "complete"),
        ("verifikator.dpmptsp", "verify"),
        ("teknis.dinkes", "recommend"),
        ("penandatangan.dpmptsp", "sign"),
    ):
        case = act_on_permit_case(desk, account, case, action)
    assert case.permit, "the case led to no permit"

    entry = sure(get_permit.sync_detailed(case.permit.id, client=desk.clerk("penandatangan.dpmptsp")))
    assert (entry.number, entry.status, entry.issued_by) == (case.document_number, "valid", "dpmptsp")
    shown = sure(verify.sync_detailed(entry.verification.code, client=desk.anybody))
    assert shown.valid
    assert shown.number == entry.number
    until(lambda: number_on_the_feed(desk, entry.number), what="the permit on the partners' feed")
    told = sure(track.sync_detailed(case.tracking_code, client=desk.anybody))
    print(f"{entry.number} until {entry.valid_until}: {told.state_label.en}")


def number_on_the_feed(desk: Desk, number: str) -> bool:
    """Whether a partner has heard of the permit."""
    asked = events.sync_detailed(client=desk.clerk("mitra.bpjs"), type_="permits.permit.issued.v1", area="35.15.14")
    return number in [each.data.additional_properties["number"] for each in sure(asked).items]


def act_on_permit_case(desk: Desk, account: str, case: Case, action: str) -> Case:
    """One step, which the mall offers to this account."""
    client = desk.clerk(account)
    seen = sure(get_permits.sync_detailed(str(case.id), client=client))
    assert action in [each.action for each in seen.actions], (action, seen.state)
    if account != VILLAGE:
        page = sure(worklist.sync_detailed(client=client))
        assert case.id in [item.case_id for item in page.items]
    body = Act(action=action)
    return sure(
        act_permits.sync_detailed(str(case.id), client=client, body=body, if_match=version(seen), idempotency_key=key())
    )


def birth(desk: Desk, document: bytes) -> None:
    """A child is registered, and has a NIK."""
    clerk = desk.clerk("petugas.mpp")
    mother = sure(look_up_person.sync_detailed(client=clerk, body=LookUpPerson(nik=MOTHER, purpose="ADM-LHR-01")))
    data = form(
        family_card=mother.family_card,
        mother_nik=mother.nik,
        child={
            "name": "Bayi Contoh",
            "sex": "female",
            "birth_date": (date.today() - timedelta(days=3)).isoformat(),  # noqa: DTZ011 - the counter's own day
            "birth_place": "Sidoarjo",
        },
        requirements={"birth_statement": True, "marriage": True, "family_card": True},
    )
    filing = RegisterCase(service="ADM-LHR-01", applicant=applicant(desk, MOTHER), data=data)
    opened = sure(open_registrations.sync_detailed(client=clerk, body=filing, idempotency_key=key()))
    case: Case | None = None
    for account, action in (("verifikator.dukcapil", "verify"), ("pejabat.dukcapil", "sign")):
        seen = version(case or opened)
        case = sure(
            act_registrations.sync_detailed(
                str(opened.id),
                client=desk.clerk(account),
                body=Act(action=action),
                if_match=seen,
                idempotency_key=key(),
            )
        )
    assert case is not None
    assert case.certificate, "the case led to no certificate"
    assert len(case.certificate.nik) == 16
    print(f"{case.certificate.number}, {case.certificate.family_card.members} on the card")


def complaint(desk: Desk, document: bytes) -> None:
    """A report goes to the agency that can do something, is answered and closed."""
    works = "petugas.dpubmsda"
    agency = sure(me.sync_detailed(client=desk.clerk(works))).assignments[0].office
    data = form(title="Jalan berlubang", text="Ada lubang besar di jalan desa.", classification="complaint")
    filing = RegisterCase(service="PGD-LPR", applicant=applicant(desk, DOCTOR), data=data)
    clerk = desk.clerk("petugas.kecamatan")
    opened = sure(open_complaints.sync_detailed(client=clerk, body=filing, idempotency_key=key()))
    steps = (
        ("admin.pengaduan", Act("verify", data=ActData.from_dict({"category": "Infrastruktur"}))),
        ("admin.pengaduan", Act("refer", data=ActData.from_dict({"agency": agency}))),
        (works, Act("answer", note="Jalan diperbaiki minggu ini.")),
        ("admin.pengaduan", Act("close")),
    )
    seen, state = version(opened), opened.state
    for account, body in steps:
        client = desk.clerk(account)
        case = sure(
            act_complaints.sync_detailed(str(opened.id), client=client, body=body, if_match=seen, idempotency_key=key())
        )
        seen, state = version(case), case.state
    assert state == "closed"
    print(f"{opened.tracking_code} {state}")


def applicant(desk: Desk, nik: str) -> Person:
    """A resident, as the register knows them."""
    body = LookUpPerson(nik=nik, purpose="PRZ-SIP-DR")
    found = sure(look_up_person.sync_detailed(client=desk.clerk(VILLAGE), body=body))
    return Person(kind=PersonKind.PERSON, nik=found.nik, name=found.name, phone=UNSET)


WALKS = {"permit": permit, "birth": birth, "complaint": complaint}

if __name__ == "__main__":
    address, name, DOCTOR, MOTHER, path = sys.argv[1:]
    WALKS[name](Desk(address), Path(path).read_bytes())
