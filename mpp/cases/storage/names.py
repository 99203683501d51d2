"""Names by their words, for looking people up: written beside the row that has the name, in the same transaction.

A name is found by the beginnings of any of its words, in any order. Index and question are made by one function
(`mpp.identity.names.name_words`), so it does not matter how a name was typed, nor when it was stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ARRAY,
    UUID,
    ColumnElement,
    Connection,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    collate,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    tuple_,
)

from mpp.cases.storage.tables import case_names, cases, name_fillings
from mpp.identity.names import name_words
from mpp.json_values import JsonObject
from mpp.persistence import pipelined
from mpp.persistence.values import AnyColumn

AFTER_LETTERS = "\U0010ffff"  # comes after every word that begins so
_ENOUGH = 100  # a word of so many names is common: how many more they are does not matter


class NameIndex:
    """The words of the names in one table: `words` holds them by `of`, the id of a row, whose name is `name`.

    `former` is the name as the version before looks it up: by the beginning of the whole.
    """

    def __init__(
        self, words: Table, of: str, id_: AnyColumn, name: ColumnElement[str], former: ColumnElement[str]
    ) -> None:
        self.words, self.of, self.word = words, words.c[of], words.c.word
        self.id, self.name, self.former = id_, name, former
        self._clear = delete(words).where(self.of == bindparam("of_row"))
        row, each = cast(bindparam("of_row"), UUID), func.unnest(cast(bindparam("its_words"), ARRAY(Text)))
        self._add = insert(words).from_select([of, "word"], select(row, each))

    def add(self, tx: Connection, id_: str, name: str | None) -> None:
        """The words of a new row; none where nobody is named."""
        words = name_words(name or "")
        if words:
            pipelined.later(tx, self._add, {"of_row": id_, "its_words": list(words)})

    def change(self, tx: Connection, id_: str, name: str | None) -> None:
        """The words of a row whose name became another one; the caller holds the row."""
        pipelined.later(tx, self._clear, {"of_row": id_})
        self.add(tx, id_, name)

    def is_filled(self, tx: Connection) -> bool:
        """Whether rows from before the index have their words, too."""
        query = select(name_fillings.c.done).where(name_fillings.c.words == self.words.name)
        return bool(tx.execute(query).scalar_one_or_none())

    @property
    def order(self) -> tuple[AnyColumn, AnyColumn]:
        """How what was found is walked: by the word that was looked for first, then by id."""
        return self.word, self.of


_NAME = cases.c.applicant.op("->>")("name")
CASE_NAMES = NameIndex(case_names, "case_id", cases.c.id, _NAME, collate(func.lower(_NAME), "C"))


def name_in(person: JsonObject | None) -> str | None:
    """The name of an applicant or holder."""
    name = None if person is None else person.get("name")
    return name if isinstance(name, str) else None


@dataclass(frozen=True)
class Question:
    """The beginnings of words, the one that is looked for first in front."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, tx: Connection, index: NameIndex, words: Sequence[str], first: int | None = None) -> Question:
        """The rarest in front, so that a page touches no more rows than it must; `first` says it was that one."""
        chosen = first if first is not None else _rarest(tx, index, words)
        return cls((words[chosen], *(word for place, word in enumerate(words) if place != chosen)))

    def conditions(self, index: NameIndex) -> ColumnElement[bool]:
        """Which rows of the index are hits, each name once: by its first word of those that begin as asked."""
        word, *others = self.words
        same = index.words.alias("same")
        earlier = and_(same.c[index.of.name] == index.of, _begins(same.c.word, word), same.c.word < index.word)
        return and_(
            _begins(index.word, word),
            ~exists().where(earlier),
            *(_has(index, place, x) for place, x in enumerate(others)),
        )

    def place_of(self, tx: Connection, index: NameIndex, id_: str) -> tuple[str, str] | None:
        """Where in the order the row of this id stands; None for one that is no hit any more."""
        query = select(func.min(index.word)).where(index.of == id_, _begins(index.word, self.words[0]))
        found = tx.execute(query).scalar_one_or_none()
        return None if found is None else (str(found), id_)


def after(index: NameIndex, place: tuple[str, str]) -> ColumnElement[bool]:
    """What comes after a place of the order."""
    return tuple_(*index.order) > tuple_(*place)


def _begins(word: ColumnElement[str], with_: str) -> ColumnElement[bool]:
    return and_(word >= with_, word < with_ + AFTER_LETTERS)


def _has(index: NameIndex, place: int, word: str) -> ColumnElement[bool]:
    """The name has a word that begins so, too."""
    other = index.words.alias(f"other_{place}")
    return exists().where(other.c[index.of.name] == index.of, _begins(other.c.word, word))


def _rarest(tx: Connection, index: NameIndex, words: Sequence[str]) -> int:
    """The place of the word with which the fewest names' words begin; counted no further than it matters."""
    if len(words) == 1:
        return 0
    counts = []
    for word in words:
        some = select(literal(1)).select_from(index.words).where(_begins(index.word, word)).limit(_ENOUGH).subquery()
        counts.append(select(func.count()).select_from(some).scalar_subquery())
    found = tx.execute(select(*counts)).one()
    return min(range(len(words)), key=lambda place: (found[place], -len(words[place])))
