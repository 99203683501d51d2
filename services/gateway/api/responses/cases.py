"""What the routes of cases answer: the case, its lists, the worklist, the public track."""

from __future__ import annotations

from marshmallow import fields, validate

from mpp.web.schemas.words import about
from services.gateway.api.responses.case_parts import (
    WARNING,
    CaseLine,
    CasePaper,
    Document,
    Requirement,
    Signing,
    Task,
    TimelineEntry,
)
from services.gateway.api.responses.common import (
    Bilingual,
    CodeAndName,
    Out,
    Page,
    Remaining,
    day,
    day_or_none,
    label,
    many,
    maybe,
    moment,
    moment_or_none,
    part,
    part_or_none,
    text,
    truth,
    whole,
)
from services.gateway.api.responses.forms import AllowedOnCase
from services.gateway.api.responses.payments import CasePayment
from services.gateway.api.responses.people import Applicant, Representative
from services.gateway.api.responses.register import Verification


class ServiceName(CodeAndName):
    """The service type that a case follows, in the version that it keeps."""

    version = whole("The version of its rules under which the case was filed", 3)


class Waiting(Out):
    """On whom an open case waits, since when, and why."""

    on = label("On whom: an office, the applicant, nobody", "Pemohon", "The applicant")
    since = moment_or_none("Since when")
    why = label("What comes next, or why nothing does", "Lengkapi berkas", "Complete the file")
    overdue_since = moment_or_none("Since when it is late; null while it is not")


class Stopped(Out):
    """Since when the clock of a case stands still, and why."""

    at = moment("Since when")
    why = label("Why", "Jam berhenti selama menunggu pemohon", "The clock stood still, waiting for the applicant")


class Moved(Out):
    """One move of the promised date."""

    class Meta(Out.Meta):
        include = {"from": moment("The date before")}

    at = moment("When it was moved")
    to = moment("The date since then")
    why = label("Why", "Diperpanjang", "Extended")
    actor = fields.String(metadata=about("The account that extended it; not told to the public", "penyelia.dpmptsp"))
    note = fields.String(
        allow_none=True, metadata=about("The reason that was given; not told to the public", "Menunggu uji lapangan.")
    )
    stopped_at = fields.String(
        metadata={"format": "date-time", **about("Since when the clock had stood still; not told to the public")}
    )


class Promise(Out):
    """What was promised, and every move of it."""

    given = moment_or_none("What was promised first, and stays; null before the file is complete")
    due_at = moment_or_none("What is promised now; null while the clock stands still")
    remaining = part_or_none(Remaining, "How much time is left; null while the clock stands still, and once it ended")
    calendar_complete = truth()
    doubts = many(fields.Nested(Bilingual), "Why it is an estimate, where it is one")
    moved = many(fields.Nested(Moved), "Every move of the date, oldest first")
    stopped = part_or_none(Stopped, "Why the clock stands still; null while it runs")


class Window(Out):
    """A time in which the citizen may reply, object or appeal. It runs from when the citizen was told."""

    code = text(description="The task of the catalogue", example="objection_window")
    label = label("What the time is for", "Masa keberatan", "Time to object")
    asked_at = moment("When it was decided, or asked")
    told_at = moment_or_none("When the citizen was told, and the time began; null until then")
    due_at = moment_or_none("Its end; null before it has begun, and while the case is on hold")
    remaining = part_or_none(Remaining, "How much time is left; null where there is no date")


class CasePermit(Out):
    """The permit that the case led to: its entry in the register."""

    id = text(format="uuid")
    number = text(description="Its legal number", example="SIP/0001/DPMPTSP/2026")
    status = text(description="valid, suspended, revoked, expired or lapsed", example="valid")
    valid_from = day()
    valid_until = day_or_none()
    verification = part(Verification)


class CardOfChild(Out):
    """The family card on which somebody was written, or from which somebody was taken."""

    number = text(description="Number of the family card (KK)", example="3515991203909991")
    members = whole("How many living people are on it", 4)


class Certificate(Out):
    """The certificate that a registration led to."""

    id = text(format="uuid")
    kind = text(description="birth or death", example="birth")
    number = text(description="Its legal number", example="3515-LT-20112026-0001")
    nik = text(description="The NIK of whom it is about", example="3515994511269990")
    late = truth("Whether the event was reported after the limit of the law")
    registered_on = day("The day of its registration")
    family_card = part(CardOfChild)


class Levy(Out):
    """What the applicant has to pay (SKRD)."""

    number = text(description="The number of the assessment, which the bank takes", example="SKRD/00001/DPMPTSP/2026")
    amount = whole()
    due_on = day("The last day to pay")
    state = fields.String(required=True, validate=validate.OneOf(["open", "paid"]), metadata=about("open or paid"))
    overdue_since = day_or_none("Since when it is late; null while it is not")
    paid_at = moment_or_none("When all of it was paid; null while it is open")
    how = maybe("bank (reported) or proof (shown at a counter); null while it is open", example="bank")


class GivenAnswer(Out):
    """What somebody who decided answered to a warning."""

    actor = text(description="The account", example="verifikator.dpmptsp")
    office = maybe("The code of the office for which they decided", example="dpmptsp")
    at = moment("When")
    reason = text(description="Why it is no mistake", example="Dua ruang; akta sewa dilihat.")


