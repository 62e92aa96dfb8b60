"""Fleet migrations: real releases, made up for the test, on a database of their own."""
