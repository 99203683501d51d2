"""A snapshot becomes a PDF: the same bytes each time, with what must stand on it, and nothing that reaches outside."""

from __future__ import annotations

import io
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from mpp.papers.facts import FACTS
from mpp.papers.rendering.faults import STAGE
from mpp.papers.rendering.renderer import Renderer, RenderingFailed
from mpp.papers.snapshot import Filled
from mpp.papers.templates.finding import shipped
from tests.support import wait
from tests.unit.papers.examples import CODE, certificate, permit, same

NAMES = "Ḥājj Ibrāhīm Ñoño Łukasz Ṣāliḥ Aʻisyah"
SIMPLE = '#import "/mpp/papers.typ": *\n#show: sheet.with(english: true)\n#title()\n'


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


def text_of(pdf: bytes) -> str:
    found = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(found.split())


def own(folder: Path, text: str, *, name: str = "permit", **files: bytes) -> Renderer:
    """A renderer for a region with this template."""
    (folder / f"{name}.typ").write_text(text, "utf-8")
    for file, content in files.items():
        (folder / file.replace("__", ".")).write_bytes(content)
    return Renderer(folder)


def refused(renderer: Renderer, **changes: object) -> RenderingFailed:
    with pytest.raises(RenderingFailed) as caught:
        renderer.render(permit(**changes), known_facts=FACTS, all_fields=True)
    renderer.close()
    return caught.value


def test_the_same_paper_is_the_same_bytes_also_from_another_process(renderer: Renderer) -> None:
    other = Renderer()
    first, again, elsewhere = renderer.render(permit()), renderer.render(permit()), other.render(permit())
    other.close()
    assert first == again == elsewhere
    assert renderer.render(permit(number="503/8")).pdf != first.pdf
    shuffled = json.loads(json.dumps(permit().to_json(), sort_keys=True))
    assert renderer.render(type(permit()).from_json(shuffled)) == first


@pytest.mark.parametrize("name", shipped())
def test_every_template_prints_with_everything_and_with_the_least(renderer: Renderer, name: str) -> None:
    full = certificate(template=name, facts=FACTS)
    least = {"birth_date": "2026-11-12", "died_on": "2026-11-12", "name": "A", "amount": 1, "family_card": "35"}
    least |= {"married_on": "2026-11-12", "ended_on": "2026-11-12", "husband_name": "A", "wife_name": "B"}
    bare = certificate(template=name, facts=least, holder={"name": "PT Contoh"}, supersedes="503/6", printed_later=True)
    for paper in (full, bare):
        assert renderer.render(paper).pdf.startswith(b"%PDF-1.7")


def test_what_the_snapshot_says_stands_on_the_paper_and_every_font_is_in_the_file(renderer: Renderer) -> None:
    pdf = renderer.render(permit(holder={"name": NAMES, "nik": "3515990101809990"}, supersedes="503/6")).pdf
    said = text_of(pdf)
    for text in (
        NAMES, "3515990101809990", "503/0007/SIP-DR/dpmptsp/2026", "27 November 2031", CODE, "PEMERINTAH KABUPATEN",
        "a.n. Kepala DPMPTSP Sekretaris,", "NIP 199001012015011001", "Menggantikan surat nomor 503/6", "Latihan",
    ):  # fmt: skip
        assert text in said
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():
            (inner,) = font["/DescendantFonts"]
            assert {"/FontFile2", "/FontFile3"} & inner.get_object()["/FontDescriptor"].keys()


def test_only_what_bsre_signed_says_so(renderer: Renderer) -> None:
    said = {way: text_of(renderer.render(permit(signature=way)).pdf) for way in ("local", "bsre", "wet")}
    said["none"] = text_of(renderer.render(permit(signature="none", signer=None)).pdf)
    assert [way for way, text in said.items() if "BSrE" in text] == ["bsre"]
    assert [way for way, text in said.items() if "simulasi" in text.lower()] == ["local"]
    assert "tidak ditandatangani" in said["none"]
    assert all("Keaslian" in text for text in said.values())


@pytest.mark.parametrize(("capacity", "lines"), [
    ("definitive", "Kepala DPMPTSP,"), ("plt", "Plt. Kepala DPMPTSP,"), ("plh", "Plh. Kepala DPMPTSP,"),
])  # fmt: skip
def test_the_signer_stands_there_in_the_capacity(renderer: Renderer, capacity: str, lines: str) -> None:
    signer = permit().signer
    title = lines.rstrip(",")
    changed = type(signer)(signer.name, None, capacity, {"id": title, "en": title})
    said = text_of(renderer.render(permit(signer=changed)).pdf)
    assert f"{lines} Ditandatangani" in said
    assert "NIP" not in said


