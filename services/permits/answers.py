"""How licensing answers: the methods of every case service, and those of the register."""

from __future__ import annotations

from mpp.cases.interface.answers import CaseInterface
from mpp.cases.interface.asking import Asking
from mpp.cases.interface.command_answers import versioned
from mpp.cases.interface.methods import VERIFY
from mpp.cases.interface.payloads import VerificationCode
from mpp.cases.papers.telling import Verifying
from mpp.contracts import permits_register as methods
from mpp.contracts.permits_register import PermitFilters
from mpp.json_values import whole
from mpp.messaging.calls.common import CommandOn, Item, PersonSearch, Shown, Versioned
from mpp.messaging.calls.messages import Call
from services.permits.present import PermitPresenter
from services.permits.queries import RegisterQueries
from services.permits.use_cases.acting import RegisterCommands
from services.permits.use_cases.timer import RegisterTimer


class PermitsInterface(CaseInterface):
    """Applications by `CaseInterface`, permits by `RegisterAnswers`."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.register = RegisterQueries(
            self.runtime, self.host.versions, PermitPresenter(self.runtime), Verifying(self.host)
        )
        commands = RegisterCommands(self.host, self.register)
        self.register_timer = RegisterTimer(self.runtime)
        register = RegisterAnswers(self.asking, self.register, commands)
        self.bindings.bind(methods.LIST_PERMITS, register.list)
        self.bindings.bind(methods.GET_PERMIT, register.get)
        self.bindings.bind(methods.ACT_ON_PERMIT, register.act)
        self.bindings.bind(methods.SEARCH_PERMITS, register.search)
        self.bindings.bind(VERIFY, register.verify)


class RegisterAnswers:
    """What the register answers."""

    def __init__(self, asking: Asking, queries: RegisterQueries, commands: RegisterCommands) -> None:
        self._asking = asking
        self._queries = queries
        self._commands = commands

    def list(self, filters: PermitFilters, call: Call) -> Shown:
        """A page of the register."""
        return Shown(self._queries.page(self._asking.clerk(call), filters, call.deadline))

    def get(self, asked: Item, call: Call) -> Versioned:
        """One permit."""
        body = self._queries.get(self._asking.clerk(call), asked.id, call.deadline)
        return Versioned(200, body, whole(body, "version"))

    def act(self, asked: CommandOn, call: Call) -> Versioned:
        """Suspend, reinstate, revoke or correct; see `RegisterCommands.act`."""
        self._asking.clerk(call)  # 401 before anything else: an applicant's secret opens no permit
        return versioned(self._commands.act(self._asking.command(call, asked.body), asked.id))

    def search(self, wanted: PersonSearch, call: Call) -> Shown:
        """The permits of a holder."""
        clerk = self._asking.clerk(call)
        return Shown(self._queries.search(clerk, wanted, call.deadline, call.correlation_id))

    def verify(self, asked: VerificationCode, call: Call) -> Shown:
        """Whether a document is real and holds."""
        return Shown(self._queries.verify(asked.code, call.deadline))
