"""The site served on loopback by threads, as a browser or a crowd of clients would meet it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler, get_internal_wsgi_application
from django.test.utils import modify_settings


class Handler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Silent: errors are logged by Django itself."""


class Server(ThreadedWSGIServer):
    request_queue_size = 128


@pytest.fixture
def live_site(committed_db: None) -> Iterator[str]:
    """The address of the whole site, each request in a thread of its own, on the database of this test."""
    with modify_settings(ALLOWED_HOSTS={"append": ["127.0.0.1", "localhost"]}), serving() as address:
        yield address


@contextmanager
def serving() -> Iterator[str]:
    server = Server(("127.0.0.1", 0), Handler)
    server.set_app(StaticFilesHandler(get_internal_wsgi_application()))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
