"""Incidents in the console: read, linked, told about company by company, shown, and for programs."""
