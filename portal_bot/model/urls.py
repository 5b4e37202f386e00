"""Addresses of portals: what is accepted, and their origin as a browser tells it. Pure."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

_PORTS = {"http": 80, "https": 443}


def portal_address(url: str) -> str:
    """The address as given. Raises ValueError where a password must not be sent to it, or it holds one."""
    _parts(url)
    return url.strip()


def notice_address(url: str) -> str:
    """An address that is told of runs, as given. Raises ValueError where it is none, or unprotected and not this machine."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in _PORTS or any(letter.isspace() for letter in url.strip()):
        raise ValueError("this is not a web address such as https://hc-ping.com/your-uuid")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("use https://; http is for this machine only")
    return url.strip()


def origin_of(url: str, *, whole: bool = True) -> str:
    """``https://portal.example.com``, with the port where it is not the usual one.

    ``whole``: the address must be nothing but an origin. Raises ValueError as ``portal_address`` does.
    """
    parts = _parts(url)
    if whole and (parts.path not in ("", "/") or parts.query or parts.fragment):
        raise ValueError("this must be scheme and host alone, such as https://login.example.com")
    host = str(parts.hostname)
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port  # a port that is no number raises here
        if host and not host.isascii():
            host.encode("idna")
    except ValueError:
        raise ValueError("this is not a web address such as https://portal.example.com/") from None
    if parts.username is not None or parts.password is not None:
        raise ValueError("the address must hold no user name or password; the user goes to portal: user_name")
    if parts.scheme not in _PORTS or not host or any(letter.isspace() for letter in url.strip()):
        raise ValueError("this is not a web address such as https://portal.example.com/")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("http:// would send the password unprotected; use https:// (http is for this machine only)")
    return parts


def is_loopback(host: str) -> bool:
    """Whether a host, as ``urlsplit`` tells it, is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
