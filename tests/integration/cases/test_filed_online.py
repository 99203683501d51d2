"""What an applicant files alone waits for a clerk, and is a case from when one has accepted it."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select, text

from mpp import crashpoints
from mpp.cases.storage import online_rows
from mpp.cases.storage.online_table import online_filings
from mpp.cases.storage.tables import cases
from mpp.cases.time.forgetting import forget
from mpp.casework.refusals import Refused
from mpp.clock import new_id
from mpp.crashpoints import Crash
from mpp.persistence.tables import audit
from tests.support.desks import REPORT, Desks, doctor, refusal
from tests.support.plans import plans_of

CLERK = "petugas.waru"  # of a district, where such a filing may wait
Filed = dict[str, Any]
DATA = {
    "kind": "new",
    "site_address": "Jalan Contoh 1",
    "site_region": "35.15.14.2013",
    "land_area": 120,
    "purpose": "Rumah tinggal",
}
SEEN = {"requirements": {"land_proof": True, "identity": True, "location_map": True}}


def file(desks: Desks, *, key: str | None = None, service: str = "PRZ-KRK", **body: Any) -> Filed:
    collection = desks.collection(service)
    sent = {"service": service, "applicant": doctor(2), "office": "35.15.18", "data": DATA, **body}
    payload = desks.payload(None, "POST", f"/api/v1/{collection}/online", sent, key=key) | {"params": {"op": "file"}}
    return dict(desks.answer(collection, "online", payload)["body"])


def act(
    desks: Desks, account: str | None, filed: Filed, action: str, *, version: int = 1, key: str | None = None,
    secret: str | None = None, **body: Any,
) -> Filed:  # fmt: skip
    path = f"/api/v1/{filed['collection']}/online/{filed['id']}/actions"
    payload = desks.payload(account, "POST", path, {"action": action, **body}, key=key)
    payload |= {"if_match": version, "params": {"op": "act", "id": filed["id"]}}
    if account is None:
        payload["applicant"] = {"secret": secret or filed["secret"]}
    return dict(desks.answer(filed["collection"], "online", payload)["body"])


def accept(desks: Desks, filed: Filed, account: str = CLERK, **more: Any) -> Filed:
    return act(desks, account, filed, "accept", **{"nik": doctor(2)["nik"], "data": SEEN, **more})


def read(desks: Desks, account: str | None, filed: Filed, secret: str | None = None) -> Filed:
    payload = desks.payload(account, "GET", "", {}) | {"params": {"op": "get", "id": filed["tracking_code"]}}
    if account is None:
        payload["applicant"] = {"secret": secret or filed["secret"]}
    return dict(desks.answer(filed["collection"], "online", payload)["body"])


def track(desks: Desks, filed: Filed) -> Filed:
    return desks.ask(None, filed["collection"], "track", tracking_code=filed["tracking_code"])


def rows(desks: Desks, table: Any) -> list[Any]:
    with desks.databases["permits"].transaction() as tx:
        return list(tx.execute(select(table)).all())


def why(call: Any) -> tuple[int, str]:
    refused = refusal(call)
    return refused.status, refused.code


def fields(call: Any) -> list[tuple[str, str]]:
    return [(each.field, each.code) for each in refusal(call).fields]


def test_what_waits_is_no_case_and_no_event_tells_of_it(desks: Desks) -> None:
    before = desks.events("permits")
    filed = file(desks)

    assert (filed["status"], filed["office"], filed["ends_on"]) == ("waiting", "35.15.18", "2026-11-30")
    assert rows(desks, cases) == []
    assert desks.new_events("permits", before) == []
    counts = desks.ask(CLERK, "permits", "worklist_counts")
    assert (counts["total"], counts["online"]) == (0, 1)
    assert desks.ask("petugas.sukodono", "permits", "worklist_counts")["online"] == 0
    assert desks.ask(CLERK, "permits", "list_cases")["items"] == []
    found = track(desks, filed)
    assert found["state_label"]["id"] == "Menunggu diterima petugas"
    assert found["online"] == {"status": "waiting", "ends_on": "2026-11-30"}
    assert (found["due_at"], found["promise"]["given"]) == (None, None)
    assert doctor(2)["name"] not in str(found)


def test_it_counts_from_when_a_clerk_has_accepted_it_by_the_same_code_and_secret(desks: Desks) -> None:
    filed, before = file(desks), desks.events("permits")
    desks.clock.advance(timedelta(days=2))
    assert accept(desks, filed)["status"] == "accepted"

    case = desks.get(None, {**filed, "id": filed["tracking_code"]}, secret=filed["secret"])
    assert (case["id"], case["state"]) == (filed["id"], "submitted")
    assert case["submitted_at"].startswith("2026-11-25")
    assert case["office_of_origin"] == "35.15.18"
    assert case["timeline"][0]["actor"] == CLERK
    assert "23-11-2026" in case["timeline"][0]["note"]
    assert [event.type for event in desks.new_events("permits", before)] == ["permits.application.submitted.v1"]
    assert rows(desks, online_filings) == []
    assert track(desks, filed)["online"] is None


def test_the_clerk_completes_what_was_filed(desks: Desks) -> None:
    filed = file(desks, data={**DATA, "land_area": 12})
    accept(desks, filed, data={"land_area": 121, "requirements": {"identity": True}})
    case = desks.get(CLERK, filed)
    assert (case["data"]["land_area"], case["data"]["purpose"]) == (121, "Rumah tinggal")
    assert case["state"] == "incomplete"


def test_only_a_clerk_of_that_office_accepts_who_has_seen_the_card(desks: Desks) -> None:
    filed = file(desks)
    assert why(lambda: accept(desks, filed, "petugas.sukodono")) == (404, "not_found")
    assert why(lambda: accept(desks, filed, "operator")) == (404, "not_found")
    desks.staff["penyelia.waru"] = ("35.15.18", "supervisor")
    assert why(lambda: accept(desks, filed, "penyelia.waru")) == (403, "role_may_not")
    assert why(lambda: act(desks, None, filed, "accept")) == (403, "role_may_not")
    assert fields(lambda: accept(desks, filed, nik=doctor(3)["nik"])) == [("nik", "not_of_applicant")]
    assert fields(lambda: accept(desks, filed, nik=None)) == [("nik", "required")]
    assert why(lambda: act(desks, CLERK, filed, "withdraw")) == (403, "role_may_not")
    assert why(lambda: act(desks, CLERK, filed, "correct")) == (403, "role_may_not")
    assert rows(desks, cases) == []


def test_it_is_shown_to_its_applicant_and_its_office_alone(desks: Desks) -> None:
    filed, other = file(desks), file(desks, applicant=doctor(3))
    mine = read(desks, None, filed)
    assert mine["applicant"]["nik"] == doctor(2)["nik"]
    assert [each["action"] for each in mine["actions"]] == ["correct", "withdraw"]
    theirs = read(desks, CLERK, filed)
    assert [(each["action"], each["needs"]) for each in theirs["actions"]] == [
        ("accept", ["nik", "data"]), ("decline", ["note"]),
    ]  # fmt: skip
    assert why(lambda: read(desks, None, filed, secret=other["secret"])) == (404, "not_found")
    assert why(lambda: read(desks, "petugas.sukodono", filed)) == (404, "not_found")
    listed = desks.ask(CLERK, "permits", "online", op="list")["items"]
    assert [each["id"] for each in listed] == [filed["id"], other["id"]]
    assert doctor(2)["nik"] not in str(listed)
    assert desks.ask("petugas.sukodono", "permits", "online", op="list")["items"] == []


def test_a_declined_one_tells_its_applicant_why_and_is_erased(desks: Desks) -> None:
    filed = file(desks)
    assert fields(lambda: act(desks, CLERK, filed, "decline")) == [("note", "required")]
    act(desks, CLERK, filed, "decline", note="Lokasi tidak di kabupaten ini.")
    mine = read(desks, None, filed)
    assert (mine["status"], mine["reason"], mine["actions"]) == ("declined", "Lokasi tidak di kabupaten ini.", [])
    assert "Lokasi" not in str(track(desks, filed))
    assert why(lambda: accept(desks, filed, version=2)) == (409, "online_ended")
    assert desks.ask(CLERK, "permits", "online", op="list")["items"] == []

    desks.clock.advance(timedelta(days=29))
    forget(desks.desks["permits"].host)
    assert read(desks, None, filed)["status"] == "declined"
    desks.clock.advance(timedelta(days=1))
    forget(desks.desks["permits"].host)
    assert why(lambda: read(desks, None, filed)) == (404, "not_found")
    assert rows(desks, online_filings) == []


def test_nobody_accepts_it_after_its_last_day(desks: Desks) -> None:
    filed = file(desks)
    desks.clock.advance(timedelta(days=7, hours=14))  # 23.00 of the last day
    assert read(desks, CLERK, filed)["status"] == "waiting"
    desks.clock.advance(timedelta(hours=1))
    assert read(desks, CLERK, filed)["status"] == "lapsed"
    assert track(desks, filed)["online"]["status"] == "lapsed"
    assert desks.ask(CLERK, "permits", "online", op="list")["items"] == []
    assert why(lambda: accept(desks, filed)) == (409, "online_ended")

    host = desks.desks["permits"].host
    assert forget(host) == 1
    assert forget(host) == 0
    assert read(desks, None, filed)["status"] == "lapsed"
    desks.clock.advance(timedelta(days=30))
    assert forget(host) == 1
    assert rows(desks, online_filings) == []


def test_the_applicant_corrects_and_withdraws(desks: Desks) -> None:
    filed = file(desks)
    act(desks, None, filed, "correct", data={"purpose": "Toko"})
    after = read(desks, None, filed)
    assert (after["data"]["purpose"], after["data"]["land_area"], after["version"]) == ("Toko", 120, 2)
    assert fields(lambda: act(desks, None, filed, "correct", version=2, data={"land_area": 0})) == [
        ("data.land_area", "out_of_range")
    ]
    assert why(lambda: act(desks, None, filed, "withdraw")) == (412, "version_stale")
    act(desks, None, filed, "withdraw", version=2)
    assert rows(desks, online_filings)[0].body == {}, "who has withdrawn leaves nothing behind"
    assert why(lambda: accept(desks, filed, version=3)) == (409, "online_ended")


def test_who_files_again_under_the_same_key_has_filed_once(desks: Desks) -> None:
    key = new_id()
    first, second = file(desks, key=key), file(desks, key=key)
    assert first == second
    assert len(rows(desks, online_filings)) == 1
    assert why(lambda: file(desks, key=key, data={**DATA, "purpose": "Toko"})) == (422, "idempotency_key_reused")


def test_who_accepts_again_under_the_same_key_is_answered_again(desks: Desks) -> None:
    filed, key = file(desks), new_id()
    assert accept(desks, filed, key=key) == accept(desks, filed, key=key)
    assert why(lambda: accept(desks, filed)) == (409, "online_ended")
    assert len(rows(desks, cases)) == 1


def test_what_is_kept_under_the_key_names_nobody(desks: Desks) -> None:
    accept(desks, file(desks))
    filed = file(desks, applicant={**doctor(2), "address": "Jalan Contoh 9"})
    act(desks, None, filed, "correct", data={"purpose": "Rumah tinggal"})
    act(desks, CLERK, filed, "decline", version=2, note="Tidak jelas.")
    with desks.databases["permits"].transaction() as tx:
        kept = tx.execute(text("SELECT string_agg(response::text, ' ') FROM idempotency")).scalar_one()
    assert doctor(2)["name"] not in kept
    assert doctor(2)["nik"] not in kept


def test_the_trail_tells_who_took_it_and_shows_no_number(desks: Desks) -> None:
    filed = file(desks)
    accept(desks, filed)
    found = [(row.action, row.actor) for row in rows(desks, audit) if str(row.case_id) == filed["id"]]
    assert found == [("online_filed", f"applicant:{filed['id']}"), ("online_accepted", CLERK), ("open", CLERK)]
    assert doctor(2)["nik"] not in str([row.details for row in rows(desks, audit)])


def test_a_stranger_learns_nothing_of_persons_and_papers(desks: Desks) -> None:
    """Whoever has died, and whoever holds a paper, is looked up for the clerk alone."""
    with desks.databases["permits"].transaction() as tx:
        tx.execute(text("INSERT INTO persons SELECT :p, 'deceased', NULL, '2026-11-01', 1"), {"p": person(desks, 2)})
    filed = file(desks)
    assert filed["status"] == "waiting"
    assert fields(lambda: accept(desks, filed)) == [("applicant.nik", "person_deceased")]
    assert read(desks, CLERK, filed)["status"] == "waiting", "a refused acceptance changes nothing"


def person(desks: Desks, index: int) -> str:
    from mpp.identity.person import person_of

    found = person_of(doctor(index), desks.runtime.person_key)
    assert found is not None
    return found


def test_only_what_the_catalogue_says_is_filed_so_and_no_paper_is_ticked(desks: Desks) -> None:
    assert fields(lambda: file(desks, service="PRZ-SIP-DR")) == [("service", "not_online")]
    assert fields(lambda: file(desks, data={**DATA, **SEEN})) == [("data.requirements", "not_allowed_here")]
    assert fields(lambda: file(desks, office="35.15.14.2013")) == [("office", "unknown_office")]
    assert fields(lambda: file(desks, office=None)) == [("office", "required")]
    assert fields(lambda: file(desks, data={"kind": "new"}))[0] == ("data.site_address", "required")
    assert fields(lambda: file(desks, applicant=None)) == [("applicant", "required")]
    assert rows(desks, online_filings) == []


def test_a_complaint_needs_nobody_and_is_a_case_at_once(desks: Desks) -> None:
    filed = file(desks, service="PGD-LPR", office=None, applicant=None, anonymous=True, data=REPORT)
    assert (filed["status"], filed["ends_on"], filed["office"]) == ("accepted", None, "dinkominfo")
    case = desks.get(None, filed, secret=filed["secret"])
    assert (case["state"], case["timeline"][0]["actor"]) == ("received", f"applicant:{filed['id']}")
    assert [event.type for event in desks.events("complaints")] == ["complaints.report.received.v1"]


def test_whom_a_complaint_names_without_a_card_is_not_found_under_that_name(desks: Desks) -> None:
    """Anybody may have named anybody: the case stands beside the person's own ones, and holds none of them up."""
    filed = file(desks, service="PGD-LPR", office=None, applicant=doctor(4), data=REPORT)
    with desks.databases["complaints"].transaction() as tx:
        assert tx.execute(select(cases.c.person).where(cases.c.id == filed["id"])).scalar_one() is None


