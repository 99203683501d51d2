"""A paper that another service of the mall issues is fulfilled by the event that announces it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import eventlet
import pytest

from mpp.cases.commands.holding import hold_open_cases
from mpp.cases.storage import case_rows
from mpp.casework.case.case import Case as KernelCase
from mpp.casework.case.case import replay
from mpp.hosting.definition import paper_events
from mpp.messaging.events.inbox import Inbox
from mpp.messaging.events.subscription import Subscription
from mpp.persistence.tables import audit
from tests.integration.messaging.office import letter
from tests.integration.permits.conftest import Office
from tests.support.desks import Desks, doctor, refusal
from tests.support.permit_walks import Case, file, filled, kind_of, take, walk, who
from tests.support.wait import until

CLERK = "petugas.sukodono"
COMPANY = {"kind": "organisation", "name": "PT Angkutan Contoh", "nib": "9980000000001", "contact": {"name": "Kepala"}}
NEEDS = {"PRZ-PBG": ("krk", "PRZ-KRK"), "PRZ-KP": ("route_permit", "PRZ-TRY"), "PRZ-RKL": ("pbg", "PRZ-PBG")}


class Post:
    """Brings the events of licensing to its inbox, as the broker does."""

    def __init__(self, desks: Desks) -> None:
        heard = Subscription("papers", paper_events().types, "latest", desks.desks["permits"].prerequisites.heard)
        self._inbox = Inbox(desks.databases["permits"], "permits", [heard], desks.clock)
        self._subscription = heard
        self._desks = desks
        self._seen = 0

    def bring(self, *, again: bool = False) -> None:
        """Everything that was not brought yet; `again` from the beginning."""
        events = self._desks.events("permits")
        for event in events if again else events[self._seen :]:
            if self._subscription.wants(event.routing_key):
                self._inbox.handle(letter(event).delivery)
        self._seen = len(events)


@pytest.fixture
def post(desks: Desks) -> Post:
    return Post(desks)


def apply(desks: Desks, service: str, paper: Any, *, but: str = "", index: int = 0, **more: Any) -> Case:
    """An application with every paper but those named, and for the one that the mall issues `paper`."""
    kind = kind_of(desks, service)
    requirement, _ = NEEDS[service]
    applicant = more.pop("applicant", None) or doctor(index)
    papers = {r.code: True for r in kind.requirements if r.code not in (but, requirement)}
    papers |= {} if paper is None else {requirement: paper}
    data = {**filled(kind.form, desks), **({"size": "large"} if service == "PRZ-RKL" else {}), **more}
    return desks.open(CLERK, service, applicant=applicant, data={**data, "requirements": papers})


def seen(desks: Desks, case: Case) -> Case:
    return {**desks.get(CLERK, case), "secret": case["secret"]}


def paper_of(case: Case, requirement: str = "krk") -> Any:
    return next(r for r in case["requirements"] if r["code"] == requirement)


def told(desks: Desks, case: Case) -> list[str]:
    return [e.type.split(".")[2] for e in desks.events("permits") if e.subject == case["id"]]


# --- by its event -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", NEEDS)
def test_the_event_completes_the_file_and_starts_the_clock(desks: Desks, post: Post, service: str) -> None:
    requirement, producer = NEEDS[service]
    source = file(desks, producer)
    case = apply(desks, service, source["tracking_code"])
    assert (case["state"], case["due_at"]) == ("incomplete", None)
    assert paper_of(case, requirement)["paper"]["status"] == "awaited"
    desks.clock.advance(timedelta(days=1))
    source = walk(desks, source, "issued")
    assert seen(desks, case)["state"] == "incomplete", "nothing happens before the event arrives"
    post.bring()
    case = seen(desks, case)
    assert case["state"] == "submitted"
    assert case["due_at"] is not None
    fulfilled = paper_of(case, requirement)
    assert (fulfilled["fulfilled"], fulfilled["paper"]["number"]) == (True, source["document_number"])
    steps = [(e["action"], e["actor"]) for e in case["timeline"]]
    assert steps == [("open", CLERK), ("paper_arrived", "system"), ("complete", "system")]
    assert source["document_number"] in case["timeline"][1]["note"]
    assert told(desks, case) == ["submitted", "updated", "completed"]
    assert case["timeline"][2]["at"] == desks.clock.now().isoformat()


def test_the_same_event_twice_ticks_once(desks: Desks, post: Post) -> None:
    source = file(desks, "PRZ-KRK")
    case = apply(desks, "PRZ-PBG", source["tracking_code"])
    walk(desks, source, "issued")
    post.bring()
    once = seen(desks, case)
    post.bring(again=True)
    Post(desks).bring()
    desk = desks.desks["permits"]
    event = next(e for e in desks.events("permits") if e.type == "permits.permit.issued.v1")
    with desks.databases["permits"].transaction() as tx:
        desk.prerequisites.heard(tx, event)
    assert seen(desks, case)["version"] == once["version"] == 3
    with desks.databases["permits"].transaction() as tx:
        rows = tx.execute(audit.select().where(audit.c.case_id == case["id"])).all()
    assert [row.action for row in rows].count("paper_arrived") == 1


def test_the_trail_says_which_document_and_nothing_of_the_person(desks: Desks, post: Post) -> None:
    source = file(desks, "PRZ-KRK")
    case = apply(desks, "PRZ-PBG", source["tracking_code"])
    number = walk(desks, source, "issued")["document_number"]
    post.bring()
    with desks.databases["permits"].transaction() as tx:
        row = next(r for r in tx.execute(audit.select()).all() if r.action == "paper_arrived")
        record, entries = case_rows.find(tx, id_=case["id"]), case_rows.entries(tx, case["id"])
    assert row.details["papers"]["krk"]["number"] == number
    assert record is not None
    assert replay(KernelCase(case["id"], "PRZ-PBG", record.case.service_version), entries) == record.case
    events = [e for e in desks.events("permits") if e.subject == case["id"]]
    shown = str([e.data for e in events])
    assert doctor()["name"] not in shown
    assert doctor()["nik"] not in shown
    assert source["tracking_code"] not in shown
    cause = next(e for e in desks.events("permits") if e.type == "permits.permit.issued.v1")
    assert {e.causationid for e in events[1:]} == {cause.id}


def test_a_file_that_lacks_more_is_ticked_and_waits_on(desks: Desks, post: Post) -> None:
    source = file(desks, "PRZ-KRK")
    case = apply(desks, "PRZ-PBG", source["tracking_code"], but="plans")
    assert case["waiting"]["on"]["id"] == "Pemohon"
    assert "Keterangan Rencana Kota" in case["waiting"]["why"]["id"]
    walk(desks, source, "issued")
    post.bring()
    case = seen(desks, case)
    assert (case["state"], paper_of(case)["fulfilled"]) == ("incomplete", True)
    case = desks.act(None, case, "complete", secret=case["secret"], data={"requirements": {"plans": True}})
    assert case["state"] == "submitted"


def test_why_it_waits_names_the_paper_its_service_and_the_office(desks: Desks) -> None:
    case = apply(desks, "PRZ-PBG", file(desks, "PRZ-KRK")["tracking_code"])
    name = kind_of(desks, "PRZ-KRK").name
    assert case["waiting"]["why"]["id"] == f"Menunggu Keterangan Rencana Kota dari layanan {name['id']}"
    assert case["waiting"]["why"]["en"] == f"Waiting for City plan statement from the service {name['en']}"
    office = desks.runtime.offices.get("dpmptsp")
    assert office is not None
    assert case["waiting"]["on"]["id"] == office.name
    public = desks.ask(None, "permits", "track", tracking_code=case["tracking_code"])
    assert public["waiting"]["why"] == case["waiting"]["why"]
    assert worklist(desks)[case["id"]] == "awaited"


def worklist(desks: Desks) -> dict[str, str | None]:
    items = desks.ask(CLERK, "permits", "worklist", limit=100)["items"]
    return {item["case_id"]: item["paper"] for item in items}


def test_a_file_on_hold_is_ticked_and_stays(desks: Desks, post: Post) -> None:
    source = file(desks, "PRZ-KRK")
    case = apply(desks, "PRZ-PBG", source["tracking_code"])
    number = walk(desks, source, "issued")["document_number"]
    with desks.databases["permits"].transaction() as tx:
        record = case_rows.find(tx, id_=case["id"])
        assert record is not None
        assert record.person is not None
        hold_open_cases(
            desks.desks["permits"].host, tx, record.person, "applicant_deceased", correlation_id="c", causation_id="e"
        )
    post.bring()
    case = seen(desks, case)
    assert (case["state"], paper_of(case)["paper"]["number"]) == ("incomplete", number)


# --- the paper does not come ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["rejected", "withdrawn"])
def test_a_refused_or_withdrawn_application_is_told_to_the_clerk(desks: Desks, post: Post, end: str) -> None:
    source = file(desks, "PRZ-KRK")
    case = apply(desks, "PRZ-PBG", source["tracking_code"])
    if end == "rejected":
        walk(desks, source, "rejected")
    else:
        desks.act(CLERK, source, "withdraw", note="tidak jadi")
    post.bring()
    case = seen(desks, case)
    assert (case["state"], paper_of(case)["paper"]["status"]) == ("incomplete", "failed")
    assert case["timeline"][-1]["action"] == "paper_failed"
    assert case["waiting"]["on"]["id"] == "Pemohon", "now it is the applicant's turn"
    assert {"rejected": "ditolak", "withdrawn": "ditarik"}[end] in case["waiting"]["why"]["id"]
    assert worklist(desks)[case["id"]] == "failed"
    other = file(desks, "PRZ-KRK")
    case = desks.act(CLERK, case, "cite", data={"requirement": "krk", "paper": other["tracking_code"]})
    assert (case["version"], worklist(desks)[case["id"]]) == (3, "awaited")


def test_an_upheld_objection_still_brings_the_paper(desks: Desks, post: Post) -> None:
    source = file(desks, "PRZ-KRK")
    case = apply(desks, "PRZ-PBG", source["tracking_code"])
    source = walk(desks, source, "rejected")
    post.bring()
    source = take(desks, take(desks, source, "object"), "uphold_objection")
    take(desks, source, "carry_out")
    post.bring()
    assert seen(desks, case)["state"] == "submitted"


# --- what was issued already ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["tracking_code", "number", "code", "printed"])
def test_an_issued_paper_is_accepted_at_once(desks: Desks, post: Post, by: str) -> None:
    source = walk(desks, file(desks, "PRZ-KRK"), "issued")
    post.bring()  # the event was there before the case that needs it
    code = source["permit"]["verification"]["code"]
    named = {
        "tracking_code": source["tracking_code"].lower(),
        "number": f" {source['document_number']} ",
        "code": code.replace("-", ""),
        "printed": code,
    }[by]
    case = apply(desks, "PRZ-PBG", named)
    assert (case["state"], paper_of(case)["paper"]["number"]) == ("submitted", source["document_number"])
    assert case["due_at"] is not None
    Post(desks).bring()
    assert seen(desks, case)["version"] == 1


def test_a_paper_is_named_later_and_the_file_goes_on(desks: Desks) -> None:
    case = apply(desks, "PRZ-PBG", None)
    source = walk(desks, file(desks, "PRZ-KRK"), "issued")
    data = {"requirement": "krk", "paper": source["document_number"]}
    assert "cite" in {a["action"] for a in desks.get(None, case, secret=case["secret"])["actions"]}
    case = desks.act(None, case, "cite", secret=case["secret"], data=data)
    assert [e["action"] for e in case["timeline"]] == ["open", "cite", "complete"]
    assert case["state"] == "submitted"


def test_the_event_finds_a_case_that_named_the_paper_later(desks: Desks, post: Post) -> None:
    case = apply(desks, "PRZ-PBG", None)
    source = file(desks, "PRZ-KRK")
    case = desks.act(CLERK, case, "cite", data={"requirement": "krk", "paper": source["tracking_code"]})
    assert case["state"] == "incomplete"
    walk(desks, source, "issued")
    post.bring()
    assert seen(desks, {**case, "secret": ""})["state"] == "submitted"


def test_an_organisations_paper_is_the_organisations(desks: Desks, post: Post) -> None:
    source = file(desks, "PRZ-TRY", applicant=COMPANY)
    case = apply(desks, "PRZ-KP", source["tracking_code"], applicant=COMPANY)
    walk(desks, source, "issued")
    post.bring()
    assert seen(desks, case)["state"] == "submitted"
    other = {**COMPANY, "nib": "9980000000002"}
    refused = refusal(lambda: apply(desks, "PRZ-KP", source["tracking_code"], applicant=other))
    assert [(f.field, f.code) for f in refused.fields] == [("data.requirements.route_permit", "unknown_paper")]


# --- what cannot be named ---------------------------------------------------------------------------------------------


def test_what_is_not_the_applicants_is_simply_unknown(desks: Desks) -> None:
    """The same answer for a code that nobody has, another service, and somebody else's: nobody learns of it."""
    theirs = file(desks, "PRZ-KRK", 7)
    issued = walk(desks, file(desks, "PRZ-KRK", 7), "issued")
    other_service = file(desks, "PRZ-TRY")
    before = desks.events("permits")
    answers = set()
    for named in (
        "P0000000000P", "nothing", "503/9999/KRK/DPMPTSP/2026", theirs["tracking_code"], issued["document_number"],
        issued["tracking_code"], issued["permit"]["verification"]["code"], other_service["tracking_code"],
    ):  # fmt: skip
        refused = refusal(lambda: apply(desks, "PRZ-PBG", named))  # noqa: B023
        answers.add((refused.status, tuple((f.field, f.code) for f in refused.fields)))
    assert answers == {(422, (("data.requirements.krk", "unknown_paper"),))}
    assert desks.new_events("permits", before) == []
    case = apply(desks, "PRZ-PBG", None)
    data = {"requirement": "krk", "paper": theirs["tracking_code"]}
    refused = refusal(lambda: desks.act(CLERK, case, "cite", data=data))
    assert [(f.field, f.code) for f in refused.fields] == [("data.paper", "unknown_paper")]


