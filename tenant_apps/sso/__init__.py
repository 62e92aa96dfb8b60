"""How people of a company sign in with somebody else's word for who they are, and how its directory keeps them."""
