"""Tests against true system software: SpamAssassin, the Nu Html Checker, postfix. Run by `make test-system`."""
