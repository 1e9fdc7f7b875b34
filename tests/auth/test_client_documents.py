"""Clients' documents, fetched over real TLS: 127.0.0.1 plays the outside, 127.0.0.2 the inside."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from auth.client_documents import LARGEST, ClientDocuments, DocumentRefused, is_document_address
from tests.auth.clock import Hands

HOST, OUTSIDE, INSIDE = "client.example", "127.0.0.1", "127.0.0.2"
JSON = "Content-Type: application/json\r\n"


@dataclass
class Site:
    """A client's own web server; `answer` makes what it says, from the address that it is asked as."""

    context: ssl.SSLContext
    trusted: ssl.SSLContext
    port: int = 0
    head: str = f"HTTP/1.1 200 OK\r\n{JSON}"
    body: Callable[[str], bytes] = lambda url: json.dumps({"client_id": url}).encode()
    pause: float = 0
    asked: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    answers: list[Sequence[str]] = field(default_factory=lambda: [[OUTSIDE]])

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}/client.json"

    async def resolve(self, host: str, _port: int) -> Sequence[str]:
        """The resolver: one answer after the other, the last of them again and again."""
        self.names.append(host)
        return self.answers[min(len(self.names), len(self.answers)) - 1]

    def documents(self, clock: Hands | None = None) -> ClientDocuments:
        """What is tested, with this resolver and a short time."""
        return ClientDocuments(
            lambda address: address == OUTSIDE,
            resolve=self.resolve,
            context=self.trusted,
            seconds=1.0,
            clock=clock or Hands(),
        )

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request; with a pause the head comes a byte at a time."""
        self.asked.append(writer.get_extra_info("sockname")[0])
        try:
            await reader.readuntil(b"\r\n\r\n")
            content = f"{self.head}\r\n".encode() + self.body(self.url)
            parts = [bytes([byte]) for byte in content] if self.pause else [content]
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(self.pause)
            writer.close()
            await writer.wait_closed()
        except (OSError, asyncio.IncompleteReadError):
            writer.transport.abort()


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(a server's, a client's that trusts it)."""
    path = tmp_path_factory.mktemp("tls") / "client.pem"
    _make_certificate(path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))


def _make_certificate(path: Path) -> None:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))


@asynccontextmanager
async def _open(site: Site) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        outside = await asyncio.start_server(site.serve, OUTSIDE, 0, ssl=site.context)
        await stack.enter_async_context(outside)
        site.port = outside.sockets[0].getsockname()[1]
        inside = await asyncio.start_server(site.serve, INSIDE, site.port, ssl=site.context)
        await stack.enter_async_context(inside)
        yield site


@pytest.fixture
async def site(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> AsyncIterator[Site]:
    async with _open(Site(*contexts)) as site:
        yield site


async def test_a_document_is_fetched_once_and_kept(site: Site) -> None:
    clock = Hands()
    documents = site.documents(clock)

    assert [await documents.get(site.url) for _ in range(3)] == [{"client_id": site.url}] * 3
    assert site.asked == [OUTSIDE]
    clock.forward(3_601)
    await documents.get(site.url)
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    ("control", "times"), [("no-store", 2), ("max-age=5", 2), ("max-age=100", 1), ("max-age=x", 1)]
)
async def test_it_is_kept_as_long_as_its_server_says(site: Site, control: str, times: int) -> None:
    clock = Hands()
    documents, site.head = site.documents(clock), f"{site.head}Cache-Control: private, {control}\r\n"
    await documents.get(site.url)
    clock.forward(10)
    await documents.get(site.url)

    assert len(site.asked) == times


@pytest.mark.parametrize("answers", [[INSIDE], [OUTSIDE, INSIDE], [INSIDE, OUTSIDE], []])
async def test_threat_23_a_name_that_leads_inside_is_not_asked(site: Site, answers: list[str]) -> None:
    site.answers = [answers]

    with pytest.raises(DocumentRefused, match="leads inside"):
        await site.documents().fetch(site.url)
    assert site.asked == []


