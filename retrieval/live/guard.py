"""The transport that refuses private addresses (server-side request forgery, OWASP A10:2021).

A name is looked up here, every address it has is checked, and the connection goes to the address
that was checked, so that a name cannot point elsewhere a moment later. Each redirect is a request
of its own and is checked as well.
"""

import ipaddress
import socket
import ssl
import threading
import urllib.request
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpx2

from .faults import Refused, SourceFault

ASKED_HOST = "dataquarry_host"
"""Extension of a request that names the host it was first sent to."""

_SECRETS = ("Authorization", "X-Api-Key")
_PORTS = {"http": 80, "https": 443}


class GuardedTransport(httpx2.BaseTransport):
    """Connects to public addresses, and to the private hosts that a setting names.

    Args:
        allowed: `host` or `host:port` of private servers that may be asked.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = frozenset(name.strip().lower() for name in allowed if name.strip())
        self._transports: dict[tuple[str, bool], httpx2.HTTPTransport] = {}
        self._lock = threading.Lock()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request to a checked address of its host.

        Raises:
            Refused: the address is private, or the scheme is neither http nor https.
        """
        url = request.url
        if url.scheme not in _PORTS:
            raise Refused(f"{url.scheme or 'no'} addresses are not fetched, only http and https.")
        proxy = _proxy(url)
        if proxy and not _looks_private(url.host):
            return self._transport(proxy, True, proxy).handle_request(request)
        return self._send(request, self._addresses(url))

    def close(self) -> None:
        """Close every connection."""
        for transport in self._transports.values():
            transport.close()

    def _send(self, request: httpx2.Request, addresses: list[str]) -> httpx2.Response:
        # One transport for each host: two hosts at one address must not share a TLS connection.
        transport = self._transport(request.url.host, request.url.scheme == "https")
        for address in addresses[:-1]:
            try:
                return transport.handle_request(_addressed(request, address))
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        return transport.handle_request(_addressed(request, addresses[-1]))

    def _transport(self, host: str, tls: bool, proxy: str | None = None) -> httpx2.HTTPTransport:
        key = (host, tls)
        with self._lock:
            if key not in self._transports:
                context = _certificates() if tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                self._transports[key] = httpx2.HTTPTransport(verify=context, proxy=proxy)
            return self._transports[key]

    def _addresses(self, url: httpx2.URL) -> list[str]:
        """Return the addresses of a host, each of them checked."""
        port = url.port or _PORTS[url.scheme]
        found = _resolved(url.host, port)
        if {url.host.lower(), f"{url.host.lower()}:{port}"} & self._allowed:
            return found
        for address in found:
            if not _is_public(address):
                raise Refused(
                    f"{url.host} is the private address {address}; it is not asked. Allow it with "
                    f"DATAQUARRY_LIVE_PRIVATE_HOSTS={url.host}:{port}"
                )
        return found


@cache
def _certificates() -> ssl.SSLContext:
    """Return the trusted certificates; reading them takes a tenth of a second."""
    return httpx2.create_ssl_context()


def _resolved(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SourceFault(f"{host} cannot be found: {_reason(error)}.") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))[:3]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return (mapped or ip).is_global and not ip.is_multicast


def _looks_private(host: str) -> bool:
    """Tell whether a host is private by its name alone, as far as a proxy leaves that to us."""
    try:
        return not _is_public(host)
    except ValueError:
        return host.lower() == "localhost" or host.lower().endswith((".local", ".internal"))


def _proxy(url: httpx2.URL) -> str | None:
    """Return the proxy that the environment names for an address."""
    if urllib.request.proxy_bypass(url.host):
        return None
    return urllib.request.getproxies().get(url.scheme)


def _addressed(request: httpx2.Request, address: str) -> httpx2.Request:
    """Return the request with its host replaced by an address; name and certificate stay."""
    extensions: dict[str, Any] = {**request.extensions, "sni_hostname": request.url.host}
    if extensions.pop(ASKED_HOST, request.url.netloc.decode()) != request.url.netloc.decode():
        for name in _SECRETS:
            request.headers.pop(name, None)  # a redirect led to another host
    return httpx2.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions=extensions,
    )


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
