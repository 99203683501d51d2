"""One module for each group of `mpp` subcommands; each has a typer application named `app`."""
