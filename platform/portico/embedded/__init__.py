"""What a bare machine lacks: the Python environment, PostgreSQL and Valkey, and the processes of a demo."""
