"""The readers' pages: opened from letters with a signed token, without a session and without script."""
