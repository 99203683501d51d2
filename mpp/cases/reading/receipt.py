"""What a citizen takes home (tanda terima): the promise, the money, whom to call. Made when asked for, never kept."""

from __future__ import annotations

from sqlalchemy import Connection

from mpp.cases.levies import rows
from mpp.cases.levies.rows import Levy
from mpp.cases.reading.presenter import Presenter
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage import case_rows
from mpp.cases.storage.case_rows import Record
from mpp.cases.storage.tables import payments
from mpp.casework.access.offices import OfficeTree
from mpp.casework.rules.service_type import Requirement, ServiceType
from mpp.json_values import JsonObject, iso


def receipt_body(host: CaseHost, presenter: Presenter, tx: Connection, record: Record) -> JsonObject:
    """What stands on the receipt of a case, as `mpp.cases.interface.receipts.Receipt` reads it."""
    case, offices = record.case, host.offices
    service_type = host.service_type_of(tx, case)
    return {
        **presenter.public(service_type, record, case_rows.entries(tx, case.id)),
        "service_name": dict(service_type.name),
        "office_name": host.offices.name_of(case.office_of_origin) or case.office_of_origin,
        "fee": _fee(service_type, record),
        "fee_words": _component(service_type, "fee"),
        "levy": _levy(tx, service_type, record),
        "contacts": _contacts(offices, case.office_of_origin, service_type.owner),
        "how_to_complain": _component(service_type, "complaints"),
        "missing": [_with_form(r) for r in service_type.missing(case.ticks, case.data)],
        "received": [dict(r.name) for r in service_type.requirements if case.ticks.get(r.code)],
    }


def _with_form(requirement: Requirement) -> JsonObject:
    """What a missing paper is called, and on which form it is written where there is one."""
    name, form = dict(requirement.name), requirement.form
    return name if form is None else {"id": f"{name['id']} (formulir {form})", "en": f"{name['en']} (form {form})"}


def _component(service_type: ServiceType, name: str) -> JsonObject | None:
    """A component of the service standard in words."""
    found = service_type.standard.get(name)
    return None if found is None else dict(found)


def _fee(service_type: ServiceType, record: Record) -> int | None:
    """The fixed fee. None where the tariff does not say, and where a levy is assessed instead: that is not free."""
    fee = service_type.fee_on(record.submitted_at.date())
    return None if service_type.levy is not None and not fee else fee


def _levy(tx: Connection, service_type: ServiceType, record: Record) -> JsonObject | None:
    """The assessment in force: `paid` of `amount` is applied to it. `unapplied` is money that came for this case and
    that the office has yet to see to; it is told also where no assessment is in force."""
    if service_type.levy is None:
        return None
    levy = rows.levy_in_force(tx, record.case.id)
    money = rows.payments(tx, payments.c.case_id == record.case.id)
    unapplied = sum(each.amount for each in money if each.status in ("waiting", "unapplied"))
    if levy is None:
        return None if not unapplied else {"number": None, "amount": None, "unapplied": unapplied}
    return {**_assessed(levy), "unapplied": unapplied}


def _assessed(levy: Levy) -> JsonObject:
    return {
        "number": levy.number,
        "amount": levy.amount,
        "due_on": levy.due_on.isoformat(),
        "paid": levy.amount if levy.state == rows.PAID else 0,
        "paid_at": iso(levy.paid_at),
    }


def _contacts(offices: OfficeTree, *codes: str) -> list[JsonObject]:
    """Whom to call: the office that took the file in, and the one that decides."""
    found = [office for code in dict.fromkeys(codes) if (office := offices.get(code)) is not None]
    return [{"name": office.name, "phone": office.phone} for office in found]
