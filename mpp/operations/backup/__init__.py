"""`mpp backup`: databases, documents, checkpoints, configuration and queue definitions, together. Begin at `making`."""
