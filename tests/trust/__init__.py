"""Proofs: what must never happen, tried hard. Each module is also a command that prints its figures as JSON."""
