"""Tickets: what a company asks, and everything said about it."""
