"""Service types of civil registration: one YAML file each."""