@pytest.mark.parametrize(
    ("requirements", "field", "code"),
    [
        ({"krk": "x" * 121}, "data.requirements.krk", "too_long"),
        ({"krk": 7}, "data.requirements.krk", "wrong_type"),
        ({"identity": "P0000000000P"}, "data.requirements.identity", "wrong_type"),
        ({"krk": ""}, "data.requirements.krk", "unknown_paper"),
    ],
)
def test_what_is_no_name_of_a_paper_is_refused(desks: Desks, requirements: Any, field: str, code: str) -> None:
    form = filled(kind_of(desks, "PRZ-PBG").form, desks)
    body = {"applicant": doctor(), "data": {**form, "requirements": requirements}}
    refused = refusal(lambda: desks.open(CLERK, "PRZ-PBG", **body))
    assert (field, code) in [(f.field, f.code) for f in refused.fields]


@pytest.mark.parametrize(
    ("data", "field", "code"),
    [
        ({"requirement": "krk"}, "data.paper", "required"),
        ({"requirement": "identity", "paper": "x"}, "data.requirement", "unknown_requirement"),
        ({"requirement": "krk", "paper": "x" * 121}, "data.paper", "too_long"),
        ({"requirement": "krk", "paper": 7}, "data.paper", "wrong_type"),
    ],
)
def test_naming_a_paper_wrongly_names_the_field(desks: Desks, data: Any, field: str, code: str) -> None:
    case = apply(desks, "PRZ-PBG", None)
    refused = refusal(lambda: desks.act(CLERK, case, "cite", data=data))
    assert (refused.status, [(f.field, f.code) for f in refused.fields]) == (422, [(field, code)])
    assert seen(desks, case)["version"] == 1


