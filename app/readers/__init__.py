"""What every page for readers shares: its words, its headers, its kind refusals. Used by `public` and `tracking`."""
