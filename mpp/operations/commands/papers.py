"""`mpp papers`: what is printed, with made-up data, before anybody's name stands on it."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Annotated

import typer

from mpp import regions
from mpp.casework.rules.paper import PaperSpec
from mpp.casework.rules.service_type import ServiceType
from mpp.hosting.definition import definitions
from mpp.json_values import optional_text, whole
from mpp.operations import region_files
from mpp.operations.client import DEFAULT_URL, Client
from mpp.operations.commands.offices import Region
from mpp.operations.environment import region_of
from mpp.operations.problem import Problem
from mpp.papers.example import example, papers_of
from mpp.papers.facts import FACTS
from mpp.papers.rendering.renderer import LANGUAGES, SHEETS, Renderer, RenderingFailed
from mpp.papers.snapshot import KINDS

app = typer.Typer(no_args_is_help=True)
_MISSING = "/api/v1/operations/papers/missing"
_OTHERS = {**dict.fromkeys(("birth", "death", "marriage", "divorce"), "certificate"), "family-card": "card"}


@app.callback()
def papers() -> None:
    """Surat yang dicetak mal (papers that the mall prints)."""


@app.command()
def make(
    missing: Annotated[bool, typer.Option("--missing", help="Surat keputusan lama (of former decisions).")] = False,
    url: Annotated[str, typer.Option(envvar="MPP_URL", help="Alamat mal (address).")] = DEFAULT_URL,
    account: Annotated[
        str, typer.Option(envvar="MPP_ACCOUNT", help="Akun operator; sandi: MPP_PASSWORD.")
    ] = "operator",
) -> None:
    """Buat surat untuk keputusan dari sebelum ada surat (make the papers of decisions from before there were any)."""
    if not missing:
        raise Problem("sebutkan --missing", "say --missing")
    client = Client(url, account)
    for collection in [d.collection for d in definitions().values() if d.collection is not None]:
        begun, after = 0, None
        while True:
            body = {"collection": collection} | ({} if after is None else {"after": after})
            told = client.post(_MISSING, str(uuid.uuid4()), body)
            begun, after = begun + whole(told, "begun"), optional_text(told, "next")
            if after is None:
                break
        typer.echo(f"{collection}: {begun} surat dimulai | {begun} papers begun")


@app.command()
def preview(
    code: Annotated[str, typer.Argument(help="Kode layanan (service type): PRZ-SIP-DR.")],
    template: Annotated[
        str | None, typer.Option(help="Hanya templat ini, juga yang belum disebut katalog (only this one).")
    ] = None,
    kind: Annotated[str, typer.Option(help=f"Jenis surat templat itu (its kind): {', '.join(KINDS)}.")] = "",
    out: Annotated[Path | None, typer.Option(help="Berkas PDF; tanpa itu KODE-TEMPLAT.pdf di sini (file).")] = None,
    language: Annotated[str, typer.Option(help=f"Bahasa (language): {', '.join(LANGUAGES)}.")] = "id",
    sheet: Annotated[str, typer.Option(help="Lembar tanda terima (sheet of a receipt): roll58, roll80.")] = "",
    region: Region = None,
) -> None:
    """Cetak contoh surat sebuah layanan dengan data karangan (print a service type's papers with made-up data)."""
    named = region_of(region)
    files = region_files.read(named, printing=False)
    service_type = files.catalogue.get(code)
    if service_type is None:
        raise Problem(f"tidak ada layanan {code} dalam katalog", f"the catalogue has no service {code}")
    if language not in LANGUAGES or sheet not in SHEETS:
        raise Problem(f"bahasa {language!r} atau lembar {sheet!r} tidak ada", "there is no such language or sheet")
    made = _asked(service_type, template, kind)
    if out is not None and len(made) > 1:
        known = ", ".join(paper.template for paper in made)
        raise Problem(f"{code} mempunyai beberapa surat: pilih dengan --template: {known}", "choose one of them")
    renderer = Renderer(regions.find(named).papers)
    try:
        for paper in made:
            snapshot = example(paper, service_type, files.region.name)
            printed = renderer.render(snapshot, language=language, sheet=sheet, known_facts=FACTS, all_fields=True)
            path = out or Path(f"{code}-{paper.template}.pdf")
            path.write_bytes(printed.pdf)
            typer.echo(f"{path}: {paper.template} ({paper.kind}), {len(printed.pdf)} bita (bytes)")
    except RenderingFailed as failed:
        told = failed.code if failed.fault is None else str(failed.fault.error())
        raise Problem(f"tidak dapat dicetak: {told}", "it cannot be printed") from None
    except OSError as error:
        raise Problem(f"{out}: tidak dapat ditulis: {error.strerror}", "the file cannot be written") from None
    finally:
        renderer.close()


def _asked(service_type: ServiceType, template: str | None, kind: str) -> list[PaperSpec]:
    """The papers to print: all that the catalogue names, or the one that was asked for."""
    named = papers_of(service_type)
    if template is None:
        if not named:
            told = f"{service_type.code} belum menyebut surat (paper:); beri --template"
            raise Problem(told, "the service type names no paper yet; give --template")
        return list(named)
    known = [paper for paper in named if paper.template == template]
    if kind and kind not in KINDS:
        raise Problem(f"jenis surat {kind!r} tidak ada; yang ada {', '.join(KINDS)}", "there is no such kind of paper")
    usual = template if template in KINDS else _OTHERS.get(template, "letter")
    return known or [PaperSpec(kind or usual, template)]
