"""After an upgrade everything goes on: cases, clocks, money, permits, and the post between the services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import insert, select, text

from mpp.cases.storage.versions import Versions
from mpp.casework.case.case import Task
from mpp.casework.refusals import Refused
from mpp.casework.rules import case_clocks
from mpp.casework.rules.service_type import Action, ServiceType
from mpp.messages.book import Channels, HttpChannel
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.events.trust import UNSIGNED
from mpp.persistence.database import Database
from mpp.persistence.tables import inbox, outbox
from services.gateway.accounts import queries
from services.gateway.accounts.seed import DEMO
from services.gateway.tables import feed_events
from services.permits.tables import permits
from tests.support.counter import Counter
from tests.support.crash import OnceBroken, Process, topology
from tests.support.desks import Desks
from tests.support.permit_walks import filled, pay, who
from tests.support.telling import book
from tests.support.wait import until
from tests.upgrade.cases import Stored, every, rows_of
from tests.upgrade.dumps import MOMENT

PARTNER = ("bapenda", "partner")
_BOTH = ("type", "routing_key", "subject", "subject_version", "headers", "body")


# --- cases ------------------------------------------------------------------------------------------------------------


def test_every_open_case_takes_its_next_step_and_its_timeline_still_adds_up(desks: Desks) -> None:
    waiting = [stored for stored in every(desks) if stored.record.finished_at is None]
    assert len(waiting) > 100
    for stored in waiting:
        _next_step(desks, stored)
    for stored in every(desks):
        assert stored.rebuilt == stored.case, stored.name


def _next_step(desks: Desks, stored: Stored) -> None:
    """Take the first action that somebody is offered for an open task; a case on hold is resumed first."""
    with desks.databases[stored.service].transaction() as tx:
        kind = Versions([]).get(tx, stored.case.service, stored.case.service_version)
    seen: dict[str, Any] = {"collection": kind.collection, "id": stored.case.id, "version": stored.case.version}
    if stored.case.held is not None:
        seen = desks.act(who(desks, kind.owner, "supervisor"), seen, "resume", note="Ahli waris melanjutkan.")
    refused = []
    for task in stored.case.open_tasks:
        account = task.claimed_by or who(desks, task.office, task.role)
        desks.staff[account] = (task.office, task.role)
        whole = desks.get(account, seen)
        offered = {action["action"] for action in whole["actions"]}
        for action in _of_task(kind, task):
            if action.code not in offered:
                continue
            try:
                after = _act(desks, account, seen, action.code, _data(desks, kind, action), whole["warnings"])
            except Refused as error:
                refused.append((action.code, error.code, error.fields))
                continue
            assert after["version"] == seen["version"] + _steps(desks, kind, action)
            return
    raise AssertionError(f"{stored.name}: nobody can go on; {refused}")


def _act(
    desks: Desks, account: str, seen: dict[str, Any], action: str, data: dict[str, Any], warnings: list[dict[str, Any]]
) -> dict[str, Any]:
    """Take an action; what the version of today asks before it is answered."""
    body: dict[str, Any] = {"note": "Sesuai berkas.", "data": data}
    try:
        return desks.act(account, seen, action, **body)
    except Refused as error:
        if "answer_required" not in {field.code for field in error.fields}:
            raise
    reason = "Sudah dilihat di arsip dan di tempat."
    return desks.act(account, seen, action, answers=[{"warning": w["id"], "reason": reason} for w in warnings], **body)


def _steps(desks: Desks, kind: ServiceType, action: Action) -> int:
    """A decision that makes a paper has two: cases from before papers get theirs by the newest version."""
    newest = desks.runtime.catalogue.get(kind.code)
    named = None if newest is None else newest.actions.get(action.code)
    return 1 if named is None or named.paper is None else 2


def _of_task(kind: ServiceType, task: Task) -> list[Action]:
    """What ends the task first, then what any task of the state allows."""
    return sorted(kind.actions.values(), key=lambda action: action.task != task.code)


def _data(desks: Desks, kind: ServiceType, action: Action) -> dict[str, Any]:
    fields = [field for field in action.data if field.type != "office"]
    data = filled(fields, desks) | {field.name: "dpubmsda" for field in action.data if field.type == "office"}
    if "requirements_complete" in action.guards:
        data["requirements"] = {requirement.code: True for requirement in kind.requirements}
    return data


def test_time_goes_on_for_every_case(desks: Desks) -> None:
    steps = 0
    with structlog.testing.capture_logs() as logged:
        for _ in range(8):
            desks.clock.advance(timedelta(days=10))
            steps += sum(desk.timer.run_once() for desk in desks.desks.values())
            steps += desks.desks["permits"].register_timer.run_once()  # type: ignore[attr-defined]
    assert steps > 100
    assert [line for line in logged if line["log_level"] in ("warning", "error")] == []
    for stored in every(desks):
        assert stored.rebuilt == stored.case, stored.name


def test_a_window_that_runs_keeps_its_date_also_where_the_mall_has_a_channel_now(desks: Desks) -> None:
    desks.runtime.messages = book(Channels(http={"sms": HttpChannel("https://sms.example.go.id/messages")}))
    running = _windows(desks)
    assert {code for code, _ in running.values()} == {"objection_window", "closing"}
    for _ in range(2):
        for desk in desks.desks.values():
            desk.timer.run_once()
    assert {task: due for task, due in _windows(desks).items() if task in running} == running
    desks.clock.advance(max(due for _, due in running.values()) + timedelta(days=1) - desks.clock.now())
    for _ in range(2):
        for desk in desks.desks.values():
            desk.timer.run_once()
    assert _windows(desks).keys() & running.keys() == set(), "each has ended by itself"


def _windows(desks: Desks) -> dict[str, tuple[str, datetime]]:
    """What each window is and when it ends, by the id of its task."""
    found = {}
    for stored in every(desks):
        with desks.databases[stored.service].transaction() as tx:
            kind = stored.desk.host.service_type_of(tx, stored.case)
        for task, _ in case_clocks.open_windows(kind, stored.case):
            if task.due_at is not None:
                assert case_clocks.told_at(task) == task.opened_at, "as it was counted then"
                found[task.id] = (task.code, task.due_at)
    return found


def test_a_document_of_an_earlier_version_is_there(desks: Desks) -> None:
    found = [stored for stored in every(desks) if any(entry.action == "attach" for entry in stored.entries)]
    desks.staff["pengawas"] = ("inspektorat", "inspectorate")
    shown = [desks.get("pengawas", {"collection": "permits", "id": stored.case.id}) for stored in found]
    documents = [d for case in shown for requirement in case["requirements"] for d in requirement["documents"]]
    assert len(documents) == 3


# --- money and permits ------------------------------------------------------------------------------------------------


def test_levies_that_were_assessed_before_are_paid(desks: Desks) -> None:
    query = text(
        "SELECT case_id FROM levies JOIN cases ON cases.id = case_id WHERE levies.state = 'open' AND held IS NULL"
    )
    with desks.databases["permits"].transaction() as tx:
        unpaid = [str(id_) for id_ in tx.execute(query).scalars()]
    assert len(unpaid) > 2
    clerk = who(desks, "dpmptsp", "supervisor")
    for id_ in unpaid:
        before = desks.get(clerk, {"collection": "permits", "id": id_})
        assert pay(desks, before)["status"] == "paid"
        after = desks.get(clerk, before)
        assert (after["levy"]["state"], after["payments"][-1]["status"]) == ("paid", "applied")
        assert after["state"] == "initials_section"


def test_permits_that_were_issued_before_are_suspended_and_lifted_and_verified(desks: Desks) -> None:
    query = select(permits).where(permits.c.status == "valid", permits.c.valid_until > MOMENT.date())
    with desks.databases["permits"].transaction() as tx:
        valid = list({row.service: row for row in tx.execute(query)}.values())
    assert len(valid) > 5
    for row in valid:
        signer = who(desks, row.owner, "supervisor")
        suspended = _register(desks, signer, row.id, row.version, "suspend", "violation")
        assert (suspended["status"], _valid(desks, row.verification)) == ("suspended", False)
        lifted = _register(desks, signer, row.id, suspended["version"], "reinstate", "remedied")
        assert (lifted["status"], _valid(desks, row.verification)) == ("valid", True)


def _register(desks: Desks, account: str, id_: str, version: int, action: str, reason: str) -> dict[str, Any]:
    body = {"action": action, "reason": reason, "note": "Sesuai berita acara."}
    payload = desks.payload(account, "POST", f"/api/v1/register/permits/{id_}/actions", body)
    payload |= {"params": {"id": id_}, "if_match": version}
    return dict(desks.answer("permits", "act_on_permit", payload)["body"])


def _valid(desks: Desks, code: str) -> bool:
    return bool(desks.ask(None, "permits", "verify", code=code)["valid"])


# --- the gateway ------------------------------------------------------------------------------------------------------


def test_a_partner_reads_the_feed_to_its_end_and_misses_nothing(counter: Counter) -> None:
    with counter.database.transaction() as tx:
        kept = [str(id_) for id_ in tx.execute(select(feed_events.c.event_id)).scalars()]
    read: list[str] = []
    path, more = "/api/v1/events?limit=200", True
    while more:
        page = counter.get(path, PARTNER).get_json()
        read += [event["id"] for event in page["items"]]
        path, more = f"/api/v1/events?limit=200&after={page['next']}", page["more"]
    assert len(read) == len(set(read))
    assert sorted(read) == sorted(kept)


def test_a_cursor_that_a_partner_holds_from_before_goes_on(counter: Counter) -> None:
    newest = select(feed_events.c.position, feed_events.c.event_id).where(feed_events.c.position.is_not(None))
    with counter.database.transaction() as tx:
        *_, held, one, other = tx.execute(newest.order_by(feed_events.c.position)).all()
    page = counter.get(f"/api/v1/events?after={held.position}", PARTNER).get_json()
    ids = [event["id"] for event in page["items"]]
    assert ids[:2] == [one.event_id, other.event_id]
    assert page["next"] == str(held.position + len(ids)), "a number, as it was then"


def test_an_account_logs_in_with_its_password_and_a_disabled_one_does_not(counter: Counter) -> None:
    for account, password, status in (
        ("petugas.sukodono", "rahasia-demo", 200),
        ("petugas.sukodono", "salah", 401),
        ("petugas.baru", "sandi-contoh-1", 401),
    ):
        form = {"grant_type": "password", "username": account, "password": password}
        answer = counter.form("/api/v1/auth/token", form)
        assert answer.status_code == status, answer.text


def test_demo_accounts_of_before_are_told_from_those_of_people(counter: Counter) -> None:
    with counter.database.transaction() as tx:
        demo = queries.live(tx, demo=True)
    assert demo.keys() == DEMO.keys() - {"penyelia.setda"}, "who came with a later version"


# --- the post ---------------------------------------------------------------------------------------------------------


def test_what_was_not_told_before_is_told_and_what_failed_comes_again_from_who_told_it(
    urls: Mapping[str, str],
) -> None:
    """The earlier version kept nobody's name beside what had failed, so what no outbox knows is not believed."""
    broker = EmbeddedBroker()
    topology().declare(broker)
    process = Process(urls, broker, MOMENT + timedelta(hours=1), OnceBroken("none"))
    databases = process.desks.databases
    untold = [
        row["event_id"] for name in databases for row in rows_of(process.desks, name, outbox) if not row["published_at"]
    ]
    assert len(untold) > 5
    failed = _retries(databases["permits"])
    _known_to_its_outbox(databases["civil_registry"], failed)
    process.start()
    try:
        until(lambda: {row.event_id for row in failed} <= _heard(databases["permits"]), 30, "what had failed")
        until(lambda: set(untold) <= _heard(databases["gateway"]), 30, "the post")
        until(lambda: _died(databases["permits"]) == _died(databases["complaints"]) > 1, 30, "the deaths")
        until(lambda: _all(databases) == 0, 30, "the outboxes", lambda: _all(databases))
        for name, database in databases.items():
            # in both the parked one, in complaints also the one that failed: no outbox knows them
            dead = {"civil_registry": 0, "gateway": 1, "permits": 2, "complaints": 3}[name]
            assert _count(database, "inbox", "status = 'dead'") == dead, name
            unknown = {"permits": 1, "complaints": 2}.get(name, 0)
            assert _count(database, "inbox", f"reason = '{UNSIGNED}'") == unknown, name
    finally:
        process.die()


def _retries(database: Database) -> list[Any]:
    with database.transaction() as tx:
        found = tx.execute(select(inbox).where(inbox.c.status == "retry")).all()
    assert found
    return list(found)


def _known_to_its_outbox(database: Database, told: list[Any]) -> None:
    """The producer of the dumps had handed these to the inbox alone; a mall has told what its services hear."""
    with database.transaction() as tx:
        for row in told:
            values = {name: getattr(row, name) for name in (*_BOTH, "event_id")}
            at = MOMENT - timedelta(minutes=5)
            tx.execute(insert(outbox).values(**values, created_at=at, published_at=at))


def _unpublished(database: Database) -> int:
    return _count(database, "outbox", "published_at IS NULL")


def _all(databases: Mapping[str, Database]) -> int:
    return sum(map(_unpublished, databases.values()))


def _died(database: Database) -> int:
    return _count(database, "persons", "status = 'deceased'")


def _heard(database: Database) -> set[str]:
    with database.transaction() as tx:
        return {str(id_) for id_ in tx.execute(text("SELECT event_id FROM inbox WHERE status = 'done'")).scalars()}


def _count(database: Database, table: str, where: str) -> int:
    with database.transaction() as tx:
        return int(tx.execute(text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar_one())
