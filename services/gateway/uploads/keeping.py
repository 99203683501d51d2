"""Keeping contents: an upload becomes a file with a row, and what no case refers to goes after some minutes.

The order is what makes it safe, whatever dies in between:

1. receive into a temporary file, and look at it;
2. commit the row with `touched_at` = now: for the grace period nobody removes this content;
3. holding the row, rename the file into its place;
4. the owning service commits its document (its own database, its own transaction);
5. write `referenced_at`. When this is lost, the sweep asks the services, and writes it.

The sweep removes a content only when its row is older than the grace period, every service has answered that no
case refers to it, and the row, now held, is still as old. A call of step 4 cannot be under way then: calls have a
deadline of seconds, and services refuse late ones.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

import structlog

from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.clock import Clock
from mpp.files.folder import Folder, Received
from mpp.files.kinds import FIELD, PDF, look, look_inside
from mpp.files.scanner import Clamd, ScannerAway
from mpp.persistence.database import Database, DatabaseAway, TooSlow
from mpp.persistence.deadline import Deadline
from services.gateway.threads import HereAndNow, Party, ThreadPool
from services.gateway.uploads import queries
from services.gateway.uploads.allowances import Allowances, Sender
from services.gateway.uploads.handed_in import HandedIn, Read

log = structlog.get_logger(__name__)

GRACE = timedelta(minutes=10)  # far more than a call takes, and the clocks of two copies differ
_HALF_RECEIVED = timedelta(hours=1)  # longer than any upload may take
_BATCH = 100
_AT_ONCE = 3  # uploads of one account, or of one applicant, at the same time
_PATIENCE = 20.0  # seconds
_SLOWEST = 32_000  # bytes a second: a village office on a weak line


class Keeper:
    """The contents of this installation. `limit_time(seconds)` bounds a read from the network by TimeoutError.

    `readers` gives the turns of those who look inside PDF, each in a process that may take much of the machine.
    """

    def __init__(
        self,
        folder: Folder,
        database: Database,
        clock: Clock,
        threads: ThreadPool,
        *,
        allowances: Allowances = Allowances(),
        readers: ThreadPool = HereAndNow(),
        scanner: Clamd | None = None,
        limit_time: Callable[[float], AbstractContextManager[None]] = lambda seconds: nullcontext(),
    ) -> None:
        self.folder = folder
        self._allowances = allowances
        self._database = database
        self._clock = clock
        self._threads = threads
        self._readers = readers
        self._scanner = scanner
        self._limit_time = limit_time
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def turn(self, sender: Sender, read: Read, length: int, least: int) -> Iterator[Read]:
        """One of the few uploads of a sender: how to read on, of `length` bytes in all; `least` of them are the file's.

        Raises Refused 429 for one with too many uploads at once or within a day; reading raises 400 or 408 for a sender
        that stops.
        """
        with self._one_of_a_few(sender.name):
            self._check_allowance(sender, least)
            with self._threads.turn(_PATIENCE):
                yield self._timed(read, length)

    @contextmanager
    def receiving(self, sender: Sender, file: HandedIn, *, public: bool = False) -> Iterator[Received]:
        """A whole and honest file, on disk and not yet kept; gone at the end unless `keep` was called.

        A photo may have become another file on the way; `notes` say why. Raises Refused 422 that says what is wrong
        with the `file`, what `file.read` raises, 429 where it is more than may come within a day, 503 for a disk that
        cannot, or for a scanner that does not answer.
        """
        with self.folder.receive(file.read, file.length, declared=file.declared) as received:
            if not file.declared:
                self._check_allowance(sender, received.size)
            if not received.size:
                raise invalid(FieldError(FIELD, "file_empty"))
            yield self._looked_at(received, file.media, public, sender)

    def _check_allowance(self, sender: Sender, size: int) -> None:
        with self._database.alone(Deadline.after(_PATIENCE)) as tx:
            self._allowances.check(tx, sender, size, self._clock.now())

    def _looked_at(self, received: Received, media: str, public: bool, sender: Sender) -> Received:
        looked = self._threads.run(look, received.path, media, public)
        found = looked.fault
        if found is None and media == PDF:
            with self._readers.turn(_PATIENCE, Party("", sender.name)):
                found = look_inside(received.path)
        if found is not None:
            raise invalid(found)
        if looked.rewritten:
            received = self.folder.measured(received.path, looked.notes)
        elif looked.notes:
            received = replace(received, notes=looked.notes)
        if self._scanner is not None:
            self._scan(self._scanner, received)
        return received

    def _scan(self, scanner: Clamd, received: Received) -> None:
        try:
            if scanner.finds(self.folder.pieces(received)):
                log.warning("upload.infected", size=received.size)
                raise invalid(FieldError(FIELD, "file_infected"))
        except ScannerAway as error:
            log.error("scanner.away", reason=str(error))
            raise Refused(503, "scanner_unavailable", params={"retry_after": 30}) from error

    def keep(self, received: Received, sender: Sender, deadline: Deadline) -> None:
        """Steps 2 and 3; what is kept counts for who sent it."""
        with self._database.transaction(deadline) as tx:
            queries.touch(tx, received.sha256, received.size, self._clock.now())
            self._allowances.count(tx, sender, received.size, self._clock.now())
        with self._database.transaction(deadline) as tx:
            if not queries.hold(tx, received.sha256):
                raise Refused(503, "storage_unavailable")
            self.folder.place(received)

    def keep_made(self, content: bytes, deadline: Deadline) -> tuple[str, int]:
        """Keep what the mall itself has made; its hash and size. Steps 1 to 3, which count for nobody."""
        with self.folder.receive(BytesIO(content).read, len(content)) as made:
            with self._database.transaction(deadline) as tx:
                queries.touch(tx, made.sha256, made.size, self._clock.now())
            with self._database.transaction(deadline) as tx:
                if not queries.hold(tx, made.sha256):
                    raise Refused(503, "storage_unavailable")
                self.folder.place(made)
        return made.sha256, made.size

    def referred_to(self, sha256: str) -> None:
        """Step 5: never fails, since the command is done."""
        try:
            with self._database.transaction() as tx:
                queries.refer(tx, [sha256], self._clock.now())
        except (DatabaseAway, TooSlow) as error:
            log.warning("reference_not_noted", reason=type(error).__name__)

    def let_go(self, sha256: str, deadline: Deadline) -> None:
        """Before a service takes a document out of a case: whatever dies after this, the sweep looks at the content."""
        with self._database.transaction(deadline) as tx:
            queries.let_go(tx, sha256, self._clock.now())

    def has_something_due(self) -> bool:
        """Whether a sweep would find a content that no case is known to refer to."""
        with self._database.transaction() as tx:
            return bool(queries.unreferenced(tx, self._clock.now() - GRACE, 1))

    def sweep(self, known: Callable[[list[str]], set[str] | None], limit: int = _BATCH) -> int:
        """Remove some contents that no case refers to; how many.

        `known(hashes)` asks every service which of them are referred to; None when any of them did not answer.
        """
        now = self._clock.now()
        self.folder.clear_incoming((now - _HALF_RECEIVED).timestamp())
        before = now - GRACE
        with self._database.transaction() as tx:
            due = queries.unreferenced(tx, before, limit)
        if not due:
            return 0
        referred = known(due)
        if referred is None:
            return 0
        with self._database.transaction() as tx:
            queries.refer(tx, referred, now)
        return sum(self._remove(sha256, before) for sha256 in due if sha256 not in referred)

    def _remove(self, sha256: str, before: datetime) -> bool:
        with self._database.transaction() as tx:
            if not queries.claim(tx, sha256, before):
                return False
            self.folder.remove(sha256)
            queries.forget(tx, sha256)
            return True

    @contextmanager
    def _one_of_a_few(self, who: str) -> Iterator[None]:
        if self._under_way[who] >= _AT_ONCE:
            raise Refused(429, "too_many_uploads", params={"retry_after": 10})
        self._under_way[who] += 1
        try:
            yield
        finally:
            self._under_way[who] -= 1
            if not self._under_way[who]:
                del self._under_way[who]

    def _timed(self, read: Read, length: int) -> Read:
        """The reading alone under a limit for the whole of it: the disk's work is never broken off in the middle."""
        ends = time.monotonic() + _PATIENCE + length / _SLOWEST

        def timed(most: int) -> bytes:
            try:
                with self._limit_time(max(0.1, ends - time.monotonic())):
                    return read(most)
            except TimeoutError as error:
                raise Refused(408, "request_timeout") from error
            except OSError as error:  # the connection is gone; nobody will read this
                raise Refused(400, "upload_cut_off") from error

        return timed
