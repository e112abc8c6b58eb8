"""Who takes mail for a domain: domains whose mail one provider takes share its patience, and so one pace."""

from collections import Counter
from collections.abc import Sequence

from emails.domains.dmarc import organisational_domain

LONGEST_NAME = 255


def mail_group(domain: str, hosts: Sequence[str] | None) -> str:
    """The organisational domain under which more than half of a domain's MX hosts stand, else the domain itself.

    `hosts` is what the DNS told: () where it names none, None where the domain takes no mail (RFC 7505).
    """
    owners = Counter(organisational_domain(host.rstrip(".")) for host in hosts or () if is_name(host))
    owner, count = owners.most_common(1)[0] if owners else ("", 0)
    if 2 * count <= len(hosts or ()) or "." not in owner or len(owner) > LONGEST_NAME:
        return domain.lower()
    return owner


def is_name(host: str) -> bool:
    """Whether it is a host's name, not an address written where a name belongs."""
    return not host.rstrip(".").rpartition(".")[2].isdigit() and ":" not in host
