"""What the routes take: schemas, examples, and what is checked before a service is asked."""
