"""Programs of others that may write here: each has a key of its own, and answers for what it sends."""
