"""The way to a gallery: proxies, TLS on both sides, addresses of any kind, galleries that send callers elsewhere."""

import selectors
import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from piwigo_contract.client.connection import Allowance, Connection
from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.client.proxies import proxy_of
from piwigo_contract.errors import UsageError
from piwigo_contract.options import Settings
from piwigo_contract.provision.inspection import run_preflight
from piwigo_contract.provision.target import Target
from piwigo_contract.reference import Reference, start
from piwigo_contract.urls import gallery_root
from tests.serving import HOST, request_on, serve

CERTIFICATE = Path(__file__).parent / "data" / "self-signed.pem"

ADDRESSES = {
    "http://[::1]:8080/photos": "http://[::1]:8080/photos/",
    "https://bücher.example/ws.php": "https://xn--bcher-kva.example/",
    "http://BÜCHER.example:81/a/": "http://xn--bcher-kva.example:81/a/",
    "http://host/my photos/é": "http://host/my%20photos/%C3%A9/",
    "http://host/a%20b/": "http://host/a%20b/",
    "http://host/sub/folder/ws.php": "http://host/sub/folder/",
}


@pytest.mark.parametrize(("given", "root"), ADDRESSES.items())
def test_address_as_it_stands_in_a_request(given, root):
    assert gallery_root(given) == root


def test_address_of_one_of_the_networks_keeps_its_scope(monkeypatch):
    """Without it nobody knows on which network that address is (RFC 4007, section 6)."""

    def found(host, port, *_, **__):
        scope = 3 if host == "fe80::1%eth0" else 0
        return [(socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("fe80::1", port, 0, scope))]

    reached = []
    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr(socket.socket, "connect", lambda _, there: reached.append(there))
    Connection("fe80::1%eth0", 80, Allowance(5)).close()
    assert reached == [("fe80::1", 80, 0, 3)]


def test_name_that_no_host_can_have():
    with pytest.raises(UsageError, match="no host can have that name"):
        gallery_root(f"http://{'é' * 70}.example/")


class TunnelProxy:
    """Makes tunnels to one target, whatever is asked for; `asked` has what was."""

    def __init__(self, port, refuses=False):
        self._port, self._refuses = port, refuses
        self._socket = socket.create_server((HOST, 0))
        self.asked = []
        self.url = f"http://jo:a%20b@{HOST}:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=(self._socket.accept()[0],), daemon=True).start()

    def _serve(self, client):
        with client, suppress(OSError):
            self.asked.append(request_on(client))
            if self._refuses:
                client.sendall(b"HTTP/1.1 403 Filtered\r\n\r\n")
                return
            with socket.create_connection((HOST, self._port)) as there, selectors.DefaultSelector() as ready:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                for one, other in ((client, there), (there, client)):
                    ready.register(one, selectors.EVENT_READ, other)
                while True:
                    for key, _ in ready.select():
                        if not (data := key.fileobj.recv(65536)):
                            return
                        key.data.sendall(data)

    def stop(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@contextmanager
def proxy(port, **settings):
    made = TunnelProxy(port, **settings)
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def running():
    with start(Reference()) as server:
        yield server


def test_every_request_goes_through_the_proxy(running, client, monkeypatch):
    port = int(running.url.rsplit(":", 1)[1].strip("/"))
    with proxy(port) as between:
        monkeypatch.setenv("HTTP_PROXY", between.url)
        monkeypatch.delenv("http_proxy", raising=False)
        monkeypatch.setenv("NO_PROXY", "elsewhere.example")
        gallery = client("http://photos.example/")
        assert gallery.whoami().caller.user.name == "guest"
        assert gallery.whoami_on_the_wire().caller.user.name == "guest"
        assert str(gallery.proxy) == between.url.rsplit("@")[1]
        assert between.asked == 2 * [
            b"CONNECT photos.example:80 HTTP/1.1\r\nHost: photos.example:80\r\n"
            b"Proxy-Authorization: Basic am86YSBi\r\n\r\n"
        ]


def test_proxy_that_gives_no_tunnel(running, client, monkeypatch):
    with proxy(0, refuses=True) as between:
        monkeypatch.setenv("http_proxy", between.url)
        gallery = client("http://photos.example/")
        for ask in (gallery.whoami, gallery.whoami_on_the_wire):
            with pytest.raises(
                NoAnswer, match=r"gives no tunnel to photos.example:80: 'HTTP/1.1 403 Filtered'; NO_PROXY"
            ):
                ask()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:81/", "http://localhost/", "http://[::1]/", "http://a.photos.example/"]
)
def test_target_that_is_asked_directly(monkeypatch, url):
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "photos.example")
    assert proxy_of(url) is None
    assert str(proxy_of("http://other.example/")) == "proxy.example:3128"


