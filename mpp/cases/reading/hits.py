"""A page of those whom a search is for: which rows, in which order, and the cursor of the next page.

A cursor holds the id of the last one seen, and which word of the question was looked for first: a name does not belong
into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, select, tuple_

from mpp.cases.reading.wanted import Wanted
from mpp.cases.recording.holders import former_key
from mpp.cases.storage.names import AFTER_LETTERS, NameIndex, Question, after
from mpp.json_values import Json
from mpp.persistence.values import AnyColumn, AnyValues
from mpp.web.schemas.pagination import decode_cursor, encode_cursor, malformed_cursor


@dataclass(frozen=True)
class Hits:
    """What a statement needs to say of them; `first` is the place of the word that is looked for first."""

    wanted: ColumnElement[bool]
    order: tuple[ColumnElement[str], ...]
    first: int | None = None

    def page(self, query: Select[AnyValues], limit: int) -> Select[AnyValues]:
        """The query's rows of this page, and one more."""
        return query.where(self.wanted).order_by(*self.order).limit(limit + 1)

    def cursor(self, last: str) -> str:
        """The cursor after a page that ends with this id."""
        return encode_cursor([last] if self.first is None else [self.first, last])


def hits(tx: Connection, index: NameIndex, person: AnyColumn, wanted: Wanted, cursor: str | None) -> Hits:
    """By pseudonym the newest first, else by name. Raises Refused 400 for a cursor of something else."""
    first, last = _read_cursor(cursor)
    if wanted.person is not None:
        return _of_person(index, person, wanted.person, last)
    if index.is_filled(tx):
        return _by_words(tx, index, wanted, first, last)
    return _by_beginning(tx, index, former_key(wanted.name), last)


def _of_person(index: NameIndex, column: AnyColumn, person: str, last: str | None) -> Hits:
    here = column == person
    return Hits(here if last is None else and_(here, index.id < last), (index.id.desc(),))


def _by_words(tx: Connection, index: NameIndex, wanted: Wanted, first: int | None, last: str | None) -> Hits:
    words = wanted.words
    if first is not None and first >= len(words):
        raise malformed_cursor()
    question = Question.of(tx, index, words, first)
    conditions = [index.of == index.id, question.conditions(index)]
    if last is not None:
        place = question.place_of(tx, index, last)
        if place is None:
            raise malformed_cursor()
        conditions.append(after(index, place))
    return Hits(and_(*conditions), index.order, words.index(question.words[0]))


def _by_beginning(tx: Connection, index: NameIndex, key: str, last: str | None) -> Hits:
    """By the beginning of the whole name, as the version before searches: it finds every row before the words of all
    are there."""
    conditions = [index.former >= key, index.former < key + AFTER_LETTERS]
    if last is not None:
        place = tx.execute(select(index.former).where(index.id == last)).scalar_one_or_none()
        if place is None:
            raise malformed_cursor()
        conditions.append(tuple_(index.former, index.id) > tuple_(place, last))
    return Hits(and_(*conditions), (index.former, index.id))


def _read_cursor(cursor: str | None) -> tuple[int | None, str | None]:
    if cursor is None:
        return None, None
    found: Json = decode_cursor(cursor)
    if not isinstance(found, list) or not 1 <= len(found) <= 2:
        raise malformed_cursor()
    first, last = (None, *found) if len(found) == 1 else found
    if not isinstance(last, str) or not (first is None or (type(first) is int and first >= 0)):
        raise malformed_cursor()
    try:
        return first, str(UUID(last))
    except ValueError as error:
        raise malformed_cursor() from error
