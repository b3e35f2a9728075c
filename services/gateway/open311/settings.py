"""What the discovery document says of this district. Read when the gateway starts."""

from dataclasses import dataclass

from shared.runtime.environment import environment


@dataclass(frozen=True, slots=True)
class Open311Settings:
    """`jurisdiction`: empty where callers need not name one, and any is taken. `url`: empty is where we are called."""

    jurisdiction: str = ""
    contact: str = ""
    key_service: str = ""
    url: str = ""


def read_open311_settings() -> Open311Settings:
    env = environment()
    with env.prefixed("OPEN311_"):
        return Open311Settings(
            jurisdiction=env.str("JURISDICTION", ""),
            contact=env.str("CONTACT", ""),
            key_service=env.str("KEY_SERVICE", ""),
            url=env.str("URL", "").rstrip("/"),
        )
