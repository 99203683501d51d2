"""Pages of who signs: what waits for the signature, many signed at once, the result of each."""
