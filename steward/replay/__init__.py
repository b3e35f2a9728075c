"""`steward replay`: reports from a file, carried through the whole loop by people who follow a script."""
