"""A command happens exactly once: idempotency keys, versions, and refusals that leave nothing behind."""

from __future__ import annotations

from typing import Any

import eventlet
import pytest
from sqlalchemy import func, select

from mpp.cases.storage import case_rows
from mpp.cases.storage.tables import cases, timeline
from mpp.casework.case.case import Case, replay
from mpp.casework.refusals import Refused
from mpp.persistence.tables import audit, idempotency, outbox
from tests.support.desks import SIP_DATA, Desks, doctor, refusal


def counts(desks: Desks) -> dict[str, int]:
    with desks.databases["permits"].transaction() as tx:
        tables = (cases, timeline, audit, outbox, idempotency)
        return {t.name: int(tx.execute(select(func.count()).select_from(t)).scalar_one()) for t in tables}


def test_the_same_command_again_gets_the_first_answer(desks: Desks) -> None:
    first = desks.open("petugas.sukodono", "PRZ-SIP-DR", key="k1", applicant=doctor(), data=SIP_DATA)
    again = desks.open("petugas.sukodono", "PRZ-SIP-DR", key="k1", applicant=doctor(), data=SIP_DATA)
    assert again == first, "with the same secret, too"
    assert counts(desks)["cases"] == 1


def test_the_secret_is_not_kept_with_the_answer(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", key="k1", applicant=doctor(), data=SIP_DATA)
    with desks.databases["permits"].transaction() as tx:
        kept = tx.execute(select(idempotency.c.response)).scalar_one()
    assert case["secret"] not in str(kept)


def test_a_key_with_another_body_is_refused(desks: Desks) -> None:
    desks.open("petugas.sukodono", "PRZ-SIP-DR", key="k1", applicant=doctor(), data=SIP_DATA)
    refused = refusal(
        lambda: desks.open("petugas.sukodono", "PRZ-SIP-DR", key="k1", applicant=doctor(1), data=SIP_DATA)
    )
    assert (refused.status, refused.code) == (422, "idempotency_key_reused")


def test_a_key_belongs_to_its_clerk(desks: Desks) -> None:
    first = desks.open("petugas.sukodono", "PRZ-SIP-DR", key="k1", applicant=doctor(), data=SIP_DATA)
    other = desks.open("petugas.waru", "PRZ-SIP-DR", key="k1", applicant=doctor(), data=SIP_DATA)
    assert other["id"] != first["id"]


def test_a_replay_is_answered_though_the_version_has_moved_on(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    verified = desks.act("verifikator.dpmptsp", case, "verify", key="k2")
    assert desks.act("verifikator.dpmptsp", case, "verify", key="k2") == verified
    assert refusal(lambda: desks.act("verifikator.dpmptsp", case, "verify", key="k3")).status == 412


def test_twenty_identical_commands_at_once_make_one_case(desks: Desks) -> None:
    def send() -> Any:
        try:
            return desks.open("petugas.sukodono", "PRZ-SIP-DR", key="k1", applicant=doctor(), data=SIP_DATA)["id"]
        except Refused as refused:
            return refused.code

    threads = [eventlet.spawn(send) for _ in range(20)]
    answers = {thread.wait() for thread in threads}
    assert counts(desks)["cases"] == 1
    assert len(answers - {"request_in_progress"}) == 1


def test_two_clerks_at_once_one_of_them_is_told(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)

    def take(action: str, **more: Any) -> Any:
        try:
            return desks.act("verifikator.dpmptsp", case, action, **more)["state"]
        except Refused as refused:
            return refused.status

    threads = [eventlet.spawn(take, "verify"), eventlet.spawn(take, "return", note="kurang jelas")]
    assert sorted(str(t.wait()) for t in threads) in (["412", "recommendation"], ["412", "returned"])


@pytest.mark.parametrize(
    ("account", "action", "more", "status"),
    [
        ("verifikator.dpmptsp", "return", {}, 422),
        ("verifikator.dpmptsp", "verify", {"data": {"x": 1}}, 422),
        ("penandatangan.dpmptsp", "sign", {}, 409),
        ("petugas.sukodono", "verify", {}, 403),
        ("petugas.waru", "note", {"note": "halo"}, 404),
        ("verifikator.dpmptsp", "verify", {"version": 7}, 412),
        ("verifikator.dpmptsp", "note", {"note": "x" * 2001}, 422),
    ],
)
def test_a_refused_action_changes_nothing(
    desks: Desks, account: str, action: str, more: dict[str, Any], status: int
) -> None:
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    before = counts(desks)
    assert refusal(lambda: desks.act(account, case, action, **more)).status == status
    assert counts(desks) == before
    assert desks.get("petugas.sukodono", case)["version"] == case["version"]


def test_the_timeline_replayed_is_the_case(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    case = desks.act("verifikator.dpmptsp", case, "return", note="kurang")
    case = desks.act("petugas.sukodono", case, "complete")
    case = desks.act("verifikator.dpmptsp", case, "claim")
    case = desks.act("verifikator.dpmptsp", case, "verify")
    case = desks.act("teknis.dinkes", case, "recommend")
    case = desks.act("penandatangan.dpmptsp", case, "sign")
    with desks.databases["permits"].transaction() as tx:
        record = case_rows.find(tx, id_=case["id"])
        entries = case_rows.entries(tx, case["id"])
    assert record is not None
    assert replay(Case(case["id"], "PRZ-SIP-DR", record.case.service_version), entries) == record.case


def test_the_trail_names_who_where_and_what_and_masks_the_rest(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    desks.act("verifikator.dpmptsp", case, "return", note=f"NIK {doctor()['nik']} tidak cocok")
    with desks.databases["permits"].transaction() as tx:
        rows = tx.execute(select(audit).where(audit.c.case_id == case["id"]).order_by(audit.c.id)).all()
    assert [(r.actor, r.office, r.action) for r in rows] == [
        ("petugas.sukodono", "35.15.14.2013", "open"),
        ("verifikator.dpmptsp", "dpmptsp", "return"),
    ]
    assert doctor()["nik"] not in rows[1].reason
