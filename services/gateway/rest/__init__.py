"""What the services can do, as resources over HTTP."""
