"""`steward train-categories`: a model that suggests categories, and how often it is right."""
