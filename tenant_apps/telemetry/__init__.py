"""What a company's desktop app tells: taken in, cleaned, counted, looked at."""
