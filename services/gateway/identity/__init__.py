"""Who calls, in which role, for which unit."""
