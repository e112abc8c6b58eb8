"""The only doors of the application to the world: the DNS, web addresses, links; private ones refused."""
