"""Mailboxes of ours, read for what readers and mail servers write to them."""
