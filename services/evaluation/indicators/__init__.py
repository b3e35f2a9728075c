"""The indicators 指标: what is measured of a case, when it counts, and the figures made of the sums."""
