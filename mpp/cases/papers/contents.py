"""What is printed on a paper of a case, as one value: made once, when the paper is numbered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from mpp.cases.papers.filled import filled
from mpp.cases.recording.work import Work
from mpp.cases.storage.names import name_in
from mpp.casework.access.offices import OfficeTree
from mpp.casework.codes import verification
from mpp.casework.rules.paper import DEEMED, PaperSpec
from mpp.casework.rules.service_type import ServiceType
from mpp.json_values import Json, JsonObject, optional_text
from mpp.papers.qr.address import text_of
from mpp.papers.qr.claims import Claims, initials_of
from mpp.papers.snapshot import Letterhead, Service, SignedBy, Snapshot, Text
from mpp.regions import region_name

_TITLES: Mapping[str, Text] = {
    "levy": {"id": "Surat Ketetapan Retribusi Daerah (SKRD)", "en": "Regional Levy Assessment (SKRD)"},
    "refusal": {"id": "Surat Penolakan", "en": "Letter of Refusal"},
    DEEMED: {"id": "Keterangan Permohonan Dianggap Dikabulkan", "en": "Statement of a Grant by Law"},
}


@dataclass(frozen=True)
class Printed:
    """What a paper says besides what the case says: `facts` by effect, those whose names begin with `_` for the mall
    alone; `holder` and `data` where they are not those of the case; `note`: what the official wrote."""

    spec: PaperSpec
    number: str | None
    code: str
    issued_on: date
    office: str
    adapter: str
    signer: SignedBy | None
    facts: JsonObject = field(default_factory=dict)
    supersedes: str | None = None
    printed_later: bool = False
    holder: JsonObject | None = None
    data: JsonObject | None = None
    note: str | None = None


def snapshot_of(work: Work, printed: Printed) -> Snapshot:
    """The snapshot, with claims in its QR code that the service has signed. It reads no database."""
    spec, service_type, offices = printed.spec, work.service_type, work.host.offices
    holder = work.record.applicant if printed.holder is None else printed.holder
    claims = Claims(
        issuer=f"{offices.region}/{printed.office}",
        kind=spec.kind,
        code=printed.code,
        date=printed.issued_on,
        number=printed.number,
        holder=initials_of(name_in(holder) or ""),
    )
    return Snapshot(
        kind=spec.kind,
        template=spec.template,
        service=Service(service_type.code, service_type.name),
        title=spec.title or _TITLES.get(spec.kind, service_type.name),
        number=printed.number,
        code=verification.printed(printed.code),
        qr=text_of(work.host.runtime.settings.mall_url, claims, work.host.paper_signer),
        issued_on=printed.issued_on,
        place=_town(offices.region),
        letterhead=letterhead(offices, printed.office),
        signer=printed.signer,
        signature=printed.adapter,
        holder=holder,
        fields=filled(service_type.form, work.case.data if printed.data is None else printed.data, offices),
        facts=_local({**_about(work, printed), **told(printed.facts)}, work.host.calendar.current.zone),
        supersedes=printed.supersedes,
        printed_later=printed.printed_later,
    )


def told(facts: JsonObject) -> JsonObject:
    """The facts of all effects together, without what is the mall's alone and what there is not."""
    found: dict[str, Json] = {}
    for of_effect in facts.values():
        if isinstance(of_effect, Mapping):
            found |= {name: value for name, value in of_effect.items() if value is not None and name[0] != "_"}
    return found


def _about(work: Work, printed: Printed) -> JsonObject:
    """What a letter about an application says of it: a permit or certificate stands for itself."""
    if printed.spec.kind not in ("refusal", DEEMED):
        return {}
    record = work.record
    about: JsonObject = {"tracking_code": record.tracking_code, "filed_at": record.submitted_at.isoformat()}
    return about if printed.spec.kind == DEEMED or printed.note is None else {**about, "reason": printed.note}


def _local(facts: JsonObject, zone: tzinfo) -> JsonObject:
    """With instants as the clocks of the region show them: a paper tells their day."""
    return {name: _shown(name, value, zone) for name, value in facts.items()}


def _shown(name: str, value: Json, zone: tzinfo) -> Json:
    if not name.endswith("_at") or not isinstance(value, str):
        return value
    return datetime.fromisoformat(value).astimezone(zone).isoformat()


# A version of a service type from before papers may name nobody.
_SOMEBODY = {"id": "Pejabat yang berwenang", "en": "The competent official"}


def signed_by(service_type: ServiceType, spec: PaperSpec, data: Json, name: str, nip: str | None = None) -> SignedBy:
    """Who signs a decision: as the paper says, else by the catalogue's title for the capacity that was said, else by
    its first one."""
    if spec.signed_as is not None:
        return SignedBy(name, nip, "definitive", spec.signed_as)
    capacity = optional_text(data, "capacity") if isinstance(data, Mapping) else None
    signers = service_type.signers
    found = next((each for each in signers if each.capacity == capacity), signers[0] if signers else None)
    if found is None:
        return SignedBy(name, nip, "definitive", _SOMEBODY)
    return SignedBy(name, nip, found.capacity, found.title)


def adapter_of(work: Work, office: str) -> str:
    """The way in which an office signs."""
    found = work.host.offices.get(office)
    return "local" if found is None else found.signature


def letterhead(offices: OfficeTree, office: str) -> Letterhead:
    """From the government down to the office, a village below its district; what is not the region's stands alone."""
    found, region = offices.get(office), region_name(offices.region)
    if found is None:
        return Letterhead((office,))
    names = []
    if found.kind not in ("instansi_vertikal", "bumn"):
        names.append(f"Pemerintah {region}" if region else None)
    if found.kind in ("desa", "kelurahan"):
        names.append(offices.name_of(found.region[:8]))
    names.append(found.full_name or found.name)
    phone = None if found.phone is None else f"Telepon {found.phone}"
    return Letterhead(tuple(filter(None, names)), tuple(filter(None, (found.address, phone))))


def _town(region: str) -> str:
    """The place before the date: the name of the kabupaten or kota without that word."""
    name = region_name(region) or region
    return name.partition(" ")[2] or name