class CaseWarning(Out):
    """What is no mistake and may be one: who decides in the applicant's favour answers it by its `id`."""

    id = text(description="By which it is answered", example=WARNING)
    code = text(
        description="application_alike: another application of the applicant holds the same data; place_alike: another "
        "permit of the applicant may be for this very place; person_young: somebody named is too young for an identity "
        "card; person_deceased: the proxy has died; unusual_age: somebody is younger or older than is ordinary in "
        "their role; form_differs, nik_differs, not_on_card: form, NIK and register say different things of one "
        "person. A service has further ones, which say themselves in words",
        example="application_alike",
    )
    field = text(description="The field of the form that it is about", example="data")
    text = label("The same in words", "Apakah ini ganda?", "Is this one double?")
    answered = fields.Boolean(required=True, metadata=about("Whether the reader has answered it"))
    answers = many(fields.Nested(GivenAnswer), "What was answered to it, the oldest first")


class Held(Out):
    """That a case is on hold."""

    reason = text(description="The code of the reason", example="applicant_deceased")


class Case(Out):
    """A case, in full for who may act on it."""

    id = text(format="uuid")
    tracking_code = text()
    service = part(ServiceName)
    state = text()
    state_label = label()
    version = whole()
    collection = text()
    applicant = part_or_none(Applicant, "Whose case it is; null where nobody is named or may be known")
    proxy = part_or_none(Representative, "Who filed for the applicant; null where nobody did")
    data = fields.Dict(
        required=True, metadata=about("The form, by the catalogue, with what actions added to it", {"kind": "new"})
    )
    may_attach = truth("Whether the reader may hand in a document now")
    waiting = part_or_none(Waiting, "What it waits for; null when it is finished")
    promise = part(Promise)
    window = part_or_none(Window, "The time in which the citizen may act; null where there is none")
    escalated = maybe("The highest step of the escalation ladder that was reached", example="supervisor")
    signing = part_or_none(Signing, "The decision that waits for its paper, or null; always null for the applicant")
    papers = many(fields.Nested(CasePaper), "Its papers, oldest first; for the applicant those that were issued")
    signed_as = part_or_none(Bilingual, "In which capacity it was signed; null before")
    permit = fields.Nested(CasePermit, allow_none=True, metadata=about("Of an application; null before it is issued"))
    certificate = fields.Nested(
        Certificate, allow_none=True, metadata=about("Of a registration; null before it is issued")
    )
    levy = fields.Nested(
        Levy, allow_none=True, metadata=about("Of an application: the assessment in force; null: there is none")
    )
    payments = fields.List(
        fields.Nested(CasePayment), metadata=about("Of an application: all money that was paid on any assessment")
    )
    office_of_origin = text()
    office_of_origin_name = maybe()
    office = text()
    office_name = maybe()
    region = text()
    region_name = maybe()
    submitted_at = moment()
    due_at = moment_or_none()
    calendar_complete = truth()
    held = part_or_none(Held, "Why it is on hold; null while it is not")
    document_number = maybe()
    requirements = many(fields.Nested(Requirement), "The papers that it needs")
    tasks = many(fields.Nested(Task), "All tasks, open and closed")
    timeline = many(fields.Nested(TimelineEntry), "Every step, oldest first")
    actions = many(fields.Nested(AllowedOnCase))
    warnings = many(fields.Nested(CaseWarning), "For whoever decides; else none")


class Opened(Case):
    """A new case with the secret that only the applicant gets."""

    secret = text(
        description="It opens the case instead of a token; told now, and to who repeats the request",
        example="7K2M9QX4TB",
    )


class NewSecret(Out):
    """The secret that holds from now on."""

    id = text(format="uuid")
    tracking_code = text()
    issue = whole("Counts the secrets that were given after the one of the filing", 1)
    secret = text(description="It opens the case instead of a token, and is never told again", example="7K2M9QX4TB")


class Note(Out):
    """What the sender of a document is told."""

    code = text(description="tail_removed, traces_removed or traces_kept", example="tail_removed")
    text = text(description="The same in the language of the request", example="Sisa di belakang foto dibuang.")


class Attached(Case):
    """The case after a document was handed in."""

    document = part(Document, "The document that was handed in, or taken out")
    notes = fields.List(
        fields.Nested(Note), metadata=about("What was done to a photo on its way, or what it goes on telling")
    )


class CaseList(Page):
    """A page of cases."""

    items = many(fields.Nested(CaseLine))


class Unaccepted(Out):
    """What was filed by its applicant and is no case yet."""

    status = text(description="waiting, declined, lapsed or withdrawn", example="waiting")
    ends_on = day("The last day on which a clerk can accept it")


class Track(Out):
    """Where a case stands, without personal data."""

    tracking_code = text()
    service = part(CodeAndName)
    state_label = label()
    next_step = label("What comes next", "Verifikasi berkas", "The file is checked")
    waiting_on = label("On whom it waits: an office, the applicant, nobody", "DPMPTSP", "DPMPTSP")
    submitted_at = moment()
    due_at = moment_or_none()
    calendar_complete = truth()
    waiting = part_or_none(Waiting, "What it waits for; null when it is finished")
    promise = part(Promise)
    window = part_or_none(Window, "The time in which the citizen may act; null where there is none")
    online = part_or_none(Unaccepted, "Of what its applicant filed and no clerk has accepted; null: it is a case")
