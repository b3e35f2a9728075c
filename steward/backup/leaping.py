"""Feed's positions after a restore: none that was given after the backup was taken is given a second time.

Whoever was told one of them (a browser's Last-Event-ID, a receiver of webhooks by the id of a message) would take
another event for that one, and miss it.
"""

from datetime import datetime

from services.feed.log.log import Log
from services.feed.webhooks.records import WEBHOOKS
from shared.runtime.mongo import Mongo
from steward.backup.contents import UNHURRIED

MILLISECONDS = 1000


def leap_ahead(feed: Mongo, at: datetime) -> int:
    """The last position from now on. It is further by the milliseconds since 1970: no log grows by a thousand a second.

    Webhooks that had everything up to the last one have it still; the others have their rest to come.
    """
    log = Log(feed)
    last = log.tail()
    ahead = last + int(at.timestamp() * MILLISECONDS)
    log.leap(ahead)
    webhooks = feed.get_collection(WEBHOOKS, write_concern=UNHURRIED)
    webhooks.update_many({"position": last}, {"$set": {"position": ahead}})
    return ahead
