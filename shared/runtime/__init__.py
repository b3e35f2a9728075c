"""What carries cases and events on real servers: the journal on MongoDB, events and calls on RabbitMQ."""
