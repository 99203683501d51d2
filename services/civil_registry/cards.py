"""The family card on paper: what will stand on it when a case is registered, found out before it is.

What happens is tried on the register inside a savepoint and looked at; then all of it is taken back. So a card says
what the register itself makes of it, such as who follows a head who has died.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mpp.cases.papers import rows
from mpp.cases.recording.work import Work
from mpp.casework.refusals import being_signed
from mpp.json_values import Json, JsonObject
from mpp.regions import places
from services.civil_registry.register import families, marriages, trying

_SEX = {"male": "Laki-laki", "female": "Perempuan"}
_MARITAL = {
    "single": "Belum kawin",
    "married": "Kawin tercatat",
    "divorced": "Cerai hidup tercatat",
    "widowed": "Cerai mati",
}
_CITIZENSHIP = {"citizen": "WNI", "foreigner": "WNA"}
_RELATION = {
    "head": "Kepala keluarga",
    "husband": "Suami",
    "wife": "Istri",
    "child": "Anak",
    "child_in_law": "Menantu",
    "grandchild": "Cucu",
    "parent": "Orang tua",
    "parent_in_law": "Mertua",
    "family": "Famili lain",
    "helper": "Pembantu",
    "other": "Lainnya",
}
_RELIGION = {
    "islam": "Islam",
    "kristen": "Kristen",
    "katolik": "Katolik",
    "hindu": "Hindu",
    "buddha": "Buddha",
    "khonghucu": "Khonghucu",
    "kepercayaan": "Kepercayaan terhadap Tuhan YME",
}
_EDUCATION = {
    "1": "Tidak/belum sekolah",
    "2": "Belum tamat SD/sederajat",
    "3": "Tamat SD/sederajat",
    "4": "SLTP/sederajat",
    "5": "SLTA/sederajat",
    "6": "Diploma I/II",
    "7": "Akademi/Diploma III/S. Muda",
    "8": "Diploma IV/Strata I",
    "9": "Strata II",
    "10": "Strata III",
}


def claims(cards: Iterable[str]) -> tuple[str, ...]:
    """What a paper of these cards claims while it is being signed: what a second one would say could be untrue."""
    return tuple(f"card:{card}" for card in sorted(set(cards)))


def refuse_claimed(work: Work, cards: Iterable[str]) -> None:
    """Raises Refused 409 `being_signed` where one of these cards is. The caller holds their rows."""
    wanted = claims(cards)
    if wanted and rows.claimed(work.tx, *wanted, but=work.paper):
        raise being_signed()


def after(work: Work, do: Callable[[], object], cards: Mapping[str, str]) -> dict[str, JsonObject]:
    """What each card says after `do`, by the names of their papers (`cards`: name of a paper -> id of a card), for the
    cards with living people on them. Nothing of it stays. Raises what `do` refuses."""

    def look() -> dict[str, JsonObject]:
        return {name: card_facts(work, id_) for name, id_ in cards.items() if families.living(work.tx, id_)}

    return trying.after(work.tx, do, look)


def card_facts(work: Work, id_: str) -> JsonObject:
    """What stands on a family card now. Its number is that of the paper, too."""
    card, members = families.find(work.tx, id_=id_), families.members(work.tx, id_)
    head = next((each.name for each in members if each.relation == families.HEAD), None)
    return {
        "_number": card.number,
        "family_card": card.number,
        "head_of_family": head,
        "address": card.address,
        "rt_rw": None if card.rt is None or card.rw is None else f"{card.rt}/{card.rw}",
        "village": _place(card.region, 13),
        "district": _place(card.region, 8),
        "regency": _place(card.region, 5),
        "province": _place(card.region, 2),
        "members": [_member(work, each) for each in members],
    }


def _place(region: str, length: int) -> str | None:
    return places.region_name(region[:length]) if len(region) >= length else None


def _member(work: Work, who: Any) -> Json:
    married = marriages.current(work.tx, who.nik)
    found: dict[str, Json] = {
        "name": who.name,
        "nik": who.nik,
        "sex": _SEX[who.sex],
        "birth_place": who.birth_place,
        "birth_date": who.birth_date.isoformat(),
        "religion": _said(_RELIGION, who.religion),
        "education": _said(_EDUCATION, who.education),
        "occupation": who.occupation,
        "blood": None if who.blood_type == "unknown" else who.blood_type,
        "marital": _said(_MARITAL, who.marital_status),
        "married_on": married[-1].married_on.isoformat() if married else None,
        "relation": _said(_RELATION, who.relation),
        "citizenship": _said(_CITIZENSHIP, who.citizenship),
        "father": who.father_name,
        "mother": who.mother_name,
    }
    return {name: value for name, value in found.items() if value is not None}


def _said(words: Mapping[str, str], value: str | None) -> str | None:
    return None if value is None else words.get(value, value)
