"""The local stack: the project's own broker and database, provisioned, with all services on top.

`Stack` is the programmatic face of `steward up | down | restart | status | provision`.
"""

from steward.stack.errors import StackError
from steward.stack.local import Stack

__all__ = ["Stack", "StackError"]