async def test_threat_23_a_name_that_is_bound_anew_is_asked_where_it_was_judged(site: Site) -> None:
    site.answers = [[OUTSIDE], [INSIDE]]
    documents = site.documents()

    await documents.fetch(site.url)
    with pytest.raises(DocumentRefused, match="leads inside"):
        await documents.fetch(site.url)

    assert site.asked == [OUTSIDE]
    assert site.names == [HOST, HOST]  # once for each: judged and used is the same answer


async def test_threat_23_a_redirect_is_not_followed(site: Site) -> None:
    site.head = f"HTTP/1.1 302 Found\r\n{JSON}Location: https://{INSIDE}:{site.port}/client.json\r\n"

    with pytest.raises(DocumentRefused, match="HTTP 302"):
        await site.documents().fetch(site.url)
    assert site.asked == [OUTSIDE]


@pytest.mark.parametrize(("size", "good"), [(LARGEST, True), (LARGEST + 1, False), (1_000_000, False)])
@pytest.mark.parametrize("said", [True, False])
async def test_threat_23_a_document_has_five_kilobytes(site: Site, size: int, good: bool, said: bool) -> None:
    content = json.dumps({"client_id": site.url}).encode().ljust(size)
    site.body = lambda _url: content
    if said:
        site.head += f"Content-Length: {size}\r\n"

    if good:
        assert (await site.documents().fetch(site.url))[0] == {"client_id": site.url}
        return
    with pytest.raises(DocumentRefused, match="too large"):
        await site.documents().fetch(site.url)


async def test_threat_23_a_server_that_never_ends_is_left(site: Site) -> None:
    site.pause = 0.2  # each byte comes in good time, the whole never

    with pytest.raises(DocumentRefused, match="TimeoutError"):
        await site.documents().fetch(site.url)


@pytest.mark.parametrize(
    ("head", "good"),
    [
        ("Content-Type: application/json; charset=utf-8\r\n", True),
        ("Content-Type: application/cimd+json\r\n", True),
        ("Content-Type: text/html\r\n", False),
        ("Content-Type: text/plain\r\n", False),
        ("", False),
        (JSON + "Content-Encoding: gzip\r\n", False),
    ],
)
async def test_threat_23_what_is_no_json_by_its_type_is_refused(site: Site, head: str, good: bool) -> None:
    site.head = f"HTTP/1.1 200 OK\r\n{head}"

    if good:
        assert await site.documents().fetch(site.url)
        return
    with pytest.raises(DocumentRefused):
        await site.documents().fetch(site.url)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"[" * 5_000, b'{"client_id": "https://client.example/other.json"}', b"\xff{}"],
)
async def test_a_document_that_is_none_of_this_client_is_refused(site: Site, body: bytes) -> None:
    site.body = lambda _url: body

    with pytest.raises(DocumentRefused):
        await site.documents().fetch(site.url)


async def test_a_certificate_that_nobody_trusts_is_refused_and_the_refusal_kept(site: Site) -> None:
    clock = Hands()
    documents = ClientDocuments(lambda _address: True, resolve=site.resolve, clock=clock)

    for _ in range(3):
        with pytest.raises(DocumentRefused):
            await documents.get(site.url)
    assert len(site.names) == 1
    clock.forward(61)
    with pytest.raises(DocumentRefused):
        await documents.get(site.url)
    assert len(site.names) == 2


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://client.example/client.json", True),
        ("https://client.example:8443/a/b?c=d", True),
        ("http://client.example/client.json", False),
        ("https://client.example", False),
        ("https://client.example/", False),
        ("https://client.example/a/../client.json", False),
        ("https://client.example/client.json#x", False),
        ("https://ann@client.example/client.json", False),
        ("https://client.example:99999/client.json", False),
        ("https://client.example/a b", False),
        ("https://client.example/a\r\nHost: inside", False),
        ("https://client.example/" + "x" * 500, False),
        ("https://[::1/x", False),
    ],
)
def test_what_can_be_the_address_of_a_document(address: str, good: bool) -> None:
    assert is_document_address(address) is good
