"""The proxy in front: whom its headers name is believed when they come from it, else never."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from exam_server.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def behind_proxy(app: "WSGIApplication", settings: Settings) -> "WSGIApplication":
    """Return the app as it is reached through the proxy the settings name, if they name one.

    ``REMOTE_ADDR`` and the scheme are then the browser's own; a direct caller's claims about
    them are not read.
    """
    proxies = settings.proxies
    if not proxies:
        return app
    believing = ProxyFix(app, x_for=1, x_proto=1)

    def reached(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        try:
            caller = ip_address(environ.get("REMOTE_ADDR", ""))
        except ValueError:  # a socket of this machine has no address
            return app(environ, start_response)
        is_proxy = any(caller in network for network in proxies)
        return (believing if is_proxy else app)(environ, start_response)

    return reached
