"""The people of a company beside their accounts: teams, and contacts who have no account."""
