"""A permit after its issue: suspended, lifted, revoked, corrected, by those who may."""

from __future__ import annotations

from typing import Any

import eventlet
import pytest
from sqlalchemy import select

from mpp.casework.refusals import Refused
from mpp.persistence.tables import audit
from tests.integration.permits.conftest import SIGNER, Office
from tests.integration.permits.told import codes
from tests.support.desks import refusal


def test_a_suspended_permit_does_not_hold_until_the_suspension_is_lifted(office: Office) -> None:
    permit = office.issue()
    code = permit["verification"]["code"]
    suspended = office.act(permit, "suspend")
    assert (suspended["status"], suspended["version"]) == ("suspended", 2)
    assert (office.verify(code)["status"], office.verify(code)["valid"]) == ("suspended", False)
    again = office.act(suspended, "reinstate")
    assert (again["status"], again["version"]) == ("valid", 3)
    assert office.verify(code)["valid"]
    assert [(e.type.split(".")[2], e.subject, e.subjectversion) for e in office.told()] == [
        ("issued", permit["id"], 1),
        ("suspended", permit["id"], 2),
        ("reinstated", permit["id"], 3),
    ]


def test_a_revoked_permit_stays_revoked(office: Office) -> None:
    revoked = office.act(office.issue(), "revoke", reason="false_data")
    assert revoked["status"] == "revoked"
    assert revoked["actions"] == []
    for action in ("suspend", "reinstate", "revoke", "correct"):
        refused = refusal(lambda action=action: office.act(revoked, action, data={"practice_name": "Lain"}))
        assert (refused.status, refused.code) == (409, "permit_status_forbids")
    assert [e.data["reason"] for e in office.told("revoked")] == ["false_data"]


def test_a_correction_is_a_new_permit_that_supersedes_the_old(office: Office) -> None:
    old = office.issue()
    after = office.act(old, "correct", data={"practice_name": "Klinik Cantoh", "practice_region": "35.15.14.2016"})
    new = office.get(after["superseded_by"]["id"])
    assert (after["status"], new["status"]) == ("superseded", "valid")
    assert (old["number"][4:8], new["number"][4:8]) == ("0001", "0002")
    assert new["supersedes"] == {"id": old["id"], "number": old["number"]}
    assert new["data"]["practice_name"] == "Klinik Cantoh"
    assert new["region"] == "35.15.14.2016"
    assert (new["valid_from"], new["valid_until"]) == (old["valid_from"], old["valid_until"])
    verified = office.verify(old["verification"]["code"])
    assert (verified["status"], verified["superseded_by"]) == ("superseded", {"number": new["number"]})
    assert office.verify(new["verification"]["code"])["valid"]
    superseded, corrected = office.told("superseded")[0], office.told("corrected")[0]
    assert (superseded.subject, superseded.subjectversion, superseded.region) == (old["id"], 2, "35.15.14.2013")
    assert (corrected.subject, corrected.subjectversion, corrected.region) == (new["id"], 1, "35.15.14.2016")
    assert corrected.data["supersedes"] == old["id"] == superseded.subject


def test_an_action_on_a_superseded_permit_is_refused(office: Office) -> None:
    after = office.act(office.issue(), "correct", data={"practice_name": "Lain"})
    refused = refusal(lambda: office.act(after, "suspend"))
    assert (refused.status, refused.params["action"], refused.params["status"]) == (409, "suspend", "superseded")


def test_a_correction_takes_a_suspension_along(office: Office) -> None:
    after = office.act(office.act(office.issue(), "suspend"), "correct", data={"practice_name": "Lain"})
    assert office.get(after["superseded_by"]["id"])["status"] == "suspended"


