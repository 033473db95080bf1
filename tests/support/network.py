"""No test leaves the machine: sockets reach loopback and Unix sockets, nothing else."""

import ipaddress
import socket
from typing import Any

LOCAL_NAMES = {"localhost", "", None}


class NetworkBlocked(RuntimeError):
    """Not an OSError: code that shrugs at network failures must not hide it."""


def is_local(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(str(name).split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def check(family: int, address: Any) -> None:
    if family in (socket.AF_INET, socket.AF_INET6) and not is_local(address[0]):
        raise NetworkBlocked(f"A test tried to reach {address[0]}.")


def block() -> None:
    if getattr(socket.socket, "blocked_by_tests", False):
        return
    real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex
    real_sendto, real_getaddrinfo = socket.socket.sendto, socket.getaddrinfo

    def connect(self: socket.socket, address: Any) -> None:
        check(self.family, address)
        real_connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        check(self.family, address)
        return real_connect_ex(self, address)

    def sendto(self: socket.socket, *args: Any) -> int:
        check(self.family, args[-1])
        return real_sendto(self, *args)

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not is_local(host):
            raise NetworkBlocked(f"A test tried to look up {host!r}.")
        return real_getaddrinfo(host, *args, **kwargs)

    replacements = {"connect": connect, "connect_ex": connect_ex, "sendto": sendto, "blocked_by_tests": True}
    for name, value in replacements.items():
        setattr(socket.socket, name, value)
    socket.getaddrinfo = getaddrinfo
