"""A catalogue with a mistake is refused before any case can run on it, with file, line and reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mpp.catalogue import CatalogueError
from tests.unit.catalogue.trying import GOOD, check, in_english, refusal, varied


def test_a_good_file_says_all_that_a_case_needs(tmp_path: Path) -> None:
    kind = check(tmp_path)
    assert (kind.code, kind.version, kind.collection, kind.level) == ("PRZ-TRY", 1, "permits", "C")
    assert [kind.fee_on(date(year, 6, 1)) for year in (2023, 2024, 2026)] == [None, 0, 25000]
    assert len(kind.standard) == 14
    assert [r.code for r in kind.missing({}, {})] == ["identity"]
    assert kind.missing({"identity": True}, {}) == ()
    assert [a.code for a in kind.actions_from("signing")] == ["sign", "reject"]
    assert [state.code for state in kind.states.values() if state.final] == ["issued", "rejected"]
    assert kind.number is not None
    assert kind.number.series == "try"
    assert str(kind.states["submitted"].tasks[0].sla) == "2wd"


# (what is changed, into what, what the reason says; the line is the one where the change begins, plus the last number)
MISTAKES = [
    pytest.param("role: officer", "role: wizard", "unknown role 'wizard'", -3, id="unknown role of a task"),
    pytest.param(
        "roles: [verifier]", "roles: [verifier, wizard]", "unknown role 'wizard'", -3, id="unknown role of an action"
    ),
    pytest.param("filed_by: [clerk]", "filed_by: [partner]", "unknown role 'partner'", 0, id="unknown role of filing"),
    pytest.param("level: C", "level: D", "'D' is not one of A, B, C", 0, id="unknown level"),
    pytest.param("_of: opd", "_of: opdd", "unknown office kind 'opdd'", 0, id="unknown office kind of hours"),
    pytest.param("kinds: [opd]", "kinds: [warung]", "unknown office kind 'warung'", -3, id="unknown office kind"),
    pytest.param("owner: dpmptsp", "owner: dinas", "'dinas' is not an office of this region", 0, id="unknown owner"),
    pytest.param("office: owner, role: verifier", "office: dinas, role: verifier", "'dinas' is not an office", 0,
                 id="unknown office of a task"),
    pytest.param("office: data.agency", "office: data.agenzy", "data.agenzy is not a required office field", -2,
                 id="unknown field"),
    pytest.param("office: data.agency", "office: data.units", "data.units is not a required office field", -2,
                 id="field of another type"),
    pytest.param("complete, all_tasks", "complete, all_task", "unknown guard 'all_task_done'", -6, id="unknown guard"),
    pytest.param("[issue_permit]", "[issue_license]", "unknown effect 'issue_license'", -8, id="unknown effect"),
    pytest.param("type: integer", "type: whole", "'whole' is not one of text, date", 0, id="unknown type of field"),
    pytest.param("collection: permits", "collection: permit", "unknown collection 'permit'", 0,
                 id="unknown collection"),
    pytest.param("note_required: true\n    sign", "notes_required: true\n    sign", "unknown key 'notes_required'", 0,
                 id="unknown key"),
    pytest.param("    issued:\n", "    archived: {label: {id: Arsip, en: Filed}, next_step: {id: Tidak ada, en: None},"
                 " clock: ended}\n    issued:\n", "workflow.states.archived: cannot be reached", 0,
                 id="unreachable state"),
    pytest.param("{to: signing, refused: rejected}", "{to: signing}", "", None, id="(still good: no refused way)"),
    pytest.param("      from: [signing]\n      to: issued\n", "      from: [signing]\n      to: signing\n",
                 "workflow.states.issued: cannot be reached", None, id="end out of reach"),
    pytest.param("roles: [officer]\n      task: advice\n    check", "roles: [clerk]\n      task: advice\n    check",
                 "nobody can take it, since task 'advice' is a officer's", -3, id="action of the wrong role"),
    pytest.param("roles: [signer]\n      note_required", "roles: []\n      note_required",
                 "workflow.actions.reject: nobody can take it", -4, id="action without a role"),
    pytest.param("task: signature", "task: signing", "'signing' opens no task 'signing'", -5, id="unknown task"),
    pytest.param("sla: 5wd", "sla: 5", "sla has the wrong type (int)", 0, id="SLA without a unit"),
    pytest.param("sla: 5wd", 'sla: "5"', "not a duration: '5'", 0, id="SLA without a unit, as text"),
    pytest.param("sla: 2wd", "sla: 2 weeks", "not a duration: '2 weeks'", 0, id="SLA of a task in an unknown unit"),
    pytest.param("sla: 5wd\n", "", "sla is missing", None, id="no SLA"),
    pytest.param("event: granted", "event: grantd", "no contract for event 'grantd'", -9, id="event without contract"),
    pytest.param("  event: submitted", "  event: filed", "no contract for event 'filed'", 0, id="first event"),
    pytest.param("{office}/{year}", "{bureau}/{year}", "unknown part {bureau}", 0, id="unknown part of the number"),
    pytest.param("/TRY/", "/{classification}/", "no value for {classification}", 0, id="a part nobody supplies"),
    pytest.param("from: 2026-01-01", "from: 2024-01-01", "fees: two rows begin on the same day", -2,
                 id="overlapping tariff"),
    pytest.param("from: 2026-01-01", "from: 2026-01-01 08:00:00", "from must be a date without a time", 0,
                 id="tariff from an hour on"),
    pytest.param("amount: 25000", "amount: -1", "amount must not be negative", 0, id="negative fee"),
    pytest.param("amount: 25000", "amount: 0.5", "amount has the wrong type (float)", 0, id="fee in half rupiah"),
    pytest.param("number:\n  series: try\n", "numbers:\n  series: try\n", "unknown key 'numbers'", 0,
                 id="misspelt section"),
    pytest.param("  evaluation: {id: Survei, en: Survey}\n", "", "evaluation is missing", None,
                 id="13 components of a standard"),
    pytest.param("{id: Izin contoh, en: Example permit}", "{id: Izin contoh}", "en is missing", 0,
                 id="a name in one language"),
    pytest.param("sla: 5wd", "sla: 5wd\nvalidity_years: 0", "1 to 100", 1, id="no validity"),
    pytest.param("sla: 5wd", "sla: 5wd\nreport_within: 60wd", "counted in calendar days", 1, id="odd limit"),
    pytest.param("sla: 5wd", "sla: 5wd\nregion_sets: [sla, previous.opens]", "'previous.opens' names nothing", 1,
                 id="a default of nothing"),
    pytest.param("sla: 5wd", "sla: 5wd\nregion_sets: [workflow.states.*.tasks.nobody.sla]", "names nothing", 1,
                 id="a default of no task"),
    pytest.param("version: 1", "version: 0", "the first version is 1", 0, id="version 0"),
    pytest.param("version: 1", "version: yes", "version must not be yes/no", 0, id="version yes"),
    pytest.param("code: PRZ-TRY", "code: prz try", "'prz try' is not written like PRZ-SIP-DR", 0, id="odd code"),
    pytest.param("to: issued", "to: issud", "'issud' is not a state", -3, id="way to nowhere"),
    pytest.param("from: [signing]\n      to: rejected", "from: [singing]\n      to: rejected",
                 "'singing' is not a state", -2, id="way from nowhere"),
    pytest.param("from: [signing]\n      to: rejected", "from: [signing, issued]\n      to: rejected",
                 "'issued' is an end; nothing follows it", -2, id="way out of an end"),
    pytest.param("initial: submitted", "initial: filed", "'filed' is not a state", 0, id="unknown initial state"),
    pytest.param("refused: rejected}", "refused: rejcted}", "'rejcted' is not a state", 0, id="join to nowhere"),
    pytest.param("      to: rejected\n", "", "without `to`, and 'signing' has no join", None, id="no target"),
    pytest.param("    reject:\n", "    withdraw:\n", "the mall has this action by itself", 0, id="built-in action"),
    pytest.param("    reject:\n", "    Reject it:\n", "'Reject it' is not snake_case", None, id="odd name"),
    pytest.param("value: renewal", "value: new", "a choice stands there twice", None, id="choice twice"),
    pytest.param("min: 1, max: 9", "min: 9, max: 1", "min is greater than max", 0, id="bounds"),
    pytest.param("name: units", "name: purpose", "form: a field name stands there twice", None, id="field twice"),
    pytest.param("name: units", "name: requirements", "kept for the ticks", 0, id="reserved field"),
    pytest.param("name: units", "name: sign", "an action has the same name", 0, id="field named like an action"),
    pytest.param("{code: photo", "{code: identity", "requirements: a code stands there twice", None, id="paper twice"),
    pytest.param("code: PRZ-TRY\n", "code: PRZ-TRY\ncode: PRZ-TRI\n", "'code' stands here twice", 1, id="key twice"),
    pytest.param("owner: dpmptsp", "owner: [dpmptsp", "", 1, id="no YAML"),
    pytest.param("owner: dpmptsp", "owner: !!python/object:os.system dpmptsp", "could not determine a constructor", 0,
                 id="YAML that would run code"),
    pytest.param("owner: dpmptsp", "? [owner]\n: dpmptsp", "a key must be a word", 0, id="a list as key"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "reason", "offset"), MISTAKES)
def test_each_mistake_is_refused_by_file_line_and_reason(
    tmp_path: Path, old: str, new: str, reason: str, offset: int | None
) -> None:
    text, line = varied(old, new)
    if not reason and offset is None:
        check(tmp_path, text)
        return
    with pytest.raises(CatalogueError) as caught:
        check(tmp_path, text)
    error = caught.value
    assert reason in in_english(error)
    assert str(error) == f"prz-try.yaml:{error.line}: {error.reason}"
    assert "\n" not in str(error)
    if offset is not None:
        assert error.line == line + offset


def test_a_state_without_a_way_to_an_end_is_refused(tmp_path: Path) -> None:
    trap = """\
    parked:
      label: {id: Parkir, en: Parked}
      next_step: {id: Menunggu, en: Waiting}
      tasks:
        - {code: wait, label: {id: Tunggu, en: Wait}, office: owner, role: verifier}
