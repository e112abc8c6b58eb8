"""A name server on 127.0.0.1 that knows what it was told: {"name": {"TXT": [...]}}; other names do not exist."""

import socket
import threading
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset


class DnsServer:
    """`silent` answers nothing at all."""

    def __init__(self, zone: dict[str, dict[str, list[str]]]) -> None:
        self.zone, self.silent = zone, False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self._socket.getsockname()[1]
        resolver.timeout = 0.2
        return resolver

    def _serve(self) -> None:
        while True:
            try:
                asked, sender = self._socket.recvfrom(4096)
            except OSError:
                return
            if not asked:
                return
            if not self.silent:
                self._socket.sendto(self._answer(dns.message.from_wire(asked)), sender)

    def _answer(self, query: dns.message.Message) -> bytes:
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True)
        below = any(known.endswith(f".{name}") for known in self.zone)
        if name not in self.zone and not below:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        kind = dns.rdatatype.to_text(question.rdtype)
        values = self.zone.get(name, {}).get(kind, [])
        if values:
            reply.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, values))
        return reply.to_wire()

    def start(self) -> "DnsServer":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(2)
        self._socket.close()


@contextmanager
def dns_server(zone: dict[str, dict[str, list[str]]]):
    server = DnsServer(zone).start()
    try:
        yield server
    finally:
        server.stop()
