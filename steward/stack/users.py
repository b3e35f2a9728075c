"""Who signs in to the broker and to the database. Rights are in `broker_rights` and `database`."""

from shared.contracts.topology import GATEWAY, SERVICES

ADMINISTRATOR = "administrator"
AUDITOR = "auditor"
ANALYST = "analyst"
WATCHER = "watcher"
"""Asks the broker's management API for figures."""
OPERATOR = "operator"
"""Mends what went wrong: dead letters, events to be told again, documents that differ from their history."""
BACKUP = "backup"
"""Reads every database, to keep a copy of it."""

BROKER_USERS = (*SERVICES, GATEWAY, AUDITOR, WATCHER, OPERATOR)
DATABASE_USERS = (*SERVICES, GATEWAY, AUDITOR, ANALYST, OPERATOR, BACKUP)
PROVISIONED_USERS = tuple(dict.fromkeys((*BROKER_USERS, *DATABASE_USERS)))
