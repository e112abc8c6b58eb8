"""From the ledger to the mail server and back: chunks leased, letters written, outcomes recorded."""
