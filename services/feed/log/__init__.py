"""The log: every event of every case at one position, gapless and never moved."""