def test_the_code_is_read_from_the_page_as_a_picture(renderer: Renderer) -> None:
    page = pypdfium2.PdfDocument(renderer.render(permit()).pdf)[0]
    picture = page.render(scale=150 / 72).to_pil().rotate(7, expand=True, fillcolor="white")
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == permit().qr
    assert found.ec_level == "M"


def test_a_copy_in_english_says_that_it_is_one_and_bears_no_signature(renderer: Renderer) -> None:
    said = text_of(renderer.render(permit(), language="en").pdf)
    for text in ("PRACTICE LICENCE OF A DOCTOR", "Copy for translation", "in the original", "27 November 2031"):
        assert text in said
    assert "SIMULASI" not in said
    assert "Copy for translation" not in text_of(renderer.render(permit()).pdf)
    with pytest.raises(RenderingFailed) as caught:
        renderer.render(certificate(template="family-card", facts=FACTS), language="en")
    assert caught.value.code == "no_english"


def test_a_paper_of_an_earlier_decision_says_that_it_was_printed_later(renderer: Renderer) -> None:
    assert "Dicetak kemudian" in text_of(renderer.render(permit(printed_later=True)).pdf)
    assert "Dicetak kemudian" not in text_of(renderer.render(permit()).pdf)


@pytest.mark.parametrize(("sheet", "millimetres"), [("roll58", 58), ("roll80", 80), ("", 210)])
def test_a_receipt_is_as_wide_as_the_printer(renderer: Renderer, sheet: str, millimetres: int) -> None:
    paper = permit(kind="receipt", template="receipt", signer=None, signature="none", facts=FACTS, number=None)
    page = PdfReader(io.BytesIO(renderer.render(paper, sheet=sheet).pdf)).pages[0]
    assert round(float(page.mediabox.width) * 25.4 / 72) == millimetres
    assert FACTS["tracking_code"] in page.extract_text()


def test_a_receipt_without_the_secret_leaves_no_room_for_it(renderer: Renderer) -> None:
    facts = {name: value for name, value in FACTS.items() if name != "secret"}
    paper = permit(kind="receipt", template="receipt", signer=None, signature="none", facts=facts)
    assert "rahasia" not in text_of(renderer.render(paper).pdf)


def test_the_region_s_template_and_emblem_come_before_the_mall_s(tmp_path: Path) -> None:
    emblem = (
        (Path(__file__).parents[3] / "mpp/papers/templates/emblem.svg").read_bytes().replace(b"#0f4c5c", b"#aa0000")
    )
    renderer = own(tmp_path, f'{SIMPLE}#emblem()\nKhusus #include "parts/end.typ"', emblem__svg=emblem)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/end.typ").write_text("daerah ini", "utf-8")
    made = renderer.render(permit())
    others = renderer.render(certificate(template="death", facts=FACTS))
    renderer.close()
    assert "Khusus daerah ini" in text_of(made.pdf)
    assert "KUTIPAN AKTA KEMATIAN" in text_of(others.pdf)
    assert made.template_digest == others.template_digest


def test_another_template_has_another_digest(tmp_path: Path, renderer: Renderer) -> None:
    changed = own(tmp_path, SIMPLE)
    assert changed.render(permit()).template_digest != renderer.render(permit()).template_digest
    changed.close()


def test_a_sheet_of_f4_is_one(tmp_path: Path) -> None:
    renderer = own(tmp_path, SIMPLE.replace("english: true", 'size: "f4"'))
    page = PdfReader(io.BytesIO(renderer.render(permit()).pdf)).pages[0]
    renderer.close()
    assert [round(float(side) * 25.4 / 72) for side in (page.mediabox.width, page.mediabox.height)] == [210, 330]


