"""The only doors of the app to the world outside: what strangers' addresses name is fetched here, and nowhere else."""
