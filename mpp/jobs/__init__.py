"""Work beside the commands: the loops of a process (`loops`), and what they do (`prune`, `sealing`)."""
