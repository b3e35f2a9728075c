"""The settings of a gateway that runs inside a test."""

from dataclasses import replace

from shared.runtime.settings import read_settings

SETTINGS = replace(read_settings(), token_secret="s" * 32)
