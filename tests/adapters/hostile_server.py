"""A web server of our own on loopback that does what the worst of them do."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SHOP = (
    "<html><head><title>LV 包包 工厂直销</title></head>"
    "<body><h1>LV 包包 298元</h1><p>专柜品质，加微信 lv8888</p></body></html>"
)
Answer = Callable[[socket.socket, "HostileServer"], None]


def plain(status: str, headers: str, body: bytes) -> Answer:
    """An ordinary answer; the length is told unless the headers tell one."""
    length = "" if "ength" in headers or "hunked" in headers else f"Content-Length: {len(body)}\r\n"
    head = f"HTTP/1.1 {status}\r\n{headers}{length}Connection: close\r\n\r\n".encode("latin-1")
    return lambda connection, _: connection.sendall(head + body)


def page(html: str, headers: str = "", charset: str = "utf-8") -> Answer:
    return plain("200 OK", f"Content-Type: text/html\r\n{headers}", html.encode(charset))


def redirect(to: str, status: str = "302 Found") -> Answer:
    return plain(status, f"Location: {to}\r\n", b"")


def _forever(piece: bytes, pause: float, head: bytes) -> Answer:
    def send(connection: socket.socket, server: HostileServer) -> None:
        connection.sendall(head)
        while not server.closing.wait(pause):
            connection.sendall(piece)

    return send


def _echo_headers(connection: socket.socket, server: HostileServer) -> None:
    page(f"<html><body><pre>{server.requests[-1].decode('latin-1')}</pre></body></html>")(connection, server)


def _slowly(connection: socket.socket, server: HostileServer) -> None:
    time.sleep(1)
    page(SHOP)(connection, server)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
ANSWERS: dict[str, Answer] = {
    "/shop": page(SHOP),
    "/gbk": page(SHOP, charset="gbk"),
    "/gzip": plain("200 OK", "Content-Type: text/html\r\nContent-Encoding: gzip\r\n", gzip.compress(SHOP.encode())),
    "/deflate": plain(
        "200 OK", "Content-Type: text/html\r\nContent-Encoding: deflate\r\n", zlib.compress(SHOP.encode())
    ),
    "/chunked": plain(
        "200 OK",
        "Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n",
        b"%x\r\n%s\r\n0\r\n\r\n" % (len(SHOP.encode()), SHOP.encode()),
    ),
    "/echo": _echo_headers,
    "/second": _slowly,
    "/hop": redirect("/shop"),
    "/hop-utf8": redirect("/shop?店".encode().decode("latin-1")),
    "/cookie": redirect("/echo", "302 Found\r\nSet-Cookie: who=me; Path=/"),
    "/meta": page("<html><head><meta http-equiv='refresh' content='0; url=/shop'></head></html>"),
    "/refresh": plain("200 OK", "Content-Type: text/html\r\nRefresh: 1; url=/shop\r\n", b"<html>wait</html>"),
    "/script": page("<html><script>window.location.replace('/shop')</script></html>"),
    "/script-back": page("<html><script>location.href = '/script-back'</script></html>"),
    "/loop": redirect("/loop"),
    "/loop-a": redirect("/loop-b"),
    "/loop-b": redirect("/loop-a"),
    "/inside": redirect("http://10.0.0.1/"),
    "/metadata": redirect("http://169.254.169.254/latest/meta-data/"),
    "/meta-inside": page("<meta http-equiv='refresh' content='0;url=http://[::1]/'>"),
    "/script-inside": page("<script>location='http://192.168.0.1/admin'</script>"),
    "/to-file": redirect("file:///etc/passwd"),
    "/to-port": redirect("http://shop.example:22/"),
    "/to-nonsense": redirect("http://[nonsense"),
    "/no-location": plain("302 Found", "", b""),
    "/gone": plain("404 Not Found", "", b"no"),
    "/gone-for-good": plain("410 Gone", "", b"no"),
    "/refused": plain("403 Forbidden", "", b"no"),
    "/busy": plain("429 Too Many Requests", "", b"no"),
    "/broken": plain("500 Internal Server Error", "", b"no"),
    "/empty": lambda _connection, _server: None,
    "/garbage": lambda connection, _: connection.sendall(b"\x00\xff\x00SSH-2.0-OpenSSH_9.6\r\n"),
    "/short": plain("200 OK", "Content-Type: text/html\r\nContent-Length: 9999\r\n", b"<html>"),
    "/large": _forever(b"x" * 500_000, 0, HEAD + b"\r\n"),
    "/large-told": plain("200 OK", "Content-Length: 99999999999\r\n", b"x" * 6_000_000),
    "/drip": _forever(b"x", 0.05, HEAD + b"\r\n"),
    "/drip-head": _forever(b"X-A: b\r\n", 0.05, HEAD),
    "/heads": _forever(b"X-A: " + b"b" * 60_000 + b"\r\n", 0, HEAD),
    "/long-head": _forever(b"b" * 500_000, 0, HEAD + b"X-A: "),
    "/gzip-bomb": plain(
        "200 OK", "Content-Type: text/html\r\nContent-Encoding: gzip\r\n", gzip.compress(b"\0" * 200_000_000, 9)
    ),
    "/gzip-twice": plain(
        "200 OK", "Content-Encoding: gzip, gzip\r\n", gzip.compress(gzip.compress(b"\0" * 200_000_000, 9), 9)
    ),
    "/brotli": plain("200 OK", "Content-Encoding: br\r\n", b"\xcf\xff\xff\x7f\xf8"),
    "/not-gzip": plain("200 OK", "Content-Encoding: gzip\r\n", b"<html>plain</html>"),
    "/pdf": plain("200 OK", "Content-Type: application/pdf\r\n", b"%PDF-1.7"),
    "/robots.txt": plain("200 OK", "", b"User-agent: *\nDisallow: /gbk\n"),
}


class HostileServer:
    """Listens on a port of its own; one thread for each connection."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.requests: list[bytes] = []
        self.closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._listener.getsockname()[1]
        self._tls = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                request = b""
                while b"\r\n\r\n" not in request:
                    request += connection.recv(65_536)
                self.requests.append(request)
                path = request.split(b" ", 2)[1].decode("latin-1").partition("?")[0]
                ANSWERS.get(path, ANSWERS["/gone"])(connection, self)
        except OSError:
            return  # the other side has had enough

    def close(self) -> None:
        self.closing.set()
        self._listener.close()


@contextmanager
def hostile_server(certificate: Path | None = None) -> Iterator[HostileServer]:
    server = HostileServer(certificate)
    try:
        yield server
    finally:
        server.close()


def self_signed(folder: Path) -> Path:
    """A certificate that nobody has reason to trust, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    now = datetime.now(UTC)
    names = [x509.DNSName("shop.example"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "shop.pem"
    plain_key = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(plain_key + certificate.public_bytes(serialization.Encoding.PEM))
    return file
