"""Webhooks: other systems are told of events by signed requests, at least once and in order per case."""
