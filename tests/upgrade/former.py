"""The code of the version before, as malls run it: unpacked beside ours, with the libraries that are installed now."""

from __future__ import annotations

import lzma
import signal
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import requests

from mpp.operations.embedded_postgres import child
from mpp.regions import places
from tests.support.mall import clean_environment
from tests.support.rabbitmq_node import free_port
from tests.support.wait import until

ARCHIVE = Path(__file__).with_name("data") / "former.tar.xz"
_PLACES = Path("mpp/regions/data/places.csv.xz")  # two thirds of a megabyte that no version changes
_MAIN = "import sys; from mpp.operations.cli import main; sys.exit(main())"


def unpack(folder: Path) -> None:
    """Its packages, and what says which services they bring."""
    with tarfile.open(fileobj=BytesIO(lzma.decompress(ARCHIVE.read_bytes()))) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.2, Debian's, has none yet
        archive.extractall(folder)
    (folder / _PLACES).write_bytes((Path(places.__file__).parent / "data" / _PLACES.name).read_bytes())
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    installed = folder / "virtual_mpp-0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 0\n")
    services = project["entry-points"]["mpp.services"]
    lines = [f"{name} = {place}" for name, place in services.items()]
    (installed / "entry_points.txt").write_text("\n".join(["[mpp.services]", *lines, ""]))


class FormerMall:
    """All of its services in one process, with its own broker inside."""

    def __init__(self, code: Path, folder: Path, urls: Mapping[str, str]) -> None:
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.log = folder / "mall.log"
        self._output = folder / "output.txt"
        databases = {f"{service.upper()}_DATABASE_URL": url for service, url in urls.items()}
        self._environment = clean_environment(
            PYTHONPATH=str(code), MPP_DATA=str(folder), PORT=str(self._port), MPP_URL=self.url, **databases
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """From its own schema on, with demo accounts; at the end it is stopped."""
        with self._output.open("wb") as output:
            process = child.spawn(
                [sys.executable, "-c", _MAIN, "run"], output=output, env=self._environment, cwd=Path("/")
            )
        try:
            until(lambda: process.poll() is not None or self._ready(), what="the former mall")
            assert process.poll() is None, self._output.read_text()
            yield
            assert process.poll() is None, "it ended by itself"
        finally:
            child.stop(process, [(signal.SIGTERM, 20.0)])

    def demo(self) -> subprocess.CompletedProcess[str]:
        """Its own `mpp demo`: clerks walk permits, a levy, a birth, a death and a complaint through it."""
        return subprocess.run(
            [sys.executable, "-c", _MAIN, "demo"], env=self._environment, cwd="/",
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    def _ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).ok
        except requests.RequestException:
            return False