@pytest.mark.parametrize("rival", ["accept", "withdraw", "decline"])
def test_of_two_who_end_it_at_once_one_does(desks: Desks, rival: str) -> None:
    filed, start, heard = file(desks), Barrier(2), []

    def other() -> None:
        if rival == "withdraw":
            act(desks, None, filed, "withdraw")
        elif rival == "decline":
            act(desks, CLERK, filed, "decline", note="Tidak jelas.")
        else:
            accept(desks, filed)

    def run(step: Any) -> None:
        start.wait(10)
        try:
            step()
            heard.append("done")
        except Refused as refused:
            heard.append(refused.code)

    threads = [Thread(target=run, args=(step,)) for step in (lambda: accept(desks, filed), other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(heard)[0] == "done"
    assert sorted(heard)[1] in ("online_ended", "version_stale")
    opened, waiting = rows(desks, cases), [row.status for row in rows(desks, online_filings)]
    assert (len(opened), waiting) in ((1, []), (0, ["withdrawn"]), (0, ["declined"]))


def test_a_list_of_thousands_is_walked_by_its_index(desks: Desks) -> None:
    """Others wait at other offices: whoever looks reads the own ones, and time finds what is over."""
    file(desks)
    database = desks.databases["permits"]
    with database.transaction() as tx:
        tx.execute(
            text(
                "INSERT INTO online_filings SELECT gen_random_uuid(), 'P' || n, 'PRZ-KRK', 6, 'kantor-' || n % 300, "
                "CASE WHEN n % 2 = 0 THEN 'waiting' ELSE 'declined' END, 1, '{}', now(), DATE '2027-01-01', "
                "CASE WHEN n % 2 = 0 THEN NULL ELSE now() END, NULL, CASE WHEN n % 2 = 0 THEN NULL "
                "ELSE DATE '2027-01-01' END FROM generate_series(1, 6000) n"
            )
        )
        tx.execute(text("ANALYZE online_filings"))
    today = desks.clock.now().date()

    def run(work: Any) -> set[str]:
        def call() -> None:
            with database.transaction() as tx:
                work(tx)

        plans = plans_of(database, call)
        assert all("online_filings" not in plan.whole_tables for plan in plans), plans
        return {index for plan in plans for index in plan.indexes}

    assert run(lambda tx: online_rows.waiting(tx, {"35.15.18"}, today, None, 25)) == {"online_filings_waiting"}
    assert run(lambda tx: online_rows.how_many(tx, {"35.15.18"}, today, 1000)) == {"online_filings_waiting"}
    assert run(lambda tx: online_rows.over(tx, today, 100)) == {"online_filings_ends"}
    old = "EXPLAIN SELECT id FROM online_filings WHERE erase_on <= '2026-11-23' ORDER BY erase_on, id LIMIT 100"
    with database.transaction() as tx:
        assert "online_filings_erase" in " ".join(tx.execute(text(old)).scalars())


@pytest.mark.parametrize("point", ["command.before_commit", "command.after_commit"])
def test_who_dies_while_accepting_has_opened_one_case_or_none(desks: Desks, point: str) -> None:
    filed, key = file(desks), new_id()

    def die(where: str) -> None:
        if where == point:
            raise Crash(where)

    with crashpoints.hook(die), pytest.raises(Crash):
        accept(desks, filed, key=key)
    opened = [len(rows(desks, cases)), len(rows(desks, online_filings))]
    assert opened == ([0, 1] if point == "command.before_commit" else [1, 0])
    accept(desks, filed, key=key)
    assert [len(rows(desks, cases)), len(rows(desks, online_filings))] == [1, 0]
    assert len(desks.events("permits")) == 1
