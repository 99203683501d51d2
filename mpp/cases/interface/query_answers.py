"""What a case service answers to queries."""

from __future__ import annotations

from mpp.cases.interface.asking import Asking
from mpp.cases.interface.payloads import FormOf, TrackingCode
from mpp.cases.interface.receipts import Receipt
from mpp.cases.interface.results import Tasks
from mpp.cases.reading.asked import CaseFilters, TaskPage, Whose
from mpp.cases.reading.for_forms import CasesForForms
from mpp.cases.reading.lists import CaseLists
from mpp.cases.reading.online import OnlineView
from mpp.cases.reading.search import CaseSearch
from mpp.cases.reading.worklist import Worklist
from mpp.casework.refusals import Refused
from mpp.json_values import whole
from mpp.messaging.calls.common import Item, PersonSearch, Shown, Versioned
from mpp.messaging.calls.messages import Call


class QueryAnswers:
    """One case, lists, the worklist, tracking, the receipt."""

    def __init__(
        self,
        asking: Asking,
        lists: CaseLists,
        forms: CasesForForms,
        searching: CaseSearch,
        work: Worklist,
        online: OnlineView,
    ) -> None:
        self._asking = asking
        self._lists = lists
        self._forms = forms
        self._searching = searching
        self._work = work
        self._online = online

    def get(self, asked: Item, call: Call) -> Versioned:
        """One case in full."""
        actor, secret = self._asking.reader(call)
        body = self._lists.get(actor, secret, asked.id, call.deadline)
        return Versioned(200, body, whole(body, "version"))

    def receipt(self, asked: Item, call: Call) -> Receipt:
        """What stands on the receipt."""
        actor, secret = self._asking.reader(call)
        return Receipt.of(self._lists.receipt(actor, secret, asked.id, call.deadline))

    def for_form(self, asked: FormOf, call: Call) -> Shown:
        """What a form is filled in from."""
        actor, secret = self._asking.reader(call)
        found = self._forms.read(
            actor, secret, asked.id, asked.form, asked.services, call.deadline, call.correlation_id
        )
        return Shown(found)

    def list(self, filters: CaseFilters, call: Call) -> Shown:
        """A page of cases."""
        return Shown(self._lists.page(self._asking.clerk(call), filters, call.deadline))

    def search(self, wanted: PersonSearch, call: Call) -> Shown:
        """A person's cases, among those that the actor may see."""
        return Shown(self._searching.search(self._asking.clerk(call), wanted, call.deadline, call.correlation_id))

    def worklist(self, page: TaskPage, call: Call) -> Tasks:
        """The next open tasks of the actor's offices and roles."""
        return Tasks.of(self._work.page(self._asking.clerk(call), page, call.deadline))

    def counts(self, whose: Whose, call: Call) -> Shown:
        """How many they are."""
        return Shown(self._work.counts(self._asking.clerk(call), whose, call.deadline))

    def track(self, asked: TrackingCode, call: Call) -> Shown:
        """The public state of a case, or of what is none yet."""
        try:
            return Shown(self._lists.track(asked.tracking_code, call.deadline))
        except Refused:
            return Shown(self._online.track(asked.tracking_code, call.deadline))
