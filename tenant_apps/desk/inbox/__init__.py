"""The workspace of a company's own desk: what its customers ask, and the agents who answer."""