def test_who_may_name_a_paper_is_who_may_hand_one_in(desks: Desks) -> None:
    case = apply(desks, "PRZ-PBG", None)
    data = {"requirement": "krk", "paper": file(desks, "PRZ-KRK")["tracking_code"]}
    sibling = refusal(lambda: desks.act(who(desks, "35.15.18", "clerk"), case, "cite", data=data))
    assert sibling.status == 404
    inspector = refusal(lambda: desks.act(who(desks, "setda", "inspectorate"), case, "cite", data=data))
    assert (inspector.status, inspector.code) == (403, "role_may_not")
    stranger = refusal(lambda: desks.act(None, case, "cite", secret="0000000000", data=data))
    assert stranger.status == 404
    done = take(desks, file(desks, "PRZ-PBG"), "verify")
    late = refusal(lambda: desks.act(CLERK, done, "cite", data=data))
    assert (late.status, late.code) == (409, "state_forbids")
    other = file(desks, "PRZ-KRK")
    assert "cite" not in {a["action"] for a in seen(desks, other)["actions"]}, "no paper of it comes from the mall"


def test_a_paper_that_holds_no_longer_is_refused(desks: Desks, office: Office) -> None:
    source = walk(desks, file(desks, "PRZ-KRK"), "issued")
    office.act(office.get(source["permit"]["id"]), "revoke")
    for named in (source["tracking_code"], source["document_number"]):
        refused = refusal(lambda: apply(desks, "PRZ-PBG", named))  # noqa: B023
        assert [f.code for f in refused.fields] == ["paper_not_in_force"]


