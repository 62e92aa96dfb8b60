"""How the desktop apps of all companies do, hour by hour, without anybody in it."""
