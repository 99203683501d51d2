"""Marriages and divorces: the register knows of them, and the cards on which husband and wife stand say so."""

from __future__ import annotations

from datetime import date
from typing import Any

from mpp.cases.papers import rows
from mpp.cases.recording.hooks import Drawn, Effect, Write
from mpp.cases.recording.work import Work
from mpp.casework.refusals import FieldError, Refused, being_signed
from mpp.identity.person import person_key
from mpp.json_values import Json, JsonObject, day, optional_mapping, optional_text, text
from services.civil_registry import cards, queries
from services.civil_registry.certifying import card_changed, certify, recorded, registered, told
from services.civil_registry.register import families, marriages, people
from services.civil_registry.register.marriages import Marriage

MARRIAGE, DIVORCE = "marriage", "divorce"
SPOUSES = ("husband", "wife")
_CARD_OF = {"husband": "husband_card", "wife": "wife_card"}  # the names of their papers in the catalogue


def errors(work: Work) -> list[FieldError]:
    """Each spouse is somebody: of the register by NIK, or of elsewhere by name; and one of them is of the register."""
    data, found = work.record.case.data, list[FieldError]()
    for who in SPOUSES:
        nik = optional_text(data, f"{who}_nik")
        if (nik is None) == (f"{who}_outside" not in data):
            found.append(FieldError(f"data.{who}_nik", "required") if nik is None
                         else FieldError(f"data.{who}_outside", "nik_or_outside"))  # fmt: skip
        elif nik is not None and people.find(work.tx, nik) is None:
            found.append(FieldError(f"data.{who}_nik", "not_in_register"))
    if not found and not any(f"{who}_nik" in data for who in SPOUSES):
        found.append(FieldError("data.husband_nik", "required"))
    return found


# ------------------------------------------------------------------------- shared


def _nik(work: Work, who: str) -> str | None:
    return optional_text(work.record.case.data, f"{who}_nik")


def _name(work: Work, who: str) -> str | None:
    outside = optional_mapping(work.record.case.data, f"{who}_outside")
    return None if outside is None else text(outside, "name")


def lock(work: Work) -> None:
    """The rows of both, then those of their cards. Of two papers that change one of them the first is made."""
    held = marriages.lock(work.tx, _nik(work, "husband"), _nik(work, "wife"))
    of_cards = {row.family_card for row in held.values() if row.family_card is not None}
    families.lock(work.tx, of_cards)
    cards.refuse_claimed(work, of_cards)
    if rows.claimed(work.tx, *_persons(work), but=work.paper):
        raise being_signed()


def claim(work: Work) -> tuple[str, ...]:
    """One change of each spouse's marriage, and of each card, stands on papers that wait for a signature."""
    of_cards = {card.id for card in _cards(work).values()}
    return (*_persons(work), *cards.claims(of_cards))


def _persons(work: Work) -> list[str]:
    niks = [nik for who in SPOUSES if (nik := _nik(work, who)) is not None]
    return [f"marriage:{person_key(nik, work.runtime.person_key)}" for nik in niks]


def _cards(work: Work) -> dict[str, Any]:
    """The cards on which they stand, by the name of the paper: one where both stand on the same."""
    found: dict[str, Any] = {}
    for who in SPOUSES:
        nik = _nik(work, who)
        known = None if nik is None else people.find(work.tx, nik)
        if known is not None and known.family_card not in (None, *(card.id for card in found.values())):
            found[_CARD_OF[who]] = families.find(work.tx, id_=known.family_card)
    return found


def _told_of(work: Work) -> dict[str, Json]:
    """Names and births of both, as the register has them."""
    found: dict[str, Json] = {}
    for who in SPOUSES:
        nik = _nik(work, who)
        known = None if nik is None else people.find(work.tx, nik)
        found[f"{who}_name"] = _name(work, who) if known is None else str(known.name)
        if known is not None:
            found[f"{who}_birth_place"] = str(known.birth_place)
            found[f"{who}_birth_date"] = known.birth_date.isoformat()
    return {name: value for name, value in found.items() if value is not None}


def _papers(work: Work, do: Any) -> JsonObject:
    ids = {name: str(card.id) for name, card in _cards(work).items()}
    settled: JsonObject = dict(cards.after(work, do, ids))
    return {"_papers": settled}


