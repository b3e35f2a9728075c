"""What analysts do at the command line: read indicators, and have the month's report made."""
