"""Kota Pekalongan runs the same mall: nothing of Kabupaten Sidoarjo is hard-wired but its own file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.support.desks import REPORT, SIP_DATA, Desks, birth_data, doctor, refusal

MEDONO = "33.75.01.1002"


@pytest.fixture
def pekalongan(service_urls: Mapping[str, str]) -> Iterator[Desks]:
    """The desks under MPP_REGION=33.75, with clerks of its own offices."""
    opened = Desks(service_urls, region_code="33.75")
    opened.staff |= {
        "petugas.medono": (MEDONO, "clerk"),
        "petugas.barat": ("33.75.01", "clerk"),
        "penyelia.barat": ("33.75.01", "supervisor"),
        "petugas.mpp": ("mpp-pekalongan", "clerk"),
        "teknis.dpupr": ("dpupr", "officer"),
    }
    yield opened
    opened.close()


def test_a_permit_is_filed_in_a_kelurahan_and_issued_by_the_agency(pekalongan: Desks) -> None:
    case = pekalongan.open(
        "petugas.medono", "PRZ-SIP-DR", applicant=doctor(), data={**SIP_DATA, "practice_region": MEDONO}
    )
    assert (case["office_of_origin"], case["office"], case["region"]) == (MEDONO, "dpmptsp", MEDONO)
    case = pekalongan.act("verifikator.dpmptsp", case, "verify")
    case = pekalongan.act("teknis.dinkes", case, "recommend")
    case = pekalongan.act("penandatangan.dpmptsp", case, "sign")
    assert (case["state"], case["document_number"]) == ("issued", "503/0001/SIP-DR/DPMPTSP/2026")
    assert {e.region for e in pekalongan.events("permits")} == {MEDONO}
    assert pekalongan.get("penyelia.barat", case)["state"] == "issued", "the district above the kelurahan"
    assert refusal(lambda: pekalongan.get("petugas.barat", case)).status == 404


def test_the_register_numbers_by_its_own_region(pekalongan: Desks) -> None:
    case = pekalongan.open("petugas.mpp", "ADM-LHR-01", applicant=doctor(1), data=birth_data())
    case = pekalongan.act("verifikator.dukcapil", case, "verify")
    case = pekalongan.act("pejabat.dukcapil", case, "sign")
    assert case["document_number"].startswith("3375-LU-")


def test_a_complaint_goes_to_an_agency_that_only_this_city_has(pekalongan: Desks) -> None:
    case = pekalongan.open("petugas.medono", "PGD-LPR", applicant=doctor(8), data={**REPORT, "location": MEDONO})
    case = pekalongan.act("admin.pengaduan", case, "verify", data={"category": "jalan"})
    refused = refusal(lambda: pekalongan.act("admin.pengaduan", case, "refer", data={"agency": "dpubmsda"}))
    assert [(f.field, f.code) for f in refused.fields] == [("data.agency", "unknown_office")]
    case = pekalongan.act("admin.pengaduan", case, "refer", data={"agency": "dpupr"})
    assert pekalongan.act("teknis.dpupr", case, "answer", note="Lubang ditambal.")["state"] == "answered"


def test_a_village_of_the_other_region_is_none_of_this_one(pekalongan: Desks) -> None:
    refused = refusal(lambda: pekalongan.open("petugas.medono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA))
    assert [(f.field, f.code) for f in refused.fields] == [("data.practice_region", "unknown_region")]
    refused = refusal(lambda: pekalongan.open("petugas.sukodono", "PGD-LPR", applicant=doctor(8), data=REPORT))
    assert (refused.status, refused.code) == (403, "office_unknown")
