"""How many connections there are, in all and of one address."""

from collections import Counter

from services.gateway.protection.addresses import Proxies, household


class Occupancy:
    def __init__(self, most: int, most_per_address: int, proxies: Proxies) -> None:
        self._most = most
        self._most_per_address = most_per_address
        self._proxies = proxies
        self._by_address: Counter[str] = Counter()

    @property
    def connections(self) -> int:
        return self._by_address.total()

    def enter(self, address: str) -> bool:
        """False, and not counted, where there is no room for it."""
        whose = household(address)
        if self.connections >= self._most:
            return False
        if self._by_address[whose] >= self._most_per_address and not self._proxies.trusts(address):
            return False
        self._by_address[whose] += 1
        return True

    def leave(self, address: str) -> None:
        whose = household(address)
        self._by_address[whose] -= 1
        if not self._by_address[whose]:
            del self._by_address[whose]
