"""Jurisdiction: what one may not see is 404, what the role may not do is 403, what the state forbids is 409."""

from __future__ import annotations

from tests.support.desks import SIP_DATA, Desks, doctor, refusal


def test_another_offices_case_does_not_exist(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    assert refusal(lambda: desks.get("petugas.waru", case)).status == 404
    assert refusal(lambda: desks.act("petugas.waru", case, "note", note="halo")).status == 404
    assert desks.ask("petugas.waru", "permits", "list_cases")["items"] == []


def test_a_case_becomes_visible_where_its_task_is(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    assert refusal(lambda: desks.get("teknis.dinkes", case)).status == 404
    case = desks.act("verifikator.dpmptsp", case, "verify")
    assert desks.get("teknis.dinkes", case)["state"] == "recommendation"
    assert desks.get("petugas.sukodono", case)["actions"] != []


def test_the_role_decides_before_the_state(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    assert refusal(lambda: desks.act("petugas.sukodono", case, "verify")).status == 403
    assert refusal(lambda: desks.act("penandatangan.dpmptsp", case, "sign")).status == 409
    assert refusal(lambda: desks.act("verifikator.dpmptsp", case, "fly")).status == 422


def test_the_right_role_at_the_wrong_office_may_not(desks: Desks) -> None:
    case = desks.open("petugas.dukcapil", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    desks_case = desks.act("verifikator.dpmptsp", case, "verify")
    refused = refusal(lambda: desks.act("petugas.dpubmsda", desks_case, "recommend"))
    assert refused.status == 404, "an officer of another agency does not even see it"


def test_offered_actions_are_those_that_are_taken(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    offered = {a["action"] for a in desks.get("verifikator.dpmptsp", case)["actions"]}
    assert offered == {"verify", "return", "note", "claim", "amend"}
    assert {a["action"] for a in case["actions"]} == {"note", "withdraw", "amend"}


def test_a_supervisor_sees_the_whole_subtree(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    assert desks.get("penyelia.dpmptsp", case)["id"] == case["id"]
    listed = desks.ask("penyelia.dpmptsp", "permits", "list_cases")["items"]
    assert [c["id"] for c in listed] == [case["id"]]
    assert listed[0]["applicant"]["nik"] != doctor()["nik"], "lists show no NIK in full"


def test_the_worklist_holds_what_ones_role_can_act_on(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    assert desks.ask("petugas.sukodono", "permits", "worklist")["items"] == []
    (task,) = desks.ask("verifikator.dpmptsp", "permits", "worklist")["items"]
    assert (task["case_id"], task["task"], task["due_at"][:10]) == (case["id"], "verification", "2026-11-24")
    desks.act("verifikator.dpmptsp", case, "verify")
    assert desks.ask("verifikator.dpmptsp", "permits", "worklist")["items"] == []


def test_worklist_and_list_are_paged_without_a_gap(desks: Desks) -> None:
    made = [desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(i), data=SIP_DATA)["id"] for i in range(5)]
    seen: list[str] = []
    after = None
    while True:
        page = desks.ask("verifikator.dpmptsp", "permits", "worklist", limit=2, after=after)
        seen += [t["case_id"] for t in page["items"]]
        if not page["more"]:
            break
        after = [page["items"][-1]["due_at"], page["items"][-1]["task_id"]]
    assert sorted(seen) == sorted(made)
    first = desks.ask("petugas.sukodono", "permits", "list_cases", limit=3)
    rest = desks.ask("petugas.sukodono", "permits", "list_cases", limit=3, cursor=first["next"])
    assert [c["id"] for c in first["items"] + rest["items"]] == made[::-1], "newest first"
    assert rest["next"] is None


def test_a_claimed_task_shows_who_has_it(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    case = desks.act("verifikator.dpmptsp", case, "claim")
    assert case["tasks"][0]["claimed_by"] == "verifikator.dpmptsp"
    assert refusal(lambda: desks.act("verifikator.dpmptsp", case, "claim")).status == 409
    case = desks.act("verifikator.dpmptsp", case, "release")
    assert case["tasks"][0]["claimed_by"] is None


def test_tracking_tells_everybody_the_state_and_nobody_the_person(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    shown = desks.ask(None, "permits", "track", tracking_code=case["tracking_code"].lower())
    assert shown["state_label"]["id"] == "Diajukan"
    assert shown["waiting_on"]["id"] == "DPMPTSP"
    assert doctor()["nik"] not in str(shown)
    assert doctor()["name"] not in str(shown)
