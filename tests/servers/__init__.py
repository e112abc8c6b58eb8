"""True servers for tests, started by their own fixtures on sockets and loopback, ended with the test run."""
