"""A full disk, a death and a silent service leave nothing half done."""

from __future__ import annotations

import errno
import hashlib
import os
from datetime import timedelta
from typing import Any

import pytest

from mpp.files import folder as folders
from mpp.messaging.calls.messages import ServiceUnavailable
from services.gateway.uploads import queries
from tests.integration.gateway.uploads.browser import (
    DAY,
    Counter,
    Killed,
    code_of,
)
from tests.support.documents import pdf


@pytest.mark.parametrize("step", ["_append", "fsync", "replace"])
def test_a_full_disk_is_503_and_nothing_is_stored(counter: Counter, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    case = counter.case()

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(folders if step == "_append" else folders.os, step, full)
        answer = counter.upload(case, pdf(), Idempotency_Key="k-1")
    assert code_of(answer)[:2] == (503, "storage_full")
    assert int(answer.headers["Retry-After"]) > 0
    assert counter.unchanged(case)
    assert counter.upload(case, pdf(), Idempotency_Key="k-1").status_code == 201  # once there is room again


def test_killed_between_the_rename_and_the_call_the_file_waits_and_is_swept(counter: Counter) -> None:
    case = counter.case()

    def die(method: str) -> None:
        if method == "attach_document":
            raise Killed

    counter.rpc.before = die
    with pytest.raises(Killed):
        counter.upload(case, pdf(), Idempotency_Key="k-1")
    counter.rpc.before = lambda method: None
    assert counter.rows() == []
    assert counter.files() == [hashlib.sha256(pdf()).hexdigest()]
    assert counter.sweep() == 0  # somebody may be at it
    counter.desks.clock.advance(DAY + timedelta(minutes=1))
    assert counter.sweep() == 1
    assert counter.files() == []
    assert counter.upload(case, pdf(), Idempotency_Key="k-1").status_code == 201


def test_killed_after_the_service_committed_the_document_keeps_its_file(counter: Counter) -> None:
    case = counter.case()

    def die(method: str) -> None:
        if method == "attach_document":
            raise Killed

    counter.rpc.after = die
    with pytest.raises(Killed):
        counter.upload(case, pdf(), Idempotency_Key="k-1")
    counter.rpc.after = lambda method: None
    assert len(counter.rows()) == 1
    counter.desks.clock.advance(3 * DAY)
    assert counter.sweep() == 0  # it asked the services
    assert counter.files() == [hashlib.sha256(pdf()).hexdigest()]
    counter.rpc.calls.clear()
    counter.sweep()
    assert counter.rpc.calls == []  # and remembers the answer
    again = counter.upload(case, pdf(), Idempotency_Key="k-1")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")


def test_a_service_that_does_not_answer_is_503_and_the_same_key_finds_out(counter: Counter) -> None:
    case = counter.case()

    def cut(method: str) -> None:
        if method == "attach_document":
            raise ServiceUnavailable("permits", "no_queue")

    counter.rpc.after = cut  # it did answer; the answer was lost
    assert code_of(counter.upload(case, pdf(), Idempotency_Key="k-1"))[:2] == (503, "service_unavailable")
    counter.rpc.after = lambda method: None
    again = counter.upload(case, pdf(), Idempotency_Key="k-1")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert len(counter.rows()) == 1


def test_a_reference_that_could_not_be_noted_does_not_spoil_the_answer(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mpp.persistence.database import DatabaseAway

    def away(*_: Any) -> None:
        raise DatabaseAway("gateway")

    with monkeypatch.context() as patch:
        patch.setattr(queries, "refer", away)
        assert counter.upload(counter.case(), pdf()).status_code == 201
    counter.desks.clock.advance(2 * DAY)
    assert counter.sweep() == 0
    assert counter.files() == [hashlib.sha256(pdf()).hexdigest()]
