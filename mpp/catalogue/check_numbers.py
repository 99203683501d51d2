"""What must hold of the legal numbers of a service type: each can be written, and none comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mpp.casework.codes.series import DAY, DISTRICT, NumberSeries
from mpp.casework.rules.papers_made import papers_made
from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue.said import said

_A_DAY = ({"date"}, {"day", "month", "year"}, {"day", "roman_month", "year"})  # the parts that tell a day


def number_mistakes(service_type: ServiceType) -> Iterator[str]:
    """Every reason to refuse the numbers of its documents, levies and papers."""
    if service_type.number is not None:
        yield from _series(service_type, "number", service_type.number)
    elif any(action.number for action in service_type.actions.values()):
        yield said(
            "workflow.actions",
            "satu di antaranya memberi nomor, sedangkan `number` belum ada",
            "one of them gives a number, and `number` is missing",
        )
    if service_type.levy is not None:
        yield from _series(service_type, "levy", service_type.levy.series)
    for where, paper in papers_made(service_type):
        if paper.series is not None:
            yield from _series(service_type, where, paper.series)


def _series(service_type: ServiceType, where: str, series: NumberSeries) -> Iterator[str]:
    try:  # the parts that a case supplies (mpp.cases.storage.numbers); found here instead of at the signature
        series.template.render(
            seq=1,
            date=date(2026, 1, 1),
            code=service_type.code,
            office=service_type.owner,
            region="00.00",
            district="000000",
            classification=series.classification,
        )
    except ValueError as error:
        yield said(f"{where}.template", "tidak dapat dipakai", f"{error}")
    parts = series.template.parts
    if DISTRICT in series.per and DISTRICT not in parts:
        yield said(
            f"{where}.per",
            "tiap kecamatan mulai dari 1, jadi template memerlukan {district}",
            "each district begins at 1, so the template needs {district}",
        )
    if DAY in series.per and not any(parts >= told for told in _A_DAY):
        yield said(
            f"{where}.per",
            "tiap hari mulai dari 1, jadi template memerlukan {date}, atau hari, bulan dan tahun",
            "each day begins at 1, so the template needs {date}, or day, month and year",
        )
    place = service_type.place_field
    if series.by_district and (place is None or not place.required or not place.in_district):
        yield said(
            f"{where}.template",
            "nomor menyebut kecamatan, jadi field region pertama di formulir harus wajib dan in_district",
            "the number names the district, so the first region field of the form must be required and in_district",
        )
