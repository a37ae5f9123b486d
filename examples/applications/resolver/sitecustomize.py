"""
Python with this folder in PYTHONPATH asks the name server in DNS_SERVER (127.0.0.1:5353) for names first, at every look-up, and this
machine's own resolver for those that it refuses, as they are in none of its zones. Needs dnspython.
"""

import ipaddress
import os
import socket

import dns.exception
import dns.resolver

SERVER, _, PORT = os.environ.get("DNS_SERVER", "").rpartition(":")

machine_getaddrinfo = socket.getaddrinfo
resolver = dns.resolver.Resolver(configure=False)
resolver.lifetime = 3


def addresses_of(host):
    """The IPv4 addresses of a name in the server's zones; none where the machine shall be asked."""
    name = host.decode() if isinstance(host, bytes) else host
    if not name or "." not in name or is_address(name):
        return []
    try:
        return [record.address for record in resolver.resolve(name, "A", search=False)]
    except dns.resolver.NXDOMAIN as error:
        raise socket.gaierror(socket.EAI_NONAME, str(error)) from error
    except dns.exception.DNSException:
        return []


def is_address(name):
    try:
        ipaddress.ip_address(name)
        return True
    except ValueError:
        return False


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    found = addresses_of(host) if family in (socket.AF_UNSPEC, socket.AF_INET) else []
    return [
        entry
        for address in found or [host]
        for entry in machine_getaddrinfo(address, port, family, type, proto, flags)
    ]


def gethostbyname(host):
    return getaddrinfo(host, None, socket.AF_INET)[0][4][0]


def at_address(method):
    """A method of sockets, whose last argument is an address, which it would resolve within C."""

    def resolved(self, *args):
        *before, address = args
        if self.family == socket.AF_INET and isinstance(address, tuple):
            host, *rest = address
            address = (next(iter(addresses_of(host)), host), *rest)
        return method(self, *before, address)

    return resolved


if SERVER:
    resolver.nameservers = [SERVER]
    resolver.port = int(PORT)
    socket.getaddrinfo = getaddrinfo
    socket.gethostbyname = gethostbyname
    for name in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, name, at_address(getattr(socket.socket, name)))
