"""A doctor's practice permit, from a village counter to its number."""

from __future__ import annotations

from tests.support.desks import SIP_DATA, Desks, doctor


def test_a_sip_travels_from_the_village_to_its_number(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    assert case["state"] == "submitted"
    case = desks.act("verifikator.dpmptsp", case, "verify")
    case = desks.act("teknis.dinkes", case, "recommend")
    case = desks.act("penandatangan.dpmptsp", case, "sign")
    assert case["state"] == "issued"
    assert case["document_number"] == "503/0001/SIP-DR/DPMPTSP/2026"
    assert case["permit"]["valid_until"] == "2031-11-22"
    assert [t["outcome"] for t in case["tasks"]] == ["done", "approved", "done"]
