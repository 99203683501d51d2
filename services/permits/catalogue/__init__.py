"""Service types of licensing: one YAML file each."""
