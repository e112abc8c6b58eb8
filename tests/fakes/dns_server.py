"""A name server on a loopback port, in a thread of its own: answers from a dictionary, by RFC 1035."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = Mapping[tuple[str, str], list[str]]
SILENT = "silent"


class FakeDnsServer:
    """`zone` maps (name, type) to records in text form; [SILENT] gets no answer, ["servfail"] a failure."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.questions: list[tuple[str, str]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._answer_all, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()

    def _answer_all(self) -> None:
        while True:
            data, whence = self._socket.recvfrom(4096)
            if not data:
                return
            answer = self._answer(dns.message.from_wire(data))
            if answer is not None:
                self._socket.sendto(answer.to_wire(), whence)

    def _answer(self, question: dns.message.Message) -> dns.message.Message | None:
        [asked] = question.question
        name, kind = asked.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(asked.rdtype)
        self.questions.append((name, kind))
        records = self.zone.get((name, kind), [])
        if records == [SILENT]:
            return None
        answer = dns.message.make_response(question)
        if records == ["servfail"]:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif records:
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *records))
        elif all(known != name for known, _ in self.zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer


@contextmanager
def dns_server(zone: Zone) -> Iterator[FakeDnsServer]:
    server = FakeDnsServer(zone)
    server.start()
    try:
        yield server
    finally:
        server.stop()
