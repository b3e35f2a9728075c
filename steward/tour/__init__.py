"""`steward tour`: one case of each way of working, carried through the loop by all who have a part in it."""
