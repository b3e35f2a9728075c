"""Settings of a process. Read when the process starts, never on import."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from shared.runtime.environment import broker_uri, environment, server_uri

DEVELOPMENT = "dev"
"""The profile in which the gateway believes tokens that anybody with the stack's secret has made."""
TWO_YEARS = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Settings:
    amqp_uri: str
    mongo_uri: str
    rating_window: timedelta
    appeal_window: timedelta
    evaluation_secret: str
    intake_secret: str
    grant_secret: str
    profile: str
    token_secret: str
    token_issuer: str
    phone_secret: str
    category_model: Path | None
    """Loaded like code; None: categories are suggested by their keywords."""
    retention: timedelta
    """个人信息留存: how long personal data are kept after a case is over."""
    probe_address: str
    """`host:port` where this very process tells its health and figures; empty: nowhere."""


def read_settings() -> Settings:
    """Raises environs' EnvValidationError, naming the variable, where one is not acceptable."""
    env = environment()
    return Settings(
        amqp_uri=broker_uri(env, "AMQP_URI", "amqp://127.0.0.1:5672"),
        mongo_uri=server_uri(env, "MONGO_URI", "mongodb://127.0.0.1:27017/?replicaSet=rs0"),
        rating_window=env.timedelta("RATING_WINDOW", timedelta(days=7), format="gep2257"),
        appeal_window=env.timedelta("APPEAL_WINDOW", timedelta(days=7), format="gep2257"),
        evaluation_secret=env.str("EVALUATION_SECRET", ""),
        intake_secret=env.str("INTAKE_SECRET", ""),
        grant_secret=env.str("GRANT_SECRET", ""),
        profile=env.str("PROFILE", ""),
        token_secret=env.str("TOKEN_SECRET", ""),
        token_issuer=env.str("TOKEN_ISSUER", "steward"),
        phone_secret=env.str("PHONE_SECRET", ""),
        category_model=env.path("CATEGORY_MODEL", None),
        retention=env.timedelta("RETENTION", TWO_YEARS, format="gep2257"),
        probe_address=env.str("PROBE_ADDRESS", ""),
    )
