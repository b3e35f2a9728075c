"""Pictures over HTTP: taken in and given out as a stream, and shown to those who may see their case."""
