"""The authority of a home, and the certificate by which it vouches for the stack's servers.

The authority's own key is never written: nobody can have another certificate made by it, we included. So all of it
is made anew where any of it is missing.
"""

from pathlib import Path

from steward.stack.errors import StackError
from steward.stack.home import Home, write_private
from steward.stack.ports import LOOPBACK

NAMES = (LOOPBACK, "localhost")


def authority_file(home: Home) -> Path:
    """Whoever connects verifies the servers by it."""
    return home.certificates / "authority.pem"


def server_file(authority: Path | str) -> Path:
    """Beside its authority: the servers' certificate with its key, for nobody else to read."""
    return Path(authority).with_name("server.pem")


def write_certificates(home: Home) -> None:
    """Once in the life of a home."""
    authority = authority_file(home)
    if authority.exists() and server_file(authority).exists():
        return
    try:
        import trustme
    except ImportError as missing:
        raise StackError("缺少 trustme: the extra `local` is not installed; run `make install`") from missing
    made = trustme.CA(organization_name="steward")
    server = made.issue_cert(*NAMES, common_name="steward")
    home.certificates.mkdir(mode=0o700, exist_ok=True)
    write_private(server_file(authority), server.private_key_and_cert_chain_pem.bytes().decode())
    write_private(authority, made.cert_pem.bytes().decode())
