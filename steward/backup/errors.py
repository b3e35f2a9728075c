from steward.stack.errors import StackError


class BackupError(StackError):
    """No backup was made, or none could be restored; says what to do."""
