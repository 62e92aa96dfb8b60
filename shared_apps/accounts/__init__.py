"""People who sign in: the platform's staff in `public`, a company's people in its schema."""
