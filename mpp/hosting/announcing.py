"""What the events of a service tell the others of: persons, and papers that other applications need.

A producer says in its definition which of its event types mean what; who follows persons or papers hears all producers.
"""

from __future__ import annotations

from dataclasses import dataclass

Reasons = tuple[tuple[str, str], ...]  # event type -> the reason that a follower notes


@dataclass(frozen=True)
class PersonEvents:
    """Whether people live, and where. The subject is the person's pseudonym, the data hold `person`.

    `told` are patterns of types; of these `deceased` say that a person has died (`died_on`), the others that one is
    alive and where (`region`). But `many` tell of many persons at once (`persons`, `mpp.contracts.persons`); their
    subject is the announcement itself.
    """

    told: tuple[str, ...] = ()
    deceased: tuple[str, ...] = ()
    many: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaperEvents:
    """What becomes of papers that an application may need. The subject is the paper, but where said.

    `issued`: the data hold `number`, and the `case` that it comes from. `in_force_again`: the data hold `number`, and
    `supersedes` where it stands in place of another. `not_coming`: no paper will come of the case that is the subject.
    `lost`: it does not hold any more, or not now.
    """

    issued: tuple[str, ...] = ()
    in_force_again: tuple[str, ...] = ()
    not_coming: Reasons = ()
    lost: Reasons = ()

    @property
    def types(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.issued, *self.in_force_again, *dict(self.not_coming), *dict(self.lost))
