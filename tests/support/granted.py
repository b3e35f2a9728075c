"""What a user of the database may do, as the server itself resolves their roles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import MongoClient


@dataclass(frozen=True)
class Granted:
    privileges: tuple[Mapping[str, Any], ...]

    def may(self, action: str, database: str, collection: str) -> bool:
        return action in {one for resource, one in self.actions() if _covers(resource, database, collection)}

    def does(self, database: str, *actions: str) -> bool:
        """Whether they may do any of these to anything in that database."""
        return any(resource.get("db") in ("", database) and one in actions for resource, one in self.actions())

    def actions(self) -> Iterator[tuple[Mapping[str, Any], str]]:
        for privilege in self.privileges:
            for action in privilege["actions"]:
                yield privilege["resource"], action


def granted_to(administrator: MongoClient[dict[str, Any]], user: str) -> Granted:
    asked = {"user": user, "db": "admin"}
    told = administrator.admin.command("usersInfo", asked, showPrivileges=True)["users"]
    return Granted(tuple(told[0]["inheritedPrivileges"]))


def _covers(resource: Mapping[str, Any], database: str, collection: str) -> bool:
    """No name of a collection stands for all of them but the system's."""
    if resource.get("anyResource"):
        return True
    of_collection = resource.get("collection")
    return resource.get("db") in ("", database) and (
        of_collection == collection or (of_collection == "" and not collection.startswith("system."))
    )
