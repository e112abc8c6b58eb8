"""Stand-ins for what lies outside: a mail server that misbehaves on request."""
