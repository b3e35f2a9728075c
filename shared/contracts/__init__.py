"""What the services promise each other: event types and snapshots, commands and views, queues, files."""
