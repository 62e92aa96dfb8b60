"""Portico's staff in a company's desk: what they looked at, when they acted as somebody, and who agreed to it."""
