"""Intake: owns the report 群众上报."""
