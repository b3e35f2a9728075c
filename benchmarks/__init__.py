"""Measures this machine with the project's own stack: `python -m benchmarks`, or `make bench`."""