@pytest.mark.parametrize(
    "given", ["socks5://proxy.example:1080", "https://proxy.example", "http://jo:S3cret@h:x", "http://"]
)
def test_proxy_that_can_not_be_used(monkeypatch, given):
    monkeypatch.setenv("https_proxy", given)
    with pytest.raises(
        UsageError, match=r"HTTPS_PROXY: give an http:// URL of a proxy, or name host.example"
    ) as refused:
        proxy_of("https://host.example/")
    assert "S3cret" not in str(refused.value)


@pytest.fixture
def looked(vault):
    """The result of a preflight."""
    targets = []

    def look(url, **settings):
        targets.append(Target(url, Settings(targets=(url,), **settings), vault))
        return run_preflight(targets[-1])

    yield look
    for target in targets:
        target.gallery.close()


def sends_to(location, seen):
    def application(environ, start_response):
        seen.append({name: value for name, value in environ.items() if name.startswith("HTTP_")})
        start_response("301 Moved Permanently", [("Location", location), ("Content-Length", "0")])
        return [b""]

    return application


def test_gallery_that_sends_callers_to_itself_with_tls(looked):
    """That is the target from then on; nothing secret went without TLS."""
    seen = []
    with start(Reference(tls=CERTIFICATE)) as secure:
        user, _, password = secure.banner["webmaster"].partition(":")
        with serve(sends_to(f"{secure.url}ws.php?method=x", seen)) as url:
            result = looked(url, webmaster=(user, password), api_key=secure.banner["api_key"], insecure=True)
    assert (result.stopped, result.url) == (None, secure.url)
    assert f"{url} redirects to {secure.url}: that is what is tested" in result.note
    assert "--insecure: whose certificate the target has was not looked at" in result.note
    assert len(seen) == 1
    assert not {"HTTP_X_PIWIGO_API", "HTTP_COOKIE", "HTTP_AUTHORIZATION"} & set(seen[0])


ELSEWHERE = {
    "another host with TLS": "https://elsewhere.example/ws.php",
    "its own name at the front": "https://127.0.0.1.elsewhere.example/ws.php",
    "its own name as a user": "https://127.0.0.1@elsewhere.example/ws.php",
    "another folder": "https://127.0.0.1:1/photos/ws.php",
    "a file": "file:///etc/passwd",
    "no URL": "https://[::1:1/",
    "no port": "https://127.0.0.1:99999999/ws.php",
}


@pytest.mark.parametrize("location", ELSEWHERE.values(), ids=ELSEWHERE)
def test_gallery_that_sends_callers_elsewhere(looked, location):
    seen = []
    with serve(sends_to(location, seen)) as url:
        result = looked(url, api_key="pkid-1:S3cret")
    assert "redirects to" in result.stopped or "Invalid URL in location header" in result.stopped
    assert len(seen) == 1


def test_certificate_that_the_suite_shows(client):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    context.load_verify_locations(CERTIFICATE)
    context.verify_mode = ssl.CERT_REQUIRED
    body = Response('{"stat":"ok","result":{"username":"guest","status":"guest"}}')
    with serve(body, context) as url:
        shown = Settings(insecure=True, client_cert=CERTIFICATE).trust()
        gallery = client(url, trust=shown)
        assert gallery.whoami().caller.user.name == gallery.whoami_on_the_wire().caller.user.name == "guest"
        with pytest.raises(NoAnswer):
            client(url, trust=Settings(insecure=True).trust()).whoami()


@pytest.mark.skipif(not socket.has_ipv6, reason="a machine without IPv6")
def test_gallery_at_an_address_of_ipv6(client):
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listening:
        body = b'{"stat":"ok","result":{"username":"guest","status":"guest"}}'

        def serve_two():
            for _ in range(2):
                connection, _ = listening.accept()
                with connection:
                    heads.append(request_on(connection))
                    connection.sendall(
                        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
                    )

        heads = []
        server = threading.Thread(target=serve_two)
        server.start()
        port = listening.getsockname()[1]
        gallery = client(f"http://[::1]:{port}/")
        assert gallery.whoami().caller.user.name == gallery.whoami_on_the_wire().caller.user.name == "guest"
        server.join()
    assert all(f"Host: [::1]:{port}\r\n".encode() in head for head in heads)
