"""What the service processes stand on; built once by `mpp.operations`, read by nameko extensions.

Whoever has a rule of casework has this module, the operator's commands too; so what only a running service needs is
imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mpp.catalogue.questionnaire import shipped_questionnaire
from mpp.clock import Clock, SystemClock
from mpp.hosting.definition import definitions
from mpp.hosting.settings import ServiceSettings

if TYPE_CHECKING:
    from mpp.casework.access.offices import OfficeTree
    from mpp.casework.rules.questionnaire import Questionnaire
    from mpp.casework.time.calendar import WorkingCalendar
    from mpp.catalogue import Catalogue
    from mpp.hosting.broker_watch import BrokerWatch
    from mpp.hosting.partner_queues import PartnerQueueWatch
    from mpp.hosting.state.parts import Part
    from mpp.hosting.store_watch import StoreWatch
    from mpp.messages.book import MessageBook
    from mpp.messaging.brokers.management import Management
    from mpp.messaging.brokers.port import Broker
    from mpp.messaging.calls.client import RpcClient
    from mpp.messaging.events.trust import Contract
    from mpp.papers.forms.declared import FormBook
    from mpp.papers.qr.keys import Keyring, PaperSigner
    from mpp.persistence.database import Database
    from mpp.persistence.writing import Watch
    from mpp.tokens.signed import TokenSigner, TokenVerifier


@dataclass
class Runtime:
    """Reached from an extension as `self.container.config["mpp"]`.

    It holds what the definitions of the services in this process name: `databases` by service name, `token_signer`
    where one signs tokens, `person_key` where one knows persons (else it is empty: nothing can be derived from it).
    `tracking_keys`, by service, are for the secrets of its applicants, where it gives them; `paper_signers` sign what
    stands in the QR codes of its papers, and `paper_keyring` has everybody's public keys. `contracts`, by type, are
    those of the events of all services.
    """

    databases: dict[str, Database]
    broker: Broker
    offices: OfficeTree
    catalogue: Catalogue
    calendar: WorkingCalendar
    token_verifier: TokenVerifier
    person_key: bytes
    contracts: Mapping[str, Contract]
    token_signer: TokenSigner | None = None
    tracking_keys: Mapping[str, bytes] = field(default_factory=dict)
    paper_signers: Mapping[str, PaperSigner] = field(default_factory=dict)
    paper_keyring: Keyring | None = None
    forms: FormBook | None = None  # those that people sign by hand
    messages: MessageBook | None = None  # what people are told, and how; None: by the call list alone
    questionnaire: Questionnaire = field(default_factory=shipped_questionnaire)
    clock: Clock = field(default_factory=SystemClock)
    settings: ServiceSettings = ServiceSettings()
    management: Management | None = None  # RabbitMQ's own API, where this process is told of one
    backups: Callable[[], list[Part]] = list  # how they stand, as far as this process may see them
    _rpc_clients: dict[str, RpcClient] = field(default_factory=dict)

    def broker_of(self, service: str) -> Broker:
        """The broker, on which this service speaks under its own name where it has one."""
        return self.broker.speaking_as(service)

    def rpc_client_of(self, service: str) -> RpcClient:
        """The one client of this service, whose limit of calls in flight all its callers share."""
        from mpp.messaging.calls.client import RpcClient

        if service not in self._rpc_clients:
            self._rpc_clients[service] = RpcClient(self.broker_of(service))
        return self._rpc_clients[service]

    def refusing_queues(self) -> list[str]:
        """The queues that refuse events now, as far as this process can know. Raises BrokerAway."""
        found = self.management.bound_queues() if self.management is not None else []
        return [queue.name for queue in found if queue.refuses]

    @cached_property
    def broker_watch(self) -> BrokerWatch:
        """What is the matter with the broker."""
        from mpp.hosting.broker_watch import BrokerWatch, trial_of
        from mpp.messaging.brokers.topology import Topology

        known = definitions()
        hosted = (known[name] for name in self.databases if name in known)
        return BrokerWatch(self.broker, Topology.of(known.values()), trial_of(hosted))

    @cached_property
    def partner_queues(self) -> PartnerQueueWatch:
        """What waits for partners; one looks for the whole process, whoever asks."""
        from mpp.hosting.partner_queues import PartnerQueueWatch

        return PartnerQueueWatch(self.settings.broker_metrics, self.settings.partner_queue_bytes)

    @cached_property
    def watches(self) -> dict[str, Watch]:
        """What is the matter with each of the databases."""
        from mpp.persistence.writing import Watch

        return {name: Watch(database) for name, database in self.databases.items()}

    @cached_property
    def store_watches(self) -> list[StoreWatch]:
        """What is the matter with each folder that the services of this process write to."""
        from eventlet import tpool

        from mpp.audit.ledger import ledger_path
        from mpp.hosting.store_watch import RESERVE, StoreWatch

        files, checkpoints = self.settings.files, self.settings.audit.folder
        found = []
        if files is not None and any(definitions()[name].keeps_documents for name in self.databases):
            found.append(StoreWatch("documents", files, RESERVE, tpool.execute))
        if checkpoints is not None:
            folders = {name: ledger_path(checkpoints, name).parent for name in self.databases}
            found += [StoreWatch(f"checkpoints of {name}", at, run=tpool.execute) for name, at in folders.items()]
        return found


def runtime_of(container: Any) -> Runtime:
    """The runtime of the nameko container that an extension is bound to."""
    runtime: Runtime = container.config["mpp"]
    return runtime
