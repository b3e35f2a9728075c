"""Measures this machine with the project's own stack: `python -m benchmarks`, or `make bench`."""

import warnings

# Known, and decided upon; it would stand between the progress and the tables.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
