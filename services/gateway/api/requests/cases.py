"""What is asked of cases. The owning service checks `data` itself."""

from __future__ import annotations

from mpp.cases.reading.asked import CHANGED, DUE, FILED
from mpp.casework.access.jurisdiction import CASE_ROLES
from mpp.casework.bounds import NAME_MAX, NAME_MIN, NOTE_MAX
from mpp.casework.rules.answers import ANSWERS_MAX, REASON_MIN
from mpp.casework.rules.online import ACCEPT, CORRECT, DECLINE, WITHDRAW
from mpp.web.schemas.fields import Bool, ByKind, Choice, ListOf, Object, OpenObject, Strict, Text
from mpp.web.schemas.words import about
from services.gateway.accounts.first import ACCOUNT_NAME
from services.gateway.api.requests.pages import PageQuery, page_cursor, page_limit
from services.gateway.api.requests.people import Name, Organisation, Person, Proxy, nik_text

SERVICE_CODE = r"[A-Z0-9]+(-[A-Z0-9]+)*"
CODE = r"[a-z][a-z0-9_]*"  # of an action, a state, a requirement, a reason
OFFICE = r"[A-Za-z0-9.-]+"
WARNING = r"[a-z][a-z0-9_]*\.[A-Za-z0-9-]+"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def passphrase_text() -> Text:
    """What a signer types to sign by BSrE: taken out of the request before anything else sees it, and kept nowhere."""
    return Text(
        max=256,
        exact=True,
        metadata=about("For an office that signs by BSrE: the signer's passphrase. It is kept nowhere", "kata-sandi"),
    )


class OpenCase(Strict):
    """A new case. The fields of `data` are those of the service's form in the catalogue."""

    service = Text(max=32, pattern=SERVICE_CODE, example="PRZ-SIP-DR", required=True)
    applicant = ByKind(
        {"person": Person, "organisation": Organisation},
        metadata=about("Whose matter it is; the service says whether somebody must be named"),
    )
    proxy = Object(Proxy, metadata=about("Who stands at the counter for the applicant"))
    data = OpenObject(
        required=True, metadata=about("The fields of the form: `form` of /api/v1/services/{code}", {"kind": "new"})
    )
    anonymous = Bool(metadata=about("The reporter is not named to the agency, where the service allows it"))
    secret = Bool(metadata=about("The report is not published, where the service allows it"))


class RegisterCase(OpenCase):
    """A new case at a counter."""

    note = Text(
        max=NOTE_MAX,
        lines=True,
        metadata=about("What whoever decides should know, such as why this is another case", "Tempat praktik kedua."),
    )


class FileOnline(OpenCase):
    """What an applicant files alone."""

    office = Text(
        max=64,
        pattern=OFFICE,
        example="mpp-sidoarjo",
        metadata=about("Where it shall be accepted: one of `filed_online.offices` of the service, if it has several"),
    )


class ActOnline(Strict):
    """One step on what an applicant has filed and no clerk has accepted."""

    action = Choice(
        ACCEPT, DECLINE, CORRECT, WITHDRAW,
        required=True, metadata=about("A clerk may accept or decline, the applicant correct or withdraw", DECLINE),
    )  # fmt: skip
    note = Text(max=NOTE_MAX, lines=True, metadata=about("The reason of a decline, which the applicant reads", "KTP."))
    nik = nik_text(metadata=about("Of an acceptance: the NIK on the identity card that the clerk has seen"))
    applicant = ByKind({"person": Person, "organisation": Organisation}, metadata=about("In place of the one filed"))
    proxy = Object(Proxy, metadata=about("In place of the one filed"))
    data = OpenObject(metadata=about("Fields of the form in place of those filed, and papers that were seen", {}))


