"""Who gets an order: whether equals share the work evenly, and what a decision costs as the stewards grow in number."""
