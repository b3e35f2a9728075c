"""GeoReport v2 as a referee: every answer is held against the specification, in both formats."""
