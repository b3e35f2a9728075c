"""Pictures of reports and of the work: kept, checked, and shown to those who may see the case."""
