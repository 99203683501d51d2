"""`mpp region ...`: the folder of a region of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from mpp.operations.problem import Problem
from mpp.operations.region_files import examine
from mpp.regions.new import write_region
from mpp.yaml_files import CatalogueError

app = typer.Typer(help="Folder wilayah (the region folder).", no_args_is_help=True)


@app.callback()
def region() -> None:
    """Folder wilayah (the region folder)."""


@app.command()
def new(
    code: Annotated[str, typer.Argument(help="Kode Kemendagri kabupaten/kota, mis. 36.71 (its code).")],
    folder: Annotated[Path, typer.Argument(help="Folder yang ditulis (where it is written).")] = Path("region"),
) -> None:
    """Tulis folder wilayah baru yang langsung dapat dipakai (write a region folder that a mall starts on)."""
    try:
        made = write_region(code, folder)
    except CatalogueError as error:
        raise Problem(f"{error.file}: {error.reason}", "no region folder was written") from None
    except OSError as error:
        raise Problem(f"{folder} tidak dapat ditulis: {error.strerror}", f"{folder} cannot be written") from None
    for path in made:
        typer.echo(str(path))
    files, faults = examine(str(folder))
    if files is None:  # the catalogue of this installation names more than the template knows
        raise Problem(f"lengkapi: {faults[0]}", f"still to do: see `mpp offices check {folder}`")
    typer.echo(f"{files.region.name['id']}: {len(files.region.offices)} kantor, {len(files.catalogue)} layanan")
    typer.echo(f"sesuaikan nama kantor, lalu: mpp offices check {folder} | adapt the names of the offices, then check")
