"""Platform staff: what they cover, and the catalogue of subjects."""
