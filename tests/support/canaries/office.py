"""What clerks do and what they get wrong, with the invented persons in every field."""

from __future__ import annotations

import json
from typing import Any

import requests

from mpp.clock import new_id
from tests.support.canaries.people import APPLICANT, DECEASED, MOTHER, NIKS, NOTE, PROXY, WORDS
from tests.support.desks import answering

WRONG_PASSWORD = "sandi-Kenari-salah"
ACCOUNTS = ("petugas.mpp", "verifikator.dpmptsp", "verifikator.dukcapil", "pejabat.dukcapil", "mitra.bpjs")


class Counter:
    """A clerk's browser."""

    def __init__(self, url: str, password: str) -> None:
        self.url = url
        self.password = password
        self.tokens: dict[str, str] = {}
        self.secrets = [WRONG_PASSWORD]  # what nothing but an answer may hold
        for account in ACCOUNTS:
            answer = self.log_in(account, password)
            answer.raise_for_status()
            self.tokens[account] = answer.json()["access_token"]
            self.secrets.append(self.tokens[account])

    def log_in(self, account: str, password: str) -> requests.Response:
        form = {"grant_type": "password", "username": account, "password": password}
        return requests.post(f"{self.url}/api/v1/auth/token", data=form, timeout=20)

    def send(self, account: str | None, path: str, body: Any = None, **headers: str) -> requests.Response:
        """A POST of `body` (JSON, or bytes as they are), or a GET without one."""
        sent = {"Idempotency-Key": new_id(), "Content-Type": "application/json"}
        if account is not None:
            sent["Authorization"] = f"Bearer {self.tokens[account]}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if body is None:
            return requests.get(self.url + path, headers=sent, timeout=20)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return requests.post(self.url + path, data=data, headers=sent, timeout=20)

    def file(self, collection: str, service: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
        body = {"service": service, "applicant": APPLICANT, "data": data, **more}
        answer = self.send("petugas.mpp", f"/api/v1/{collection}", body)
        assert answer.status_code == 201, answer.text
        case: dict[str, Any] = answer.json()
        self.secrets.append(case["secret"])
        return case | {"collection": collection}

    def act(self, account: str, case: dict[str, Any], action: str, note: str = NOTE) -> dict[str, Any]:
        path = f"/api/v1/{case['collection']}/{case['id']}"
        seen = self.send(account, path).json()  # a second birth of one mother is answered for
        body = {"action": action, "note": note, **answering(seen, note)}
        answer = self.send(account, f"{path}/actions", body, If_Match=f'"{case["version"]}"')
        assert answer.ok, answer.text
        return case | answer.json()


SIP = {
    "kind": "new",
    "str_number": "STR-1",
    "practice_name": f"Klinik {WORDS[3]}",
    "practice_address": f"Gang {WORDS[4]}",
    "practice_region": "35.15.14.2013",
    "requirements": {"str": True, "practice_place": True, "identity": True},
}
BIRTH = {
    "family_card": MOTHER.family_card,
    "mother_nik": MOTHER.nik,
    "child": {"name": f"{WORDS[2]} Kenari", "sex": "female", "birth_date": "2026-01-02", "birth_place": WORDS[3]},
    "requirements": {"birth_statement": True, "marriage": True, "family_card": True},
}
DEATH = {
    "deceased_nik": DECEASED.nik,
    "died_on": "2026-01-03",
    "place": WORDS[4],
    "requirements": {"death_statement": True, "family_card": True},
}
REPORT = {"title": f"Tentang {WORDS[0]}", "text": NOTE, "classification": "complaint"}


def a_day_at_the_office(counter: Counter) -> None:
    """Everything that is allowed, with notes that say too much."""
    sip = counter.file("permits", "PRZ-SIP-DR", SIP, proxy=PROXY)
    counter.send("verifikator.dpmptsp", f"/api/v1/permits/{sip['id']}/receipt")
    counter.send(None, f"/api/v1/track/{sip['tracking_code']}")
    counter.send(None, f"/api/v1/permits/{sip['id']}", X_Tracking_Secret=sip["secret"])
    counter.act("verifikator.dpmptsp", sip, "return")
    for service, data in (("ADM-LHR-01", BIRTH), ("ADM-MTI-01", DEATH)):
        filed = counter.file("registrations", service, data)
        for by, secret in (("petugas.mpp", {}), (None, {"X_Tracking_Secret": filed["secret"]})):
            printed = counter.send(by, f"/api/v1/registrations/{filed['id']}/forms/F-2.01", **secret)
            assert printed.content.startswith(b"%PDF"), printed.text
        case = counter.act("verifikator.dukcapil", filed, "verify")
        counter.act("pejabat.dukcapil", case, "sign")
    so_far = {"service": "ADM-LHR-01", "applicant": APPLICANT, "data": {"mother_nik": MOTHER.nik}}
    assert counter.send("petugas.mpp", "/api/v1/forms/F-2.03", so_far).content.startswith(b"%PDF")
    counter.act("petugas.mpp", counter.file("complaints", "PGD-LPR", REPORT), "withdraw")


def mistakes(counter: Counter) -> None:
    """What clerks and strangers get wrong: none of it is answered with a 5xx."""
    nik, name, clerk = NIKS[4], WORDS[0], "petugas.mpp"
    body = {"service": "PRZ-SIP-DR", "applicant": APPLICANT, "data": SIP}
    answers = [
        counter.log_in(nik, counter.password),
        counter.log_in(name, WRONG_PASSWORD),
        counter.send(clerk, f"/api/v1/permits?q={nik}"),
        counter.send(clerk, f"/api/v1/permits?q={name}&{nik}={name}"),
        counter.send(clerk, f"/api/v1/permits/{nik}"),
        counter.send(clerk, f"/api/v1/{name}/{nik}"),
        counter.send(clerk, f"/api/v1/services/{nik}"),
        counter.send(None, f"/api/v1/track/{nik}"),
        counter.send(clerk, "/api/v1/permits", body, Idempotency_Key=f"{nik} {name}"),
        counter.send(clerk, "/api/v1/permits", body, Idempotency_Key=""),
        counter.send(clerk, "/api/v1/permits", body, If_Match=nik, User_Agent=nik, Accept_Language=name),
        counter.send(clerk, "/api/v1/permits", body, X_Request_ID=nik, X_Correlation_ID=nik, Traceparent=nik),
        counter.send(clerk, "/api/v1/permits", body | {nik: name}),
        counter.send(clerk, "/api/v1/permits", body | {"service": nik}),
        counter.send(clerk, "/api/v1/permits", body | {"data": SIP | {name: nik}}),
        counter.send(clerk, "/api/v1/permits", body | {"applicant": APPLICANT | {"nik": nik[:-1]}}),
        counter.send(clerk, "/api/v1/permits", json.dumps(body).encode()[:-5]),
        counter.send(clerk, "/api/v1/permits", body, Content_Type="text/plain"),
        counter.send(None, "/api/v1/permits", body, Authorization=f"Bearer {nik}"),
        counter.send(
            clerk, "/api/v1/forms/F-2.01", {"service": "ADM-LHR-01", "applicant": APPLICANT | {"nik": nik[:-1]}}
        ),
        counter.send(clerk, f"/api/v1/forms/{name}", {"service": nik, "data": {nik: name}}),
        counter.send("mitra.bpjs", f"/api/v1/events?after={nik}"),
        counter.send("mitra.bpjs", f"/api/v1/events?type={name}"),
    ]
    assert not [a.status_code for a in answers if a.status_code >= 500]
