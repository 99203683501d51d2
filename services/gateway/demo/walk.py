"""`mpp demo`: clerks at three counters walk two permits, one birth, one death and one complaint through the mall.

Everything goes over HTTP, as a clerk's screen would. Each step is one printed line; the first one that does not do
what it should ends the demo with status 1. It can run again and again on the same data.
"""

from __future__ import annotations

import random
import time
from datetime import date, timedelta

import typer

from mpp.identity import demo as people
from mpp.json_values import mapping, objects, optional_text, text
from mpp.operations.problem import Problem
from services.gateway.demo.levy import walk_levy
from services.gateway.demo.steps import POOL, Body, Steps


class Demo(Steps):
    """The walk."""

    def run(self) -> None:
        """Every step in order, but for what the region does not offer. Raises Problem at the first that fails."""
        cursor = self._feed_end()
        made: list[str] = []  # tracking codes
        wanted: set[tuple[str, str]] = set()
        if self._offers("PRZ-SIP-DR"):
            sip, doctor = self._permit()
            wanted.add(("permits.permit.issued.v1", text(sip, "document_number")))
            made.append(text(sip, "tracking_code"))
        if self._offers("PRZ-PBG"):
            levy = text(mapping(walk_levy(self), "levy"), "number")
            wanted |= {("permits.levy.assessed.v1", levy), ("permits.levy.paid.v1", levy)}
        if self._offers("ADM-LHR-01"):
            registered = self._birth()
            made.append(text(registered, "tracking_code"))
            birth = mapping(registered, "certificate")
            wanted.add(("civil_registry.birth.registered.v1", text(birth, "number")))
        if self._offers("ADM-MTI-01", "PRZ-SIP-DR"):
            waiting, death = self._death(doctor, sip)
            wanted |= {
                ("civil_registry.death.registered.v1", text(mapping(death, "certificate"), "number")),
                ("permits.permit.lapsed.v1", text(sip, "document_number")),
                ("permits.application.held.v1", text(waiting, "id")),
            }
        if self._offers("PGD-LPR"):
            wanted.add(("complaints.report.closed.v1", text(self._complaint(), "id")))
        self._feed(cursor, wanted)
        self._show_where(made)

    def _show_where(self, made: list[str]) -> None:
        """The pages on which people look at what the walk has left behind."""
        self._say("  lihat | look at it:")
        for code in made:
            self._say(f"    {self.url}/lacak/{code}")
        self._say(f"    {self.url}/masuk  (verifikator.dpmptsp: daftar kerja | worklist; operator: keadaan | state)")

    def _offers(self, *services: str) -> bool:
        """Whether the mall has all of them; what it has not is told."""
        missing = [service for service in services if service not in self.offered]
        for service in missing:
            self.pass_over(service)
        return not missing

    # ------------------------------------------------------------------ permit

    def _permit(self) -> tuple[Body, int]:
        practice = self._sip("Klinik Contoh", "Jalan Contoh 1")
        case, index = self.by_somebody(self.village, "permits", "PRZ-SIP-DR", practice)
        self.tell(
            self.village,
            f"SIP dokter diajukan di loket desa: {case['tracking_code']}, janji {text(case, 'due_at')[:10]}",
            "practice licence filed at the village counter",
        )
        self.expect(text(mapping(self.track(case), "state_label"), "id") == "Diajukan", "pelacakan | tracking")
        case = self.act("verifikator.dpmptsp", case, "verify", "recommendation", "berkas diverifikasi", "verified")
        case = self.act("teknis.dinkes", case, "recommend", "signing", "rekomendasi teknis diberikan", "recommended")
        case = self.act("penandatangan.dpmptsp", case, "sign", "issued", "ditandatangani dan terbit", "signed, issued")
        self.expect(text(mapping(case, "permit"), "status") == "valid", "izin terbit | permit issued")
        self.tell("penandatangan.dpmptsp", f"izin nomor {case['document_number']}", "the permit has its number")
        verification = mapping(mapping(case, "permit"), "verification")
        self.show_paper("penandatangan.dpmptsp", case, text(verification, "code"))
        taken: Body = {"recipient": people.resident(index).name, "relation": "applicant", "proof": "signature"}
        case = self.act(
            self.village, case, "hand_over", "handed_over", "diserahkan di loket", "handed over", data=taken
        )
        return case, index

    def _sip(self, place: str, address: str) -> Body:
        return {
            "kind": "new",
            "str_number": "STR-2026-0001",
            "practice_name": place,
            "practice_address": address,
            "practice_region": self.office(self.village),
            "requirements": {"str": True, "practice_place": True, "identity": True},
        }

    # ------------------------------------------------------------- registrations

    def _birth(self) -> Body:
        mother = people.resident(random.randrange(POOL // 2) * 2 + 1)
        born = date.today() - timedelta(days=random.randrange(1, 40))  # noqa: DTZ011 - the counter's own day
        data: Body = {
            "family_card": mother.family_card,
            "mother_nik": mother.nik,
            "child": {
                "name": "Bayi Contoh",
                "sex": random.choice(["female", "male"]),
                "birth_date": born.isoformat(),
                "birth_place": self.region,
            },
            "requirements": {"birth_statement": True, "marriage": True, "family_card": True},
        }
        case, _ = self.by_somebody("petugas.mpp", "registrations", "ADM-LHR-01", data)
        self.tell("petugas.mpp", f"kelahiran dilaporkan di MPP: {case['tracking_code']}", "birth reported at the mall")
        case = self.act("verifikator.dukcapil", case, "verify", "signing", "laporan diverifikasi", "verified")
        case = self.act("pejabat.dukcapil", case, "sign", "recorded", "dicatat dan ditandatangani", "recorded, signed")
        made = mapping(case, "certificate")
        nik, card = text(made, "nik"), mapping(made, "family_card")
        self.expect(len(nik) == 16, "akta dan NIK | certificate and NIK")
        shown = f"{nik[:6]}******{nik[-4:]}"
        self.tell(
            "pejabat.dukcapil",
            f"akta {made['number']}, NIK anak {shown}, KK kini {card['members']} orang",
            "certificate, the child's NIK, one more member on the family card",
        )
        return case

    def _death(self, doctor: int, sip: Body) -> tuple[Body, Body]:
        practice = self._sip("Klinik Kedua", "Jalan Contoh 2")
        waiting = self.file("petugas.kecamatan", "permits", "PRZ-SIP-DR", doctor, practice)
        self.tell(
            "petugas.kecamatan",
            f"permohonan SIP kedua dokter yang sama: {waiting['tracking_code']}",
            "a second application of the same doctor",
        )
        data: Body = {
            "deceased_nik": people.resident(doctor).nik,
            "died_on": date.today().isoformat(),  # noqa: DTZ011 - the counter's own day
            "place": f"RSUD {self.region}",
            "requirements": {"death_statement": True, "family_card": True},
        }
        death, _ = self.by_somebody("petugas.mpp", "registrations", "ADM-MTI-01", data)
        self.tell("petugas.mpp", f"kematian dilaporkan: {death['tracking_code']}", "a death is reported")
        death = self.act("verifikator.dukcapil", death, "verify", "signing", "laporan diverifikasi", "verified")
        death = self.act("pejabat.dukcapil", death, "sign", "recorded", "kematian dicatat", "death recorded")
        held = self.until(
            lambda: self.get("verifikator.dpmptsp", waiting),
            lambda case: case["held"] is not None,
            "ditangguhkan | held",
        )
        self.tell("permits", f"permohonan {held['tracking_code']} ditangguhkan", "the open application is on hold")
        lapsed = self.until(
            lambda: self.get("verifikator.dpmptsp", sip),
            lambda case: text(mapping(case, "permit"), "status") == "lapsed",
            "gugur | lapsed",
        )
        self.tell("permits", f"izin {lapsed['document_number']} gugur", "the permit of the deceased has lapsed")
        return held, death

    # ----------------------------------------------------------------- complaint

    def _complaint(self) -> Body:
        data = {"title": "Jalan berlubang", "text": "Ada lubang besar di jalan desa.", "classification": "complaint"}
        case, _ = self.by_somebody("petugas.kecamatan", "complaints", "PGD-LPR", data)
        self.tell(
            "petugas.kecamatan",
            f"pengaduan diterima: {case['tracking_code']}",
            "complaint filed at the district counter",
        )
        case = self.act(
            "admin.pengaduan",
            case,
            "verify",
            "verified",
            "diverifikasi",
            "verified",
            data={"category": "Infrastruktur"},
        )
        agency = {"agency": self.office(self.works)}
        case = self.act("admin.pengaduan", case, "refer", "referred", "didisposisikan", "referred", data=agency)
        case = self.act(
            self.works, case, "answer", "answered", "dijawab", "answered", note="Jalan diperbaiki minggu ini."
        )
        return self.act("admin.pengaduan", case, "close", "closed", "selesai", "closed")

    # ---------------------------------------------------------------------- feed

    def _feed_end(self) -> str | None:
        """Where the feed ends now, so that only what this run causes is looked at."""
        cursor: str | None = None
        while True:
            page = self.client("mitra.bpjs").get("/api/v1/events", after=cursor, limit=100)
            cursor = optional_text(page, "next")
            if not page["more"]:
                return cursor

    def _feed(self, cursor: str | None, wanted: set[tuple[str, str]]) -> None:
        seen: set[tuple[str, str]] = set()
        position = [cursor]

        def read() -> set[tuple[str, str]]:
            page = self.client("mitra.bpjs").get("/api/v1/events", after=position[0], limit=100)
            position[0] = optional_text(page, "next")
            for event in objects(page, "items"):
                type_, data = text(event, "type"), mapping(event, "data")
                seen.update((type_, str(n)) for n in (data.get("number"), data.get("certificate")) if n)
                seen.add((type_, text(event, "subject")))
            return seen

        self.until(read, wanted.issubset, "umpan peristiwa | event feed")
        for type_, _ in sorted(wanted):
            self.tell("mitra.bpjs", f"melihat {type_}", "a partner saw it on the feed")


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
