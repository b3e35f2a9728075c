"""The variables of OpenTelemetry that say whether and how a process traces.

Where traces go, with which certificates and time-outs, the exporter and the batch processor read for themselves:
OTEL_EXPORTER_OTLP_*, OTEL_BSP_*.
"""

from dataclasses import dataclass, field

from environs import Env, validate

from shared.runtime.environment import environment

OTLP, CONSOLE, NONE = "otlp", "console", "none"
ON, OFF, RATIO = "always_on", "always_off", "traceidratio"
PARENT_BASED = "parentbased_"
"""Makes no difference here: what a trace id decides is the same for parent and child."""
SAMPLERS = [prefix + name for prefix in ("", PARENT_BASED) for name in (ON, OFF, RATIO)]


@dataclass(frozen=True, slots=True)
class TracingSettings:
    exporter: str
    ratio: float
    """Of the traces that are kept."""
    headers: str = field(default="", repr=False)
    """For whoever takes them, as `name=value,name=value`: often a secret, so it may be in a file as any of ours."""


def read_tracing_settings() -> TracingSettings | None:
    """None: no tracing. Raises environs' EnvValidationError, naming the variable, where one is not acceptable."""
    env = environment()
    goes_to = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", "") or env.str("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "")
    exporter = env.str("OTEL_TRACES_EXPORTER", "", validate=validate.OneOf(["", OTLP, CONSOLE, NONE]))
    exporter = exporter or (OTLP if goes_to else NONE)
    if exporter == NONE or env.str("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    return TracingSettings(exporter, _ratio(env), env.str("OTEL_EXPORTER_OTLP_HEADERS", ""))


def _ratio(env: Env) -> float:
    sampler = env.str("OTEL_TRACES_SAMPLER", ON, validate=validate.OneOf(SAMPLERS))
    share = env.float("OTEL_TRACES_SAMPLER_ARG", 1.0, validate=validate.Range(0, 1))
    return {ON: 1.0, OFF: 0.0, RATIO: share}[sampler.removeprefix(PARENT_BASED)]
