"""The `mpp` command: what an operator does with a mall (prepare, run, serve, look after)."""
