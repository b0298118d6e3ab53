# ruff: noqa
"""An archive that lists two captures, and like pywb serves the nearest one under the asked address, with its own Memento-Datetime."""

import json

from aiohttp import web


def page(text):
    rules = "".join(
        f"<p>Rule {n}: we keep the slip of an order for {n} years in a locked drawer, and burn it when they are over.</p>"
        for n in range(1, 25)
    )
    return f"<!DOCTYPE html><html><head><meta charset=utf-8><title>Privacy notice</title></head><body><h1>Privacy notice</h1>{rules}{text}</body></html>".encode()


F = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
U = "https://vendor.example/privacy"
ROWS = [
    ["example,vendor)/privacy", "20100101000000", U, "text/html", "200", "A", "900"],
    ["example,vendor)/privacy", "20200101000000", U, "text/html", "200", "B", "900"],
]


async def h(r):
    if r.path.startswith("/cdx/"):
        return web.Response(text=json.dumps([F, *ROWS]), content_type="application/json")
    # the capture of 2010 is lost: the nearest one, of 2020, is given instead
    return web.Response(
        body=page("<p>We sell addresses.</p>"),
        content_type="text/html",
        headers={"Memento-Datetime": "Wed, 01 Jan 2020 00:00:00 GMT", "Link": f'<{U}>; rel="original"'},
    )


app = web.Application()
app.router.add_route("*", "/{p:.*}", h)
web.run_app(app, host="127.0.0.1", port=18123, print=None)
