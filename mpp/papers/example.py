"""Papers with made-up data: what a template is tried with before anybody's name stands on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from mpp.casework.rules.paper import DEEMED, PaperSpec
from mpp.casework.rules.papers_made import papers_made
from mpp.casework.rules.service_type import FormField, ServiceType
from mpp.json_values import JsonObject
from mpp.papers.facts import FACTS
from mpp.papers.snapshot import FORM, RECEIPT, Filled, Letterhead, Service, SignedBy, Snapshot, Text

_CODE = "P7K2-M9QX-4TB0-1234"
_MALL = "https://mall.contoh.id"
_DAY = date(2026, 11, 27)
_UNSIGNED = (DEEMED, RECEIPT, FORM)
_SIGNER: Text = {"id": "Kepala Dinas Contoh", "en": "Head of the example agency"}
_SHOWN = {
    "date": {"id": "12 November 2026", "en": "12 November 2026"},
    "integer": {"id": "120", "en": "120"},
    "money": {"id": "Rp 1.234.500", "en": "Rp 1.234.500"},
    "boolean": {"id": "Ya", "en": "Yes"},
    "name": {"id": "Warga Contoh 03", "en": "Warga Contoh 03"},
    "person_name": {"id": "WARGA CONTOH 03", "en": "WARGA CONTOH 03"},
    "nik": {"id": "3515990101809990", "en": "3515990101809990"},
    "no_kk": {"id": "3515992711260001", "en": "3515992711260001"},
    "phone": {"id": "+62318941000", "en": "+62318941000"},
    "region": {"id": "Suko, Sukodono, Kabupaten Sidoarjo", "en": "Suko, Sukodono, Kabupaten Sidoarjo"},
    "office": {"id": "Dinas Contoh", "en": "Example agency"},
}


def papers_of(service_type: ServiceType) -> tuple[PaperSpec, ...]:
    """The papers that a service type makes, each once, in the order of its file."""
    return tuple(dict.fromkeys(paper for _, paper in papers_made(service_type)))


def example(paper: PaperSpec, service_type: ServiceType | None = None, region: Text | None = None) -> Snapshot:
    """A paper on which everything stands that may: with every field of the service type's form."""
    name: Text = {"id": "Layanan Contoh", "en": "Example Service"} if service_type is None else service_type.name
    code = "CONTOH" if service_type is None else service_type.code
    where = "Kabupaten Contoh" if region is None else region["id"]
    signed = paper.kind not in _UNSIGNED
    return Snapshot(
        kind=paper.kind,
        template=paper.template,
        service=Service(code, name),
        title=paper.title or name,
        number=None if paper.kind in _UNSIGNED else f"503/0001/{code}/2026",
        code=_CODE,
        qr=f"{_MALL}/v/{_CODE.replace('-', '')}#{'0123456789' * 30}",
        issued_on=_DAY,
        place=where.partition(" ")[2] or where,
        letterhead=Letterhead(
            (f"Pemerintah {where}", "Dinas Contoh"), ("Jalan Contoh Nomor 1", "Telepon (031) 8941000")
        ),
        signer=_signer(service_type, paper) if signed else None,
        signature="local" if signed else "none",
        holder={"kind": "person", "name": "Warga Contoh 01", "nik": "3515990101809990", "address": "Jl. Contoh No. 7"},
        fields=() if service_type is None else tuple(_filled(field) for field in service_type.form),
        facts=FACTS,
        notices=({"id": "Contoh: bukan surat yang berlaku.", "en": "An example: not a paper that holds."},),
    )


def examples(paper: PaperSpec, service_type: ServiceType | None = None) -> Iterator[Snapshot]:
    """The same, and others that differ where papers do: a template must print all of them."""
    full = example(paper, service_type)
    yield full
    company: JsonObject = {"kind": "organisation", "name": "PT Contoh", "nib": "1234567890123"}
    signer = None if full.signer is None else replace(full.signer, nip=None)
    yield replace(full, holder=company, signer=signer, supersedes="503/0000/2025", printed_later=True, notices=())
    bare = Letterhead(full.letterhead.names)
    least = {name: value for name, value in FACTS.items() if name not in ("valid_until", "secret", "missing", "due_on")}
    yield replace(full, holder=None, letterhead=bare, facts=least, fields=_required(full.fields, service_type))


def _signer(service_type: ServiceType | None, paper: PaperSpec) -> SignedBy:
    first = None if service_type is None or not service_type.signers else service_type.signers[0]
    capacity, title = ("definitive", _SIGNER) if first is None else (first.capacity, first.title)
    if paper.signed_as is not None:
        capacity, title = "definitive", paper.signed_as
    return SignedBy("Dr. Siti Contoh, S.Sos., M.Si.", "197001011990012001", capacity, title)


def _filled(field: FormField) -> Filled:
    if field.type == "group":
        return Filled(field.name, field.label, {"id": "", "en": ""}, tuple(_filled(inner) for inner in field.fields))
    return Filled(field.name, field.label, _value(field))


def _value(field: FormField) -> Mapping[str, str]:
    if field.choices:
        return field.choices[0][1]
    return _SHOWN.get(field.type, {language: f"{said} (contoh)" for language, said in field.label.items()})


def _required(filled: Sequence[Filled], service_type: ServiceType | None) -> tuple[Filled, ...]:
    """Optional fields that nobody filled in have an empty value."""
    form = {} if service_type is None else {field.name: field for field in service_type.form}
    empty: Text = {"id": "", "en": ""}
    return tuple(f if form[f.name].required or f.fields else replace(f, value=empty) for f in filled)