@pytest.mark.parametrize(("text", "code", "reason"), [
    ("#paper.nomor", "unknown_field", "there is no field 'nomor'"),
    ('#field("klinik")', "unknown_field", "the form has no field 'klinik'"),
    ('#fact("valid_untill")', "unknown_field", "there is no fact 'valid_untill'"),
    ("#paper.signer.nik", "unknown_field", "there is no field 'nik'"),
    ("#foo", "broken_template", "unknown variable: foo"),
    ("#strong(", "broken_template", "unclosed delimiter"),
    ('#set text(font: "Bookman Old Style")\nx', "missing_font", "put its file into papers/fonts/"),
    ('#image("logo.png", alt: "x")', "outside", "there is no such file"),
    ('#image("wrong.png", alt: "x")', "unreadable_image", "this file is no image"),
    ('#read("/etc/passwd")', "outside", "there is no such file"),
    ('#read("../../etc/passwd")', "outside", "files outside papers/ cannot be read"),
    ('#import "@preview/tiaoma:0.3.0": *', "no_network", "packages of the network are not used"),
    ('#import ("@pre" + "view/tiaoma:0.3.0"): *', "no_network", "packages of the network are not used"),
    ('#image("wrong.png")', "unreadable_image", "this file is no image"),
    ('#image("/mpp/emblem.svg")', "broken_template", "missing alt text"),
])  # fmt: skip
def test_what_is_wrong_with_a_template_is_told_with_file_and_line(
    tmp_path: Path, text: str, code: str, reason: str
) -> None:
    failed = refused(own(tmp_path, SIMPLE + text, wrong__png=b"not a picture"))
    assert failed.code == code
    assert (failed.fault.file, failed.fault.line) == ("papers/permit.typ", 4)
    assert " | " in failed.fault.reason
    assert reason in failed.fault.reason


def test_a_mistake_in_what_a_template_imports_is_told_there(tmp_path: Path) -> None:
    renderer = own(tmp_path, f'{SIMPLE}#include "parts/end.typ"')
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/end.typ").write_text("\n\n#foo", "utf-8")
    fault = refused(renderer).fault
    assert (fault.file, fault.line) == ("papers/parts/end.typ", 3)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("rahasia")
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "note.txt").symlink_to(secret)
    failed = refused(own(folder, f'{SIMPLE}#read("note.txt")'))
    assert failed.code == "unreadable_file"
    assert failed.fault.error().file == "papers/note.txt"
    assert "leads out of this folder" in failed.fault.reason


def test_an_emblem_that_is_no_picture_is_told_by_its_name(tmp_path: Path) -> None:
    failed = refused(own(tmp_path, SIMPLE, emblem__png=b"GIF89a"))
    assert failed.code == "unreadable_image"
    assert failed.fault.file == "papers/emblem.png"


def gone(renderer: Renderer) -> str:
    """Why a paper cannot be printed by a new worker, as after a few thousand papers; no matter what the former had."""
    renderer.close()
    with pytest.raises(RenderingFailed) as caught:
        renderer.render(permit())
    return f"{caught.value.code} {caught.value.fault.file}"


def test_a_file_of_the_region_that_is_lost_is_told_and_nothing_takes_its_place(tmp_path: Path) -> None:
    emblem = (Path(__file__).parents[3] / "mpp/papers/templates/emblem.svg").read_bytes()
    renderer = own(tmp_path, f"{SIMPLE}#emblem()\nKhusus", emblem__svg=emblem)
    first = renderer.render(permit())
    for name in ("permit.typ", "emblem.svg"):
        (tmp_path / name).rename(tmp_path / "kept")
        assert renderer.render(permit()).pdf == first.pdf, "what was read at first is not read again"
        assert gone(renderer) == f"lost_file papers/{name}"
        (tmp_path / "kept").rename(tmp_path / name)
        assert renderer.render(permit()).pdf == first.pdf, "what is back counts at once"
    renderer.close()


@pytest.mark.parametrize(
    ("name", "broken", "fault"),
    [
        ("permit.typ", b"#strong(", "broken_template papers/permit.typ"),
        ("permit.typ", SIMPLE.encode() + b'#set text(font: "Bookman Old Style")\nx', "missing_font papers/permit.typ"),
        ("emblem.svg", b"not a picture", "unreadable_image papers/emblem.svg"),
    ],
)
def test_what_is_broken_while_the_mall_runs_counts_as_soon_as_it_is_mended(
    tmp_path: Path, name: str, broken: bytes, fault: str
) -> None:
    emblem = (Path(__file__).parents[3] / "mpp/papers/templates/emblem.svg").read_bytes()
    renderer = own(tmp_path, f"{SIMPLE}#emblem()\nKhusus", emblem__svg=emblem)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(broken)
    assert gone(renderer) == fault
    (tmp_path / name).write_bytes(whole)
    assert "Khusus" in text_of(renderer.render(permit()).pdf)
    renderer.close()


def test_a_template_that_is_not_there_is_told_by_its_name(renderer: Renderer) -> None:
    with pytest.raises(RenderingFailed) as caught:
        renderer.render(permit(template="ijazah"))
    assert (caught.value.code, caught.value.fault.file) == ("no_template", "papers/ijazah.typ")
    assert renderer.render(permit())


def test_a_name_that_is_unknown_is_empty_when_a_paper_is_printed(tmp_path: Path) -> None:
    renderer = own(tmp_path, f'{SIMPLE}[#field("later")#fact("later")]')
    assert "[]" in text_of(renderer.render(permit()).pdf)
    renderer.close()


