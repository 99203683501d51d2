"""The broker behind a port: RabbitMQ and the one inside the process. Begin at `port`."""
