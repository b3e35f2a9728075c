"""One request to a receiver: to the address that was looked at, without following where it points to."""

from collections.abc import Mapping
from contextlib import suppress

import certifi
import eventlet
import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from services.feed.webhooks.targets import HTTPS, Policy, Resolve, Target, Unreachable, allowed_addresses, look_up

CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
ALTOGETHER_SECONDS = 20.0
"""Also for a receiver that answers a byte at a time."""


class Refused(Exception):
    """The receiver did not say that it has it; says what it said."""


class Sender:
    """`authorities`: a file of certificates that are trusted."""

    def __init__(self, policy: Policy, resolve: Resolve = look_up, authorities: str | None = None) -> None:
        self._policy, self._resolve = policy, resolve
        self._authorities = authorities or certifi.where()

    def send(self, target: Target, headers: Mapping[str, str], body: bytes) -> None:
        """Returns when the receiver has answered 2xx. Raises Refused; nothing of its answer's content is read."""
        try:
            with eventlet.Timeout(ALTOGETHER_SECONDS, TimeoutError("took too long")):
                status = self._post(target, headers, body)
        except (HTTPError, OSError, Unreachable) as error:
            raise Refused(f"{type(error).__name__}: {error}"[:200]) from error
        if not 200 <= status < 300:
            raise Refused(f"answered {status}")

    def _post(self, target: Target, headers: Mapping[str, str], body: bytes) -> int:
        """To the first address that can be reached: a name may have one of IPv6, and we no way there."""
        *others, last = allowed_addresses(target, self._policy, self._resolve)
        for address in others:
            with suppress(NewConnectionError, ConnectTimeoutError):
                return self._post_to(address, target, headers, body)
        return self._post_to(last, target, headers, body)

    def _post_to(self, address: str, target: Target, headers: Mapping[str, str], body: bytes) -> int:
        with self._pool(target, address) as pool:
            answer = pool.urlopen(
                "POST",
                target.path,
                body=body,
                headers={"Host": target.authority, "Content-Type": "application/json", **headers},
                redirect=False,
                retries=False,
                preload_content=False,
            )
            answer.close()
            return int(answer.status)

    def _pool(self, target: Target, address: str) -> urllib3.HTTPConnectionPool:
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        if target.scheme != HTTPS:
            return urllib3.HTTPConnectionPool(address, target.port, timeout=timeout, maxsize=1)
        return urllib3.HTTPSConnectionPool(
            address,
            target.port,
            timeout=timeout,
            maxsize=1,
            cert_reqs="CERT_REQUIRED",
            ca_certs=self._authorities,
            server_hostname=target.host,
            assert_hostname=target.host,
        )
