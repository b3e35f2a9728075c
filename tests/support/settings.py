"""The settings of a gateway that runs inside a test."""

import os
from dataclasses import replace

from shared.runtime.settings import DEVELOPMENT, read_settings

os.environ.setdefault("PICTURES_SECRET", "p" * 32)
SETTINGS = replace(read_settings(), profile=DEVELOPMENT, token_secret="s" * 32, phone_secret="p" * 32)
