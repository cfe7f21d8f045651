"""What a goal works with: regions in databases of their own, people signed in, a real web server.

See the contract in bench/harness.py. No database of a site is ever touched: the bench makes its own beside them, from
a template (bench/templates.py).
"""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import caches
from django.db import connections
from django.test import Client

from tools.databases import connect, statement

from .templates import ensure_template, environment, server_cursor

ROOT = Path(__file__).resolve().parents[1]
SEED = 1


class Context:
    """The sizes of a run and what belongs to them."""

    HELLO = "/_bench/hello"

    def __init__(
        self, sizes: tuple[int, ...], *, seed: int = SEED, say: Callable[[str], None] = print
    ) -> None:
        self.sizes = sizes
        self.seed = seed
        self.say = say
        self.pages: dict[str, dict[str, float]] = {}
        self._shared: dict[int, Region] = {}
        self._all: list[Region] = []

    def region(self, size: int) -> "Region":
        """Return the copy of a region that the goals of this run share; made when first asked for."""
        if size not in self._shared:
            self._shared[size] = self.own_region(size)
        return self._shared[size]

    def own_region(self, size: int) -> "Region":
        """Return a copy for one goal alone."""
        template = ensure_template(size, self.seed, self.say)
        name = f"bench_work_{os.getpid()}_{len(self._all)}"
        with server_cursor() as cursor:
            cursor.execute(statement("CREATE DATABASE {} TEMPLATE {}", name, template))
        made = Region(name, size, self)
        self._all.append(made)
        return made

    def close(self) -> None:
        """Stop the web servers and drop the copies; the templates stay for the next run."""
        for region in self._all:
            region.close()
        with server_cursor() as cursor:
            for region in self._all:
                cursor.execute(statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", region.database))


class Region:
    """One government in a database of the bench's own."""

    def __init__(self, database: str, size: int, context: Context) -> None:
        self.database = database
        self.size = size
        self.context = context
        self._wrapper: Any = None
        self._server: Server | None = None
        self._logins: dict[str, str] | None = None

    @contextlib.contextmanager
    def use(self) -> Iterator["Region"]:
        """Make this database Django's default one (in this thread) and give the cache a prefix of its own."""
        before, cache = connections["default"], caches["default"]
        if self._wrapper is None:
            self._wrapper = before.copy()
            self._wrapper.settings_dict = {**before.settings_dict, "NAME": self.database}
        prefix = cache.key_prefix
        connections["default"] = self._wrapper
        cache.key_prefix = self.database
        try:
            yield self
        finally:
            connections["default"] = before
            cache.key_prefix = prefix

    def bound(self, function: Callable[[], object]) -> Callable[[], object]:
        """Return the function with this database as the default one around it."""

        def run() -> object:
            with self.use():
                return function()

        return run

    def connect(self) -> Any:
        """Return a raw psycopg2 connection to it, autocommit on."""
        return connect(self.database)

    @property
    def logins(self) -> dict[str, str]:
        """The known logins, by role."""
        if self._logins is None:
            from asn_kinerja.region import known_logins

            with self.use():
                self._logins = known_logins()
        return self._logins

    def session(self, role: str) -> dict[str, str]:
        """Return the cookie of a session of somebody known; made without the cost of a password."""
        from django.conf import settings

        from apps.accounts.models import User

        with self.use():
            user = User.objects.get(login=self.logins[role])
            store = SessionStore()
            store[SESSION_KEY] = str(user.pk)
            store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
            store[HASH_SESSION_KEY] = user.get_session_auth_hash()
            store.create()
        return {settings.SESSION_COOKIE_NAME: str(store.session_key)}

    def client(self, role: str | None = None) -> Client:
        """Return a test client through the whole middleware stack, signed in as somebody known."""
        found = Client(SERVER_NAME="127.0.0.1")
        for name, value in (self.session(role) if role else {}).items():
            found.cookies[name] = value
        return found

    def server(self) -> "Server":
        """Return the web server over this database, started when first asked for."""
        if self._server is None:
            self._server = Server(self)
        return self._server

    def page(self, client: Client, path: str, *, name: str) -> dict[str, float]:
        """Open a page twice (the first warms), record queries, bytes and database time of the second.

        :raises RuntimeError: if the page does not answer with 200.
        """
        with self.use():
            client.get(path)
            watch = Watch()
            with connections["default"].execute_wrapper(watch):
                answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code} at {self.size} people")
        figures = {
            "queries": watch.queries,
            "bytes": len(answer.content),
            "database_ms": round(watch.seconds * 1000, 3),
        }
        self.context.pages[f"{name} @{self.size}"] = figures
        return figures

    def close(self) -> None:
        """Stop its server and let its connection go."""
        if self._server is not None:
            self._server.close()
        if self._wrapper is not None:
            self._wrapper.close()


class Watch:
    """Counts queries and the time the database took for them."""

    def __init__(self) -> None:
        self.queries = 0
        self.seconds = 0.0

    def __call__(self, execute: Any, query: Any, params: Any, many: bool, context: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(query, params, many, context)
        finally:
            self.queries += 1
            self.seconds += time.perf_counter() - start


# --- the web server


class Server:
    """granian over a region's database, as `make run` starts it, on a free port."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.port = _free_port()
        self.log = Path(tempfile.gettempdir()) / f"asn-bench-{os.getpid()}-{region.database}.log"
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
            "--workers", "1", "--blocking-threads", "4", "--no-ws", "bench.wsgi:application",
        ]  # fmt: skip
        environ = environment(region.database) | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environ, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        self._wait()

    def _wait(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError, http.client.HTTPException):
                if Visitor(self.port).get(Context.HELLO).status == 200:
                    return
            time.sleep(0.1)
        end = self.log.read_text("utf-8", errors="replace")[-2000:]
        self.close()
        raise RuntimeError(f"the web server does not start:\n{end}")

    def visitor(self, role: str | None = None) -> "Visitor":
        """Return somebody with a connection of their own, signed in as somebody known or not."""
        return Visitor(self.port, self.region.session(role) if role else {})

    def close(self) -> None:
        """Stop it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.log.unlink(missing_ok=True)


class Answer:
    """Status, headers and text."""

    def __init__(self, status: int, headers: http.client.HTTPMessage, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's forms."""
        return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.text))


class Visitor:
    """A browser without pictures: cookies, one connection that stays open."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.port = port
        self.cookies = dict(cookies or {})
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, None, headers or {})

    def post(self, path: str, data: dict[str, str]) -> Answer:
        """Send a form; redirections are not followed."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urllib.parse.urlencode(data).encode(), kind)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {**headers, **({"Cookie": cookie} if cookie else {})}
        try:
            self.connection.request(method, path, body, sent)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.connection.close()  # the server let an idle connection go
            self.connection.request(method, path, body, sent)
            answer = self.connection.getresponse()
        text = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _sign, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(answer.status, answer.headers, text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
