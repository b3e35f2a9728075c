"""`steward backup | restore`: all databases as of one moment in a folder, and a stack that goes on from there."""
