"""Looking whether a mall is well."""
