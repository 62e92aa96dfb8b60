"""Mail that comes in: kept as it came, read in a process of its own, and led to a request."""
