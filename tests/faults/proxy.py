"""A bad line between people and the site: requests arrive, some of the answers do not come back."""

import random
import socket
import threading
from types import TracebackType

from .load import ANSWER_WITHIN


class LossyProxy:
    """Passes each request on; after a POST it sometimes throws the complete answer away."""

    def __init__(self, port: int, chance: random.Random, share: float) -> None:
        self.port, self.chance, self.share = port, chance, share
        self.lost = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self._lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> "LossyProxy":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with client:
            try:
                request = _read_request(client)
                with socket.create_connection(("127.0.0.1", self.port), timeout=ANSWER_WITHIN) as site:
                    site.sendall(request)
                    answer = _read_all(site)
                if request.startswith(b"POST") and self._loses():
                    return
                client.sendall(answer)
            except OSError:
                return

    def _loses(self) -> bool:
        with self._lock:
            loses = self.chance.random() < self.share
            self.lost += loses
        return loses


def _read_request(client: socket.socket) -> bytes:
    """Read one request and ask the site to close after it, so that the end of the answer is seen."""
    client.settimeout(ANSWER_WITHIN)
    data = b""
    while b"\r\n\r\n" not in data and (piece := client.recv(65536)):
        data += piece
    head, _blank, body = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length and (piece := client.recv(65536)):
        body += piece
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*kept, b"Connection: close"]) + b"\r\n\r\n" + body


def _read_all(site: socket.socket) -> bytes:
    pieces = []
    while piece := site.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)
