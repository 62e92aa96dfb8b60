"""What all benchmarks stand on: wishes, databases of their own, companies, servers and a load client."""
