"""Every way to another process or machine."""

from __future__ import annotations

from .entry import Entry, in_pool


def sends(name: str, code: str, *, escapes: bool = True) -> Entry:
    return in_pool(name, code, escapes=escapes)


ENTRIES: tuple[Entry, ...] = (
    sends("connects_by_tcp", "socket.create_connection(('127.0.0.1', @PORT@), 1).sendall(NAME.encode())"),
    sends("sends_by_udp", "socket.socket(2, 2).sendto(NAME.encode(), ('127.0.0.1', @UDP@))"),
    sends("connects_to_a_path", "s = socket.socket(1); s.connect('@LOCAL@'); s.sendall(NAME.encode())"),
    sends(
        "connects_to_no_path", "s = socket.socket(1); s.connect('\\x00@ABSTRACT@'); s.sendall(NAME.encode())"
    ),
    sends(
        "asks_a_web_server",
        "import http.client as h; h.HTTPConnection('127.0.0.1', @PORT@, timeout=1).send(NAME.encode())",
    ),
    sends("speaks_with_the_kernel", "socket.socket(16, 3, 0); succeed()"),
    sends("listens", "socket.create_server(('127.0.0.1', 0)); succeed()"),
    sends(
        "calls_the_kernel_itself",
        "fd = ctypes.CDLL(None).socket(2, 1, 0)\nfd < 0 or succeed()\nraise OSError",
    ),
)
