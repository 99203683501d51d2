"""Pages of who supervises: what is due, late and with whom, and whom to give it to."""
