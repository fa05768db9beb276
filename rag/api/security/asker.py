"""Who a request comes from, for whatever is counted: the key that it shows, else its address."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from starlette.types import Scope as Connection

from rag.api.security.keys import Scope

_IPV6_NETWORK = 64
"""Bits: what one household or one rented server has."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who sent a request: `request.state.principal` of every request where keys are required."""

    key: str
    name: str
    scopes: frozenset[Scope]


def name_asker(scope: Connection) -> str:
    """Return who is to be counted for a request: the key that it showed, else its address."""
    principal: Principal | None = scope.get("state", {}).get("principal")
    return f"key {principal.key}" if principal else f"address {name_client(scope)}"


def name_client(scope: Connection) -> str:
    """Return the address that a request comes from; of IPv6 the network, in which addresses cost nothing."""
    host = (scope.get("client") or ("",))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    if address.version == 6:
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _IPV6_NETWORK), strict=False))
    return str(address)
