"""The HTTP side: one client with pip's settings, which remembers what went wrong."""

from __future__ import annotations

import logging
import os
import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2
from unearth.auth import MultiDomainBasicAuth
from unearth.collector import LinkCollectError
from unearth.fetchers import PyPIClient
from unearth.link import Link

from navigator.sources.errors import SpecError
from navigator.sources.names import one_line
from navigator.sources.pypi.settings import IndexSettings

logging.getLogger("unearth").addHandler(logging.NullHandler())

_TRANSIENT = (502, 503, 504)
_ABSENT = (404, 410)


class IndexClient(PyPIClient):
    """Asks indexes for pages; one that does not answer is noted in ``failures`` and the others are asked still."""

    def __init__(self, settings: IndexSettings, index_urls: tuple[str, ...]) -> None:
        self.failures: list[str] = []
        self._retries = settings.retries
        verify = _certificates(settings)
        proxy = settings.proxy if "://" in settings.proxy or not settings.proxy else f"http://{settings.proxy}"
        try:
            super().__init__(
                trusted_hosts=settings.trusted_hosts,
                verify=verify,
                proxy=proxy or None,
                timeout=settings.timeout,
                follow_redirects=True,
                mounts={f"all://{host}": _unverified(host, proxy) for host in settings.trusted_hosts},
            )
        except (ValueError, httpx2.InvalidURL) as error:
            raise SpecError(f"pip's proxy or trusted-host setting is not valid: {one_line(str(error))}") from None
        self.auth = MultiDomainBasicAuth(prompting=False, index_urls=index_urls)

    def get(self, url: Any, *, headers: Any = None, **options: Any) -> httpx2.Response:
        """One index page. A failure to get it is raised as what unearth takes for "no links here"."""
        where = one_line(Link(str(url)).redacted, 120)
        try:
            response = self._persistently(url, headers, options)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            self.failures.append(f"{where}: {one_line(str(error)) or type(error).__name__}")
            raise LinkCollectError(str(error)) from error
        if response.is_error and response.status_code not in _ABSENT:
            self.failures.append(f"{where}: {response.status_code} {one_line(response.reason_phrase)}")
        return response

    def _persistently(self, url: Any, headers: Any, options: Mapping[str, Any]) -> httpx2.Response:
        for attempt in range(self._retries):
            try:
                response = super().get(url, headers=headers, **options)
                if response.status_code not in _TRANSIENT:
                    return response
            except httpx2.TransportError:
                pass
            time.sleep(0.2 * 2**attempt)
        return super().get(url, headers=headers, **options)


def _certificates(settings: IndexSettings) -> ssl.SSLContext | bool:
    """The certificates to trust and to show; ``True`` stands for the client's own default."""
    if not settings.cert and not settings.client_cert:
        return True
    try:
        if not settings.cert:
            context = httpx2.create_ssl_context()
        elif os.path.isdir(settings.cert):
            context = ssl.create_default_context(capath=settings.cert)
        else:
            context = ssl.create_default_context(cafile=settings.cert)
        if settings.client_cert:
            context.load_cert_chain(settings.client_cert)
    except (OSError, ssl.SSLError) as error:
        files = " and ".join(filter(None, (settings.cert, settings.client_cert)))
        raise SpecError(f"pip's certificates in {one_line(files)} cannot be read: {one_line(str(error))}") from None
    return context


def _unverified(trusted_host: str, proxy: str) -> httpx2.HTTPTransport:
    """The way to a host that the user trusts without a certificate; a proxy holds for it as for the others."""
    host = urlsplit(f"//{trusted_host}").hostname or ""
    if not proxy and not proxy_bypass(host):
        proxies = getproxies()
        proxy = proxies.get("https") or proxies.get("all") or ""
        proxy = proxy if "://" in proxy or not proxy else f"http://{proxy}"
    return httpx2.HTTPTransport(verify=False, proxy=proxy or None)
