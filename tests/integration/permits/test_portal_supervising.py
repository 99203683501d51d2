"""The supervisor's page: what waits with whom, and tasks given to somebody of their office."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from services.gateway.accounts import queries as accounts
from tests.e2e.portal.pages import Page, Pages
from tests.support import portal
from tests.support.counter import Counter
from tests.support.desks import EXTENDABLE, SIP_DATA, Desks, doctor
from tests.support.permit_walks import file

SUPERVISOR, VERIFIER, OFFICER = ("dpmptsp", "supervisor"), ("dpmptsp", "verifier"), ("dinkes", "officer")


@pytest.fixture
def counter(desks: Desks, gateway_url: str) -> Iterator[Counter]:
    opened = Counter(desks, gateway_url)
    opened.parts.offices = desks.runtime.offices
    opened.open()
    for who in (VERIFIER, OFFICER):
        opened.get("/api/v1/me", who)  # their accounts are made with their first token
    yield opened
    opened.close()


@pytest.fixture
def supervisor(counter: Counter) -> Pages:
    token = counter._headers(SUPERVISOR)["Authorization"].removeprefix("Bearer ")
    return portal.visitor(portal.portal(counter.client.application), "petugas.supervisor", token, ["supervisor"])


def assign(supervisor: Pages, page: Page, **typed: Any) -> Page:
    """Give all tasks of the page."""
    form = page.form("/pengawasan/tugaskan")
    boxes = [told["value"] for _, kind, told in page.parsed.controls if kind == "checkbox" and told["name"] == "tugas"]
    sent = {name: value for name, value in (form.values | typed).items() if name != "tugas"}
    return supervisor._checked(
        supervisor.session.post(supervisor.url + form.action, data=[*sent.items(), *(("tugas", b) for b in boxes)]), 200
    )


def holder(desks: Desks, case: dict[str, Any]) -> list[str | None]:
    return [each["claimed_by"] for each in desks.get("penyelia.dpmptsp", case)["tasks"] if each["outcome"] is None]


def test_many_tasks_are_given_to_somebody_at_once(desks: Desks, supervisor: Pages) -> None:
    cases = [file(desks, "PRZ-SIP-DR", n) for n in (1, 2)]
    page = supervisor.open("/pengawasan")
    assert "2 tugas terbuka, 0 terlambat" in page.words
    done = assign(supervisor, page, kepada="petugas.verifier")
    assert "2 dari 2 ditugaskan" in done.words
    assert [holder(desks, case) for case in cases] == [["petugas.verifier"]] * 2
    assert done.words.count("petugas.verifier") >= 2


def test_a_task_goes_to_nobody_who_does_not_do_it(desks: Desks, supervisor: Pages) -> None:
    case = file(desks, "PRZ-SIP-DR", 1)
    page = supervisor.open("/pengawasan")
    refused = assign(supervisor, page, kepada="petugas.officer")
    assert "tidak bekerja di kantor" in refused.words
    assert holder(desks, case) == [None]


def test_what_changed_meanwhile_is_told_and_not_given(desks: Desks, supervisor: Pages) -> None:
    case = file(desks, "PRZ-SIP-DR", 1)
    page = supervisor.open("/pengawasan")
    desks.act("verifikator.dpmptsp", case, "claim")
    told = assign(supervisor, page, kepada="petugas.verifier")
    assert "0 dari 1 ditugaskan" in told.words
    assert "berubah sejak" in told.words
    assert holder(desks, case) == ["verifikator.dpmptsp"]


def test_the_same_form_sent_twice_gives_once(desks: Desks, supervisor: Pages) -> None:
    case = file(desks, "PRZ-SIP-DR", 1)
    page = supervisor.open("/pengawasan")
    assign(supervisor, page, kepada="petugas.verifier")
    version = desks.get("penyelia.dpmptsp", case)["version"]
    assert "1 dari 1" in assign(supervisor, page, kepada="petugas.verifier").words
    assert desks.get("penyelia.dpmptsp", case)["version"] == version


@pytest.mark.parametrize("language", ["id", "en"])
def test_nothing_chosen_is_told_at_its_field_and_filters_stay(desks: Desks, supervisor: Pages, language: str) -> None:
    file(desks, "PRZ-SIP-DR", 1)
    page = supervisor.open(f"/pengawasan?bahasa={language}&office=dpmptsp&free=true")
    wrong = supervisor.send(page.form("/pengawasan/tugaskan"), status=422)
    assert {"#tugas", "#kepada"} <= set(wrong.parsed.anchors)
    assert wrong.form("/pengawasan/tugaskan").values["saring.office"] == "dpmptsp"


def test_filters_are_in_the_address_and_an_unknown_one_is_a_mistake(desks: Desks, supervisor: Pages) -> None:
    file(desks, "PRZ-SIP-DR", 1)
    assert "Tidak ada tugas yang cocok" in supervisor.open("/pengawasan?overdue=true").words
    assert "Tidak ada tugas yang cocok" in supervisor.open("/pengawasan?holder=petugas.verifier").words
    supervisor.open("/pengawasan?due_to=kemarin", status=422)


def test_the_table_is_downloaded_with_the_filters_of_the_page(desks: Desks, supervisor: Pages) -> None:
    case = file(desks, "PRZ-SIP-DR", 1)
    page = supervisor.open("/pengawasan?office=dpmptsp")
    (link,) = [each for each in page.parsed.anchors if each.startswith("/pengawasan/daftar.csv")]
    assert "office=dpmptsp" in link
    found = supervisor.session.get(supervisor.url + link)
    assert found.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert found.headers["Content-Disposition"].startswith("attachment")
    assert case["tracking_code"] in found.content.decode("utf-8-sig")


def test_names_of_people_are_shown_as_words(counter: Counter, desks: Desks, supervisor: Pages) -> None:
    nasty = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
    with counter.database.transaction() as tx:
        accounts.set_person(tx, "petugas.verifier", accounts.Person(nasty))
    file(desks, "PRZ-SIP-DR", 1)
    page = supervisor.open("/pengawasan")
    done = assign(supervisor, page, kepada="petugas.verifier")
    for shown in (page, done):
        assert "&lt;script&gt;alert(1)" in shown.text
        assert "<script>alert" not in shown.text
        assert "49" not in re.findall(r"onerror=alert\(2\)&gt;(.{0,7})", shown.text)


def test_a_deadline_is_extended_with_a_reason_on_the_page_of_the_case(
    service_urls: Mapping[str, str], gateway_url: str
) -> None:
    desks = Desks(service_urls, extra=(EXTENDABLE,))
    counter = Counter(desks, gateway_url)
    try:
        case = desks.open("petugas.sukodono", "PRZ-UJI", applicant=doctor(1), data=SIP_DATA)
        token = counter._headers(SUPERVISOR)["Authorization"].removeprefix("Bearer ")
        pages = portal.portal(counter.client.application)
        supervisor = portal.visitor(pages, "petugas.supervisor", token, ["supervisor"])
        page = supervisor.open(f"/kasus/permits/{case['id']}")
        form = next(each for each in page.parsed.forms if each.values.get("tindakan") == "extend")
        missing = supervisor.send(form, status=422, extend__data__by="1wd")
        assert "#extend-note" in missing.parsed.anchors
        supervisor.send(form, extend__data__by="1wd", extend__note="Pemohon minta waktu.")
        after = desks.get("penyelia.dpmptsp", case)
        assert after["due_at"] > case["due_at"]
        assert after["timeline"][-1]["note"] == "Pemohon minta waktu."
    finally:
        counter.close()
        desks.close()


def test_the_office_of_the_task_refuses_who_has_no_work_there_whoever_asks(desks: Desks, counter: Counter) -> None:
    case = file(desks, "PRZ-SIP-DR", 1)
    path = f"/api/v1/permits/{case['id']}/actions"

    def given_to(account: str) -> tuple[int, str]:
        answer = counter.post(path, {"action": "assign", "data": {"to": account}}, SUPERVISOR, case["version"])
        return answer.status_code, (answer.get_json().get("errors") or [{"field": ""}])[0]["field"]

    for nobody in ("siapa.saja", "petugas.officer", "petugas.supervisor"):
        assert given_to(nobody) == (422, "data.to")
    with counter.database.transaction() as tx:
        accounts.disable(tx, "petugas.verifier")
    assert given_to("petugas.verifier") == (422, "data.to"), "nobody signs in with that any more"
    with counter.database.transaction() as tx:
        accounts.enable(tx, "petugas.verifier")
    assert given_to("petugas.verifier") == (200, "")
