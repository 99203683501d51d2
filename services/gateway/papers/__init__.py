"""Papers at the gateway: printed, signed, kept, and told to the service that decides. Begin at `making`."""
