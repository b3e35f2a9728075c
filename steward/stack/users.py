"""Who signs in to the broker and to the database. Rights are in `broker_rights` and `database`."""

from shared.contracts.topology import GATEWAY, LOOP_SERVICES

ADMINISTRATOR = "administrator"
AUDITOR = "auditor"
ANALYST = "analyst"

BROKER_USERS = (*LOOP_SERVICES, GATEWAY, AUDITOR)
DATABASE_USERS = (*LOOP_SERVICES, AUDITOR, ANALYST)
PROVISIONED_USERS = tuple(dict.fromkeys((*BROKER_USERS, *DATABASE_USERS)))
