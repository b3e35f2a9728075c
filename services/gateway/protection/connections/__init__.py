"""Connections as such, before and beside every request: how many there may be, and how slow they may be."""
