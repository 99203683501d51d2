"""kill -9 at every step of a signature, in processes of their own: one paper, one number, and nobody need see to it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from mpp.clock import new_id
from mpp.hosting.definition import definitions
from mpp.identity import demo as people
from tests.chaos import dump, folder, load
from tests.chaos.ground import Ground
from tests.chaos.papers import check_papers
from tests.chaos.processes import Processes, environment_of
from tests.support import dying
from tests.support.broker import required_here
from tests.support.mall import MPP, data_folder
from tests.support.wait import until

Body = dict[str, Any]
SIGNER, OPERATOR = "penandatangan.dpmptsp", "operator"


class Mall:
    """The services as processes that die where they are told to, over servers that can be shot."""

    def __init__(self, place: Path, ground: Ground) -> None:
        self.ground, self.orders = ground, place / "orders"
        self.orders.mkdir()
        self.environment = environment_of(ground.urls(), ground.accounts(), **ground.environment())
        program = (sys.executable, "-P", dying.__file__, str(self.orders))
        self.processes = Processes(place, ground.urls(admin=True), self.environment, program=program)
        self.office = load.Office(self.processes.url, load.Ledger(place / "ledger"), 1)
        self._doctors = 0

    def send(self, account: str, path: str, body: Body, version: int | None = None, key: str | None = None) -> Body:
        """The answer to a command, which may be a problem; empty where there was none."""
        try:
            headers = {"Authorization": f"Bearer {self.office.token(account, requests.Session())}"}
            headers |= {"Idempotency-Key": key or new_id()} | ({} if version is None else {"If-Match": f'"{version}"'})
            answer = requests.post(f"{self.processes.url}/api/v1{path}", json=body, headers=headers, timeout=30)
        except requests.RequestException:
            return {}
        return dict(answer.json()) if answer.status_code != requests.codes.unavailable else {}

    def ready(self) -> Body:
        """A licence that waits for its signature."""
        who, self._doctors = people.resident(self._doctors), self._doctors + 1
        applicant = {"kind": "person", "nik": who.nik, "name": who.name}
        filed = {"service": "PRZ-SIP-DR", "applicant": applicant, "data": load.sip(f"Klinik {self._doctors}")}
        case = self.send("petugas.sukodono", "/permits", filed)
        for account, action in (("verifikator.dpmptsp", "verify"), ("teknis.dinkes", "recommend")):
            case = self.act(account, case, action)
        return case

    def act(self, account: str, case: Body, action: str, key: str | None = None) -> Body:
        path = f"/permits/{case['id']}/actions"
        return self.send(account, path, {"action": action}, case["version"], key)

    def case(self, case: Body) -> Body:
        """As it is now; empty where nobody says."""
        try:
            headers = {"Authorization": f"Bearer {self.office.token(SIGNER, requests.Session())}"}
            answer = requests.get(f"{self.processes.url}/api/v1/permits/{case['id']}", headers=headers, timeout=30)
        except requests.RequestException:
            return {}
        return dict(answer.json()) if answer.ok else {}

    def dies(self, place: str, what: str = "kill") -> None:
        """The order for it."""
        self.processes.await_ready()
        dying.order(self.orders, place, what)

    def is_issued(self, case: Body) -> Body:
        """The case when its paper is in force: the processes are started again, and nobody does anything else."""

        def issued() -> bool:
            self.processes.revive()
            return bool(self.case(case).get("state") == "issued")

        until(issued, what=f"the signature of {case['id']}", moves=lambda: self.case(case).get("signing"))
        return self.case(case)

    def check(self, case: Body) -> None:
        """One paper, one number, one event, and everything that holds of every paper of this mall."""
        (paper,) = case["papers"]
        assert (paper["status"], paper["number"]) == ("issued", case["document_number"])
        actions = [entry["action"] for entry in case["timeline"]]
        assert (actions.count("signing"), actions.count("sign")) == (1, 1)
        databases = {"permits": dump.read({"permits": self.processes.urls["permits"]})["permits"]}
        hashes = {each.sha256 for each in databases["permits"].papers if each.sha256 is not None}
        files = folder.read(self.processes.files, hashes, self.processes.signing_key.certificate)
        assert list(check_papers(databases, files, {})) == []
        told = [e.type for e in databases["permits"].outbox if e.subject == case["id"]]
        assert told.count("permits.application.granted.v1") == 1


@pytest.fixture(scope="module")
def mall() -> Iterator[Mall]:
    with data_folder() as place:
        try:
            ground = Ground(place)
        except RuntimeError as error:
            if required_here():
                pytest.fail(str(error), pytrace=False)
            pytest.skip(str(error))
        try:
            ground.start()
            started = Mall(place, ground)
            started.processes.prepare()
            try:
                started.processes.start_all()
                yield started
            finally:
                started.processes.end()
        finally:
            ground.stop()


@pytest.mark.broker
@pytest.mark.parametrize("place", dying.PLACES["gateway"])
def test_the_gateway_dies_and_the_next_one_finishes_the_paper(mall: Mall, place: str) -> None:
    case, key = mall.ready(), new_id()
    mall.dies(place)
    assert mall.act(SIGNER, case, "sign", key) == {}, "the process is dead"
    assert dying.carried_out(mall.orders)
    issued = mall.is_issued(case)
    mall.check(issued)
    again = mall.act(SIGNER, case, "sign", key)
    assert (again["document_number"], again["version"]) == (issued["document_number"], issued["version"])
    mall.check(mall.case(case))


@pytest.mark.broker
@pytest.mark.parametrize("place", dying.PLACES["permits"])
def test_the_service_dies_and_who_asks_again_under_the_same_key_is_answered(mall: Mall, place: str) -> None:
    case, key = mall.ready(), new_id()
    mall.dies(place)

    def answered() -> bool:
        told = mall.act(SIGNER, case, "sign", key)
        mall.processes.revive()
        return bool(told)

    until(answered, what="an answer to the signature")
    assert dying.carried_out(mall.orders)
    mall.check(mall.is_issued(case))


@pytest.mark.broker
def test_the_printer_alone_dies_and_the_paper_is_printed_all_the_same(mall: Mall) -> None:
    case, gateway = mall.ready(), mall.processes.pid("gateway")
    before = dying.printers_of(gateway)
    mall.dies("it is being printed", "printer")
    told = mall.act(SIGNER, case, "sign")
    assert dying.carried_out(mall.orders)
    assert told["state"] == "issued" or told["signing"]["failure"] in (None, "printing_died")
    mall.check(mall.is_issued(case))
    assert mall.processes.pid("gateway") == gateway
    assert set(dying.printers_of(gateway)).isdisjoint(before)


@pytest.mark.broker
def test_requests_jobs_and_receipts_share_one_process_that_prints_and_one_that_signs(mall: Mall) -> None:
    """Each holds some 100 MB."""
    by_request = mall.ready()
    mall.processes.await_ready()
    mall.is_issued(mall.act(SIGNER, by_request, "sign"))
    by_job = mall.ready()
    mall.dies("it is being printed", "printer")
    mall.act(SIGNER, by_job, "sign")  # its printer dies, so that a job makes it
    mall.is_issued(by_job)
    mall.is_issued(mall.act(SIGNER, mall.ready(), "sign"))
    headers = {"Authorization": f"Bearer {mall.office.token('petugas.sukodono', requests.Session())}"}
    receipt = f"{mall.processes.url}/api/v1/permits/{by_job['id']}/receipt"
    printed = requests.get(receipt, headers=headers | {"Accept": "application/pdf"}, timeout=30)
    assert printed.content[:5] == b"%PDF-", printed.text
    assert len(dying.printers_of(mall.processes.pid("gateway"))) == 2


@pytest.mark.broker
@pytest.mark.parametrize("away", ["broker", "postgres"])
def test_what_is_away_between_the_two_steps_is_waited_for(mall: Mall, away: str) -> None:
    case = mall.ready()
    mall.dies("the first step was answered", "stop")
    pending = subprocess.Popen(
        [sys.executable, "-c", _SIGN, mall.processes.url, mall.office.token(SIGNER, requests.Session()), case["id"]],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until(lambda: dying.carried_out(mall.orders), what="the first step")
    if away == "broker":
        mall.ground.shoot_broker(0.5)
    else:
        mall.ground.shoot_postgres(0.5, immediate=False)
    mall.processes.thaw("gateway")
    pending.wait(60)
    mall.check(mall.is_issued(case))


_SIGN = """
import sys, urllib.request, uuid
url, token, case = sys.argv[1:]
headers = {"Authorization": "Bearer " + token, "Idempotency-Key": str(uuid.uuid4()), "If-Match": '"3"',
           "Content-Type": "application/json"}
