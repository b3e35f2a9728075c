"""What protects the application, put around it."""

from flask import Flask

from services.gateway.protection import cross_origin, headers
from services.gateway.protection.addresses import Proxies
from services.gateway.protection.limiting import admission
from services.gateway.protection.limiting.allowances import Allowances
from services.gateway.protection.limiting.counts import SharedCounts
from services.gateway.protection.limiting.settings import read_limits
from services.gateway.protection.settings import read_origins, read_trusted_proxies
from shared.contracts.topology import GATEWAY


def protect(app: Flask, mongo_uri: str) -> None:
    """Before any other room is registered, as what is refused here is to cost nothing."""
    allowances = Allowances(SharedCounts(mongo_uri, GATEWAY))
    proxies = Proxies(read_trusted_proxies())
    admission.register(app, admission.Admission(read_limits(), allowances, proxies))
    headers.register(app, proxies)
    cross_origin.register(app, read_origins())
