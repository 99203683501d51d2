"""What is asked of papers."""

from __future__ import annotations

from mpp.casework.bounds import ABANDONMENTS, NOTE_MAX
from mpp.web.routing import UUID
from mpp.web.schemas.fields import Bool, Choice, ListOf, Strict, Text
from mpp.web.schemas.words import about
from services.gateway.api.requests.cases import passphrase_text

MOST_PAPERS = 100  # of one batch
_PAPER = "01890a5d-ac96-774b-bcce-b302099a8057"


class PaperQuery(Strict):
    """Which copy."""

    language = Choice("id", "en", metadata=about("en: an unsigned translation, where the paper offers one", "id"))


class ReceiptQuery(Strict):
    """On which paper."""

    width = Choice("58", "80", metadata=about("Of a PDF: millimetres of the printer's roll; without it A4", "58"))


class SignPaper(Strict):
    """Sign one paper that waits for its signature."""

    passphrase = passphrase_text()
    again = Bool(
        metadata=about("The signer has seen to it that nothing was signed, where the service cannot be asked", False)
    )


class SignPapers(Strict):
    """Papers of one signer, signed in one go."""

    papers = ListOf(
        Text(max=36, pattern=UUID, example=_PAPER, code="malformed"),
        max=MOST_PAPERS,
        required=True,
        metadata=about("Their ids", [_PAPER]),
    )
    passphrase = passphrase_text()


class AbandonPaper(Strict):
    """Why a paper is given up."""

    reason = Choice(*ABANDONMENTS, required=True)
    note = Text(max=NOTE_MAX, lines=True, required=True)


class ConfirmScan(Strict):
    """Which scan the second person has compared with the sheet."""

    sha256 = Text(max=64, pattern=r"[0-9a-f]{64}", required=True, metadata=about("The hash of the scan", "0" * 64))


class MissingPapers(Strict):
    """Of which service's decisions."""

    collection = Text(max=32, pattern=r"[a-z_]+", required=True, metadata=about("Of which service", "permits"))
    after = Text(max=36, pattern=UUID, example=_PAPER, metadata=about("The `next` of the page before", _PAPER))