@pytest.mark.parametrize("text", ['#(a: 1).at(holder("nik"))', '#panic(holder("nik"))'])
def test_what_the_compiler_says_of_a_real_paper_is_not_told(tmp_path: Path, text: str) -> None:
    renderer = own(tmp_path, SIMPLE + text)
    with pytest.raises(RenderingFailed) as caught:
        renderer.render(permit())
    told = str(caught.value)
    assert "papers/permit.typ:4: " in told
    assert permit().holder["nik"] not in told
    assert permit().holder["nik"] in str(refused(renderer)), "made-up data are told: they show what is wrong"


@pytest.mark.parametrize("template", ["birth", "death"])
def test_a_certificate_with_a_long_name_is_one_page(renderer: Renderer, template: str) -> None:
    name = "WARGA CONTOH " * 4 + "PANJANG"
    child = Filled("name", same("Nama"), same(name))
    paper = certificate(
        template=template,
        facts={**FACTS, "name": name, "father_name": name, "mother_name": name},
        fields=(Filled("child", same("Anak"), same(""), (child,)),),
        notices=(same("Dibuat untuk latihan: bukan akta dari register negara."),),
    )
    assert len(PdfReader(io.BytesIO(renderer.render(paper).pdf)).pages) == 1


def test_a_long_paper_numbers_its_pages(renderer: Renderer) -> None:
    fields = tuple(Filled(f"f{place}", same("Keterangan"), same("panjang sekali " * 12)) for place in range(30))
    pages = PdfReader(io.BytesIO(renderer.render(permit(fields=fields)).pdf)).pages
    assert len(pages) == 3
    assert ["Halaman 2 dari 3" in page.extract_text() for page in pages] == [False, True, False]
    assert "Halaman" not in text_of(renderer.render(permit()).pdf)


def test_a_drawing_that_names_another_file_does_not_bring_it_in(tmp_path: Path) -> None:
    inside = (Path(__file__).parents[3] / "mpp/papers/templates/emblem.svg").resolve()
    begin = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
    end = '<rect width="1" height="1"/></svg>'
    empty = tmp_path / "empty"
    empty.mkdir()
    plain = own(empty, f"{SIMPLE}#emblem()", emblem__svg=f"{begin}{end}".encode())
    without = plain.render(permit()).pdf
    plain.close()
    for target in (f"file://{inside}", str(inside), f"../../../../../..{inside}"):
        linking = f'{begin}<image xlink:href="{target}" width="9" height="9"/>{end}'
        renderer = own(tmp_path, f"{SIMPLE}#emblem()", emblem__svg=linking.encode())
        try:
            found = renderer.render(permit()).pdf
        except RenderingFailed as failed:
            assert failed.code == "unreadable_image"
        else:
            assert abs(len(found) - len(without)) < 200
        finally:
            renderer.close()


def test_a_certificate_of_nobody_is_not_printed(renderer: Renderer) -> None:
    with pytest.raises(RenderingFailed) as caught:
        renderer.render(certificate(template="death", facts={"died_on": "2026-11-12"}))
    assert caught.value.code == "missing_value"
    assert "'name' must be there" in caught.value.fault.reason


def test_a_code_that_no_reader_could_read_is_not_printed(renderer: Renderer) -> None:
    with pytest.raises(RenderingFailed) as caught:
        renderer.render(permit(qr="https://mall.contoh.id/v/X#" + "A" * 400))
    assert caught.value.code == "odd_qr"


def test_nothing_is_left_behind_even_by_a_worker_that_was_killed() -> None:
    def left() -> list[Path]:
        return [folder for room in ("/dev/shm", "/tmp") for folder in Path(room).glob(f"{STAGE}{pid}-*")]

    first = Renderer()
    first.render(permit())
    pid = first._worker.pid
    assert len(left()) == 1
    first.close()
    assert left() == []
    killed = Renderer()
    killed.render(permit())
    pid = killed._worker.pid
    os.kill(pid, signal.SIGKILL)
    wait.until(lambda: killed._worker._process.poll() is not None)
    killed.render(permit())
    assert left() == []
    killed.close()


def test_a_template_without_end_is_stopped_and_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mpp.papers.rendering.renderer.SECONDS", 1.0)
    # Two ranges, as a single one of that length is a list that reaches the limit of memory before that of time.
    renderer = own(tmp_path, f"{SIMPLE}#for i in range(100000) {{ for j in range(100000) {{ let _ = calc.sqrt(j) }} }}")
    assert refused(renderer).code == "hung"
    assert renderer.render(certificate(template="death", facts=FACTS))
    renderer.close()
