"""What a case is made of in an answer: its tasks, its timeline, its requirements, and a line of a list."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.common import (
    Bilingual,
    Out,
    Remaining,
    label,
    many,
    maybe,
    moment,
    moment_or_none,
    name_of,
    part_or_none,
    text,
    truth,
    whole,
)
from services.gateway.api.responses.people import MaskedApplicant

WARNING = "application_alike.01890a5d-ac96-774b-bcce-b302099a8057"


class Task(Out):
    """Work that waits, or waited, at an office."""

    id = text(format="uuid")
    code = text(description="Which task of the service type", example="verification")
    office = text(description="The code of the office that it waits at", example="dpmptsp")
    office_name = name_of("office")
    role = text(description="The role that does it", example="verifier")
    role_name = label()
    opened_at = moment()
    due_at = moment_or_none("Until when; null for a task without a time of its own, and while its clock stands still")
    remaining = part_or_none(Remaining, "How much time is left; null where there is no date")
    outcome = maybe("How it ended, such as done, approved or refused; null while it is open", example="done")
    closed_at = moment_or_none("When it ended")
    claimed_by = maybe("The account that has taken it, or that it was assigned to", example="verifikator.dpmptsp")
    being_signed = truth("Whether it was decided, and its paper waits for the signature")


_PAPER = "01890a5d-ac96-774b-bcce-b302099a8057"


class Signing(Out):
    """A decision that was made and waits for its signed papers; the case can then be decided no other way."""

    paper = text(format="uuid", description="The id of the paper", example="01890a5d-ac96-774b-bcce-b302099a8057")
    papers = many(fields.String(), "The ids of all papers of the decision, this one first", _PAPER)
    action = text(description="The code of the decision", example="sign")
    adapter = maybe("How the office signs: local, bsre or wet", example="local")
    since = moment("When the decision was made")
    failure = maybe("The code of the last try that failed; null where none did", example="signing_unavailable")


class CasePaper(Out):
    """A paper of a case."""

    id = text(format="uuid", description="The id of the paper", example="01890a5d-ac96-774b-bcce-b302099a8057")
    kind = text(description="permit, certificate, card, letter, levy, refusal or deemed", example="permit")
    title = label("What stands over it", "Surat Izin Praktik Dokter", "Practice Licence of a Doctor")
    number = maybe("Its legal number; null where it has none", example="SIP/0001/DPMPTSP/2026")
    status = text(
        description="awaiting (its signature), signed (while others of its decision are not), issued, abandoned or "
        "superseded",
        example="issued",
    )
    printed_later = truth("Whether it was made for a decision from before there were papers")


class TimelineAnswer(Out):
    """The answer to a warning that came with a step; the applicant reads none."""

    warning = text(description="The id of the warning", example=WARNING)
    reason = text(description="Why it is no mistake", example="Dua ruang; akta sewa dilihat.")


class TimelineEntry(Out):
    """One step of a case."""

    class Meta(Out.Meta):
        include = {
            "from": maybe("The code of the state before; null for the first step", example="submitted"),
            "fields": many(fields.String(), "The fields that `amend` corrected", "practice_address"),
        }

    version = whole("The version of the case after the step", 2)
    at = moment()
    actor = text(description="An account, `applicant:<case>`, bank or system", example="petugas.sukodono")
    office = maybe(
        "The code of the office at which the step was taken; null for the applicant and the mall", example="dpmptsp"
    )
    office_name = name_of("office")
    action = text(description="The code of the action", example="verify")
    action_label = part_or_none(Bilingual, "The step in words; null for one that only an earlier version knew")
    from_label = part_or_none(Bilingual, "The state before, in words")
    to = text(description="The code of the state after the step", example="recommendation")
    to_label = label("The state after the step, in words", "Rekomendasi teknis", "Technical recommendation")
    note = maybe("What whoever took the step wrote", example="Berkas lengkap.")
    answers = many(fields.Nested(TimelineAnswer), "The answers to warnings that came with the step")


class Document(Out):
    """A document of a case; `sha256` is of its content, `by` the account that handed it in, or the applicant."""

    id = text(format="uuid")
    requirement = text(description="The code of the requirement that it is for", example="str")
    name = text(description="What a person called it", example="STR.pdf")
    type = text(description="Its media type", example="application/pdf")
    size = whole("Bytes", 48_213)
    uploaded_at = moment()
    by = text(description="The account, or `applicant:<case>`", example="petugas.sukodono")
    sha256 = text(description="Of the content, in hexadecimal digits", example=64 * "0")


class Paper(Out):
    """What is known of a paper that the mall itself issues."""

    service = text(description="The service type that issues it", example="PRZ-KRK")
    status = text(description="there, awaited, failed or lost", example="awaited")
    source = maybe("The id of the case that it comes from; null where that is another service's", format="uuid")
    tracking_code = text(description="That of the case that it comes from", example="P0123456789V")
    document = maybe("The id of its record, once it was issued", format="uuid")
    number = maybe("Its legal number, once it was issued", example="KRK/0001/2026")
    reason = maybe("Why it failed or was lost", example="rejected")


class Requirement(Out):
    """A paper that the application needs."""

    code = text(description="What an upload names", example="str")
    name = label()
    required = truth("Whether this very application needs it")
    fulfilled = truth("Seen at a counter, handed in, or issued")
    documents = many(fields.Nested(Document), "What was handed in for it")
    produced_by = maybe("The service type of the mall that issues it", example="PRZ-KRK")
    form = maybe("The code of the form that is printed for it and comes back signed by hand", example="F-2.01")
    paper = part_or_none(Paper, "What is known of it where the mall issues it")


class CaseLine(Out):
    """A case in a list: the applicant masked."""

    id = text(format="uuid")
    tracking_code = text(description="The code on the receipt", example="P0123456789V")
    service = text(description="The code of the service type", example="PRZ-SIP-DR")
    service_name = label("The name of the service type")
    state = text(description="The code of the state", example="submitted")
    state_label = label()
    applicant = part_or_none(MaskedApplicant, "Whose case it is; null where nobody is named")
    office_of_origin = text(description="The code of the office that took it in", example="35.15.14.2013")
    office_of_origin_name = name_of("office_of_origin")
    office = text(description="The code of the office where it is", example="dpmptsp")
    office_name = name_of("office")
    region = text(description="The Kemendagri code of where the matter is", example="35.15.14.2013")
    region_name = maybe()
    submitted_at = moment()
    due_at = moment_or_none("The promised date; null while the clock stands still")
    held = truth("Whether it is on hold")
    escalated = maybe("The highest step of the escalation ladder that was reached", example="supervisor")
    document_number = maybe("The legal number of what it led to", example="SIP/0001/DPMPTSP/2026")
