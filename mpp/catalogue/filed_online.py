"""`filed_online`: a service that its applicant may file alone. Reading it, and what must hold of it."""

from __future__ import annotations

from collections.abc import Iterator

from mpp.casework.access.offices import KINDS
from mpp.casework.rules.online import OWNER, FiledOnline
from mpp.casework.rules.service_type import ServiceType
from mpp.casework.time.durations import Duration, Unit
from mpp.casework.time.durations import parse as parse_duration
from mpp.catalogue.said import said
from mpp.yaml_files import Section

_KEY = "filed_online"
MOST_DAYS = 365


def read_filed_online(top: Section) -> FiledOnline | None:
    """What the file says of it; None: only clerks file this service."""
    if not top.has(_KEY):
        return None
    section = top.section(_KEY)
    found = FiledOnline(section.words("at"), _days(section, "accept_within"), _days(section, "kept"))
    section.done()
    return found


def _days(section: Section, key: str) -> Duration | None:
    written = section.text(key, None)
    if written is None:
        return None
    try:
        found = parse_duration(written)
    except ValueError:
        found = Duration(1, Unit.HOURS)
    if found.unit is not Unit.CALENDAR_DAYS or found.amount > MOST_DAYS:
        told = f"{key}: tulis hari kalender, 1d sampai {MOST_DAYS}d"
        section.refuse(f"{told} | write calendar days, 1d to {MOST_DAYS}d", key)
    return found


def online_mistakes(service_type: ServiceType) -> Iterator[str]:
    """Every reason to refuse it."""
    online = service_type.filed_online
    if online is None:
        return
    for kind in online.at:
        if kind != OWNER and kind not in KINDS:
            yield said(f"{_KEY}.at", f"jenis kantor {kind!r} tidak dikenal", f"unknown office kind {kind!r}")
    if not online.at:
        yield said(f"{_KEY}.at", "tidak ada kantor yang menerimanya", "no office takes it")
    if (online.accept_within is None) != (online.kept is None):
        told = "accept_within dan kept ditulis bersama, atau keduanya tidak"
        yield said(_KEY, told, "accept_within and kept are written together, or neither")
    named = service_type.applicant == "required" or service_type.requirements
    if online.accept_within is None and named:
        told = "tanpa accept_within tidak ada petugas yang memeriksa identitas dan syaratnya"
        yield said(_KEY, told, "without accept_within no clerk sees the identity and the papers that it requires")
    if online.accept_within is not None and service_type.anonymous_allowed:
        told = "laporan tanpa nama tidak menunggu petugas yang memeriksa identitas"
        yield said(_KEY, told, "what may be filed without a name waits for no clerk who checks identity")
    if service_type.previous is not None:
        told = "permohonan atas izin terdahulu diajukan di loket, supaya isi izin itu tidak terbaca orang lain"
        yield said(
            _KEY, told, "what builds on an earlier permit is filed at a counter: a stranger would read the permit"
        )
