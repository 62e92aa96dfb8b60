"""`/api/v1/people`: who is here, and who is asked to join."""
