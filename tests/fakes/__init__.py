"""Counterparts that are servers of our own: they answer as the real ones do, and remember."""
