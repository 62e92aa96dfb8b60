"""Applications of partners: registered by a company, let in by its people, asked for by OAuth 2.0."""
