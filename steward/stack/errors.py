"""What the stack says when it cannot do what it was asked."""


class StackError(Exception):
    """A condition that the person at the terminal can act on; the message says how."""
