"""What a case service answers to commands: on cases, on their money and on their documents."""

from __future__ import annotations

from mpp.cases.commands.acting import Acting
from mpp.cases.commands.attachments import Attachments
from mpp.cases.commands.new_secret import NewSecrets
from mpp.cases.commands.opening import Opening
from mpp.cases.interface.asking import Asking
from mpp.cases.interface.payloads import Action, Contents, DocumentOf, Filing, PaymentReport, TakingOut
from mpp.cases.interface.results import Found, Known, LetGo, Taking
from mpp.cases.levies.payments import Payment, Payments
from mpp.cases.recording.command import Outcome
from mpp.casework.refusals import wrong_role
from mpp.json_values import mapping, text, whole
from mpp.messaging.calls.common import CommandOn, Shown, Versioned
from mpp.messaging.calls.messages import Call


class CaseAnswers:
    """Commands on cases; `collection` is where their addresses begin."""

    def __init__(self, asking: Asking, opening: Opening, acting: Acting, secrets: NewSecrets, collection: str) -> None:
        self._asking = asking
        self._opening = opening
        self._acting = acting
        self._secrets = secrets
        self._collection = collection

    def open(self, filing: Filing, call: Call) -> Versioned:
        """201 with the case; see `Opening.open`."""
        outcome = self._opening.open(self._asking.command(call, filing.body))
        return versioned(outcome, f"/api/v1/{self._collection}/{text(outcome.body, 'id')}")

    def act(self, asked: Action, call: Call) -> Versioned:
        """200 with the case; see `Acting.act`."""
        return versioned(self._acting.act(self._asking.command(call, asked.body), asked.id, asked.colleague))

    def new_secret(self, asked: CommandOn, call: Call) -> Shown:
        """200 with the secret that holds from now on; see `NewSecrets.give`."""
        outcome = self._secrets.give(self._asking.command(call, asked.body), asked.id)
        return Shown(outcome.body, outcome.replayed)


class MoneyAnswers:
    """What the bank reports, and what officials do about money that was not applied."""

    def __init__(self, asking: Asking, payments: Payments) -> None:
        self._asking = asking
        self._payments = payments

    def pay(self, report: PaymentReport, call: Call) -> Shown:
        """200: the bank reported a payment; see `Payments.take`. Only with the token that the gateway signs for it."""
        cause = self._asking.cause(call)
        if not cause.actor.is_bank:
            raise wrong_role(["bank"], action="pay")
        payment = Payment(report.number, report.amount, report.paid_at, report.reference)
        return Shown(self._payments.take(payment, cause, call.deadline))

    def settle(self, asked: CommandOn, call: Call) -> Shown:
        """200: an official says what became of money that was not applied; see `Payments.settle`."""
        outcome = self._payments.settle(self._asking.command(call, asked.body), asked.id)
        return Shown(outcome.body, outcome.replayed)


class DocumentAnswers:
    """Documents of cases; their contents stay with the gateway."""

    def __init__(self, asking: Asking, attachments: Attachments, collection: str) -> None:
        self._asking = asking
        self._attachments = attachments
        self._collection = collection

    def check(self, asked: CommandOn, call: Call) -> Taking:
        """200 when the case would take a document; see `Attachments.check`."""
        place = self._attachments.check(self._asking.command(call, asked.body), asked.id)
        return Taking(place.case, place.public)

    def attach(self, asked: CommandOn, call: Call) -> Versioned:
        """201 with the case and the document; see `Attachments.attach`."""
        outcome = self._attachments.attach(self._asking.command(call, asked.body), asked.id)
        base = f"/api/v1/{self._collection}/{text(outcome.body, 'id')}"
        return versioned(outcome, f"{base}/documents/{text(mapping(outcome.body, 'document'), 'id')}")

    def check_detach(self, asked: TakingOut, call: Call) -> LetGo:
        """200 when the document may be taken out; see `Attachments.check_detach`."""
        return LetGo(self._attachments.check_detach(self._asking.command(call, asked.body), asked.id, asked.document))

    def detach(self, asked: TakingOut, call: Call) -> Versioned:
        """200 with the case without the document; see `Attachments.detach`."""
        return versioned(self._attachments.detach(self._asking.command(call, asked.body), asked.id, asked.document))

    def read(self, asked: DocumentOf, call: Call) -> Found:
        """What is needed to hand the document out, which is audited."""
        actor, secret = self._asking.reader(call)
        return Found(
            self._attachments.read(actor, secret, asked.id, asked.document, call.deadline, call.correlation_id)
        )

    def known(self, asked: Contents, call: Call) -> Known:
        """Which of the contents are referred to; the gateway asks before it removes one."""
        self._asking.operator(call)
        return Known(tuple(self._attachments.known(asked.hashes, call.deadline)))


def versioned(outcome: Outcome, location: str | None = None) -> Versioned:
    """What a command left behind, with the version that its body shows."""
    return Versioned(outcome.status, outcome.body, whole(outcome.body, "version"), outcome.replayed, location)
