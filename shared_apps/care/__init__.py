"""How the platform looks after each company: who does, what was promised, and what staff note about it."""
