"""What a citizen is told of a case, when, and what never."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from mpp.identity import demo as people
from mpp.messages import rows
from mpp.messages.rows import Preference
from mpp.persistence.tables import jobs
from tests.races.hearing import death_of, hear
from tests.support.desks import REPORT, SIP_DATA, Desks, birth_data, refusal
from tests.support.permit_walks import file, walk
from tests.support.providers import Provider
from tests.support.telling import TEN, Telling, applicant, local

CLERK, VERIFIER = "petugas.sukodono", "verifikator.dpmptsp"


def sip(desks: Desks, *, missing: bool = False, **more: Any) -> dict[str, Any]:
    data = {**SIP_DATA, "requirements": {"str": True} if missing else SIP_DATA["requirements"]}
    return desks.open(CLERK, "PRZ-SIP-DR", applicant=applicant(**more), data=data)


def words(provider: Provider) -> list[str]:
    return [each["text"] for each in provider.sent]


def test_a_case_that_is_filed_is_told_ten_minutes_later(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    telling.work(TEN - timedelta(seconds=1))
    assert provider.sent == []
    telling.work(timedelta(seconds=1))
    assert [each["to"] for each in provider.sent] == ["+6281234567890"]
    code = case["tracking_code"]
    assert words(provider) == [f"Berkas {code} diterima. Tahap: Diajukan. Dijanjikan selesai 30 November 2026."]
    assert telling.states(case) == ["sent"]


def test_what_is_missing_is_told_by_name(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks, missing=True)
    telling.work(TEN)
    missing = [r["name"]["id"] for r in case["requirements"] if not r["fulfilled"] and r["required"]]
    assert words(provider) == [
        f"Berkas {case['tracking_code']} belum lengkap. Kurang: {', '.join(missing)}. Lengkapi di loket."
    ]


def test_the_levy_is_told_with_amount_and_last_day(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = walk(desks, file(desks, "PRZ-PBG"), "payment")
    telling.for_days(1)
    (levy,) = [text for text in words(provider) if "retribusi" in text]
    amount = f"{case['data']['assess']['amount']:,}".replace(",", ".")
    assert f"Rp{amount} dibayar di bank paling lambat" in levy


def test_the_end_is_told_with_where_to_rate_the_service_once(desks: Desks, provider: Provider) -> None:
    """A one-time address, which nothing keeps; who withdrew, or has answered, is not asked."""
    telling = Telling(desks, provider)
    case = walk(desks, sip(desks), "handed_over")
    withdrawn = sip(desks, index=1)
    desks.act(CLERK, withdrawn, "withdraw", note="Batal.")
    telling.work(TEN)
    told = {text.split()[1]: text for text in words(provider)}
    said, _, address = told[case["tracking_code"]].partition(" Nilai layanan ini: ")
    assert said.endswith(" Tahap: Diserahkan.")
    address, _, also = address.partition(" ")
    assert "/s/" in address
    assert address.endswith("?via=message")
    assert also.startswith("Juga: ")
    assert told[withdrawn["tracking_code"]].endswith(".")
    assert "Nilai" not in told[withdrawn["tracking_code"]]
    code = address.rpartition("/")[2].partition("?")[0]
    with telling.database.transaction() as tx:
        kept = tx.execute(text("SELECT m::text FROM messages AS m UNION ALL SELECT j::text FROM jobs AS j")).scalars()
        assert all(code not in row for row in kept)


@pytest.mark.parametrize("service", ["permits", "civil_registry", "complaints"])
def test_every_service_tells(desks: Desks, provider: Provider, service: str) -> None:
    telling = Telling(desks, provider, service=service)
    if service == "permits":
        sip(desks)
    elif service == "civil_registry":
        desks.open("petugas.dukcapil", "ADM-LHR-01", applicant=applicant(1), data=birth_data())
    else:
        desks.open(CLERK, "PGD-LPR", applicant=applicant(), data=REPORT)
    telling.work(TEN)
    (text,) = words(provider)
    assert "diterima" in text


def test_nothing_personal_is_said_or_kept(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    secrets = [people.resident(0).nik, people.resident(0).name, "Klinik Contoh", "Jalan Contoh"]
    with telling.database.transaction() as tx:
        kept = [str(row.payload) + row.key for row in tx.execute(select(jobs))]
        kept += [str(row) for row in rows.of_case(tx, case["id"])]
    telling.work(TEN)
    (sent,) = provider.sent
    assert set(sent) == {"id", "to", "text", "language"}
    for secret in [*secrets, "81234567890"]:
        assert not any(secret in each for each in kept)
    for secret in secrets:
        assert secret not in sent["text"]


def test_several_within_ten_minutes_become_one(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    telling.work(timedelta(minutes=9))
    desks.act(VERIFIER, case, "return", note="Lampirkan alamat.")
    telling.for_days(1)
    (text,) = words(provider)
    assert "menunggu Anda" in text
    assert text.endswith("Juga: berkas diterima.")
    assert telling.states(case)[0] == "merged: together"


def test_what_waits_through_the_night_becomes_one_in_the_morning(desks: Desks, provider: Provider) -> None:
    desks.clock.advance(timedelta(hours=10, minutes=55))  # 19.55
    telling = Telling(desks, provider)
    case = sip(desks)
    desks.clock.advance(timedelta(hours=1))
    desks.act(VERIFIER, case, "return", note="Lampirkan alamat.")
    telling.for_days(1, every=timedelta(minutes=30))
    (text,) = words(provider)
    assert text.endswith("Juga: berkas diterima.")
    assert telling.states(case)[0] == "merged: together"


def test_what_comes_later_than_that_is_a_message_of_its_own(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    telling.work(TEN)
    desks.act(VERIFIER, case, "return", note="Lampirkan alamat.")
    telling.work(TEN)
    assert len(provider.sent) == 2
    assert all("Lampirkan" not in text for text in words(provider)), "what an official writes is read at the counter"


def test_two_people_with_one_phone_are_told_apart(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    cases = [sip(desks, index=index) for index in (0, 2)]
    telling.work(TEN)
    assert sorted(each["to"] for each in provider.sent) == ["+6281234567890"] * 2
    assert {case["tracking_code"] in " ".join(words(provider)) for case in cases} == {True}


def test_nobody_is_woken_at_night(desks: Desks, provider: Provider) -> None:
    desks.clock.advance(timedelta(hours=10, minutes=55))  # 19.55
    telling = Telling(desks, provider)
    case = sip(desks)
    assert local(desks, telling.of(case)[0].due_at) == "Tue 07:00"
    telling.for_days(1, every=timedelta(minutes=30))
    assert len(provider.sent) == 1


def test_a_service_that_was_down_until_the_night_waits_for_the_morning(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    telling.work(timedelta(hours=12))  # 21.00
    assert provider.sent == []
    assert local(desks, telling.of(case)[0].due_at) == "Tue 07:00"
    telling.work(timedelta(hours=10))
    assert len(provider.sent) == 1


def test_who_does_not_want_to_be_told_is_not(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    first, other = sip(desks), sip(desks, index=2)
    with telling.database.transaction() as tx:
        holder = telling.post.addressee(tx, first["id"]).holder
        rows.prefer(tx, holder, Preference(do_not_contact=True), CLERK, desks.clock.now())
    telling.work(TEN)
    assert telling.states(first) == ["withheld: do_not_contact"]
    assert telling.states(other) == ["sent"], "the other person at the same phone is told"


def test_people_are_told_in_their_language(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    with telling.database.transaction() as tx:
        holder = telling.post.addressee(tx, case["id"]).holder
        rows.prefer(tx, holder, Preference(language="en"), CLERK, desks.clock.now())
    telling.work(TEN)
    assert words(provider) == [
        f"Case {case['tracking_code']} is received. Stage: Submitted. Promised by 30 November 2026."
    ]


def test_the_dead_are_told_nothing(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    hear(desks, "permits", death_of(desks, 0))
    telling.work(TEN)
    assert provider.sent == []
    assert set(telling.states(case)) == {"withheld: died"}


def test_who_reports_anonymously_is_never_written_to(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider, service="complaints")
    nameless = desks.open(CLERK, "PGD-LPR", data=REPORT, anonymous=True)
    named = desks.open(CLERK, "PGD-LPR", applicant=applicant(), data=REPORT, anonymous=True)
    telling.work(TEN)
    assert (telling.of(nameless), telling.of(named), provider.sent) == ([], [], [])


def test_without_a_phone_the_proxy_is_told(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    proxy = {"nik": people.resident(2).nik, "name": people.resident(2).name, "phone": "+6281398765432"}
    case = desks.open(CLERK, "PRZ-SIP-DR", applicant=applicant(phone=None), proxy=proxy, data=SIP_DATA)
    telling.work(TEN)
    assert [each["to"] for each in provider.sent] == ["+6281398765432"]
    assert telling.of(case)[0].recipient == "proxy"


@pytest.mark.parametrize("phone", [None, "+62315551234"])
def test_whom_no_message_reaches_the_counter_calls(desks: Desks, provider: Provider, phone: str | None) -> None:
    telling = Telling(desks, provider)
    case = sip(desks, phone=phone)
    telling.work(TEN)
    assert (provider.sent, telling.states(case)) == ([], ["call_list: no_address"])


def test_a_mall_without_a_provider_calls_everybody(desks: Desks) -> None:
    telling = Telling(desks)
    case = sip(desks)
    (message,) = telling.of(case)
    assert telling.states(case) == ["call_list: no_channel"], "at once: there is nothing to wait for"
    assert message.on_call_list_at == message.settled_at == desks.clock.now()
    with telling.database.transaction() as tx:
        assert tx.execute(select(jobs).where(jobs.c.kind == "messages.send")).all() == []


def test_of_a_case_the_newest_message_alone_stands_on_the_call_list(desks: Desks) -> None:
    telling = Telling(desks)
    case = sip(desks)
    listed_at = desks.clock.now()
    desks.clock.advance(TEN)
    desks.act(VERIFIER, case, "return", note="Lampirkan alamat.")
    assert telling.states(case) == ["merged: newer", "call_list: no_channel"]
    assert telling.of(case)[0].settled_at == listed_at, "that it could not be told was known then"


def test_a_step_that_is_refused_tells_nobody(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    refusal(lambda: desks.act(CLERK, case, "return", note="Bukan wewenang saya."))
    assert [each.moment for each in telling.of(case)] == ["received"]


def test_a_number_that_was_corrected_before_it_was_told_counts(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks, phone="+6281200000000")
    desks.act(CLERK, case, "amend", note="Salah ketik.", data={"applicant": {"phone": "+6281277777777"}})
    telling.work(TEN)
    assert [each["to"] for each in provider.sent] == ["+6281277777777"]
