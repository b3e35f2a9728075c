"""What a process tells of itself: its figures, its health and its log."""
