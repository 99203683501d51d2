"""A clerk's day over HTTP: open, read, act, list, print."""

from __future__ import annotations

from typing import Any

from mpp.casework.access.actors import Assignment
from mpp.casework.codes.tracking import normalise
from mpp.casework.refusals import Refused
from mpp.tokens.signed import TokenVerifier
from tests.integration.gateway.conftest import KEYS, PERSON, Mall


def test_an_opened_case_says_where_it_is_and_which_version(mall: Mall) -> None:
    answer = mall.post("/api/v1/permits", {"service": "PRZ-SIP-DR", "applicant": PERSON, "data": {"a": 1}})
    body = answer.get_json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/permits/{body['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert body["secret"]
    method, payload = mall.stubs["permits"].calls[0]
    assert method == "open_case"
    assert payload["body"]["data"] == {"a": 1}
    assert payload["path"] == "/api/v1/permits"
    assert payload["key"]
    sent = TokenVerifier(KEYS[1]).of("permits").verify(str(payload["token"]), mall.clock.now())
    assert (sent.id, sent.assignments) == ("petugas", (Assignment("35.15.14.2013", "clerk"),))


def test_a_token_that_a_service_does_not_take_is_no_fault_of_the_clerk(mall: Mall) -> None:
    """In an update a service may be of the version before, or its clock may be wrong: 401 would log the clerk out."""

    def refuse(method: str, payload: dict[str, Any]) -> None:
        raise Refused(401, "token_invalid")

    mall.stubs["permits"].hook = refuse
    answer = mall.get("/api/v1/permits")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "service_unavailable")
    assert len(mall.stubs["permits"].calls) == 1, "asking again would change nothing"


def test_the_door_takes_no_token_that_was_made_for_a_service(mall: Mall) -> None:
    mall.get("/api/v1/permits")
    stolen = mall.stubs["permits"].calls[0][1]["token"]
    for path in ("/api/v1/permits", "/api/v1/me"):
        answer = mall.client.get(path, headers={"Authorization": f"Bearer {stolen}"})
        assert (answer.status_code, answer.get_json()["code"]) == (401, "token_invalid")


def test_a_case_that_did_not_change_is_not_sent_again(mall: Mall) -> None:
    case = mall.open()
    path = f"/api/v1/permits/{case['id']}"
    assert mall.get(path).headers["ETag"] == '"1"'
    again = mall.get(path, If_None_Match='"1"')
    assert (again.status_code, again.data) == (304, b"")
    assert mall.get(path, If_None_Match='"2"').status_code == 200


def test_a_change_needs_the_version_that_the_clerk_saw(mall: Mall) -> None:
    case = mall.open()
    path = f"/api/v1/permits/{case['id']}/actions"
    assert mall.post(path, {"action": "note"}).status_code == 428
    assert mall.post(path, {"action": "note"}, If_Match="1").status_code == 400
    assert mall.post(path, {"action": "note"}, If_Match='"7"').status_code == 412
    assert mall.post(path, {"action": "note"}, If_Match='"abc"').status_code == 412
    done = mall.post(path, {"action": "note"}, If_Match='"1"')
    assert (done.status_code, done.headers["ETag"]) == (200, '"2"')


def test_the_applicant_acts_with_the_secret_of_the_receipt(mall: Mall) -> None:
    case = mall.open()
    path = f"/api/v1/permits/{case['id']}"
    assert mall.client.get(path, headers={"X-Tracking-Secret": "7K2M9QX4TB"}).status_code == 200
    assert mall.client.get(path, headers={"X-Tracking-Secret": "wrong"}).status_code == 404
    assert mall.client.get(path).status_code == 401
    for _ in range(30):
        last = mall.client.get(path, headers={"X-Tracking-Secret": "wrong"})
    assert last.status_code == 429
    assert int(last.headers["Retry-After"]) > 0


def test_the_receipt_is_a_page_without_anything_of_the_case_in_its_markup(mall: Mall) -> None:
    case = mall.open()
    page = mall.get(f"/api/v1/permits/{case['id']}/receipt")
    assert page.content_type == "text/html; charset=utf-8"
    assert case["tracking_code"] in page.text
    assert "25-11-2026 15:30 WIB" in page.text
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_a_list_takes_a_number_but_never_a_nik(mall: Mall) -> None:
    mall.open()
    assert len(mall.get("/api/v1/permits?q=503/0001/2026&overdue=true&limit=5").get_json()["items"]) == 1
    assert mall.stubs["permits"].calls[-1][1]["params"] == {"q": "503/0001/2026", "overdue": True, "limit": 5}
    code = normalise("PABCDEFGHJKN")
    assert mall.get(f"/api/v1/permits?q={code}").status_code == 200, "a tracking code need not have a digit"
    for query in ("q=3515144107909990", "q=3515-1441-0790-9990", "q=Budi"):
        refused = mall.get(f"/api/v1/permits?{query}")
        assert refused.status_code == 400
        assert refused.get_json()["errors"][0]["field"] == "q"


def test_a_refusal_of_the_service_is_a_problem_in_the_readers_language(mall: Mall) -> None:
    body = {"service": "XXX-01", "applicant": PERSON, "data": {}}
    indonesian = mall.post("/api/v1/permits", body)
    english = mall.post("/api/v1/permits", body, Accept_Language="en-GB,en;q=0.9")
    assert indonesian.status_code == english.status_code == 422
    assert indonesian.content_type == "application/problem+json"
    assert indonesian.get_json()["title"] == "Ada isian yang belum benar"
    assert english.get_json()["title"] == "Some fields need correction"
    assert english.headers["Content-Language"] == "en"
    assert english.get_json()["type"] == "urn:mpp:problem:invalid_fields"
    assert english.get_json()["errors"][0]["field"] == "service"
