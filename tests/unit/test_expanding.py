"""What may change in the schema of one release, and what only in the next."""

from __future__ import annotations

import pytest

from tests.support.expanding import contracted

BEFORE = [
    "cases: column id uuid not null",
    "cases: column note text",
    "cases: column office character varying(32) not null",
    "cases: column seq integer not null identity always",
    "cases: column version integer not null default 0",
    "cases: constraint CHECK (version >= 0)",
    "cases: constraint PRIMARY KEY (id)",
    "cases: index CREATE INDEX cases_office ON public.cases USING btree (office)",
    "cases: table logged",
]


def changed(*lines: str, without: tuple[str, ...] = ()) -> list[str]:
    return contracted(BEFORE, [*(line for line in BEFORE if not line.startswith(without or ("-",))), *lines])


@pytest.mark.parametrize(
    ("lines", "without"),
    [
        ((), ()),
        (("cases: column found text",), ()),
        (("cases: column found boolean not null default false",), ()),
        (("cases: column row bigint not null identity by default",), ()),
        (("cases: column found text", "cases: constraint CHECK (found <> ''::text)"), ()),
        (("cases: column version bigint not null default 0",), ("cases: column version",)),
        (("cases: column office text not null",), ("cases: column office",)),
        (("cases: column office character varying(32)",), ("cases: column office",)),
        ((), ("cases: constraint CHECK", "cases: index")),
        (("cases: index CREATE INDEX i ON public.cases USING btree (note)",), ()),
        (("papers: column id uuid not null", "papers: constraint UNIQUE (id)"), ()),
    ],
)
def test_a_schema_may_grow(lines: tuple[str, ...], without: tuple[str, ...]) -> None:
    assert changed(*lines, without=without) == []


@pytest.mark.parametrize(
    ("lines", "without", "told"),
    [
        ((), ("cases: column note",), "cases.note is gone"),
        (("cases: column remark text",), ("cases: column note",), "cases.note is gone"),
        ((), ("cases: ",), "cases.id is gone"),
        (("cases: column note text not null",), ("cases: column note",), "cases.note may not be left empty any more"),
        (("cases: column note jsonb",), ("cases: column note",), "cases.note is jsonb and was text"),
        (
            ("cases: column version smallint not null default 0",),
            ("cases: column version",),
            "cases.version is smallint",
        ),
        (
            ("cases: column version integer not null",),
            ("cases: column version",),
            "cases.version has no default any more",
        ),
        (("cases: column seq integer not null",), ("cases: column seq",), "cases.seq has no default any more"),
        (("cases: column found text not null",), (), "cases.found is new and must be filled"),
        (("cases: constraint CHECK (length(note) < 9)",), (), "cases has a new rule for what was there"),
        (("cases: index CREATE UNIQUE INDEX i ON public.cases USING btree (note)",), (), "cases has a new rule"),
        ((), ("cases: constraint PRIMARY",), "cases has lost what makes its rows unique"),
    ],
)
def test_it_may_not_take_away_or_ask_for_more(lines: tuple[str, ...], without: tuple[str, ...], told: str) -> None:
    assert any(line.startswith(told) for line in changed(*lines, without=without)), changed(*lines, without=without)
