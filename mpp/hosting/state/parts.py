"""One part of the mall as somebody found it: whether it is well, said in words, and what to do where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mpp.hosting.state.words import WORDS
from mpp.json_values import JsonObject

State = Literal["good", "warning", "bad"]


@dataclass(frozen=True)
class Part:
    """`part` is what kind of thing it is, `code` what was found (`words.WORDS`); `detail` is a line of a machine, in
    which nothing is secret and nobody is named. Its words stand in both languages, so that every reader has the same.
    """

    part: str
    code: str
    detail: str | None = None

    @property
    def state(self) -> State:
        """How serious it is."""
        return WORDS[self.code].state

    def line(self) -> str:
        """Text and advice for a terminal, Indonesian | English."""
        said = WORDS[self.code]
        told = " | ".join(" ".join(each).strip() for each in (said.indonesian, said.english))
        return told if self.detail is None else f"{self.detail}: {told}"

    def to_json(self) -> JsonObject:
        """As the interface shows it."""
        said = WORDS[self.code]
        return {
            "part": self.part,
            "code": self.code,
            "state": said.state,
            "text": {"id": said.indonesian[0], "en": said.english[0]},
            "advice": {"id": said.indonesian[1], "en": said.english[1]} if said.indonesian[1] else None,
            "detail": self.detail,
        }
