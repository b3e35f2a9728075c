"""Evaluation: owns what residents say of the service 群众评价."""
