"""How letters are handed to a mail server: the protocol, the connections and what each reply means."""