def test_an_application_that_ended_brings_no_paper(desks: Desks) -> None:
    source = file(desks, "PRZ-KRK")
    desks.act(CLERK, source, "withdraw", note="tidak jadi")
    refused = refusal(lambda: apply(desks, "PRZ-PBG", source["tracking_code"]))
    assert [f.code for f in refused.fields] == ["paper_not_coming"]


# --- after it was issued ----------------------------------------------------------------------------------------------


def test_a_revoked_paper_is_told_before_the_decision_and_moves_nothing(
    desks: Desks, post: Post, office: Office
) -> None:
    source = walk(desks, file(desks, "PRZ-KRK"), "issued")
    case = apply(desks, "PRZ-PBG", source["tracking_code"])
    due = case["due_at"]
    permit = office.act(office.get(source["permit"]["id"]), "suspend")
    post.bring()
    case = seen(desks, case)
    assert (case["state"], case["due_at"]) == ("submitted", due)
    assert (paper_of(case)["fulfilled"], paper_of(case)["paper"]["status"]) == (False, "lost")
    assert "dibekukan sementara" in case["waiting"]["why"]["id"]
    permit = office.act(permit, "reinstate")
    post.bring()
    case = seen(desks, case)
    assert (paper_of(case)["fulfilled"], paper_of(case)["paper"]["status"]) == (True, "there")
    assert "KRK" not in case["waiting"]["why"]["id"]
    office.act(permit, "revoke")
    post.bring()
    case = seen(desks, case)
    assert paper_of(case)["paper"]["reason"] == "revoked"
    assert [e["action"] for e in case["timeline"]] == ["open", "paper_lost", "paper_arrived", "paper_lost"]


