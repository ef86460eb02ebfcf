"""Which IP addresses may be connected to. Pure."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


class AddressGuard:
    """Which addresses may be connected to: public ones, and those of the networks that were allowed."""

    def __init__(self, allow: Iterable[str] = ()) -> None:
        """Take networks in CIDR notation; raises ValueError for one that is not."""
        self._allow = tuple(ip_network(net, strict=False) for net in allow)

    def permits(self, host: str) -> bool:
        """Whether an IP address in text form may be connected to; anything that is no address may not."""
        try:
            address = ip_address(host.split("%", 1)[0])
        except ValueError:
            return False
        return all(self._permits(form) for form in _forms(address))

    def _permits(self, address: IPv4Address | IPv6Address) -> bool:
        return (address.is_global and not address.is_multicast) or any(address in net for net in self._allow)


def _forms(address: IPv4Address | IPv6Address) -> tuple[IPv4Address | IPv6Address, ...]:
    """The address that is really meant: IPv4 inside IPv6 (mapped, 6to4, NAT64) counts as itself."""
    if isinstance(address, IPv4Address):
        return (address,)
    if address.ipv4_mapped:
        return (address.ipv4_mapped,)
    if address.sixtofour:
        return (address, address.sixtofour)
    return (address, IPv4Address(int(address) & 0xFFFFFFFF)) if address in _NAT64 else (address,)
