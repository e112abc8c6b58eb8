"""Articles as typed blocks, and one importer a file that makes them."""
