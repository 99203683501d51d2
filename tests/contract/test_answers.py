"""What the mall answers besides cases is what the published document says: lists, catalogue, register, books."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.gateway.api.contract import contract
from tests.contract.answers import answered, misfits
from tests.support.counter import Counter, Who
from tests.support.desks import REPORT, Desks, doctor
from tests.support.permit_walks import file, walk

SPEC = contract()
CLERK, VERIFIER, SIGNER = ("35.15.14.2013", "clerk"), ("dpmptsp", "verifier"), ("dpmptsp", "signer")
OPERATOR = ("mpp-sidoarjo", "operator")
API = "/api/v1"


@pytest.fixture
def counter(desks: Desks, gateway_url: str) -> Iterator[Counter]:
    opened = Counter(desks, gateway_url)
    yield opened
    opened.close()


def read(counter: Counter, path: str, who: Who | None) -> dict[str, object]:
    """The answer, which is what the document says."""
    answer = counter.get(path, who)
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.get_json()
    assert misfits(SPEC, body, answered(SPEC, "get", path)) == set(), path
    return body


def test_every_service_of_the_catalogue(counter: Counter) -> None:
    for kind in counter.desks.runtime.catalogue:
        read(counter, f"{API}/services/{kind.code}", None)
    read(counter, f"{API}/services", None)


def test_lists_of_work_and_places(counter: Counter) -> None:
    file(counter.desks, "PRZ-SIP-DR")
    for path in ("permits", "worklist", "colleagues", "me"):
        read(counter, f"{API}/{path}", VERIFIER)
    read(counter, f"{API}/regions?parent=35.15", None)
    read(counter, f"{API}/offices", None)


def test_the_register(counter: Counter) -> None:
    case = walk(counter.desks, file(counter.desks, "PRZ-SIP-DR"), "issued")
    permit = case["permit"]
    for who in (SIGNER, CLERK):  # the agency that issued it, and another office, which sees the holder masked
        assert read(counter, f"{API}/register/permits", who)["items"]
        read(counter, f"{API}/register/permits/{permit['id']}", who)
    path = f"{API}/verify/{permit['verification']['code']}"
    read(counter, path, None)
    corrected = {
        "action": "correct",
        "reason": "clerical_error",
        "note": "Salah tulis.",
        "data": {"practice_name": "Baru"},
    }
    address = f"{API}/register/permits/{permit['id']}"
    answer = counter.post(f"{address}/actions", corrected, SIGNER, version=1)
    assert answer.status_code == 200, answer.text
    assert misfits(SPEC, answer.get_json(), answered(SPEC, "post", f"{address}/actions")) == set()
    counter.desks.finish_paper("permits", answer.get_json()["signing"]["paper"])
    assert read(counter, path, None)["superseded_by"]


def test_what_operators_and_officials_read(counter: Counter) -> None:
    walk(counter.desks, file(counter.desks, "PRZ-SIP-DR"), "issued")
    book = {"office": "dpmptsp", "series": "sip-dr", "year": counter.desks.clock.now().year}
    table = {"name": "libur.yaml", "source": "days:\n- {date: 2026-12-01, kind: joint_leave, name: Cuti}\n"}
    assert counter.post(f"{API}/operations/calendar", table, OPERATOR).status_code == 200
    query = "&".join(f"{name}={value}" for name, value in book.items())
    for path in (
        f"numbers?{query}", f"numbers/books?{query}", "numbers/gaps", "numbers/voiding", "accounts", "grants",
        "calendar",
        "calendar/deadline?start=2026-11-27&duration=5wd", "calendar/deadline?start=2029-11-27&duration=90wd",
    ):  # fmt: skip
        read(counter, f"{API}/operations/{path}", OPERATOR)


def test_a_resident_that_is_looked_up(counter: Counter) -> None:
    applicant = doctor(2)
    answer = counter.post(f"{API}/persons/lookup", {"nik": applicant["nik"], "purpose": "PRZ-SIP-DR"}, CLERK)
    assert answer.status_code == 200, answer.text
    assert misfits(SPEC, answer.get_json(), answered(SPEC, "post", f"{API}/persons/lookup")) == set()


def test_a_screen_hears_of_every_bound_of_a_field_before_it_is_refused(counter: Counter) -> None:
    (form,) = [kind.form for kind in counter.desks.runtime.catalogue if kind.code == "ADM-LHR-01"]
    assert any(inner.not_future for field in form for inner in field.fields)
    shown = read(counter, f"{API}/services/ADM-LHR-01", None)["form"]
    assert [inner["name"] for field in shown for inner in field.get("fields", ()) if inner.get("not_future")]
    building = read(counter, f"{API}/services/PRZ-PBG", None)["form"]
    assert [field["name"] for field in building if field.get("in_district")] == ["site_region"]
    desks = counter.desks
    case = desks.open("petugas.sukodono", "PGD-LPR", data=REPORT, anonymous=True)
    case = desks.act("admin.pengaduan", case, "verify", data={"category": "Infrastruktur"})
    offered = counter.get(f"{API}/complaints/{case['id']}", ("dinkominfo", "verifier")).get_json()
    (refer,) = [each for each in offered["actions"] if each["action"] == "refer"]
    assert "opd" in refer["data"][0]["office_kinds"], "the agency is chosen among these"
