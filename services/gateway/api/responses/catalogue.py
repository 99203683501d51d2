"""What the catalogue shows of the services of the mall."""

from __future__ import annotations

from marshmallow import fields

from mpp.web.schemas.words import about
from services.gateway.api.responses.common import Bilingual, Out, label, many, maybe, part_or_none, text, truth, whole
from services.gateway.api.responses.forms import FormField


class ServiceSummary(Out):
    """A service of the mall."""

    code = text(description="What `service` names when a case is filed", example="PRZ-SIP-DR")
    version = whole("The version of its rules; a case keeps the one under which it was filed", 3)
    collection = text()
    name = label("What people call it")
    owner = text(description="The code of the office that decides", example="dpmptsp")
    level = text(description="A finished at the village, B at the district, C at an agency", example="C")
    sla = text(description="The promised time: 3wd (working days), 60d (calendar days), 10h or 30min", example="5wd")
    fee = fields.Integer(
        required=True, allow_none=True, metadata=about("Whole rupiah, today; null where the tariff does not say", 0)
    )
    applicant = text(
        description="Whether somebody must be named who asks for it: required or optional", example="required"
    )
    anonymous_allowed = truth("Whether a case may be filed without a name")
    life_events = many(
        fields.String(), "By what happens in a life it is found: codes of the list's `life_events`", "work"
    )


class LinkedSummary(Out):
    """A service that another application serves. It has no case here."""

    code = text(description="What the address of one ends with", example="POL-SKCK")
    name = label("What people call it", "Surat Keterangan Catatan Kepolisian (SKCK)", "Police clearance certificate")
    owner = text(description="The code of the office that answers for it", example="polresta")
    life_events = many(
        fields.String(), "By what happens in a life it is found: codes of the list's `life_events`", "work"
    )
    loket = label(
        "Where one is served in person", "Loket Polresta di MPP Sidoarjo", "The police counter at MPP Sidoarjo"
    )
    address = maybe(
        "Where the application is, an https address; null: no source names one", example="https://lapor.go.id"
    )
    duration = label("How long it takes, in words", "1 hari kerja", "1 working day")
    fee = label("What it costs, in words", "Tarif PNBP negara", "A tariff of the state")


class LifeEvent(Out):
    """Something that happens in a life, by which services are found."""

    code = text(description="What `life_events` of a service names", example="born")
    name = label("What people call it", "Anak lahir", "A child is born")


class ServiceList(Out):
    """The catalogue."""

    items = many(fields.Nested(ServiceSummary), "What the mall serves")
    linked = many(fields.Nested(LinkedSummary), "What other applications serve")
    life_events = many(fields.Nested(LifeEvent), "The words by which people find services, in the order of a life")


class Condition(Out):
    """Only where the form's `field` has one of the values `is`."""

    class Meta(Out.Meta):
        include = {"is": many(fields.String(), "The values, one of which it has", "new")}

    field = text(description="The name of a field of the form", example="kind")


class NeededPaper(Out):
    """A paper that an application needs."""

    code = text(description="What an upload names", example="str")
    name = label("What people call it", "Surat Tanda Registrasi", "Certificate of registration")
    required = truth("Whether an application cannot do without it")
    when = part_or_none(Condition, "Only such applications need it; null: all")
    produced_by = maybe("The service type of the mall that issues it", example="PRZ-KRK")
    form = maybe("The code of the form that is printed for it and comes back signed by hand", example="F-2.01")


class PrintableForm(Out):
    """A form that is printed filled in as far as the mall knows, and signed by hand."""

    code = text(description="What the address of a form ends with", example="F-2.01")
    name = label("What people call it", "Formulir Pelaporan Pencatatan Sipil", "Report to civil registration")
    unverified = part_or_none(Bilingual, "What of it is the mall's own and no source has confirmed; null: nothing")


class Bound(Out):
    """A number of the form must lie within, or the track is another one."""

    field = text(description="The name of a number of the form", example="floor_area")
    min = whole("At least", 0)
    max = whole("At most", 72)


class ServiceTrack(Out):
    """A kind of application with a time of its own."""

    code = text(description="The code of the track", example="simple_house")
    when = part_or_none(Condition, "Which applications take it; null: by its bounds alone")
    sla = text(description="The promised time, as of the service", example="10wd")
    applicant = maybe("Who may ask for it: person or organisation; null: as for the service", example="person")
    bounds = many(fields.Nested(Bound), "What must hold of numbers of the form")


class EarlierPermit(Out):
    """The kinds of application that build on an earlier permit."""

    kind = text(description="The field of the form that tells the kind", example="kind")
    number = text(
        description="The field of the form that takes the number of the earlier permit", example="previous_number"
    )
    of = many(fields.String(), "The kinds that build on one", "renewal")
    renewal = maybe("The kind that renews one", example="renewal")
    opens = maybe("How long before its end a permit can be renewed; null: any time", example="90d")


class LevyTerms(Out):
    """The levy (SKRD) that the service has."""

    due = text(description="How long the applicant has to pay, from the assessment on", example="30d")


class TakingOffice(Out):
    """An office at which a filing may wait."""

    code = text(description="What `office` names when it is filed", example="mpp-sidoarjo")
    name = maybe("What people call it", example="MPP Sidoarjo")


class FilingOnline(Out):
    """How the applicant may file it alone."""

    offices = many(fields.Nested(TakingOffice), "Of which the applicant chooses one")
    accept_within = maybe("How long it waits for a clerk; null: it needs no clerk", example="7d")


def _standard() -> fields.Dict:
    return fields.Dict(
        keys=fields.String(),
        values=fields.Nested(Bilingual),
        required=True,
        metadata=about(
            "The components of the service standard that the law makes public (UU 25/2009 art. 21)",
            {"duration": {"id": "5 hari kerja sejak berkas lengkap", "en": "5 working days from the complete file"}},
        ),
    )


class Linked(LinkedSummary):
    """One service of another application, with what must be published."""

    standard = _standard()
    region_sets = many(
        fields.String(), "What no source has confirmed, so that the region decides it: keys of its file", "standard.fee"
    )


class Service(ServiceSummary):
    """One service with what must be published, what to bring and what to fill in."""

    standard = _standard()
    requirements = many(fields.Nested(NeededPaper), "The papers to bring")
    form = many(fields.Nested(FormField), "The fields of `data` when a case is filed")
    forms = many(fields.Nested(PrintableForm), "The forms to sign by hand that it has")
    validity_years = fields.Integer(
        required=True, allow_none=True, metadata=about("How long what is issued holds; null: without an end", 5)
    )
    deemed_approval = truth("Whether the mall's silence after the promised time grants")
    tracks = many(fields.Nested(ServiceTrack), "Kinds of application with a time of their own")
    previous = part_or_none(EarlierPermit, "Which applications build on an earlier permit; null: none does")
    levy = part_or_none(LevyTerms, "The levy that is assessed; null: none")
    filed_online = part_or_none(FilingOnline, "How the applicant may file it alone; null: only clerks file it")
    region_sets = many(fields.String(), "What the region decides, not a law: keys of the catalogue's file", "sla")
