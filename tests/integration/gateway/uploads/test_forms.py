"""A document that comes as the one file of a form is taken by the same door, and under the same rules, as a raw one."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from werkzeug.test import TestResponse

from mpp.clock import new_id
from services.gateway.uploads.allowances import Allowances
from tests.integration.gateway.uploads.browser import CLERK, MOST, Counter, code_of
from tests.integration.gateway.uploads.test_refused_uploads import BAD_FILES
from tests.support.documents import jpeg, pdf, png

KIB = 1024
BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


def part(content: bytes, media: str = "application/pdf", file: str = 'filename="KTP Rahasia.pdf"') -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; {file}\r\nContent-Type: {media}\r\n\r\n'
    return head.encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def form(
    counter: Counter, case: dict[str, Any], body: bytes, account: str | None = CLERK, **more: str | None
) -> TestResponse:
    """What a browser sends for a form with a file."""
    return counter.upload(case, body, account, Content_Type=FORM, Content_Disposition=None, **more)


def test_a_file_in_a_form_comes_out_as_the_same_document(counter: Counter) -> None:
    case = counter.case()
    for content, media, said, name in [
        (pdf(), "application/pdf", 'filename="Ijazah — asli.pdf"', "Ijazah — asli.pdf"),
        (jpeg(), "image/jpeg", "filename*=UTF-8''Foto%20%C3%A9.jpg", "Foto é.jpg"),
        (png(), "image/png", 'filename="../../etc/passwd"', "passwd.png"),
        (pdf("lain"), "application/pdf", 'filename="blob"', "blob.pdf"),
    ]:
        answer = form(counter, case, part(content, media, said) + END)
        assert answer.status_code == 201, answer.text
        case = answer.get_json()
        document = case["document"]
        assert (document["name"], document["type"], document["size"]) == (name, media, len(content))
        assert document["sha256"] == hashlib.sha256(content).hexdigest()
        assert counter.download(case, document["id"]).data == content


def test_the_same_file_and_key_are_one_command_in_whichever_form_they_come(counter: Counter) -> None:
    case, key = counter.case(), new_id()
    first = form(counter, case, part(pdf()) + END, Idempotency_Key=key)
    again = counter.upload(case, pdf(), Idempotency_Key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.get_json()["document"] == first.get_json()["document"]
    assert len(counter.rows()) == 1


def test_the_applicant_hands_in_by_a_form_too(counter: Counter) -> None:
    case = counter.case()
    assert form(counter, case, part(pdf()) + END, None, X_Tracking_Secret="AAAAAAAAAA").status_code == 404
    assert counter.unchanged(case)
    assert form(counter, case, part(pdf()) + END, None, X_Tracking_Secret=case["secret"]).status_code == 201


def test_the_content_is_looked_at_in_the_same_way(counter: Counter) -> None:
    case = counter.case()
    for content, media, fault in BAD_FILES:
        assert code_of(form(counter, case, part(content, media) + END)) == (422, "invalid_fields", [("file", fault)])
    assert counter.unchanged(case)


def test_a_type_that_no_office_reads_is_named(counter: Counter) -> None:
    case = counter.case()
    for media in ("text/html", "application/octet-stream", "image/heic"):
        answer = form(counter, case, part(b"x", media) + END)
        assert code_of(answer) == (415, "content_type_unsupported", [("Content-Type", "unknown_choice")])
    nothing_chosen = part(b"", "application/octet-stream", 'filename=""') + END
    assert code_of(form(counter, case, nothing_chosen)) == (422, "invalid_fields", [("file", "file_empty")])
    assert counter.unchanged(case)


def test_what_is_no_form_with_one_file_stores_nothing_and_is_told(counter: Counter) -> None:
    case = counter.case()
    field = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="requirement"\r\n\r\nstr\r\n'.encode()
    for body, answer in [
        (END, (422, "invalid_fields", [("file", "required")])),
        (part(pdf()) + part(png(), "image/png") + END, (422, "invalid_fields", [("file", "one_file_only")])),
        (field + part(pdf()) + END, (422, "invalid_fields", [("requirement", "unknown_field")])),
        (part(pdf()) + field + END, (422, "invalid_fields", [("requirement", "unknown_field")])),
        (part(pdf()), (400, "multipart_malformed", [])),
        (pdf(), (400, "multipart_malformed", [])),
        (
            part(pdf(), file=f'filename="{"x" * 1024}"') + END,
            (400, "header_malformed", [("Content-Disposition", "too_long")]),
        ),
    ]:
        assert code_of(form(counter, case, body)) == answer
    no_boundary = counter.upload(case, part(pdf()) + END, Content_Type="multipart/form-data")
    assert code_of(no_boundary) == (400, "multipart_malformed", [])
    assert "attach_document" not in counter.rpc.calls
    assert counter.unchanged(case)


def test_a_form_that_ends_in_its_middle_leaves_nothing(counter: Counter) -> None:
    case, body = counter.case(), part(pdf()) + END
    for at in (10, 150, len(body) - 20):
        cut = counter.send(case, io.BytesIO(body[:at]), str(len(body)), Content_Type=FORM)
        assert code_of(cut) == (400, "upload_cut_off", [])
    assert counter.unchanged(case)


def test_the_limit_is_the_files_own(counter: Counter) -> None:
    """Also where the form around it makes the body longer, and where a client gives a shorter one out for it."""
    case = counter.case()
    full = b"%PDF-1.4\n" + b" " * (MOST - len(pdf())) + pdf()[9:]
    assert code_of(form(counter, case, part(full + b" ") + END)) == (413, "body_too_large", [])
    assert code_of(form(counter, case, part(full * 3) + END)) == (413, "body_too_large", [])
    assert counter.unchanged(case)
    assert form(counter, case, part(full) + END).status_code == 201


def test_the_allowance_of_a_day_counts_the_files_own_bytes(counter: Counter) -> None:
    counter.keeper._allowances = Allowances(of_account=128 * KIB, of_applicant=128 * KIB)
    case, full = counter.case(), b"%PDF-1.4\n" + b" " * (MOST - len(pdf())) + pdf()[9:]
    first = form(counter, case, part(full) + END)
    assert first.status_code == 201, first.text
    second = form(counter, first.get_json(), part(pdf() + b"\n" * 100) + END)
    assert second.status_code == 201, second.text
    refused = form(counter, second.get_json(), part(pdf("lain")) + END)
    assert code_of(refused)[:2] == (429, "upload_allowance_used")
