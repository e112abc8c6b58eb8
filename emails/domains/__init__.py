"""What the world can read about a sender's domain: SPF, DKIM, DMARC, its mail host, its mail server's name."""
