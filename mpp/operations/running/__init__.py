"""Starting a mall or one service of it, until it is told to stop. Begin at `run` and `serve`."""