def _entered(work: Work, kind: str, happened: date, facts: JsonObject, event: str, said: JsonObject) -> Write:
    """The cards have changed; the certificate and what the others are told follow with its number."""
    of_cards = list(_cards(work).values())
    members = {card.id: card_changed(work, card, kind) for card in of_cards}
    first = next((nik for who in SPOUSES if (nik := _nik(work, who)) is not None), None)
    other = _nik(work, "wife") if first == _nik(work, "husband") else None
    region = of_cards[0].region if of_cards else work.record.region

    def write(work: Work, drawn: Drawn) -> JsonObject:
        card = of_cards[0] if of_cards else None
        made = certify(work, kind, str(first), card, happened, facts, drawn, other=other)
        data = {**said, **told(work, region, facts, drawn)}
        work.emit(f"civil_registry.{event}.registered.v1", made.id, 1, data, region)
        if card is None:
            return {}
        return {"certificate": queries.certificate_body(made, card.number, members[card.id])}

    return write


# ------------------------------------------------------------------------- marriage


def _marry(work: Work, certificate: str | None = None) -> str:
    data = work.record.case.data
    married_on = day(data, "married_on")
    what = Marriage(
        _nik(work, "husband"),
        _nik(work, "wife"),
        married_on,
        certificate,
        _name(work, "husband"),
        _name(work, "wife"),
        court_permit=optional_text(data, "court_permit"),
        dispensation=optional_text(data, "dispensation"),
    )
    return marriages.register(work.tx, what, recorded(work, MARRIAGE, married_on))


def prepare_marriage(work: Work) -> JsonObject:
    """Who marries whom, and the cards as they are then. Raises Refused for a marriage that cannot be."""
    data = work.record.case.data
    married_on = day(data, "married_on")
    said: JsonObject = {"married_on": married_on.isoformat(), "officiant": text(data, "officiant"), **_told_of(work)}
    return {**said, **registered(work, married_on), **_papers(work, lambda: _marry(work))}


def register_marriage(work: Work, facts: JsonObject) -> Write:
    """Both are married, and so do their cards say."""
    _marry(work)
    married_on = text(facts, "married_on")
    return _entered(work, MARRIAGE, day(facts, "married_on"), facts, MARRIAGE, {"married_on": married_on})


# ------------------------------------------------------------------------- divorce


def _marriage_of(work: Work) -> Any:
    """The marriage of both that the register knows. Raises Refused 409 `not_married`."""
    husband, wife = (_nik(work, who) for who in SPOUSES)
    known = marriages.current(work.tx, husband or wife or "")
    fitting = [row for row in known if (row.husband, row.wife) == (husband, wife)]
    if len(fitting) != 1:
        raise Refused(409, "not_married")
    return fitting[0]


def _divorce(work: Work) -> None:
    final_on = day(work.record.case.data, "final_on")
    marriages.end(work.tx, _marriage_of(work).id, marriages.DIVORCE, recorded(work, DIVORCE, final_on))


def prepare_divorce(work: Work) -> JsonObject:
    """Whose marriage has ended, by which judgment, and the cards as they are then."""
    data = work.record.case.data
    found, final_on = _marriage_of(work), day(data, "final_on")
    if final_on <= found.married_on:
        raise Refused(409, "not_married")
    said: JsonObject = {
        "married_on": found.married_on.isoformat(),
        "ended_on": final_on.isoformat(),
        "court": text(data, "court"),
        "court_decision": text(data, "court_decision"),
        **_told_of(work),
    }
    return {**said, **registered(work, final_on), **_papers(work, lambda: _divorce(work))}


def register_divorce(work: Work, facts: JsonObject) -> Write:
    """Neither is married any more, and so do their cards say."""
    _divorce(work)
    ended_on = text(facts, "ended_on")
    return _entered(work, DIVORCE, day(facts, "ended_on"), facts, DIVORCE, {"ended_on": ended_on})


EFFECTS = {
    "register_marriage": Effect(register_marriage, lock, prepare_marriage, claim),
    "register_divorce": Effect(register_divorce, lock, prepare_divorce, claim),
}
