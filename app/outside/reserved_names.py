"""Names that nobody can own (RFC 2606, RFC 6761), as demonstrations use them; there is nothing to ask about them."""

EXAMPLE_ENDINGS = frozenset({"test", "example", "invalid"})
EXAMPLE_DOMAINS = (["example", "com"], ["example", "org"], ["example", "net"])
INNER_ENDINGS = frozenset({"localhost", "local", "internal", "lan", "home", "arpa"})
FEWEST_LABELS = 2


def is_example(host: str) -> bool:
    """Whether a name is kept for examples: a link or a sender with it is a trial, or was forgotten."""
    labels = host.rstrip(".").lower().split(".")
    return labels[-1] in EXAMPLE_ENDINGS or labels[-2:] in EXAMPLE_DOMAINS


def is_inner(host: str) -> bool:
    """Whether a name is one of some network's own, or no full name at all."""
    labels = host.rstrip(".").lower().split(".")
    return len(labels) < FEWEST_LABELS or labels[-1] in INNER_ENDINGS
