"""What is answered of offices, places and colleagues."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.common import Out, many, maybe, text


class Office(Out):
    """An office of the mall's region."""

    code = text(description="The code that forms, filters and assignments take", example="35.15.14.2013")
    name = text(description="As people call it", example="Desa Suko")
    kind = text(description="desa, kelurahan, kecamatan, opd, instansi_vertikal, bumn, bumd, mpp or mini_mpp")
    region = text(description="The Kemendagri code of what it serves", example="35.15.14.2013")
    region_name = maybe("The name of what it serves")
    parent = maybe("The code of its superior")
    parent_name = maybe("The name of its superior")
    phone = maybe("Whom to call; null where the region's file names none")


class OfficeList(Out):
    """A page, by code; `next` is null on the last one."""

    items = many(fields.Nested(Office))
    next = fields.String(required=True, allow_none=True)


class Region(Out):
    """A place of Indonesia."""

    code = text(description="Its Kemendagri code, which the fields of type region take", example="35.15.14")
    name = text(description="Its name alone; villages and districts without their kind", example="Sukodono")
    kind = text(description="province, regency, kecamatan, kelurahan or desa", example="kecamatan")
    path = text(description="Its name with those of the places that it lies in", example="Sukodono, Kabupaten Sidoarjo")
    office = maybe("The code of the office that has this code; null where none takes part")


class RegionList(Out):
    """A page, by code; `next` is null on the last one."""

    items = many(fields.Nested(Region))
    next = fields.String(required=True, allow_none=True)


class Colleague(Out):
    """An account that a task of this office may be assigned to."""

    account = text(description="What an assignment names", example="verifikator.dpmptsp")
    office = text(example="dpmptsp")
    office_name = maybe("As people call it")
    role = text(description="What it takes tasks as", example="verifier")


class ColleagueList(Out):
    """A page, by account; `next` is null on the last one."""

    items = many(fields.Nested(Colleague))
    next = fields.String(required=True, allow_none=True)
