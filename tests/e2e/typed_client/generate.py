"""Makes the typed client of an OpenAPI document: `python generate.py DOCUMENT FOLDER`, with the generator on the path.

A program of its own: the tests are green, and the generator knows nothing of that. Whatever the generator warns of
goes to stderr, and the status is 1 then.
"""

from __future__ import annotations

import sys
from pathlib import Path

from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

# The generator knows files by one media type only; a document of the mall is one of three.
FILES = dict.fromkeys(("application/pdf", "image/jpeg", "image/png"), "application/octet-stream")


def main(document: Path, folder: Path) -> int:
    """Generate into the folder; whether anything was amiss."""
    settings = ConfigFile(post_hooks=[], content_type_overrides=FILES)
    config = Config.from_sources(settings, MetaType.NONE, document, "utf-8", overwrite=False, output_path=folder)
    found = generate(config=config)
    for each in found:
        print(f"{each.level}: {each.header}: {each.detail}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
