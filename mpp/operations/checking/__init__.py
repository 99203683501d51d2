"""Looking whether a mall is well: `doctor`, a container's health, and the schema that a process needs to start."""
