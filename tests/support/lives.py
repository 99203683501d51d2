"""Random lives: people are born, marry, part, move, are put right and die, in whatever order, on a real register.

After each stretch the register is proved by its own check; what it said of somebody on a day stays what it said.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from mpp.casework.refusals import Refused
from mpp.clock import new_id
from mpp.persistence.database import Database
from services.civil_registry.register import (
    births,
    checking,
    children,
    corrections,
    deaths,
    documents,
    elements,
    facts,
    families,
    households,
    marriages,
    moves,
    numbers,
    people,
)
from services.civil_registry.register.births import Birth
from services.civil_registry.register.children import Adoption, Recognition
from services.civil_registry.register.deaths import Death
from services.civil_registry.register.documents import Held
from services.civil_registry.register.facts import Recorded
from services.civil_registry.register.families import HEAD, Card
from services.civil_registry.register.households import Joining, NewFamily
from services.civil_registry.register.marriages import Marriage
from services.civil_registry.register.moves import Address, Arriving, Leaving
from services.civil_registry.register.people import Person

DISTRICT = "35.15.99"
VILLAGE = "35.15.14.2013"
BEGIN = date(2020, 1, 1)
SOMEBODY = st.integers(0, 40)
DAYS = st.integers(0, 90)
NEVER = frozenset({"nik_taken", "nik_sequence_full", "card_sequence_full"})  # refusals that no life can explain
CHECK_EVERY = 10  # events


@dataclass(frozen=True)
class Said:
    """What the register said of somebody on a day, and when it was asked."""

    nik: str
    on: date
    asked: datetime
    state: Any


class Lives(RuleBasedStateMachine):
    """A register in which everything happens; nothing of it is kept."""

    database: ClassVar[Database]

    def __init__(self) -> None:
        super().__init__()
        self.today = BEGIN
        self.now = datetime(2020, 1, 1, 2, tzinfo=UTC)
        self.events = 0
        self.broken_off = False
        self.niks: list[str] = []
        self.cards: list[str] = []
        self.said: list[Said] = []
        self.waiting: set[str] = set()  # cards without a head, since all who could be it have died
        self._transaction: AbstractContextManager[Connection] = self.database.transaction()
        self.tx = self._transaction.__enter__()

    def teardown(self) -> None:
        try:
            if not self.broken_off:
                self._prove()
        finally:
            never = _Undone()
            try:
                self._transaction.__exit__(_Undone, never, None)
            except _Undone:
                pass

    # ---------------------------------------------------------------- what happens

    @initialize(ages=st.tuples(st.integers(17, 70), st.integers(17, 70)))
    def settle(self, ages: tuple[int, int]) -> None:
        for sex, age in zip(("male", "female"), ages, strict=True):
            self._arrives(sex, age)

    @rule(days=DAYS, sex=st.sampled_from(["male", "female"]), age=st.integers(0, 70))
    def somebody_arrives(self, days: int, sex: str, age: int) -> None:
        self._pass(days)
        self._arrives(sex, age)

    @rule(days=DAYS, mother=SOMEBODY, father=SOMEBODY, sex=st.sampled_from(["male", "female"]), known=st.booleans())
    def child_is_born(self, days: int, mother: int, father: int, sex: str, known: bool) -> None:
        self._pass(days)
        of = self._row(mother)
        dad = self._row(father)
        if of.sex != "female" or of.family_card is None or self._age(of) < 10:
            return
        known = known and dad.sex == "male" and self._age(dad) >= 10
        self._try(lambda: self._born(of, dad.nik if known else None, sex))

    def _born(self, mother: Any, father: str | None, sex: str) -> None:
        nik = numbers.next_nik(self.tx, DISTRICT, self.today, sex)
        card = families.find(self.tx, id_=mother.family_card).number
        child = Birth(nik, f"p-{nik}", "Anak", sex, self.today, "Sidoarjo", card)
        parents = {"mother_nik": mother.nik, "father_nik": father}
        births.register(self.tx, Birth(**{**child.__dict__, **parents}), self._by("birth"))
        self.niks.append(nik)

    @rule(days=DAYS, who=SOMEBODY)
    def somebody_dies(self, days: int, who: int) -> None:
        self._pass(days)
        self._try(lambda: deaths.register(self.tx, Death(self._nik(who), self.today), self._by("death")))

    @rule(days=DAYS, man=SOMEBODY, woman=SOMEBODY, permit=st.booleans(), dispensed=st.booleans())
    def two_marry(self, days: int, man: int, woman: int, permit: bool, dispensed: bool) -> None:
        self._pass(days)
        court = "1/Pdt.P/2026" if permit else None
        wed = Marriage(
            self._of("male", man),
            self._of("female", woman),
            self.today,
            court_permit=court,
            dispensation="2" if dispensed else None,
        )
        self._try(lambda: marriages.register(self.tx, wed, self._by("marriage")))

    @rule(days=DAYS, who=SOMEBODY, how=st.sampled_from([marriages.DIVORCE, marriages.ANNULMENT]))
    def two_part(self, days: int, who: int, how: str) -> None:
        self._pass(days)
        married = marriages.current(self.tx, self._nik(who))
        if married:
            self._try(lambda: marriages.end(self.tx, married[0].id, how, self._by(how)))

    @rule(days=DAYS, who=SOMEBODY, other=SOMEBODY, relation=st.sampled_from(["wife", "child", "family"]))
    def somebody_splits_off(self, days: int, who: int, other: int, relation: str) -> None:
        self._pass(days)
        with_them = {self._nik(other): relation} if self._nik(other) != self._nik(who) else {}

        def split() -> None:
            card = self._new_card()
            households.found(self.tx, NewFamily(card, self._nik(who), with_them), self._by("family"))
            self.cards.append(card.id)

        self._try(split)

    @rule(days=DAYS, who=SOMEBODY, card=SOMEBODY, relation=st.sampled_from([HEAD, "child", "family"]))
    def somebody_joins(self, days: int, who: int, card: int, relation: str) -> None:
        self._pass(days)
        joining = Joining(self._card(card), {self._nik(who): relation})
        self._try(lambda: households.join(self.tx, joining, self._by("family")))

    @rule(days=DAYS, card=SOMEBODY, who=SOMEBODY)
    def another_is_head(self, days: int, card: int, who: int) -> None:
        self._pass(days)
        by = self._by("family")
        self._try(lambda: households.change_head(self.tx, self._card(card), self._nik(who), "family", by))

    @rule(days=DAYS, who=SOMEBODY, other=SOMEBODY, accepted=st.booleans())
    def somebody_leaves(self, days: int, who: int, other: int, accepted: bool) -> None:
        self._pass(days)
        niks = tuple(dict.fromkeys((self._nik(who), self._nik(other))))
        letter = f"SKPWNI/3515/{self.events}"
        leaving = Leaving(niks, letter, accepted=dict.fromkeys(niks, "Surat") if accepted else {})
        self._try(lambda: moves.leave(self.tx, leaving, self._by("move")))

    @rule(days=DAYS, who=SOMEBODY, card=SOMEBODY, alone=st.booleans())
    def somebody_comes_back(self, days: int, who: int, card: int, alone: bool) -> None:
        self._pass(days)
        row = self._row(who)

        def arrive() -> None:
            to = self._new_card() if alone else self._card(card)
            comes = Person(row.nik, row.person, row.name, row.sex, row.birth_date, row.birth_place)
            back = Person(**{**comes.__dict__, "relation": HEAD if alone else "family"})
            back = Person(**{**back.__dict__, "marital_status": row.marital_status})
            moves.arrive(self.tx, Arriving((back,), to), self._by("move"))
            if isinstance(to, Card):
                self.cards.append(to.id)

        self._try(arrive)

    @rule(days=DAYS, card=SOMEBODY, numbered=st.booleans())
    def family_moves(self, days: int, card: int, numbered: bool) -> None:
        self._pass(days)
        number = numbers.next_card(self.tx, DISTRICT, self.today) if numbered else None
        to = Address("35.15.08.1004", "Jalan Baru", "001", None, number)
        self._try(lambda: moves.move_within(self.tx, self._card(card), to, self._by("move")))

    @rule(child=SOMEBODY, father=SOMEBODY, card=SOMEBODY, what=st.sampled_from(["recognise", "legitimate", "adopt"]))
    def child_belongs_to(self, child: int, father: int, card: int, what: str) -> None:
        self._pass(0)
        nik = self._nik(child)
        how: dict[str, Callable[[], object]] = {
            "recognise": lambda: children.recognise(self.tx, Recognition(nik, self._nik(father)), self._by(what)),
            "legitimate": lambda: children.legitimate(self.tx, nik, self._by(what)),
            "adopt": lambda: children.adopt(self.tx, Adoption(nik, self._card(card), "3/2026"), self._by(what)),
        }
        self._try(how[what])

    @rule(kept=SOMEBODY, other=SOMEBODY)
    def two_niks_are_one(self, kept: int, other: int) -> None:
        self._pass(0)
        self._try(lambda: corrections.merge(self.tx, self._nik(kept), self._nik(other), self._by("merge")))

    @rule(who=SOMEBODY, days=st.integers(-4000, 4000), sex=st.booleans())
    def something_was_wrong(self, who: int, days: int, sex: bool) -> None:
        self._pass(0)
        row = self._row(who)
        birth = row.birth_date + timedelta(days=days)
        if birth > self.today:
            return
        by = self._by("correction", birth)
        more = {"sex": "male" if row.sex == "female" else "female"} if sex else {}
        self._try(lambda: corrections.correct(self.tx, row.nik, by, birth_date=birth, **more))

    @rule(who=SOMEBODY, what=st.sampled_from(["occupation", "religion"]), word=st.sampled_from(["A", "B", None]))
    def biodata_change(self, who: int, what: str, word: str | None) -> None:
        self._pass(0)
        self._try(lambda: elements.change_biodata(self.tx, self._nik(who), self._by("biodata"), **{what: word}))

    @rule(who=SOMEBODY, kind=st.sampled_from(["ktp", "kia"]))
    def somebody_gets_a_card(self, who: int, kind: str) -> None:
        self._pass(0)
        row = self._row(who)
        if row.status == people.ALIVE:
            self._try(lambda: documents.give(self.tx, Held(kind, nik=row.nik), self._by(kind)))

    @rule(who=SOMEBODY, back=st.integers(0, 400))
    def somebody_asks(self, who: int, back: int) -> None:
        """What the register says is kept, and asked for again at the end."""
        on = self.today - timedelta(days=back)
        state = facts.as_of(self.tx, "person", self._nik(who), on)
        self.said.append(Said(self._nik(who), on, self.now, state))

    # ------------------------------------------------------------------ how it goes

    def _pass(self, days: int) -> None:
        self.today += timedelta(days=days)
        self.now = max(self.now, datetime(self.today.year, self.today.month, self.today.day, 2, tzinfo=UTC))
        self.now += timedelta(seconds=1)
        self.events += 1
        if self.events % CHECK_EVERY == 0:
            self._prove()

    def _by(self, cause: str, since: date | None = None) -> Recorded:
        return Recorded(self.now, since or self.today, cause, "verifikator", "dokumen")

    def _try(self, operation: Callable[[], object]) -> None:
        """It happens, or is refused and leaves nothing behind."""
        niks, cards = len(self.niks), len(self.cards)
        self.tx.execute(text("SAVEPOINT life"))
        try:
            operation()
        except Refused as refused:
            assert refused.code not in NEVER, refused.code
            self.tx.execute(text("ROLLBACK TO SAVEPOINT life"))
            del self.niks[niks:], self.cards[cards:]
        except IntegrityError as error:
            self.broken_off = True
            raise AssertionError("the database had to refuse what the operation allowed") from error
        self.tx.execute(text("RELEASE SAVEPOINT life"))

    def _prove(self) -> None:
        """The register keeps all its rules; a card has no head only where nobody on it could be."""
        found = {each.code: each for each in checking.broken(self.tx, self.today)}
        found.pop("children_alone", None)
        found.pop("no_head", None) if self._only_grown_up() else None
        assert not found, found
        for said in self.said:
            again = facts.as_of(self.tx, "person", said.nik, said.on, said.asked)
            assert again == said.state, "the past is what it was"
        drawn = self.tx.execute(text("SELECT prefix, last FROM nik_sequences WHERE prefix NOT LIKE 'kk:%'")).all()
        count = text("SELECT count(*) FROM residents WHERE left(nik, 12) = :prefix AND right(nik, 4) < '9000'")
        for prefix, last in drawn:
            assert self.tx.execute(count, {"prefix": prefix}).scalar() == last, "numbers have no gap"

    def _only_grown_up(self) -> bool:
        """Whether each card without a head had only children on it when its last adult died."""
        before = self.waiting
        heads = "SELECT family_card::text FROM residents WHERE status = 'alive' AND family_card IS NOT NULL"
        without = f"{heads} GROUP BY family_card HAVING count(*) FILTER (WHERE relation = 'head') = 0"
        now = {row[0] for row in self.tx.execute(text(without))}
        young = {id_ for id_ in now - before if families.heir(self.tx, id_, self.today - timedelta(days=900)) is None}
        self.waiting = (now & before) | young
        return now == self.waiting

    def _arrives(self, sex: str, age: int) -> None:
        born = self.today.replace(year=self.today.year - age, day=min(self.today.day, 28))
        prefix = f"357801{born.day + (40 if sex == 'female' else 0):02d}{born:%m%y}"
        nik = f"{prefix}{9000 + len(self.niks):04d}"
        comes = Person(nik, f"p-{nik}", "Warga", sex, born, "Surabaya", relation=HEAD, marital_status="single")

        def arrive() -> None:
            card = self._new_card()
            moves.arrive(self.tx, Arriving((comes,), card), self._by("move"))
            self.niks.append(nik)
            self.cards.append(card.id)

        self._try(arrive)

    def _new_card(self) -> Card:
        return Card(new_id(), numbers.next_card(self.tx, DISTRICT, self.today), VILLAGE, "Jalan Lama")

    def _nik(self, index: int) -> str:
        return self.niks[index % len(self.niks)]

    def _of(self, sex: str, index: int) -> str:
        """Somebody of this sex, or anybody."""
        those = [nik for nik in self.niks if (people.find(self.tx, nik) or self._row(0)).sex == sex]
        return those[index % len(those)] if those else self._nik(index)

    def _card(self, index: int) -> str:
        return self.cards[index % len(self.cards)]

    def _row(self, index: int) -> Any:
        return people.find(self.tx, self._nik(index))

    def _age(self, row: Any) -> int:
        return (self.today - row.birth_date).days // 365


class _Undone(Exception):
    """The end of a life in these tests."""
