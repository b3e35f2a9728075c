"""Pure Python, no third-party import: what a case is, how it steps, and how steps are asked for."""
