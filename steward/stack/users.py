"""Who signs in to the broker and to the database. Rights are in `broker_rights` and `database`."""

from shared.contracts.topology import GATEWAY, SERVICES

ADMINISTRATOR = "administrator"
AUDITOR = "auditor"
ANALYST = "analyst"
BACKUP = "backup"

BROKER_USERS = (*SERVICES, GATEWAY, AUDITOR)
DATABASE_USERS = (*SERVICES, GATEWAY, AUDITOR, ANALYST, BACKUP)
PROVISIONED_USERS = tuple(dict.fromkeys((*BROKER_USERS, *DATABASE_USERS)))
