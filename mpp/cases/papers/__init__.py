"""Papers: what the mall issues and somebody can hold, from the decision to the signed file. Begin at `taking`."""
