"""Signup: how a company gets its door."""
