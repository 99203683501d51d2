"""What a warning says of somebody in a role, in both languages. Pure.

Official and counter see it beside the case, which names the person already; so it says what is unlikely and repeats no
detail but the age.
"""

from __future__ import annotations

from mpp.casework.rules.service_type import Text
from mpp.identity import roles
from mpp.identity.roles import CARD_AGE, Finding

_WORDS: dict[str, tuple[str, str]] = {
    "name": ("nama", "name"),
    "sex": ("jenis kelamin", "sex"),
    "birth_date": ("tanggal lahir", "date of birth"),
}
_TEXTS: dict[str, tuple[str, str]] = {
    roles.YOUNG: (
        f"{{role}} berumur di bawah {CARD_AGE} tahun menurut NIK. Periksa siapa yang berhak mewakilinya.",
        f"By the NIK this person is younger than {CARD_AGE} ({{role}}). Look who may act for them.",
    ),
    roles.DECEASED: (
        "{role} tercatat meninggal. Periksa siapa yang mengurus permohonan ini sekarang.",
        "This person is registered as deceased ({role}). Look who sees to this application now.",
    ),
    roles.SAME_PERSON: (
        "{role} adalah orang yang sama dengan orang lain yang disebut di permohonan ini.",
        "This person is also named in another role ({role}).",
    ),
    roles.WRONG_SEX: (
        "Jenis kelamin {role} tidak sesuai dengan perannya.",
        "The sex of this person does not fit the role ({role}).",
    ),
    roles.IMPOSSIBLE_AGE: (
        "{role} berumur {age} tahun pada hari itu: tidak mungkin untuk peran ini.",
        "This person was {age} years old on that day, which cannot be in this role ({role}).",
    ),
    roles.UNUSUAL_AGE: (
        "{role} berumur {age} tahun pada hari itu. Periksa apakah orangnya benar.",
        "This person was {age} years old on that day ({role}). Look whether it is the right one.",
    ),
    roles.NOT_ON_CARD: (
        "{role} tidak tercatat pada kartu keluarga yang disebut.",
        "This person is not on the family card that is named ({role}).",
    ),
    roles.FORM_DIFFERS: (
        "Isian tentang {role} berbeda dari data menurut NIK: {what}. Periksa dokumennya.",
        "The form says something else of this person than the NIK does ({role}): {what}. Look at the papers.",
    ),
    roles.NIK_DIFFERS: (
        "NIK dan biodata {role} di register berbeda: {what}. Ini dapat terjadi setelah pembetulan; periksa orangnya.",
        "NIK and biodata of this person differ in the register ({role}): {what}. A correction may be the reason; look "
        "whether it is the right person.",
    ),
}


def warning_text(found: Finding, role: Text) -> Text:
    """The warning; `role` is what the role is called, and begins with a capital."""
    indonesian, english = _TEXTS[found.code]
    what = [_WORDS[name] for name in found.what]
    return {
        "id": indonesian.format(role=role["id"], age=found.age, what=", ".join(word for word, _ in what)),
        "en": english.format(role=role["en"].lower(), age=found.age, what=", ".join(word for _, word in what)),
    }
