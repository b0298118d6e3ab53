"""The addresses of the site, and how a request for each is answered."""

from typing import Any

from datasette.utils.asgi import Response

from output.site import policies

DATABASE = "corpus"


async def home(datasette: Any, request: Any) -> Response:
    """The first page: which policies the corpus holds."""
    histories = await datasette.get_database(DATABASE).execute_fn(policies.histories)
    html = await datasette.render_template("site/home.html", {"histories": histories}, request=request)
    return Response.html(html)


ROUTES = [(r"^/$", home)]
