"""A receipt as PDF: printed when somebody asks for it, on A4 or on the roll of a counter, and kept nowhere."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from mpp.cases.interface.receipts import Receipt
from mpp.casework.access.offices import OfficeTree
from mpp.json_values import Json, JsonObject
from mpp.papers.snapshot import RECEIPT, Letterhead, Service, Snapshot
from mpp.regions import region_name

TITLE = {"id": "Tanda Terima", "en": "Receipt"}


def snapshot_of(
    receipt: Receipt,
    address: str,
    secret: str | None,
    questions: str | None,
    offices: OfficeTree | None,
    today: date,
    zone: tzinfo,
) -> Snapshot:
    """What is printed on it; `address` is where the citizen follows the case, `secret` is printed where it is given,
    and `questions` where nine questions about the case are asked."""
    region = None if offices is None else region_name(offices.region)
    government = f"Pemerintah {region}" if region else None
    levy, window = receipt.levy, receipt.window
    facts: dict[str, Json] = {
        "office": receipt.office_name,
        "filed_at": _local(receipt.submitted_at, zone),
        "promised_on": (_local(receipt.promise.given or receipt.due_at, zone) or "")[:10] or None,
        "window": None if window is None else dict(window.label),
        "asked_at": None if window is None else _local(window.asked_at, zone),
        "told_at": None if window is None else _local(window.told_at, zone),
        "act_until": None if window is None else _local(window.due_at, zone),
        "fee": receipt.fee,
        "fee_words": None if receipt.fee_words is None else dict(receipt.fee_words),
        "levy_number": None if levy is None else levy.number,
        "amount": None if levy is None else levy.amount,
        "paid": None if levy is None else levy.paid,
        "due_on": None if levy is None else levy.due_on,
        "complain": None if receipt.how_to_complain is None else dict(receipt.how_to_complain),
        "missing": [each["id"] for each in receipt.missing],
        "tracking_code": receipt.tracking_code,
        "secret": secret,
        "rate_at": questions,
        "rate_until": None if receipt.questions is None else receipt.questions.ends_on,
        "contacts": [_contact(each.name, each.phone) for each in receipt.contacts],
    }
    return Snapshot(
        kind=RECEIPT,
        template=RECEIPT,
        service=Service("", receipt.service_name),
        title=TITLE,
        number=None,
        code=receipt.tracking_code,
        qr=address,
        issued_on=today,
        place=(region or "").partition(" ")[2],
        letterhead=Letterhead(tuple(name for name in (government, receipt.office_name) if name)),
        signer=None,
        signature="none",
        facts=facts,
    )


def _local(moment: str | None, zone: tzinfo) -> str | None:
    return None if moment is None else datetime.fromisoformat(moment).astimezone(zone).isoformat()


def _contact(name: str, phone: str | None) -> JsonObject:
    return {"name": name} if phone is None else {"name": name, "phone": phone}
