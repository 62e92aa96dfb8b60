"""Measured figures; see README.md. Run by `manage.py bench NAME`."""
