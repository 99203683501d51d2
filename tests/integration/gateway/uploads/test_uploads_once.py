"""The same document is stored once, however often and from wherever it comes."""

from __future__ import annotations

import hashlib
import io

import eventlet

from services.gateway.server.concurrency import together
from tests.integration.gateway.uploads.browser import (
    Counter,
    code_of,
)
from tests.support.documents import pdf
from tests.support.wait import until


def test_the_same_upload_again_is_the_same_document(counter: Counter) -> None:
    case = counter.case()
    first = counter.upload(case, pdf(), Idempotency_Key="k-1")
    again = counter.upload(case, pdf(), Idempotency_Key="k-1")
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert again.headers["Idempotency-Replayed"] == "true"
    other = counter.upload(case, pdf("Lain"), Idempotency_Key="k-1")
    assert code_of(other)[:2] == (422, "idempotency_key_reused")
    assert len(counter.rows()) == 1


def test_the_same_content_for_two_cases_at_once_is_stored_once(counter: Counter) -> None:
    one, two = counter.case(0), counter.case(2)
    answers = together([lambda: counter.upload(one, pdf()), lambda: counter.upload(two, pdf())])
    assert [a.status_code for a in answers] == [201, 201]
    assert counter.files() == [hashlib.sha256(pdf()).hexdigest()]
    assert len(counter.rows()) == 2


def test_two_uploads_to_one_case_at_once_are_one_document_and_one_stale_version(counter: Counter) -> None:
    case = counter.case()
    answers = together([lambda: counter.upload(case, pdf()), lambda: counter.upload(case, pdf("Lain"))])
    assert sorted(a.status_code for a in answers) == [201, 412]
    assert len(counter.rows()) == 1


def test_one_account_has_a_few_uploads_at_once_and_no_more(counter: Counter) -> None:
    case = counter.case()
    gate = eventlet.event.Event()

    class Waiting(io.BytesIO):
        def read(self, most: int | None = -1) -> bytes:
            gate.wait()
            return super().read(most)

    pile = eventlet.GreenPile(3)
    for _ in range(3):
        pile.spawn(counter.send, case, Waiting(pdf()), str(len(pdf())))
    until(lambda: len(counter.files()) == 3)
    assert code_of(counter.upload(case, pdf()))[:2] == (429, "too_many_uploads")
    gate.send()
    assert sorted(a.status_code for a in pile) == [201, 412, 412]
    assert counter.upload(counter.case(2), pdf()).status_code == 201
