"""Everything that happens, in one order, for those outside: live streams, the city map, webhooks."""
