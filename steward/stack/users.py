"""Who signs in to the broker and to the database. Rights are in `broker_rights` and `database`."""

from shared.contracts.topology import GATEWAY, SERVICES

ADMINISTRATOR = "administrator"
AUDITOR = "auditor"
ANALYST = "analyst"
WATCHER = "watcher"

BROKER_USERS = (*SERVICES, GATEWAY, AUDITOR, WATCHER)
DATABASE_USERS = (*SERVICES, GATEWAY, AUDITOR, ANALYST)
PROVISIONED_USERS = tuple(dict.fromkeys((*BROKER_USERS, *DATABASE_USERS)))