"""
    ways = """\
  actions:
    park: {label: {id: Parkir, en: Park}, from: [signing, parked], to: parked, roles: [verifier]}
"""
    text = GOOD.replace("    issued:\n", f"{trap}    issued:\n", 1).replace("  actions:\n", ways, 1)
    assert refusal(tmp_path, text) == ("workflow.states.parked: has no way to an end", "    parked:")


def test_a_state_in_which_nobody_has_a_task_is_refused(tmp_path: Path) -> None:
    task = "        - {code: signature, label: {id: Tanda tangan, en: Signature}, office: owner, role: signer}\n"
    text, _ = varied("      tasks:\n" + task, "")
    assert refusal(tmp_path, text.replace("      task: signature\n", "")) == (
        "workflow.states.signing: nobody has a task here, so nobody can act",
        "    signing:",
    )


def test_a_join_that_waits_for_a_task_that_nobody_closes_is_refused(tmp_path: Path) -> None:
    text, _ = varied("      task: check\n", "")
    reason, line = refusal(tmp_path, text)
    assert reason == "workflow.states.submitted.tasks.check: no action closes it, so the join waits for ever"
    assert line.startswith("        - {code: check,")


def test_an_sla_whose_clock_never_starts_is_refused(tmp_path: Path) -> None:
    stopped = "      next_step: {id: Rekomendasi, en: Recommendation}\n"
    signing = "      next_step: {id: Kepala menandatangani, en: The head signs}\n"
    text = GOOD.replace(stopped, stopped + "      clock: none\n").replace(signing, signing + "      clock: stopped\n")
    assert refusal(tmp_path, text) == ("sla: no state runs the clock, so it never starts", "sla: 5wd")


def test_a_default_of_the_region_is_told_with_its_value(tmp_path: Path) -> None:
    text, _ = varied("sla: 5wd", "sla: 5wd\nregion_sets: [sla, requirements, workflow.states.*.tasks.check.office]")
    told = {place: value for default in check(tmp_path, text).defaults for place, value in default.places}
    assert told == {
        "sla": "5wd",
        "requirements": "identity, photo",
        "workflow.states.submitted.tasks.check.office": "owner",
    }


SITE = "form:\n  - {name: site, type: region, in_district: true, label: {id: Lokasi, en: Site}}\n"


@pytest.mark.parametrize(
    ("template", "per", "form", "reason"),
    [
        ("{district}/{date}/{seq}", "[district, day]", SITE, ""),
        ("{district}/{seq}/{year}", "[district]", SITE, ""),
        ("{district}/{seq}/{year}", "[]", SITE, ""),
        ("{day}/{roman_month}/{year}/{seq}", "[day]", "form:\n", ""),
        ("{region:4}/{date}/{seq}", "[district, day]", SITE, "number.per: each district begins at 1, so the template"),
        ("{district}/{seq}/{year}", "[district, day]", SITE, "number.per: each day begins at 1, so the template"),
        ("{day}/{year}/{seq}", "[day]", SITE, "number.per: each day begins at 1, so the template"),
        ("{date}/{seq}", "[month]", SITE, "number: 'month' is not one of district, day"),
        ("{district}/{date}/{seq}", "[day]", "form:\n", "number.template: the number names the district, so the first"),
        ("{district}/{date}/{seq}", "[district, day]", SITE.replace(", in_district: true", ""),
         "number.template: the number names the district, so the first"),
        ("{district}/{date}/{seq}", "[district, day]", SITE.replace("type: region", "required: false, type: region"),
         "number.template: the number names the district, so the first"),
        ("{date}/{seq}", "[day]", SITE.replace("type: region", "type: text"),
         "form.site: in_district belongs to a field of type region"),
    ],
)  # fmt: skip
def test_a_series_that_begins_again_says_so_in_each_number(
    tmp_path: Path, template: str, per: str, form: str, reason: str
) -> None:
    text = GOOD.replace('"503/{seq:4}/TRY/{office}/{year}"', f'"{template}"\n  per: {per}').replace("form:\n", form, 1)
    if reason:
        assert refusal(tmp_path, text)[0].startswith(reason)
        return
    number = check(tmp_path, text).number
    assert number is not None
    assert list(number.per) == per.strip("[]").replace(" ", "").split(",") if per != "[]" else number.per == ()


def test_the_number_of_a_levy_is_checked_as_that_of_a_document_is(tmp_path: Path) -> None:
    levy = 'levy: {series: skrd, template: "{classification}/{seq}/{year}", due: 30d, assess: assess, paid: pay}\n'
    reason, line = refusal(tmp_path, GOOD.replace("form:\n", levy + "form:\n", 1))
    assert reason.startswith("levy.template: number template")
    assert "no value for {classification}" in reason
    assert line.startswith("levy:")


def test_a_number_that_is_given_but_not_described_is_refused(tmp_path: Path) -> None:
    number = 'number:\n  series: try\n  template: "503/{seq:4}/TRY/{office}/{year}"\n'
    text, _ = varied(number, "")
    reason, _ = refusal(tmp_path, text)
    assert reason == "workflow.actions: one of them gives a number, and `number` is missing"


@pytest.mark.parametrize(
    ("closed", "outcome", "reason"),
    [
        ("[check, refuse]", "refused", ""),
        ("[chek]", "refused", "workflow.actions.reject.closed_after: 'chek' is not an action"),
        ("[reject]", "refused", "workflow.actions.reject.closed_after: 'reject' closes no task with an outcome"),
        ("[refuse]", "done", "workflow.actions.reject.closed_after: 'refuse' closes no task with an outcome"),
    ],
)
def test_what_closes_an_action_can_be_seen_from_the_case(
    tmp_path: Path, closed: str, outcome: str, reason: str
) -> None:
    text = GOOD.replace("      event: rejected\n", f"      event: rejected\n      closed_after: {closed}\n")
    text = text.replace("outcome: refused", f"outcome: {outcome}")
    if not reason:
        assert check(tmp_path, text).actions["reject"].closed_after == ("check", "refuse")
        return
    assert refusal(tmp_path, text)[0].startswith(reason)


def test_an_action_is_another_persons_than_an_action_that_exists(tmp_path: Path) -> None:
    text = GOOD.replace("      event: rejected\n", "      event: rejected\n      not_by: [check]\n")
    assert check(tmp_path, text).actions["reject"].not_by == ("check",)
    wrong = refusal(tmp_path, text.replace("[check]", "[chek]"))[0]
    assert wrong.startswith("workflow.actions.reject.not_by: 'chek' is not an action")


def test_a_task_may_be_for_who_hears_appeals(tmp_path: Path) -> None:
    text, _ = varied("office: owner, role: verifier", "office: superior, role: verifier")
    assert check(tmp_path, text).states["submitted"].tasks[1].office == "superior"
