"""`steward watch`: the system at a glance, on a terminal."""
