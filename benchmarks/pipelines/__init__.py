"""The event path, and what it is measured against: the same work written bare, and in plain nameko."""