def test_a_corrected_paper_takes_the_place_of_the_old_one(desks: Desks, post: Post, office: Office) -> None:
    source = walk(desks, file(desks, "PRZ-KRK"), "issued")
    case = apply(desks, "PRZ-PBG", source["tracking_code"])
    office.act(office.get(source["permit"]["id"]), "correct", data={"purpose": "toko"})
    post.bring()
    case = seen(desks, case)
    corrected = desks.get(CLERK, source)["permit"]["number"]
    assert corrected != source["document_number"]
    assert (paper_of(case)["fulfilled"], paper_of(case)["paper"]["number"]) == (True, corrected)


def test_after_the_decision_nothing_is_told_of_papers(desks: Desks, post: Post, office: Office) -> None:
    source = walk(desks, file(desks, "PRZ-TRY"), "issued")
    case = walk(desks, apply(desks, "PRZ-KP", source["tracking_code"]), "issued")
    office.act(office.get(source["permit"]["id"]), "revoke")
    post.bring()
    assert seen(desks, case)["version"] == case["version"]


# --- both at once -----------------------------------------------------------------------------------------------------


def test_a_paper_issued_while_it_is_being_named_is_not_missed(desks: Desks, post: Post) -> None:
    """Who names it holds the paper's lock until the commit, and so does who takes the event in."""
    source = walk(desks, file(desks, "PRZ-KRK"), "signing")
    papers = desks.desks["permits"].prerequisites
    case = apply(desks, "PRZ-PBG", None)
    find, brought, signing = papers.find, [], []

    def sign() -> None:
        take(desks, source, "sign")
        post.bring()
        brought.append(True)

    def waits() -> bool:
        with desks.databases["permits"].transaction() as tx:
            query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            return bool(tx.exec_driver_sql(query).scalar_one())

    def slowly(*args: Any) -> Any:
        paper = find(*args)
        signing.append(eventlet.spawn(sign))
        until(lambda: bool(brought) or waits(), what="the event is taken in, or waits")
        return paper

    papers.find = slowly  # type: ignore[method-assign]
    case = desks.act(CLERK, case, "cite", data={"requirement": "krk", "paper": source["tracking_code"]})
    assert paper_of(case)["paper"]["status"] == "awaited", "it was not signed when it was looked for"
    signing[0].wait()
    assert seen(desks, {**case, "secret": ""})["state"] == "submitted"
