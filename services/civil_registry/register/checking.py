"""What must be true of the register, whatever has happened to people: looked at by SQL alone, nothing is changed.

The same check goes after each of thousands of random lives in the tests, and over a live database by `mpp doctor`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from services.civil_registry.register.families import ADULT
from services.civil_registry.register.people import ELEMENTS

_CARD = ("number", "region", "address", "rt", "rw", "status")
_MARRIAGE = (
    "husband",
    "wife",
    "husband_name",
    "wife_name",
    "certificate",
    "court_permit",
    "married_on",
    "ended_on",
    "ended_by",
)
_HELD = ("kind", "number", "nik", "family_card", "case_id", "valid_from", "until", "status", "superseded_by")


@dataclass(frozen=True)
class Broken:
    """One rule that does not hold: its code, how often, and of whom (pseudonyms of persons, ids of the others)."""

    code: str
    count: int
    subjects: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """`finds` are the subjects for which the rule does not hold, one a row. The texts are what an operator reads.

    With `to_do` nothing is wrong in the register: somebody has to do something.
    """

    code: str
    indonesian: str
    english: str
    finds: str
    to_do: bool = False


def broken(tx: Connection, today: date, *, facts_from: int = 0) -> Iterator[Broken]:
    """The rules that do not hold today; what the facts say is compared for subjects with a fact from this id on."""
    bound = {"today": today, "from": facts_from}
    for rule in RULES:
        found = f"({rule.finds}) AS found (subject)"
        sql = text(f"SELECT count(*), (array_agg(found.subject ORDER BY 1))[1:3] FROM {found}")  # noqa: S608
        used = {name: value for name, value in bound.items() if f":{name}" in rule.finds}
        count, subjects = tx.execute(sql, used).one()
        if count:
            yield Broken(rule.code, int(count), tuple(subjects))


def _differs(kind: str, table: str, key: str, shown: str, columns: tuple[str, ...]) -> str:
    """The rows of a table that are not what its facts say."""
    row = ", ".join(f"'{name}', t.{name}" for name in columns)
    return f"""
        WITH looked_at AS (
            SELECT DISTINCT subject FROM register_facts WHERE kind = '{kind}' AND id >= :from
        ), said AS (
            SELECT DISTINCT ON (f.subject, e.key) f.subject, e.key, e.value
            FROM looked_at JOIN register_facts f ON f.kind = '{kind}' AND f.subject = looked_at.subject,
                LATERAL jsonb_each(f.elements) AS e
            WHERE f.valid_until IS NULL
            ORDER BY f.subject, e.key, f.id DESC
        ), folded AS (
            SELECT subject, jsonb_strip_nulls(jsonb_object_agg(key, value)) AS elements FROM said GROUP BY subject
        )
        SELECT t.{shown}::text FROM folded JOIN {table} t ON t.{key} = folded.subject{_KEYS.get(table, "")}
        WHERE jsonb_strip_nulls(jsonb_build_object({row})) <> folded.elements
    """  # noqa: S608


_KEYS = dict.fromkeys(("family_cards", "marriages", "documents_held"), "::uuid")
_AGE = "extract(year FROM age(CAST(:today AS date), r.birth_date))"
_COULD_HEAD = f"({_AGE} >= {ADULT} OR r.marital_status IN ('married', 'divorced', 'widowed'))"
_CARDS = "FROM family_cards c JOIN residents r ON r.family_card = c.id AND r.status = 'alive'"
_HEADS = "count(*) FILTER (WHERE r.relation = 'head')"

RULES = (
    Rule(
        "two_heads",
        "kartu keluarga dengan lebih dari satu kepala keluarga",
        "family cards with more than one head",
        f"SELECT c.id::text {_CARDS} GROUP BY c.id HAVING {_HEADS} > 1",
    ),
    Rule(
        "no_head",
        "kartu keluarga tanpa kepala keluarga, padahal ada yang dapat menjadi: catat siapa",
        "family cards without a head though somebody may be: register who",
        f"SELECT c.id::text {_CARDS} GROUP BY c.id HAVING {_HEADS} = 0 AND bool_or({_COULD_HEAD})",
        to_do=True,
    ),
    Rule(
        "children_alone",
        "kartu keluarga yang tinggal berisi anak: catat siapa yang menerima mereka",
        "family cards on which only children are left: register who takes them in",
        f"SELECT c.id::text {_CARDS} GROUP BY c.id HAVING {_HEADS} = 0 AND NOT bool_or({_COULD_HEAD})",
        to_do=True,
    ),
    Rule(
        "child_heads",
        "kepala keluarga di bawah 17 tahun yang tidak pernah kawin",
        "heads of families below 17 who were never married",
        f"""
        SELECT r.person FROM residents r WHERE r.status = 'alive' AND r.relation = 'head' AND NOT {_COULD_HEAD}
            AND NOT EXISTS (SELECT FROM marriages m WHERE r.nik IN (m.husband, m.wife))
        """,  # noqa: S608
    ),
    Rule(
        "on_no_card",
        "penduduk hidup tanpa kartu keluarga yang berlaku",
        "living residents on no family card that is in use",
        """
        SELECT r.person FROM residents r LEFT JOIN family_cards c ON c.id = r.family_card
        WHERE r.status = 'alive' AND c.status IS DISTINCT FROM 'active'
        """,
    ),
    Rule(
        "wife_twice",
        "istri dalam dua perkawinan",
        "wives in two marriages",
        """
        SELECT r.person FROM marriages m JOIN residents r ON r.nik = m.wife WHERE m.ended_on IS NULL
        GROUP BY r.person HAVING count(*) > 1
        """,
    ),
    Rule(
        "husband_twice",
        "suami dalam dua perkawinan tanpa izin pengadilan",
        "husbands in two marriages without a court's permit",
        """
        SELECT r.person FROM marriages m JOIN residents r ON r.nik = m.husband
        WHERE m.ended_on IS NULL AND m.court_permit IS NULL GROUP BY r.person HAVING count(*) > 1
        """,
    ),
    Rule(
        "marriage_not_ended",
        "perkawinan dengan orang yang sudah meninggal atau NIK yang sudah digabungkan",
        "marriages with somebody who has died, or with a NIK that was merged",
        """
        SELECT m.id::text FROM marriages m JOIN residents r ON r.nik IN (m.husband, m.wife)
        WHERE m.ended_on IS NULL AND r.status IN ('deceased', 'merged')
        """,
    ),
    Rule(
        "married_unsaid",
        "penduduk yang kawin, tetapi status perkawinannya lain",
        "residents who are married and whose marital status says otherwise",
        """
        SELECT r.person FROM marriages m JOIN residents r ON r.nik IN (m.husband, m.wife)
        WHERE m.ended_on IS NULL AND r.marital_status IS DISTINCT FROM 'married'
        """,
    ),
    Rule(
        "certificate_twice",
        "dua akta kelahiran atau dua akta kematian yang berlaku untuk seorang",
        "two birth or two death certificates in force for one person",
        """
        SELECT r.person FROM certificates c JOIN residents r ON r.nik = c.nik
        WHERE c.status = 'in_force' AND c.kind IN ('birth', 'death') GROUP BY r.person, c.kind HAVING count(*) > 1
        """,
    ),
    Rule(
        "dead_hold",
        "KTP atau KIA yang masih berlaku atas nama orang yang sudah meninggal",
        "KTP and KIA in force of people who have died",
        """
        SELECT h.id::text FROM documents_held h JOIN residents r ON r.nik = h.nik
        WHERE h.status = 'in_force' AND h.kind IN ('ktp', 'kia') AND r.status = 'deceased'
        """,
    ),
    Rule(
        "nik_not_drawn",
        "NIK yang akan diberikan lagi oleh mal",
        "NIK that the mall would give a second time",
        """
        SELECT r.person FROM residents r JOIN nik_sequences s ON s.prefix = left(r.nik, 12)
        WHERE r.source = 'mall' AND NOT r.demo AND right(r.nik, 4)::int > s.last AND right(r.nik, 4) < '9990'
        """,
    ),
    Rule(
        "impossible_parents",
        "ibu yang bukan perempuan, ayah yang bukan laki-laki, atau orang tua yang lebih muda daripada anaknya",
        "mothers who are no women, fathers who are no men, and parents younger than their children",
        """
        SELECT r.person FROM residents r JOIN residents p ON p.nik = r.mother_nik
        WHERE p.sex <> 'female' OR p.birth_date >= r.birth_date
        UNION ALL
        SELECT r.person FROM residents r JOIN residents p ON p.nik = r.father_nik
        WHERE p.sex <> 'male' OR p.birth_date >= r.birth_date
        """,
    ),
    Rule(
        "impossible_days",
        "kematian sebelum kelahiran, atau akhir perkawinan sebelum awalnya",
        "deaths before the birth, and marriages that ended before they began",
        """
        SELECT person FROM residents WHERE died_on < birth_date
        UNION ALL SELECT id::text FROM marriages WHERE ended_on < married_on
        """,
    ),
    Rule(
        "deaths_unsaid",
        "status dan tanggal kematian yang saling bertentangan",
        "a status and a day of death that contradict each other",
        "SELECT person FROM residents WHERE status <> 'merged' AND (status = 'deceased') <> (died_on IS NOT NULL)",
    ),
    Rule(
        "merged_badly",
        "NIK yang digabungkan, tetapi masih dipakai sebagai orang tua atau digabungkan ke NIK yang digabungkan",
        "merged NIK that are still somebody's parent, or merged into one that is merged itself",
        """
        SELECT r.person FROM residents r WHERE (r.status = 'merged') <> (r.merged_into IS NOT NULL)
        UNION ALL
        SELECT r.person FROM residents r JOIN residents k ON k.nik = r.merged_into WHERE k.status = 'merged'
        UNION ALL
        SELECT r.person FROM residents r JOIN residents p ON p.nik = r.mother_nik WHERE p.status = 'merged'
        UNION ALL
        SELECT r.person FROM residents r JOIN residents p ON p.nik = r.father_nik WHERE p.status = 'merged'
        """,
    ),
    Rule(
        "no_history",
        "penduduk tanpa riwayat, ditulis oleh versi lama; riwayatnya dibuat pada perubahan pertama",
        "residents without a history, written by an older version; they get it at their first change",
        """
        SELECT r.person FROM residents r WHERE NOT EXISTS (
            SELECT FROM register_facts f WHERE f.kind = 'person' AND f.subject = r.nik
        )
        """,
        to_do=True,
    ),
    Rule(
        "person_unlike_facts",
        "penduduk yang datanya lain daripada riwayatnya",
        "residents who are not what their history says",
        _differs("person", "residents", "nik", "person", ELEMENTS),
    ),
    Rule(
        "card_unlike_facts",
        "kartu keluarga yang datanya lain daripada riwayatnya",
        "family cards that are not what their history says",
        _differs("card", "family_cards", "id", "id", _CARD),
    ),
    Rule(
        "marriage_unlike_facts",
        "perkawinan yang datanya lain daripada riwayatnya",
        "marriages that are not what their history says",
        _differs("marriage", "marriages", "id", "id", _MARRIAGE),
    ),
    Rule(
        "document_unlike_facts",
        "dokumen yang datanya lain daripada riwayatnya",
        "documents that are not what their history says",
        _differs("document", "documents_held", "id", "id", _HELD),
    ),
)
