"""The page for operators: how the whole system is, and nothing of any case."""
