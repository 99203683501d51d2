"""The demo's building approval: the levy is assessed, the bank reports the payment, signed, and the case goes on.

Where the mall takes no reports from a bank, or its key is not known here, a proof of payment is checked instead.
"""

from __future__ import annotations

import json
import os
import random
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import requests

from mpp.clock import new_id
from mpp.json_values import mapping
from mpp.operations import keys
from mpp.operations.settings import Settings
from mpp.web.bank import CALLBACK, SIGNATURE, TIMESTAMP, sign
from services.gateway.demo.steps import Body, Steps

AMOUNT = 1_250_000
_TAKEN, _NOT_TAKEN = 200, (401, 403)
_PAPERS = ("identity", "land_proof", "no_dispute", "pbb", "krk", "plans", "prototype")


def walk_levy(steps: Steps) -> Body:
    """A simple house, from the village counter to the permit. Raises Problem."""
    case, _ = steps.by_somebody(steps.village, "permits", "PRZ-PBG", _house(steps))
    steps.tell(steps.village, f"PBG rumah sederhana diajukan: {case['tracking_code']}", "building approval filed")
    case = steps.act("verifikator.dpmptsp", case, "verify_simple", "recommendation", "berkas diverifikasi", "verified")
    case = steps.act("teknis.dpupr", case, "recommend", "assessment", "rekomendasi teknis diberikan", "recommended")
    levied: Body = {"amount": AMOUNT, "basis": "Perda retribusi (contoh)"}
    case = steps.act("teknis.dpupr", case, "assess", "payment", "SKRD ditetapkan", "levy assessed", data=levied)
    levy = mapping(case, "levy")
    steps.tell("teknis.dpupr", f"{levy['number']} jatuh tempo {levy['due_on']}", "the assessment and its last day")
    case = _paid_by_bank(steps, case) or _paid_by_proof(steps, case)
    steps.expect(mapping(case, "levy")["state"] == "paid", "retribusi dibayar | levy paid")
    case = steps.act("kasi.dpmptsp", case, "initial_section", "initials_division", "diparaf", "initialled")
    case = steps.act("penyelia.dpmptsp", case, "initial_division", "signing", "diparaf", "initialled")
    case = steps.act("penandatangan.dpmptsp", case, "sign", "issued", "ditandatangani dan terbit", "signed, issued")
    return {**case, "levy": levy}


def _paid_by_bank(steps: Steps, case: Body) -> Body | None:
    """The case after the bank's report; None where the mall does not take the one that can be signed here."""
    key, certain = _bank_key(steps.url)
    if key is None:
        return None
    levy = mapping(case, "levy")
    report: Body = {
        "number": levy["number"],
        "amount": levy["amount"],
        "paid_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "reference": f"DEMO-{new_id()}",
    }
    answers = [_send(steps.url, key, report) for _ in range(2)]
    if answers[0][0] in _NOT_TAKEN and not certain:
        return None
    steps.expect(answers[0][0] == _TAKEN, f"laporan bank | the bank's report: {answers[0][0]}")
    steps.expect(answers[0] == answers[1], "laporan yang diulang dijawab sama | a repeated report has the same answer")
    steps.tell("bank", f"{report['number']} dibayar, laporan bertanda tangan", "the bank reports the payment, twice")
    found = steps.get("verifikator.dpmptsp", case)
    steps.expect(found["state"] == "initials_section", "berkas berjalan sendiri | the case goes on by itself")
    return found


def _paid_by_proof(steps: Steps, case: Body) -> Body:
    today = datetime.now(UTC).date().isoformat()
    proof = {"paid_on": today, "receipt_number": "STS-DEMO"}
    case = steps.act(
        steps.village, case, "submit_proof", "payment_check", "bukti bayar diserahkan", "proof", data=proof
    )
    return steps.act("verifikator.dpmptsp", case, "confirm_payment", "initials_section", "bukti bayar benar", "paid")


def _send(url: str, key: bytes, report: Body) -> tuple[int, str]:
    body = json.dumps(report).encode()
    timestamp = str(int(datetime.now(UTC).timestamp()))
    headers = {"Content-Type": "application/json", TIMESTAMP: timestamp, SIGNATURE: sign(key, timestamp, body)}
    answer = requests.post(url.rstrip("/") + CALLBACK, data=body, headers=headers, timeout=30)
    return answer.status_code, answer.text


def _bank_key(url: str) -> tuple[bytes | None, bool]:
    """The key, and whether it was given: one from a data folder on this machine may be that of another mall."""
    given = Settings.read({"MPP_BANK_KEY": os.environ.get("MPP_BANK_KEY", "")}, ()).for_services.bank_keys
    if given:
        return given[0], True
    if urlsplit(url).hostname not in ("localhost", "127.0.0.1", "::1"):
        return None, False
    return keys.bank_key_of(Path(os.environ.get("MPP_DATA") or ".data")), False


def _house(steps: Steps) -> Body:
    return {
        "kind": "new",
        "track": "simple_house",
        "land": "owned",
        "function": "Rumah tinggal",
        "floor_area": 70,
        "site_address": f"Jalan Contoh {random.randrange(1, 10**6)}",  # each run builds another house
        "site_region": steps.office(steps.village),
        "requirements": dict.fromkeys(_PAPERS, True),
    }
