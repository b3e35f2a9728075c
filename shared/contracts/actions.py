"""What operators did, and why: in a database of its own, where their user may only add and read."""

DATABASE, COLLECTION = "operations", "actions"
