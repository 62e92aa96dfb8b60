"""Sockets: signals that something changed, never what it says. The page then asks for the part it may see."""
