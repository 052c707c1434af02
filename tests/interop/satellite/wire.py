# SPDX-License-Identifier: Apache-2.0
"""A TCP relay between grantd and a satellite that can be closed, or cut after so many bytes."""

import contextlib
import socket
import threading


class Wire:
    def __init__(self, host, port):
        self.target = (host, port)
        self.listener = None
        self.port = None
        self.cut_after = None  # bytes of the satellite's, counted over all connections
        self.lock = threading.Lock()
        self.sockets = []
        self.connect()

    def connect(self):
        """Accepts connections again, at the same port."""
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", self.port or 0))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]
        self.cut_after = None
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def close(self):
        """Closes every connection and accepts no more: the satellite is unavailable."""
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.hang_up()

    def hang_up(self):
        """Closes every connection."""
        with self.lock:
            for each in self.sockets:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            self.sockets.clear()

    def _accept(self, listener):
        while True:
            try:
                near, _ = listener.accept()
                far = socket.create_connection(self.target, timeout=10)
            except OSError:
                return
            far.settimeout(None)
            with self.lock:
                self.sockets += [near, far]
            threading.Thread(target=self._relay, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._relay, args=(far, near, True), daemon=True).start()

    def _allowed(self, data):
        """How many more of the satellite's bytes may pass; None: all."""
        with self.lock:
            if self.cut_after is None:
                return None
            data = data[:self.cut_after]
            self.cut_after -= len(data)
            return data

    def _relay(self, source, target, is_satellite):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                part = self._allowed(data) if is_satellite else None
                target.sendall(data if part is None else part)
                if part is not None and len(part) < len(data):
                    break
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
