"""`mpp restore --into`: a backup brought back in a scratch place, and looked at. Begin at `proving`."""
