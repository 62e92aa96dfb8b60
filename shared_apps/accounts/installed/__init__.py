"""Migrations of allauth's apps as they are here: one each, of the tables that carry something (`accounts.apps`)."""
