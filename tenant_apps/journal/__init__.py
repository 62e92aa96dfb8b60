"""The journal of a company: what happened, who did it, and what has to follow."""