class Answer(Strict):
    """Why what a warning of the case tells of is no mistake; `warning` is the warning's id."""

    warning = Text(
        max=160,
        pattern=WARNING,
        example="place_alike.01890a5d-ac96-774b-bcce-b302099a8057",
        required=True,
        metadata=about("The `id` of the warning"),
    )
    reason = Text(
        min=REASON_MIN, max=NOTE_MAX, lines=True, required=True, metadata=about("Why it is no mistake", "Dua ruang.")
    )


class Act(Strict):
    """One step on a case. Whoever decides in the applicant's favour answers each warning, once."""

    action = Text(max=64, pattern=CODE, example="verify", required=True)
    note = Text(max=NOTE_MAX, lines=True)
    data = OpenObject(
        metadata=about("The fields that the action asks for: its `data` in `actions`", {"capacity": "definitive"})
    )
    answers = ListOf(
        Object(Answer),
        max=ANSWERS_MAX,
        metadata=about("To `warnings` of the case, for a decision in its favour"),
    )
    passphrase = passphrase_text()


class TakeOut(Strict):
    """Why a document is taken out of a case."""

    note = Text(max=NOTE_MAX, lines=True, metadata=about("The reason; staff must say one", "Pindaian orang lain."))


class CardSeen(Strict):
    """The identity card that the clerk has seen: the NIK on it."""

    nik = nik_text(required=True)


class Days(Strict):
    """Between which days of the region, both included."""

    due_from = Text(max=10, pattern=DAY)
    due_to = Text(max=10, pattern=DAY)
    filed_from = Text(max=10, pattern=DAY)
    filed_to = Text(max=10, pattern=DAY)


class DaysQuery(PageQuery, Days):
    """A page of what lies between days."""


class ListQuery(DaysQuery):
    """Which cases of a collection."""

    state = Text(max=64, pattern=CODE, example="submitted")
    service = Text(max=32, pattern=SERVICE_CODE, example="PRZ-SIP-DR")
    office = Text(max=64, pattern=OFFICE, example="35.15.14.2013")
    overdue = Bool()
    escalated = Bool()
    unapplied_payment = Bool()
    q = Text(max=64, pattern=r"[A-Za-z0-9][A-Za-z0-9 ./-]*", example="P0123456789V")


class WhoseQuery(Strict):
    """Whose tasks: those of one's own desks unless it is said."""

    below = Bool(metadata=about("All of the offices that one supervises and those below them", True))
    office = Text(max=64, pattern=OFFICE, example="dpmptsp")
    role = Choice(*CASE_ROLES, metadata=about("Only what this role does", "signer"))
    holder = Text(
        max=64,
        pattern=ACCOUNT_NAME,
        example="verifikator.dpmptsp",
        metadata=about("Taken by or given to this account", "verifikator.dpmptsp"),
    )
    free = Bool(metadata=about("Only what nobody has taken", True))
    overdue = Bool(metadata=about("Only what is past its time", True))


class WorklistQuery(DaysQuery, WhoseQuery):
    """Which tasks, and in which order: the most urgent first unless it is said."""

    service = Text(max=32, pattern=SERVICE_CODE, example="PRZ-SIP-DR")
    sort = Choice(
        DUE, FILED, CHANGED,
        metadata=about("due: the most urgent first; filed: those filed first; changed: those changed last", DUE),
    )  # fmt: skip


class WorklistExportQuery(Days, WhoseQuery):
    """Which tasks stand in the table."""

    service = Text(max=32, pattern=SERVICE_CODE, example="PRZ-SIP-DR")


class Search(Strict):
    """Whose: the NIK, or beginnings of words of the name. `cursor` is the `next` of the page before."""

    nik = nik_text()
    name = Name(min=NAME_MIN, max=NAME_MAX, metadata=about("Beginnings of words of the name", "warga contoh"))
    limit = page_limit()
    cursor = page_cursor()


class UploadQuery(Strict):
    """What the file is for: the code of a requirement of the service."""

    requirement = Text(max=64, pattern=CODE, example="str", required=True)
