"""What every service of the virtual mall stands on, and nothing that belongs to only one of them."""
