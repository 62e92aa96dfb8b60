"""The platform's audit: who changed what, in which company."""
