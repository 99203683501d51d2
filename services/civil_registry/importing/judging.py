"""A batch of waiting rows against the register, under its locks: what it contradicts is held back.

What is newer in the register stays; of the same day only what says the same is taken; who is who is never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import Connection, text

from services.civil_registry.importing.tables import CHANGING, OF_CARD

BATCH = "((:moving AND r.moves) OR (NOT :moving AND NOT r.moves AND r.key > :after AND r.key <= :upto))"
PERSON_DIFFERS = "(r.status = 'alive' AND o.number IS DISTINCT FROM r.card OR {})".format(
    " OR ".join(f"coalesce(r.{name}, x.{name}) IS DISTINCT FROM x.{name}" for name in CHANGING)
)
CARD_DIFFERS = "({} OR n.status <> 'active')".format(
    " OR ".join(f"coalesce(r.{name}, n.{name}) IS DISTINCT FROM n.{name}" for name in OF_CARD)
)
# A row with the person (x), the card on which it wants to be (n) and the one on which the person is (o).
KNOWN = (
    "resident_import_rows r LEFT JOIN residents x ON x.nik = r.nik LEFT JOIN family_cards n ON n.number = r.card"
    " LEFT JOIN family_cards o ON o.id = x.family_card"
)
# The day of which the register knows something; what has none was there before days were kept, and stays.
_DAY_OF = "CASE WHEN {1} IS NOT NULL THEN coalesce(({0}.known_at AT TIME ZONE :zone)::date, 'infinity') END"


@dataclass(frozen=True)
class Batch:
    """Some of the waiting rows: those of the keys after `after` up to `upto`, or (`moving`) all that change cards.

    `zone` tells on which day the register was at a moment; `demo` whether these are people of a training mall.
    """

    after: str
    upto: str
    zone: tzinfo
    demo: bool
    moving: bool = False

    def values(self) -> dict[str, object]:
        """What the statements of a batch are given."""
        moment = {"zone": datetime.now(self.zone).utcoffset(), "demo": self.demo}  # no summer time in Indonesia
        return {"after": self.after, "upto": self.upto, "moving": self.moving, **moment}


def _made(statement: str) -> str:
    for name, part in (
        ("<BATCH>", BATCH),
        ("<KNOWN>", KNOWN),
        ("<PERSON_DIFFERS>", PERSON_DIFFERS),
        ("<CARD_DIFFERS>", CARD_DIFFERS),
        ("<PERSON_DAY>", _DAY_OF.format("x", "x.nik")),
        ("<OTHERS_DAY>", _DAY_OF.format("y", "y.nik")),
        ("<CARD_DAY>", _DAY_OF.format("n", "n.id")),
    ):
        statement = statement.replace(name, part)
    return statement


_LOCKS = (
    _made(
        "SELECT 1 FROM residents WHERE nik IN (SELECT r.nik FROM resident_import_rows r WHERE <BATCH>)"
        " ORDER BY nik FOR UPDATE"
    ),
    _made(
        "SELECT 1 FROM family_cards WHERE id IN (SELECT unnest(ARRAY[n.id, o.id]) FROM <KNOWN> WHERE <BATCH>)"
        " ORDER BY id FOR UPDATE"
    ),
)
_BY_ITSELF = _made(
    """
    UPDATE resident_import_rows t SET held = why FROM (
        SELECT r.file, r.line, CASE
            WHEN x.demo <> :demo OR n.demo <> :demo THEN 'demo_data'
            WHEN x.status = 'merged' THEN 'merged_in_register'
            WHEN <PERSON_DAY> > r.as_of AND <PERSON_DIFFERS> THEN 'older_than_register'
            WHEN x.birth_date <> r.birth_date THEN 'born_elsewhen'
            WHEN x.sex <> r.sex THEN 'other_sex'
            WHEN x.status = 'deceased' AND r.status <> 'deceased' THEN 'deceased_in_register'
            WHEN <PERSON_DAY> = r.as_of AND <PERSON_DIFFERS> THEN 'same_day_differs'
            WHEN r.status = 'alive' AND <CARD_DAY> > r.as_of AND <CARD_DIFFERS> THEN 'older_than_register'
            WHEN r.status = 'alive' AND <CARD_DAY> = r.as_of AND <CARD_DIFFERS> THEN 'same_day_differs'
            WHEN NOT r.moves AND x.status = 'alive' AND o.number IS DISTINCT FROM r.card THEN 'changed_meanwhile'
        END AS why
        FROM <KNOWN> WHERE <BATCH> AND r.held IS NULL AND (x.nik IS NOT NULL OR n.id IS NOT NULL)
    ) AS judged
    WHERE why IS NOT NULL AND t.file = judged.file AND t.line = judged.line
    """
)
# Others stand on the card of whom the files say nothing: the family is not whole. Who came to it after the day of the
# file (a child that the mall has registered) stays, and is no reason to wait.
_INCOMPLETE = _made(
    """
    UPDATE resident_import_rows t SET held = 'family_incomplete' WHERE held IS NULL AND status = 'alive' AND key IN (
        SELECT r.key FROM resident_import_rows r JOIN family_cards n ON n.number = r.card
        JOIN residents y ON y.family_card = n.id AND y.status = 'alive'
        WHERE <BATCH> AND r.held IS NULL AND r.status = 'alive' AND (y.relation = 'head' OR <OTHERS_DAY> <= r.as_of)
        AND NOT EXISTS (SELECT FROM resident_import_rows s WHERE s.nik = y.nik AND s.held IS NULL)
    )
    """
)
# A head leaves, and the files say nothing of those who stay.
_LEAVES = _made(
    """
    UPDATE resident_import_rows t SET held = 'leaves_family' FROM (
        SELECT r.file, r.line FROM <KNOWN> JOIN residents y ON y.family_card = o.id AND y.status = 'alive'
        WHERE <BATCH> AND r.held IS NULL AND x.status = 'alive' AND x.relation = 'head' AND y.nik <> x.nik
        AND (r.status <> 'alive' OR o.number IS DISTINCT FROM r.card)
        AND NOT EXISTS (SELECT FROM resident_import_rows s WHERE s.nik = y.nik AND s.held IS NULL)
    ) AS leaving WHERE t.file = leaving.file AND t.line = leaving.line
    """
)
_REST = _made(
    """
    UPDATE resident_import_rows r SET held = 'family_held_back' WHERE <BATCH> AND held IS NULL
    AND key IN (SELECT r.key FROM resident_import_rows r WHERE <BATCH> AND r.held IS NOT NULL)
    """
)


def lock(tx: Connection, batch: Batch) -> None:
    """The persons by NIK, then the cards by id, as every operation of the register takes them."""
    for statement in _LOCKS:
        tx.execute(text(statement), batch.values())


def judge(tx: Connection, batch: Batch) -> None:
    """Hold back what must not be taken; who takes the rest holds the locks."""
    tx.execute(text(_BY_ITSELF), batch.values())
    while sum(tx.execute(text(each), batch.values()).rowcount for each in (_REST, _INCOMPLETE, _LEAVES)):
        pass  # who is held back may be missed by another family
