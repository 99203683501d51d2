"""kill -9 while clerks are at work: what was answered is there once, and everybody reacted once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import requests

from mpp.identity import demo as people
from tests.chaos import dump, load
from tests.chaos.checker import Report, check
from tests.chaos.facts import Command, read_ledger
from tests.chaos.processes import Processes
from tests.support.mall import Mall, data_folder, embedded_urls, processes_of
from tests.support.wait import until

WORKERS = 4
MORE = 15  # commands that must be answered between two blows
RELATIVE = {"kind": "person", "nik": people.resident(load.RESIDENTS - 1).nik, "name": "Warga Contoh"}


def drained_report(office: load.Office, urls: Mapping[str, str], headers: dict[str, str]) -> Report:
    """What the check says when nothing is under way any more.

    The databases are read one after the other, so that what is still moving can look like a broken promise: a report
    with findings is taken only when it has not changed for the better in time. What was lost or done twice stays so.
    """
    reports = [Report()]

    def drained() -> bool:
        try:
            requests.get(f"{office.url}/api/v1/events", headers=headers, timeout=20)  # numbers the feed
        except requests.RequestException:
            return False
        if any(dump.unfinished(urls).values()):
            return False
        with office.ledger.path.open() as lines:
            reports.append(check(read_ledger(lines), dump.read(urls)))
        return reports[-1].holds

    try:
        until(drained, what="the end of what was under way", moves=lambda: dump.unfinished(urls))
    except AssertionError:
        assert not any(dump.unfinished(urls).values()), "something is under way for ever"
    return reports[-1]


def partner(office: load.Office) -> dict[str, str]:
    """The headers of a partner; on a machine that is busy with others a log-in may have to be asked for again."""
    found: list[str] = []

    def logged_in() -> bool:
        try:
            found.append(office.token("mitra.bpjs", requests.Session()))
        except requests.RequestException:
            return False
        return True

    until(logged_in, what="the partner's log-in")
    return {"Authorization": f"Bearer {found[0]}"}


def await_answers(office: load.Office, more: int = MORE) -> None:
    wanted = office.answered + more
    until(lambda: office.answered >= wanted, what=f"{more} more answers", moves=lambda: office.answered)


def file_again(office: load.Office, key: str) -> tuple[str, str, str]:
    """File a report under this key, for the first time or not; what a clerk would see of it."""
    session = requests.Session()
    headers = {"Idempotency-Key": key, "Authorization": f"Bearer {office.token('petugas.mpp', session)}"}
    body = {"service": "PGD-LPR", "applicant": RELATIVE, "data": load.report(key)}
    answer = session.post(f"{office.url}/api/v1/complaints", json=body, headers=headers, timeout=20)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    office.ledger.write(Command(key, "open", "complaints", "accepted", 1, told["id"], told["version"]))
    return told["id"], told["tracking_code"], told["secret"]


@pytest.mark.broker
def test_killing_each_process_in_mid_load_loses_nothing_and_does_nothing_twice(
    processes: Processes, tmp_path: Path
) -> None:
    office = load.Office(processes.url, load.Ledger(tmp_path / "ledger"), seed=1)
    working = load.clerks(office, WORKERS)
    for name in processes.names:
        await_answers(office)
        processes.kill(name)
        processes.revive()
    processes.await_ready()
    await_answers(office)
    load.close(office, working)
    report = drained_report(office, processes.urls, partner(office))
    assert report.findings == []
    assert office.ledger.errors == {}
    assert report.counts["accepted"] > len(processes.names) * MORE / 2
    assert report.counts["unknown"] == 0


def test_killing_the_embedded_mall_in_mid_load_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    with data_folder() as folder:
        mall = Mall(folder, MPP_RETRY_DELAYS="1,2,4,8").start()
        try:
            office = load.Office(mall.url, load.Ledger(tmp_path / "ledger"), seed=2)
            working = load.clerks(office, WORKERS)
            first = file_again(office, "k2-again")
            for _ in range(2):
                await_answers(office, 2 * MORE)
                mall.kill()
                mall.start()
            await_answers(office)
            load.close(office, working)
            assert file_again(office, "k2-again") == first
            report = drained_report(office, embedded_urls(folder), mall.log_in("mitra.bpjs"))
            assert report.findings == []
            assert office.ledger.errors == {}
            assert report.counts["unknown"] == 0
        finally:
            mall.kill()
            until(lambda: not processes_of(folder), what="the end of the database")
