"""Rules of permits that are neither workflow nor clock. Pure."""
