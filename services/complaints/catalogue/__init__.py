"""Service types of the complaints desk: one YAML file each."""
