"""What operators mend: dead letters, events to be told again, documents that differ from their history."""
