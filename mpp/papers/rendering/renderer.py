"""What prints papers, for whoever has a snapshot: in a process of its own, so that nobody waits but who asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mpp.json_values import JsonObject, text, whole
from mpp.papers.rendering.faults import Fault
from mpp.papers.snapshot import Snapshot
from mpp.papers.templates.finding import Templates
from mpp.papers.worker.process import SECONDS, Answer, TaskRefused, Worker, WorkerFailed

SHEETS = ("", "roll58", "roll80")  # "": the template's own
LANGUAGES = ("id", "en")
_TASKS = "mpp.papers.rendering.compiling"  # not imported: the compiler stays in the worker


class RenderingFailed(Exception):
    """Nothing was printed. `code` says why: `hung`, `died`, `fault` of the worker, or that of the `fault` in a file."""

    def __init__(self, code: str, fault: Fault | None = None) -> None:
        super().__init__(code if fault is None else f"{code}: {fault.error()}")
        self.code = code
        self.fault = fault


@dataclass(frozen=True)
class Rendered:
    """A paper as PDF, and the digest (SHA-256) of the templates that it was printed with."""

    pdf: bytes
    template_digest: str


class Renderer:
    """Prints snapshots with the templates of one mall: those of `folder`, a region's `papers/`, before its own.

    A file of the folder that is lost later is a fault (`lost_file`) until it is back, as nobody may print without it.
    """

    def __init__(self, folder: Path | None = None, worker: Worker | None = None) -> None:
        self._files: JsonObject = {
            "folder": None if folder is None else str(folder),
            "there": Templates(folder).names(),
        }
        self._worker = Worker(confined=True) if worker is None else worker

    def render(
        self,
        snapshot: Snapshot,
        *,
        language: str = "id",
        sheet: str = "",
        known_facts: Iterable[str] | None = None,
        all_fields: bool = False,
    ) -> Rendered:
        """The paper, the same bytes for the same snapshot. `language` "en": a copy for translation, where the template
        offers one. `sheet`: one of `SHEETS`. With `known_facts` a template that asks for another fact is refused, with
        `all_fields` one that asks for a field which the snapshot does not have: so templates are checked. When a paper
        is printed such a name is only empty.

        Raises RenderingFailed.
        """
        given: JsonObject = {
            **self._files,
            "paper": snapshot.to_json(),
            "language": language,
            "sheet": sheet,
            "all_fields": all_fields,
            "facts": None if known_facts is None else dict.fromkeys(known_facts, True),
        }
        answer = self._asked("compile_paper", given)
        return Rendered(answer.blobs[0], text(answer.told, "digest"))

    def look(self) -> str:
        """The digest of the templates, all of whose files can be read, and whose emblem is a picture. Raises
        RenderingFailed."""
        return text(self._asked("look", self._files).told, "digest")

    def close(self) -> None:
        """End the process that prints."""
        self._worker.close()

    def _asked(self, task: str, given: JsonObject) -> Answer:
        try:
            return self._worker.ask(f"{_TASKS}:{task}", given, seconds=SECONDS)
        except TaskRefused as refused:
            detail = refused.detail
            fault = Fault(refused.code, text(detail, "file"), whole(detail, "line"), text(detail, "reason"))
            raise RenderingFailed(refused.code, fault) from None
        except WorkerFailed as failed:
            raise RenderingFailed(failed.code) from failed
