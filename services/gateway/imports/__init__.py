"""Lists that were kept offline, entered at once: checked as a whole, and then each row a report."""
