"""Who exists and where: companies, their doors, their schemas, and the work that is due for them."""
