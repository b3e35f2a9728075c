"""The secrets without which a part of a backup cannot be read. They are not in it: whoever had both had everything."""

from collections.abc import Mapping

from shared.runtime.secrets import derive
from steward.backup.errors import BackupError

LASTING = ("intake", "evaluation", "feed", "phone")
"""Never changed: personal data, pseudonyms and rating links, the keys of webhooks, and who a phone number is."""
PURPOSE = "backup: which secret it is"
LENGTH = 16
"""Hexadecimal digits: enough to tell two apart, and nothing leads back from them to a secret of 32 bytes."""


def fingerprints(secrets: Mapping[str, str]) -> dict[str, str]:
    """By name, of those that are known here."""
    return {name: derive(secrets[name], PURPOSE).hex()[:LENGTH] for name in LASTING if secrets.get(name)}


def require_same(wanted: Mapping[str, str], given: Mapping[str, str]) -> None:
    """Raises BackupError naming the secrets that are others than when the backup was taken."""
    other = [name for name in LASTING if wanted.get(name, given.get(name)) != given.get(name, wanted.get(name))]
    if other:
        raise BackupError(
            f"密钥不同, 部分数据将无法读取: {', '.join(other)}: other secrets than when the backup was taken, "
            "so that what they protect could not be read. Put the old ones in place, or say --other-secrets."
        )