path = f"{url}/api/v1/permits/{case}/actions"
urllib.request.urlopen(urllib.request.Request(path, b'{"action": "sign"}', headers), timeout=50)
"""


@pytest.mark.broker
def test_papers_of_former_decisions_are_begun_by_a_command_and_finished_after_a_kill(mall: Mall) -> None:
    """`mpp papers make --missing`, as the operator runs it."""
    case = mall.ready()
    decided = mall.act(SIGNER, case, "sign")
    decided = mall.is_issued(decided)
    # as it was decided before there were papers
    dump.execute(mall.processes.urls["permits"], f"DELETE FROM papers WHERE case_id = '{case['id']}'")  # noqa: S608
    command = [str(MPP), "papers", "make"]
    account = {"MPP_URL": mall.processes.url, "MPP_ACCOUNT": OPERATOR, "MPP_PASSWORD": load.PASSWORD}

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        told = mall.environment | account
        return subprocess.run([*command, *more], env=told, capture_output=True, text=True, cwd="/", check=False)

    unsaid = run()
    assert (unsaid.returncode, "--missing" in unsaid.stderr) == (1, True)
    mall.dies("its file is kept")
    first = run("--missing")
    until(lambda: dying.carried_out(mall.orders), what="the gateway's end")

    def made() -> bool:
        mall.processes.revive()
        papers = mall.case(case).get("papers", [])
        return bool([each["status"] for each in papers] == ["issued"])

    until(made, what="the paper of a former decision")
    mall.processes.await_ready()
    again = run("--missing")
    assert again.returncode == 0, again.stderr
    assert again.stdout.splitlines() == [
        f"{d.collection}: 0 surat dimulai | 0 papers begun" for d in definitions().values() if d.collection is not None
    ]
    assert first.returncode == 0 or not first.stdout or "surat dimulai" in first.stdout
    (paper,) = mall.case(case)["papers"]
    assert (paper["printed_later"], paper["number"]) == (True, decided["document_number"])
    assert mall.case(case)["version"] == decided["version"], "the case has not changed"
