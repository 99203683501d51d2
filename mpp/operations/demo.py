"""`mpp demo`: clerks at three counters walk one permit, one birth, one death and one complaint through the mall.

Everything goes over HTTP, as a clerk's screen would. Each step is one printed line; the first one that does not do
what it should ends the demo with status 1. It can run again and again on the same data.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import typer

from mpp.clock import new_id
from mpp.identity import demo as people
from mpp.operations.client import Client, Refusal
from mpp.operations.problem import Problem

_SETTLE_SECONDS = 30.0  # reactions travel by events: how long the demo waits for them
_POOL = 120
_TRIES = 2000
_ASK_ANOTHER = frozenset({"person_deceased", "permit_place_taken", "permit_limit_reached"})  # by an earlier run
Body = dict[str, Any]


class Demo:
    """The walk; `say` prints one line."""

    def __init__(self, url: str, say: Callable[[str], None]) -> None:
        self._url = url
        self._say = say
        self._clients: dict[str, Client] = {}

    def run(self) -> None:
        """Every step in order. Raises Problem at the first that fails."""
        cursor = self._feed_end()
        sip, doctor = self._permit()
        birth = self._birth()
        waiting, death = self._death(doctor, sip)
        report = self._complaint()
        self._feed(cursor, sip, birth, death, waiting, report)

    # ------------------------------------------------------------------ permit

    def _permit(self) -> tuple[Body, int]:
        case, index = self._by_somebody("petugas.sukodono", "permits", "PRZ-SIP-DR", self._sip("Klinik Contoh"))
        self._tell(
            "petugas.sukodono",
            f"SIP dokter diajukan di loket desa: {case['tracking_code']}, janji {case['due_at'][:10]}",
            "practice licence filed at the village counter",
        )
        self._expect(self._track(case)["state_label"]["id"] == "Diajukan", "pelacakan | tracking")
        case = self._act("verifikator.dpmptsp", case, "verify", "recommendation", "berkas diverifikasi", "verified")
        case = self._act("teknis.dinkes", case, "recommend", "signing", "rekomendasi teknis diberikan", "recommended")
        case = self._act("penandatangan.dpmptsp", case, "sign", "issued", "ditandatangani dan terbit", "signed, issued")
        self._expect(bool(case["permit"] and case["permit"]["status"] == "valid"), "izin terbit | permit issued")
        self._tell("penandatangan.dpmptsp", f"izin nomor {case['document_number']}", "the permit has its number")
        case = self._act("petugas.sukodono", case, "hand_over", "handed_over", "diserahkan di loket", "handed over")
        return case, index

    def _by_somebody(self, account: str, collection: str, service: str, data: Body) -> tuple[Body, int]:
        """File for a demo resident; who died in an earlier run, or holds the licence already, is passed over."""
        start = random.randrange(_POOL)
        for index in [*range(start, _POOL), *range(start), *range(_POOL, _TRIES)]:
            try:
                return self._file(account, collection, service, index, data), index
            except Refusal as refusal:
                if refusal.codes.isdisjoint(_ASK_ANOTHER):
                    raise
        raise Problem("tidak ada lagi warga contoh; jalankan ulang mal", "no demo resident is left; restart the mall")

    # ------------------------------------------------------------- registrations

    def _birth(self) -> Body:
        mother = people.resident(random.randrange(_POOL // 2) * 2 + 1)
        born = date.today() - timedelta(days=random.randrange(1, 40))  # noqa: DTZ011 - the counter's own day
        data = {
            "family_card": mother.family_card,
            "mother_nik": mother.nik,
            "child": {
                "name": "Bayi Contoh",
                "sex": random.choice(["female", "male"]),
                "birth_date": born.isoformat(),
                "birth_place": "Sidoarjo",
            },
            "requirements": {"birth_statement": True, "marriage": True, "family_card": True},
        }
        case, _ = self._by_somebody("petugas.mpp", "registrations", "ADM-LHR-01", data)
        self._tell("petugas.mpp", f"kelahiran dilaporkan di MPP: {case['tracking_code']}", "birth reported at the mall")
        case = self._act("verifikator.dukcapil", case, "verify", "signing", "laporan diverifikasi", "verified")
        case = self._act("pejabat.dukcapil", case, "sign", "recorded", "dicatat dan ditandatangani", "recorded, signed")
        made = case["certificate"]
        self._expect(bool(made and len(made["nik"]) == 16), "akta dan NIK | certificate and NIK")
        shown = f"{made['nik'][:6]}******{made['nik'][-4:]}"
        self._tell(
            "pejabat.dukcapil",
            f"akta {made['number']}, NIK anak {shown}, KK kini {made['family_card']['members']} orang",
            "certificate, the child's NIK, one more member on the family card",
        )
        return case

    def _death(self, doctor: int, sip: Body) -> tuple[Body, Body]:
        waiting = self._file("petugas.kecamatan", "permits", "PRZ-SIP-DR", doctor, self._sip("Klinik Kedua"))
        self._tell(
            "petugas.kecamatan",
            f"permohonan SIP kedua dokter yang sama: {waiting['tracking_code']}",
            "a second application of the same doctor",
        )
        data = {
            "deceased_nik": people.resident(doctor).nik,
            "died_on": date.today().isoformat(),  # noqa: DTZ011 - the counter's own day
            "place": "RSUD Sidoarjo",
            "requirements": {"death_statement": True, "family_card": True},
        }
        death, _ = self._by_somebody("petugas.mpp", "registrations", "ADM-MTI-01", data)
        self._tell("petugas.mpp", f"kematian dilaporkan: {death['tracking_code']}", "a death is reported")
        death = self._act("verifikator.dukcapil", death, "verify", "signing", "laporan diverifikasi", "verified")
        death = self._act("pejabat.dukcapil", death, "sign", "recorded", "kematian dicatat", "death recorded")
        held = self._until(
            lambda: self._get("verifikator.dpmptsp", waiting),
            lambda case: case["held"] is not None,
            "ditangguhkan | held",
        )
        self._tell("permits", f"permohonan {held['tracking_code']} ditangguhkan", "the open application is on hold")
        lapsed = self._until(
            lambda: self._get("verifikator.dpmptsp", sip),
            lambda case: case["permit"]["status"] == "lapsed",
            "gugur | lapsed",
        )
        self._tell("permits", f"izin {lapsed['document_number']} gugur", "the permit of the deceased has lapsed")
        return held, death

    # ----------------------------------------------------------------- complaint

    def _complaint(self) -> Body:
        data = {"title": "Jalan berlubang", "text": "Ada lubang besar di jalan desa.", "classification": "complaint"}
        case, _ = self._by_somebody("petugas.kecamatan", "complaints", "PGD-LPR", data)
        self._tell(
            "petugas.kecamatan",
            f"pengaduan diterima: {case['tracking_code']}",
            "complaint filed at the district counter",
        )
        case = self._act(
            "admin.pengaduan",
            case,
            "verify",
            "verified",
            "diverifikasi",
            "verified",
            data={"category": "Infrastruktur"},
        )
        agency = {"agency": self._office("petugas.dpubmsda")}
        case = self._act("admin.pengaduan", case, "refer", "referred", "didisposisikan", "referred", data=agency)
        case = self._act(
            "petugas.dpubmsda", case, "answer", "answered", "dijawab", "answered", note="Jalan diperbaiki minggu ini."
        )
        return self._act("admin.pengaduan", case, "close", "closed", "selesai", "closed")

    # ---------------------------------------------------------------------- feed

    def _feed_end(self) -> str | None:
        """Where the feed ends now, so that only what this run causes is looked at."""
        cursor: str | None = None
        while True:
            page = self._client("mitra.bpjs").get("/api/v1/events", after=cursor, limit=100)
            cursor = page["next"]
            if not page["more"]:
                return cursor

    def _feed(self, cursor: str | None, sip: Body, birth: Body, death: Body, waiting: Body, report: Body) -> None:
        wanted = {
            ("permits.permit.issued.v1", sip["document_number"]),
            ("civil_registry.birth.registered.v1", birth["certificate"]["number"]),
            ("civil_registry.death.registered.v1", death["certificate"]["number"]),
            ("permits.permit.lapsed.v1", sip["document_number"]),
            ("permits.application.held.v1", waiting["id"]),
            ("complaints.report.closed.v1", report["id"]),
        }
        seen: set[tuple[str, str]] = set()
        position = [cursor]

        def read() -> set[tuple[str, str]]:
            page = self._client("mitra.bpjs").get("/api/v1/events", after=position[0], limit=100)
            position[0] = page["next"]
            for event in page["items"]:
                data = event["data"]
                seen.update((event["type"], str(n)) for n in (data.get("number"), data.get("certificate")) if n)
                seen.add((event["type"], event["subject"]))
            return seen

        self._until(read, wanted.issubset, "umpan peristiwa | event feed")
        for type_, _ in sorted(wanted):
            self._tell("mitra.bpjs", f"melihat {type_}", "a partner saw it on the feed")

    # ------------------------------------------------------------------- helpers

    def _sip(self, place: str) -> Body:
        return {
            "kind": "new",
            "str_number": "STR-2026-0001",
            "practice_name": place,
            "practice_address": "Jalan Contoh 1",
            "practice_region": self._office("petugas.sukodono"),
            "requirements": {"str": True, "practice_place": True, "identity": True},
        }

    def _office(self, account: str) -> str:
        """Where a clerk works: a village office has its village's code."""
        return str(self._client(account).get("/api/v1/me")["assignments"][0]["office"])

    def _client(self, account: str) -> Client:
        if account not in self._clients:
            self._clients[account] = Client(self._url, account)
        return self._clients[account]

    def _file(self, account: str, collection: str, service: str, index: int, data: Body) -> Body:
        who = people.resident(index)
        applicant = {"kind": "person", "nik": who.nik, "name": who.name}
        body = {"service": service, "applicant": applicant, "data": data}
        return self._client(account).post(f"/api/v1/{collection}", new_id(), body)

    def _act(self, account: str, case: Body, action: str, state: str, done: str, english: str, **body: Any) -> Body:
        path = f"/api/v1/{case['collection']}/{case['id']}/actions"
        found = self._client(account).post(path, new_id(), {"action": action, **body}, version=case["version"])
        self._expect(found["state"] == state, f"{action}: {found['state']} != {state}")
        self._tell(account, f"{found['tracking_code']} {done}", english)
        return found

    def _get(self, account: str, case: Body) -> Body:
        return self._client(account).get(f"/api/v1/{case['collection']}/{case['id']}")

    def _track(self, case: Body) -> Body:
        return self._client("petugas.sukodono").get(f"/api/v1/track/{case['tracking_code']}")

    def _until(self, read: Callable[[], Any], good: Callable[[Any], bool], what: str) -> Any:
        deadline = time.monotonic() + _SETTLE_SECONDS
        while True:
            found = read()
            if good(found):
                return found
            if time.monotonic() > deadline:
                raise Problem(f"tidak terjadi dalam {_SETTLE_SECONDS:.0f} detik: {what}", f"did not happen: {what}")
            time.sleep(0.2)

    def _expect(self, true: bool, what: str) -> None:
        if not true:
            raise Problem(f"tidak sesuai harapan: {what}", f"not as expected: {what}")

    def _tell(self, who: str, indonesian: str, english: str) -> None:
        self._say(f"  ok  {who:<22} {indonesian}  ({english})")


def demo(url: str) -> int:
    """Run it against the mall at `url`; 0 only if every step did what it should."""
    began = time.monotonic()
    typer.echo(f"Demo mal di {url}")
    try:
        Demo(url, typer.echo).run()
    except Problem as problem:
        typer.echo(f"  GAGAL  {problem}", err=True)
        return 1
    typer.echo(
        f"Selesai dalam {time.monotonic() - began:.1f} detik: semua langkah berhasil (every step did what it should)"
    )
    return 0
