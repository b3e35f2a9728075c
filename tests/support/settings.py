"""The settings of a gateway that runs inside a test."""

from dataclasses import replace

from shared.runtime.settings import DEVELOPMENT, read_settings

SETTINGS = replace(read_settings(), profile=DEVELOPMENT, token_secret="s" * 32)
