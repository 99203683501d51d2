"""Schema versions of casework's tables, the same in every service that keeps cases."""
