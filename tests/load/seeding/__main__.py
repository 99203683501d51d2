"""`python -m tests.load.seeding permits|complaints --count N`: see `command`."""

from tests.load.seeding.command import main

main()
