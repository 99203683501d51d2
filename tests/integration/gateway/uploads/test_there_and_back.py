"""A document goes in and comes out the same; its name is text."""

from __future__ import annotations

import hashlib
import json

import pytest
import structlog

from tests.integration.gateway.uploads.browser import (
    CLERK,
    NAMED,
    Counter,
)
from tests.support.desks import doctor
from tests.support.documents import jpeg, pdf, png


@pytest.mark.parametrize(
    ("content", "media", "name"),
    [(pdf(), "application/pdf", "a.pdf"), (jpeg(), "image/jpeg", "a.jpg"), (png(), "image/png", "a.png")],
)
def test_a_document_goes_in_and_comes_out_the_same(counter: Counter, content: bytes, media: str, name: str) -> None:
    case = counter.case()
    answer = counter.upload(case, content, Content_Type=media, Content_Disposition=f'attachment; filename="{name}"')
    assert answer.status_code == 201, answer.text
    body = answer.get_json()
    document = body["document"]
    sha256 = hashlib.sha256(content).hexdigest()
    assert (document["name"], document["type"], document["size"]) == (name, media, len(content))
    assert document["sha256"] == sha256
    assert answer.headers["ETag"] == f'"{case["version"] + 1}"'
    assert answer.headers["Location"] == f"/api/v1/permits/{case['id']}/documents/{document['id']}"
    assert next(r for r in body["requirements"] if r["code"] == "str")["fulfilled"]
    assert counter.files() == [sha256]

    back = counter.client.get(
        answer.headers["Location"], headers={"Authorization": f"Bearer {counter.desks.token(CLERK)}"}
    )
    assert (back.status_code, back.data, back.content_type) == (200, content, media)
    assert back.headers["Content-Disposition"].startswith(f'attachment; filename="{name}"')
    assert back.headers["X-Content-Type-Options"] == "nosniff"
    assert back.headers["Cache-Control"] == "private, no-store"
    assert back.headers["Content-Length"] == str(len(content))
    assert "sandbox" in back.headers["Content-Security-Policy"]


def test_the_applicant_hands_in_with_the_secret_and_reads_it_back(counter: Counter) -> None:
    case = counter.case()
    answer = counter.upload(case, pdf(), None, X_Tracking_Secret=case["secret"])
    assert answer.status_code == 201, answer.text
    location = answer.headers["Location"]
    assert counter.client.get(location, headers={"X-Tracking-Secret": case["secret"]}).data == pdf()
    assert counter.client.get(location, headers={"X-Tracking-Secret": "AAAAAAAAAA"}).status_code == 404
    assert counter.client.get(location).status_code == 401


def test_a_head_of_a_download_opens_no_file(counter: Counter) -> None:
    case = counter.case()
    location = counter.upload(case, pdf()).headers["Location"]
    answer = counter.client.head(location, headers={"Authorization": f"Bearer {counter.desks.token(CLERK)}"})
    assert (answer.status_code, answer.data) == (200, b"")


NAMES = [
    (NAMED, "KTP Rahasia.pdf"),
    ("attachment; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd", "passwd.pdf"),
    ("attachment; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x.pdf", "aSet-Cookie: x.pdf"),
    ("attachment; filename*=UTF-8''" + "x" * 900, "x" * 116 + ".pdf"),
    ('attachment; filename="..\\\\..\\\\win.ini"', "win.ini.pdf"),
    ("nonsense;;==", "str.pdf"),
    (None, "str.pdf"),
]


def test_a_file_name_is_text_and_never_a_path_or_a_header(counter: Counter) -> None:
    case = counter.case()
    for number, (given, kept) in enumerate(NAMES):
        answer = counter.upload(case, pdf(str(number)), Content_Disposition=given)
        assert answer.status_code == 201, answer.text
        case = answer.get_json()
        assert case["document"]["name"] == kept
        assert case["document"]["sha256"] in counter.files()
        back = counter.download(case, case["document"]["id"])
        assert "Set-Cookie" not in back.headers
        assert "\n" not in back.headers["Content-Disposition"]
    assert all(len(name) == 64 for name in counter.files())


def test_a_name_of_more_than_the_contract_allows_is_refused(counter: Counter) -> None:
    case = counter.case()
    named = "attachment; filename=" + "x" * (1024 - len("attachment; filename="))
    refused = counter.upload(case, pdf(), Content_Disposition=named + "x")
    assert (refused.status_code, refused.get_json()["code"]) == (400, "header_malformed")
    assert refused.get_json()["errors"][0]["field"] == "Content-Disposition"
    assert counter.files() == []
    assert counter.upload(case, pdf(), Content_Disposition=named).status_code == 201


def test_no_name_and_no_person_stands_in_a_path_an_event_or_a_log(counter: Counter) -> None:
    with structlog.testing.capture_logs() as lines:
        case = counter.case()
        answer = counter.upload(case, pdf())
        counter.download(case, answer.get_json()["document"]["id"])
    told = json.dumps(lines, default=str) + "".join(str(p) for p in counter.root.rglob("*"))
    told += "".join(str(e) for e in counter.desks.events("permits")) + answer.headers["Location"]
    assert "Rahasia" not in told
    assert doctor()["nik"] not in told
