"""Work that would hold up a process's event loop (rendering, signing), done in a process of its own."""
