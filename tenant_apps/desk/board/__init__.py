"""The board: requests as cards, statuses as columns."""
