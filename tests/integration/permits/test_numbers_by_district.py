"""The number of a building approval: the kecamatan of the site, the day, and what comes next there on that day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mpp.cases.storage import numbers as books
from mpp.cases.storage.number_check import wrong_numbers
from mpp.casework.refusals import Refused
from mpp.catalogue import package_folder
from tests.integration.cases.test_operating import numbers
from tests.integration.permits.conftest import Office
from tests.support.desks import Desks, refusal
from tests.support.permit_walks import Case, file, kind_of, take, walk

SUKODONO, WARU = "35.15.14.2013", "35.15.18.2001"
PBG = (package_folder("services.permits.catalogue") / "prz-pbg.yaml").read_text("utf-8")
BOOK = {"office": "dpmptsp", "series": "pbg.351514.2026-11-23", "year": 2026}


def ready(desks: Desks, site: str = SUKODONO, index: int = 0, service: str = "PRZ-PBG") -> Case:
    """A simple house, up to the signature."""
    case = file(desks, service, index, track="simple_house", floor_area=70, site_region=site)
    return walk(desks, case, "signing")


def issued(desks: Desks, site: str = SUKODONO, index: int = 0) -> str:
    return str(take(desks, ready(desks, site, index), "sign")["document_number"])


def of(desks: Desks, op: str, account: str = "operator", **body: Any) -> dict[str, Any]:
    return numbers(desks, op, account, **{**BOOK, **body})


def test_each_kecamatan_begins_at_one_on_each_day(desks: Desks) -> None:
    given = [issued(desks, site, index) for index, site in enumerate([SUKODONO, WARU, SUKODONO])]
    assert given == ["SK-PBG-351514-23112026-001", "SK-PBG-351518-23112026-001", "SK-PBG-351514-23112026-002"]
    desks.clock.advance(timedelta(days=1))
    assert issued(desks, index=3) == "SK-PBG-351514-24112026-001"
    with desks.databases["permits"].transaction() as tx:
        assert wrong_numbers(tx) == []


@pytest.mark.parametrize(
    ("moment", "number", "book", "year"),
    [
        (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), "SK-PBG-351514-31122026-001", "pbg.351514.2026-12-31", 2026),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), "SK-PBG-351514-01012027-001", "pbg.351514.2027-01-01", 2027),
    ],
)
def test_the_day_and_its_year_are_those_of_the_place(
    desks: Desks, moment: datetime, number: str, book: str, year: int
) -> None:
    case = ready(desks)
    desks.clock.advance(moment - desks.clock.now())
    assert take(desks, case, "sign")["document_number"] == number
    assert of(desks, "list", series=book, year=year)["items"][0]["number"] == number


def test_a_site_that_is_the_whole_kabupaten_is_refused_when_it_is_filed_and_when_it_is_amended(desks: Desks) -> None:
    refused = refusal(lambda: file(desks, "PRZ-PBG", site_region="35.15"))
    assert [(f.field, f.code) for f in refused.fields] == [("data.site_region", "no_district")]
    case = ready(desks)
    body = {"note": "salah", "data": {"site_region": "35.15"}}
    refused = refusal(lambda: desks.act("petugas.sukodono", case, "amend", **body))
    assert [(f.field, f.code) for f in refused.fields] == [("data.site_region", "no_district")]
    case = desks.act("petugas.sukodono", case, "amend", note="salah", data={"site_region": "35.15.18"})
    assert take(desks, case, "sign")["document_number"] == "SK-PBG-351518-23112026-001", "a kecamatan will do"


def test_no_number_is_given_without_a_kecamatan_and_the_refusal_names_the_field(desks: Desks) -> None:
    case, kind = ready(desks), kind_of(desks, "PRZ-PBG")
    with desks.databases["permits"].transaction() as tx, pytest.raises(Refused) as refused:
        books.allocate(tx, kind, case["id"], "dpmptsp", desks.runtime.offices, "35.15", desks.clock.now())
    assert [(f.field, f.code) for f in refused.value.fields] == [("data.site_region", "no_district")]


def test_a_corrected_site_is_numbered_in_its_kecamatan_on_the_day_of_the_correction(desks: Desks) -> None:
    office, case = Office(desks), take(desks, ready(desks), "sign")
    desks.clock.advance(timedelta(days=1))
    permit = office.get(case["permit"]["id"])
    after = office.act(permit, "correct", data={"site_region": WARU})
    assert after["superseded_by"]["number"] == "SK-PBG-351518-24112026-001"


def test_a_case_of_an_earlier_version_keeps_its_number(service_urls: Mapping[str, str], tmp_path: Path) -> None:
    begin, end = PBG.index("number: "), PBG.index("tracks:\n")
    whole = 'number: {series: pbg, template: "SK-PBG-{region:4}-{seq:5}-{year}"}\n'
    former = PBG[:begin] + whole + PBG[end:]
    path = tmp_path / "pbg.yaml"
    path.write_text(former.replace("code: PRZ-PBG", "code: PRZ-PBG-LAMA"), "utf-8")
    desks = Desks(service_urls, extra=[tmp_path])
    cases = [ready(desks, index=index, service="PRZ-PBG-LAMA") for index in range(2)]
    assert take(desks, cases[0], "sign")["document_number"] == "SK-PBG-3515-00001-2026"
    desks.close()
    version = kind_of(desks, "PRZ-PBG-LAMA").version
    newer = PBG.replace("code: PRZ-PBG", "code: PRZ-PBG-LAMA")
    path.write_text(newer.replace(f"version: {version}\n", f"version: {version + 1}\n"), "utf-8")
    desks = Desks(service_urls, extra=[tmp_path])
    assert take(desks, cases[1], "sign")["document_number"] == "SK-PBG-3515-00002-2026"
    new = take(desks, ready(desks, index=2, service="PRZ-PBG-LAMA"), "sign")
    assert new["document_number"] == "SK-PBG-351514-23112026-001"
    assert [line["seq"] for line in of(desks, "list", series="pbg")["items"]] == [1, 2], "its book stays to be seen"
    desks.close()


# --- its books --------------------------------------------------------------------------------------------------------


def test_a_paper_book_of_today_goes_on(desks: Desks) -> None:
    assert of(desks, "start", last=4)["first"] == 5
    assert issued(desks) == "SK-PBG-351514-23112026-005"
    assert issued(desks, WARU, 1) == "SK-PBG-351518-23112026-001"
    assert refusal(lambda: of(desks, "start", last=9)).code == "number_series_started"


@pytest.mark.parametrize(
    ("book", "code"),
    [
        ("pbg", "series_divided"),  # nobody will write in it
        ("pbg.351514", "series_divided"),
        ("pbg.351514.2026-11-31", "series_divided"),
        ("pbg.351514.2025-11-23", "series_divided"),  # of another year
        ("pbg.351599.2026-11-23", "series_divided"),  # no kecamatan of this region
        ("pbg.2026-11-23.351514", "series_divided"),
        ("pbgx.351514.2026-11-23", "unknown_series"),
        ("sip-dr.351514.2026-11-23", "unknown_series"),
    ],
)
def test_a_book_that_nobody_will_write_in_is_not_started(desks: Desks, book: str, code: str) -> None:
    refused = refusal(lambda: of(desks, "start", series=book, last=4))
    assert [(f.field, f.code) for f in refused.fields] == [("series", code)]
    if code == "series_divided":
        assert refused.fields[0].params == {"example": "pbg.351501.2026-11-23"}


def test_the_books_of_a_series_are_listed_also_those_of_one_kecamatan(desks: Desks) -> None:
    for index, site in enumerate([WARU, SUKODONO]):
        issued(desks, site, index)
    desks.clock.advance(timedelta(days=1))
    issued(desks, index=2)

    def named(series: str, **more: Any) -> list[str]:
        return [book["series"] for book in of(desks, "books", series=series, **more)["items"]]

    sukodono = ["pbg.351514.2026-11-23", "pbg.351514.2026-11-24"]
    assert named("pbg") == [*sukodono, "pbg.351518.2026-11-23"]
    assert named("pbg.351514") == sukodono
    assert named("pbg", after=sukodono[0]) == [sukodono[1], "pbg.351518.2026-11-23"]
    assert named("pbg.35151") == [], "not of every kecamatan whose code begins like that"
    assert named("pbg", account="penandatangan.dpmptsp") == named("pbg")
    assert refusal(lambda: named("pbg", account="pejabat.dukcapil")).status == 403
    assert refusal(lambda: named("pbg", year=1999)).fields[0].field == "year"
    assert refusal(lambda: named("none")).fields[0].code == "unknown_series"


def test_a_number_of_such_a_book_is_voided_as_any_other(desks: Desks) -> None:
    office, case = Office(desks), take(desks, ready(desks), "sign")
    office.act(office.get(case["permit"]["id"]), "correct", data={"floor_area": 71})
    of(desks, "void", seq=1, reason="salah cetak")
    of(desks, "confirm_void", "penandatangan.dpmptsp", seq=1)
    first, second = of(desks, "list")["items"]
    assert (first["voided"]["reason"], second["voided"]) == ("salah cetak", None)
    assert second["number"] == "SK-PBG-351514-23112026-002"
