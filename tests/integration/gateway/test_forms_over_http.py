"""A form to sign by hand comes from the mall filled in: who sees the case prints it, on record, and nothing is kept."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import structlog
from pypdf import PdfReader
from sqlalchemy import text
from werkzeug.test import TestResponse

from mpp.identity import demo as people
from mpp.papers.forms.reading import read_forms
from mpp.papers.rendering.renderer import Renderer, RenderingFailed
from mpp.papers.snapshot import Snapshot
from mpp.yaml_files import Faults
from services.gateway.api.routes.cases.forms import MINUTE
from services.gateway.api.routes.people import persons
from services.gateway.forms.desk import Forms
from services.gateway.forms.printing import Printer
from tests.integration.cases.test_documents import attach
from tests.integration.cases.test_documents import paper as scan
from tests.support.counter import Counter, fill_gateway
from tests.support.desks import REPORT, Desks, birth_data, doctor, refusal
from tests.unit.papers.forms import CATALOGUE, shipped_forms

CLERK, ELSEWHERE, VERIFIER = ("35.15.14.2013", "clerk"), ("35.15.18", "clerk"), ("dukcapil", "verifier")
SUPERVISOR = ("dukcapil", "supervisor")
MOTHER = people.resident(1)
TYPED = "/api/v1/forms/F-2.01"
PAGES = {
    "service": "ADM-LHR-01",
    "applicant": {"kind": "person", "name": "Warga Baru"},
    "data": {"mother_nik": MOTHER.nik, "child": {"name": "Bayi Contoh", "birth_date": "2026-11-12"}},
}


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


@pytest.fixture
def counter(make_database: Callable[..., str], desks: Desks, renderer: Renderer) -> Iterator[Counter]:
    made = Forms(shipped_forms(), Printer(renderer))
    found = Counter(desks, make_database("gateway", fill_gateway), forms=made)
    yield found
    found.close()


@pytest.fixture
def birth(desks: Desks) -> dict[str, Any]:
    return desks.open("petugas.sukodono", "ADM-LHR-01", applicant=doctor(1), data=birth_data())


def of(case: Mapping[str, Any], code: str = "F-2.01") -> str:
    return f"/api/v1/{case['collection']}/{case['id']}/forms/{code}"


def words(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    assert answer.data.startswith(b"%PDF")
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages).replace("\n", " ")


def digits(number: str) -> str:
    return " ".join(number)


def on_record(counter: Counter, action: str) -> list[Any]:
    with counter.desks.databases["civil_registry"].transaction() as tx:
        return list(tx.execute(text("SELECT * FROM audit WHERE action = :action ORDER BY id"), {"action": action}))


def test_a_clerk_prints_the_form_of_a_case_with_what_the_register_knows(
    counter: Counter, birth: dict[str, Any]
) -> None:
    answer = counter.get(of(birth), CLERK)
    said = words(answer)
    for wanted in (people.resident(1).name, "Bayi Contoh", birth["tracking_code"], "2. Perempuan", "Sukodono"):
        assert wanted in said
    assert MOTHER.birth_date.strftime("%Y") in said.replace(" ", "")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="F-2.01.pdf"')
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_who_printed_which_form_is_on_record_and_whom_the_register_was_asked_about(
    counter: Counter, birth: dict[str, Any]
) -> None:
    words(counter.get(of(birth), CLERK))
    (entry,) = on_record(counter, "print_form")
    assert (str(entry.case_id), entry.office, entry.details) == (birth["id"], CLERK[0], {"form": "F-2.01"})
    looked = on_record(counter, "resident_looked_up")
    assert [(each.office, each.details["purpose"]) for each in looked] == [(CLERK[0], "ADM-LHR-01")]


def test_the_applicant_prints_it_with_the_secret_and_reads_nothing_of_the_register(
    counter: Counter, birth: dict[str, Any]
) -> None:
    said = words(counter.get(of(birth), None, secret=counter.desks.secret_of(birth)))
    assert "Bayi Contoh" in said
    assert MOTHER.birth_date.strftime("%d%m%Y") not in said.replace(" ", "")
    assert on_record(counter, "resident_looked_up") == []
    (entry,) = on_record(counter, "print_form")
    assert entry.actor == f"applicant:{birth['id']}"


def test_who_may_not_write_down_persons_prints_nothing_of_the_register(counter: Counter, birth: dict[str, Any]) -> None:
    assert "Bayi Contoh" in words(counter.get(of(birth), SUPERVISOR))
    assert on_record(counter, "resident_looked_up") == []


@pytest.mark.parametrize(("who", "secret", "status"), [
    (ELSEWHERE, None, 404), (None, None, 401), (None, "AAAAAAAAAA", 404), (("mpp-sidoarjo", "operator"), None, 404),
])  # fmt: skip
def test_who_may_not_see_the_case_prints_nothing_and_nothing_is_on_record(
    counter: Counter, birth: dict[str, Any], who: tuple[str, str] | None, secret: str | None, status: int
) -> None:
    assert counter.get(of(birth), who, secret=secret).status_code == status
    assert on_record(counter, "print_form") == []


def test_who_does_not_see_the_reporter_prints_no_form_of_the_report(desks: Desks) -> None:
    report = desks.open("petugas.sukodono", "PGD-LPR", applicant=doctor(1), anonymous=True, data=REPORT)
    asked = {"id": report["id"], "form": "F-9.01", "services": ["PGD-LPR"]}
    desks.staff["irban"] = ("inspektorat", "inspectorate")
    assert desks.get("irban", report)["applicant"] is None
    assert refusal(lambda: desks.ask("irban", "complaints", "read_for_form", **asked)).status == 404
    assert desks.ask("admin.pengaduan", "complaints", "read_for_form", **asked)["applicant"]["nik"] == MOTHER.nik


@pytest.mark.parametrize("code", ["F-9.99", "F-2.02", "f-2.01", "..%2Ff"])
def test_a_form_that_the_service_does_not_have_is_not_there(counter: Counter, birth: dict[str, Any], code: str) -> None:
    assert counter.get(of(birth, code), CLERK).status_code == 404
    assert on_record(counter, "print_form") == []


def test_a_case_of_a_service_without_the_form_has_none(counter: Counter, desks: Desks) -> None:
    death = desks.open(
        "petugas.sukodono", "ADM-MTI-01", applicant=doctor(1),
        data={"deceased_nik": people.resident(2).nik, "died_on": "2026-11-20", "place": "RSUD"},
    )  # fmt: skip
    assert counter.get(of(death, "F-2.03"), CLERK).status_code == 404
    assert "RSUD" in words(counter.get(of(death), CLERK))


def test_before_there_is_a_case_the_form_has_what_was_typed_so_far(counter: Counter) -> None:
    said = words(counter.post(TYPED, PAGES, CLERK))
    assert "Warga Baru" in said
    assert "Bayi Contoh" in said
    assert MOTHER.name in said
    with counter.desks.databases["civil_registry"].transaction() as tx:
        assert tx.execute(text("SELECT count(*) FROM cases")).scalar_one() == 0


def test_an_empty_form_is_one_for_the_pen(counter: Counter) -> None:
    said = words(counter.post(TYPED, {"service": "ADM-LHR-01"}, CLERK))
    assert "DATA ANAK" in said
    assert on_record(counter, "resident_looked_up") == []


@pytest.mark.parametrize(("changes", "fields"), [
    ({"data": {"mother_nik": "123"}}, ["data.mother_nik"]),
    ({"data": {"child": {"birth_date": "kemarin", "sex": "x"}}}, ["data.child.birth_date", "data.child.sex"]),
    ({"data": {"shoe_size": 42}}, ["data.shoe_size"]),
    ({"data": {"child": {"birth_date": "2027-01-01"}}}, ["data.child.birth_date"]),
    ({"applicant": {"kind": "person", "nik": "3515144199999990"}}, ["applicant.nik"]),
    ({"applicant": {"kind": "person", "age": 7}}, ["applicant.age"]),
    ({"applicant": {"kind": "person", "name": "x" * 4000}}, ["applicant.name"]),
    ({"service": "ADM-NIX"}, ["service"]),
    ({"service": None}, ["service"]),
])  # fmt: skip
def test_what_was_typed_is_checked_as_far_as_it_is_there(
    counter: Counter, changes: dict[str, Any], fields: list[str]
) -> None:
    answer = counter.post(TYPED, {**PAGES, **changes}, CLERK)
    assert answer.status_code == 422, answer.text
    assert sorted(error["field"] for error in answer.get_json()["errors"]) == fields


def test_who_may_not_file_the_service_prints_no_form_of_it(counter: Counter) -> None:
    assert counter.post(TYPED, PAGES, SUPERVISOR).status_code == 403
    assert counter.post(TYPED, PAGES, None).status_code == 401
    assert counter.post(TYPED, PAGES, None, secret="7K2M9QX4TB").status_code == 401
    assert counter.post("/api/v1/forms/F-2.03", {"service": "ADM-MTI-01"}, CLERK).status_code == 404


def test_one_account_prints_so_many_a_minute(counter: Counter, birth: dict[str, Any]) -> None:
    with counter.database.transaction() as tx:
        tx.execute(text("DELETE FROM attempts"))
    for _ in range(MINUTE.most):
        assert counter.get(of(birth, "F-9.99"), CLERK).status_code == 404
    refused = counter.get(of(birth), CLERK)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "rate_limited")
    assert counter.post(TYPED, PAGES, CLERK).status_code == 429
    assert counter.get(of(birth), VERIFIER).status_code == 200, "another account goes on"


def test_a_register_that_is_asked_too_often_leaves_its_lines_to_the_pen(
    counter: Counter, birth: dict[str, Any]
) -> None:
    for _ in range(persons.MINUTE.most):
        counter.post("/api/v1/persons/lookup", {"nik": MOTHER.nik, "purpose": "ADM-LHR-01"}, CLERK)
    before = len(on_record(counter, "resident_looked_up"))
    assert "Bayi Contoh" in words(counter.get(of(birth), CLERK))
    assert len(on_record(counter, "resident_looked_up")) == before


def test_nothing_personal_is_logged(counter: Counter, birth: dict[str, Any]) -> None:
    with structlog.testing.capture_logs() as logged:
        words(counter.get(of(birth), CLERK))
        words(counter.post(TYPED, PAGES, CLERK))
        counter.post(TYPED, {**PAGES, "data": {"mother_nik": "3515"}}, CLERK)
    told = json.dumps(logged, default=str) + json.dumps([dict(e.details) for e in on_record(counter, "print_form")])
    for secret in (MOTHER.nik, MOTHER.name, "Bayi Contoh", "Warga Baru"):
        assert secret not in told


class Broken(Renderer):
    """A renderer whose templates are wrong, or whose process hangs."""

    def __init__(self, failure: RenderingFailed) -> None:
        super().__init__()
        self.failure = failure

    def render(self, snapshot: Snapshot, **how: Any) -> Any:
        raise self.failure


@pytest.mark.parametrize("code", ["hung", "died", "fault"])
def test_a_printer_that_fails_is_said_to_be_away_for_a_moment(
    make_database: Callable[..., str], desks: Desks, birth: dict[str, Any], code: str
) -> None:
    forms = Forms(shipped_forms(), Printer(Broken(RenderingFailed(code))))
    counter = Counter(desks, make_database("gateway", fill_gateway), forms=forms)
    answer = counter.get(of(birth), CLERK)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "service_unavailable")
    counter.close()


def test_a_template_that_cannot_be_printed_with_is_said_and_logged_by_its_place_alone(
    make_database: Callable[..., str], desks: Desks, birth: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "forms").mkdir()
    broken = '#import "/mpp/lib/form.typ": *\n#show: form-sheet.with()\n#panic(given("child_name"))\n'
    (tmp_path / "forms" / "f-2.01.typ").write_text(broken, "utf-8")
    renderer = Renderer(tmp_path)
    counter = Counter(desks, make_database("gateway", fill_gateway), forms=Forms(shipped_forms(), Printer(renderer)))
    with structlog.testing.capture_logs() as logged:
        answer = counter.get(of(birth), CLERK)
    renderer.close()
    counter.close()
    assert (answer.status_code, answer.get_json()["code"]) == (500, "form_not_printed")
    (line,) = [each for each in logged if each["event"] == "form_not_printed"]
    assert (line["form"], line["file"], line["line"]) == ("forms/f-2.01", "papers/forms/f-2.01.typ", 3)
    assert "Bayi Contoh" not in json.dumps(logged, default=str)


def test_the_catalogue_says_which_forms_a_service_has(counter: Counter) -> None:
    forms = counter.get("/api/v1/services/ADM-LHR-01", None).get_json()["forms"]
    assert [form["code"] for form in forms] == ["F-1.02", "F-2.01", "F-2.03", "F-2.04"]
    assert forms[1]["name"]["id"].startswith("Formulir Pelaporan Pencatatan Sipil")
    assert "bawaan mal" in forms[2]["unverified"]["id"]
    assert counter.get("/api/v1/services/PRZ-KRK", None).get_json()["forms"] == []


# --------------------------------------------------------------- a form that comes back as a requirement


@pytest.fixture
def asking(service_urls: Mapping[str, str], tmp_path: Path) -> Iterator[Desks]:
    """A mall with a service that asks for the signed form."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    source = (CATALOGUE / "adm-lhr-01.yaml").read_text("utf-8").replace("code: ADM-LHR-01", "code: ADM-LHR-99")
    line = "requirements:\n  - {code: report, form: F-2.01, name: {id: Laporan kelahiran, en: Report of the birth}}\n"
    (folder / "lahir.yaml").write_text(source.replace("\nrequirements:\n", f"\n{line}"), "utf-8")
    opened = Desks(service_urls, extra=[folder])
    yield opened
    opened.close()


