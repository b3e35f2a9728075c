"""Pictures: the copies there are of each, and what is told of one."""

ORIGINAL, VIEW, THUMBNAIL = "original", "view", "thumbnail"
VARIANTS = (ORIGINAL, VIEW, THUMBNAIL)
"""The file as it was sent, kept as evidence; the copy that people see; and the small one for lists."""