def test_the_case_shows_the_newest_permit(office: Office) -> None:
    case = office.desks.act(SIGNER, office.ready(), "sign")
    after = office.act(office.get(case["permit"]["id"]), "correct", data={"practice_name": "Lain"})
    assert office.desks.get(SIGNER, case)["permit"]["number"] == after["superseded_by"]["number"]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"reason": None}, [("reason", "required")]),
        ({"reason": "because"}, [("reason", "unknown_choice")]),
        ({"note": " "}, [("note", "required")]),
        ({"note": 7}, [("note", "wrong_type")]),
        ({"note": "x" * 2001}, [("note", "too_long")]),
        ({"data": {"practice_name": "x"}}, [("data", "not_allowed_here")]),
        ({"action": "burn"}, [("action", "unknown_action")]),
        ({"reason": None, "note": None}, [("reason", "required"), ("note", "required")]),
        ({"action": "correct", "reason": "other"}, [("data", "required")]),
        ({"action": "correct", "reason": "other", "data": []}, [("data", "wrong_type")]),
        ({"action": "correct", "reason": "other", "data": {"colour": "red"}}, [("data.colour", "unknown_field")]),
        ({"action": "correct", "reason": "other", "data": {"practice_region": "99.99"}},
         [("data.practice_region", "unknown_region")]),
        ({"action": "correct", "reason": "other", "data": {"practice_name": None}},
         [("data.practice_name", "required")]),
        ({"action": "correct", "reason": "other", "data": {}}, [("data", "nothing_changed")]),
        ({"action": "correct", "reason": "other", "data": {"practice_name": "Klinik Contoh"}},
         [("data", "nothing_changed")]),
    ],
)  # fmt: skip
def test_every_wrong_field_is_named_and_nothing_is_stored(office: Office, body: Any, wrong: Any) -> None:
    permit = office.issue()
    before = len(office.told())
    action = body.pop("action", "suspend")
    refused = refusal(lambda: office.act(permit, action, **body))
    assert (refused.status, codes(refused)) == (422, wrong)
    assert office.get(permit) == permit
    assert len(office.told()) == before


def test_two_officials_at_once_one_of_them_is_told(office: Office) -> None:
    permit = office.issue()

    def do(action: str) -> Any:
        try:
            return office.act(permit, action)["status"]
        except Refused as refused:
            return refused.status

    threads = [eventlet.spawn(do, "suspend"), eventlet.spawn(do, "revoke")]
    assert sorted(str(t.wait()) for t in threads) in (["412", "revoked"], ["412", "suspended"])
    assert office.get(permit)["version"] == 2


def test_a_repeated_command_gets_its_first_answer_and_happens_once(office: Office) -> None:
    permit = office.issue()
    first = office.act(permit, "suspend", key="k1")
    assert office.act(permit, "suspend", key="k1") == first
    assert len(office.told("suspended")) == 1
    other = refusal(lambda: office.act(permit, "revoke", key="k1"))
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert refusal(lambda: office.act(permit, "revoke")).status == 412


@pytest.mark.parametrize(
    ("account", "status"),
    [
        ("petugas.sukodono", 403),  # sees it, it is used in the village, and has no such role
        ("petugas.waru", 404),  # another district
        ("verifikator.dpmptsp", 403),
        ("teknis.dinkes", 403),
        ("pejabat.dukcapil", 403),  # a signer, of another agency
        ("operator", 403),
        (None, 401),
    ],
)
def test_who_may_not_learns_no_more_than_he_sees(office: Office, account: str | None, status: int) -> None:
    permit = office.issue()
    assert refusal(lambda: office.act(permit, "revoke", account=account)).status == status
    assert office.get(permit)["status"] == "valid"


def test_the_supervisor_of_the_agency_may_act(office: Office) -> None:
    assert office.act(office.issue(), "suspend", account="penyelia.dpmptsp")["status"] == "suspended"


def test_what_is_no_permit_is_not_found(office: Office) -> None:
    for id_ in ("0192aaaa-0000-7000-8000-000000000000", "x", "503/0001"):
        assert refusal(lambda id_=id_: office.get(id_)).status == 404
        assert refusal(lambda id_=id_: office.act({"id": id_, "version": 1}, "revoke")).status == 404


def test_each_change_leaves_history_and_a_whole_audit_chain(office: Office) -> None:
    permit = office.act(office.issue(), "suspend", note="NIK 3515140508689990 dipakai orang lain")
    history = permit["history"]
    assert [(h["version"], h["event"], h["actor"]) for h in history] == [
        (1, "issued", SIGNER),
        (2, "suspended", SIGNER),
    ]
    assert "3515140508689990" not in str(history)
    with office.desks.databases["permits"].transaction() as tx:
        rows = tx.execute(select(audit.c.seq, audit.c.action).where(audit.c.case_id == permit["case"])).all()
    assert sorted(row.seq for row in rows) == list(range(1, len(rows) + 1))
    assert {"permit.issued", "permit.suspended"} <= {row.action for row in rows}