def test_a_requirement_names_its_form_and_the_signed_scan_fulfils_it(
    make_database: Callable[..., str], asking: Desks, renderer: Renderer
) -> None:
    faults: Faults = []
    counter = Counter(
        asking, make_database("gateway", fill_gateway),
        forms=Forms(read_forms([CATALOGUE], None, faults), Printer(renderer)),
    )  # fmt: skip
    told = counter.get("/api/v1/services/ADM-LHR-99", None).get_json()
    assert [(r["code"], r["form"]) for r in told["requirements"]][:2] == [
        ("report", "F-2.01"),
        ("birth_statement", None),
    ]
    assert [form["code"] for form in told["forms"]] == ["F-2.01"], "the requirement alone gives the form to the service"

    case = asking.open("petugas.sukodono", "ADM-LHR-99", applicant=doctor(1), data=birth_data())
    assert case["state"] == "incomplete"
    receipt = counter.get(f"/api/v1/registrations/{case['id']}/receipt", CLERK).text
    assert "Laporan kelahiran (formulir F-2.01)" in receipt
    assert "Report of the birth (form F-2.01)" in receipt
    assert "Bayi Contoh" in words(counter.get(of(case), CLERK))

    case = attach(asking, "petugas.sukodono", case, scan("report"))
    (report, *_) = case["requirements"]
    assert (report["code"], report["form"], report["fulfilled"], len(report["documents"])) == (
        "report", "F-2.01", True, 1,
    )  # fmt: skip
    assert asking.act("petugas.sukodono", case, "complete")["state"] == "submitted"
    counter.close()
