"""The only doors of the application to the world: the DNS, and pages fetched with private addresses refused."""
