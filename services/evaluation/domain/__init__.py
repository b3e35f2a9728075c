"""The evaluation: what may happen to it, and the rules of each way in which it does."""
