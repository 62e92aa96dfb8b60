"""The console: one queue over all companies."""
