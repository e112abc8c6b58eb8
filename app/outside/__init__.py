"""The only doors of the application to the world: the DNS, and web addresses fetched with private ones refused."""
