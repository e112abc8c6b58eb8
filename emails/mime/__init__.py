"""Letters as mail: addresses, header fields and the finished message."""
