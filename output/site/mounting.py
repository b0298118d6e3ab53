"""Sites below a path: what they are asked is what comes after it, as Datasette expects of the proxy in front of it."""

from typing import Any
from urllib.parse import quote, unquote

from output.site.guarding import App, Send


def path_of(scope: Any) -> str:
    """Return the path of a request as it was sent, with its percent signs."""
    sent: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return sent.decode("latin-1").partition("?")[0]


def with_path(scope: Any, path: str) -> dict[str, Any]:
    """Return a request with another path."""
    return {**scope, "raw_path": path.encode("latin-1"), "path": unquote(path)}


def mounted(app: App, base_url: str) -> App:
    """Return a site that answers below a path (with a slash at either end), whether or not a proxy takes it away."""

    async def below(scope: Any, receive: Any, send: Send) -> None:
        path = path_of(scope)
        await app(with_path(scope, path[len(base_url) - 1 :]) if path.startswith(base_url) else scope, receive, send)

    return app if base_url == "/" else below
