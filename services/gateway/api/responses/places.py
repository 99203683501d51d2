"""What is answered of offices, places and colleagues."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.common import Out, Page, label, many, maybe, name_of, text


class Office(Out):
    """An office of the mall's region."""

    code = text(description="The code that forms, filters and assignments take", example="35.15.14.2013")
    name = text(description="As people call it", example="Desa Sukodono")
    kind = text(
        description="desa, kelurahan, kecamatan, opd, instansi_vertikal, bumn, bumd, mpp or mini_mpp", example="desa"
    )
    region = text(description="The Kemendagri code of what it serves", example="35.15.14.2013")
    region_name = maybe("The name of what it serves", example="Sukodono, Sukodono, Kabupaten Sidoarjo")
    parent = maybe("The code of its superior", example="35.15.14")
    parent_name = maybe("The name of its superior", example="Kecamatan Sukodono")
    phone = maybe("Whom to call; null where the region's file names none", example="+62318921234")


class OfficeList(Page):
    """A page of offices, by code."""

    items = many(fields.Nested(Office))


class Region(Out):
    """A place of Indonesia."""

    code = text(description="Its Kemendagri code, which the fields of type region take", example="35.15.14")
    name = text(description="Its name alone; villages and districts without their kind", example="Sukodono")
    kind = text(description="province, regency, kecamatan, kelurahan or desa", example="kecamatan")
    path = text(description="Its name with those of the places that it lies in", example="Sukodono, Kabupaten Sidoarjo")
    office = maybe("The code of the office that has this code; null where none takes part", example="35.15.14")


class RegionList(Page):
    """A page of places, by code."""

    items = many(fields.Nested(Region))


class Colleague(Out):
    """An account that a task of this office may be assigned to."""

    account = text(description="What an assignment names", example="verifikator.dpmptsp")
    name = maybe("The name of the person; null where the account has none", example="Dra. Siti Contoh, M.Si.")
    office = text(description="The code of an office", example="dpmptsp")
    office_name = name_of("office")
    role = text(description="What it takes tasks as", example="verifier")
    role_name = label()


class ColleagueList(Page):
    """A page of colleagues, by account."""

    items = many(fields.Nested(Colleague))
