"""Blocks of content that the fixtures answer with."""

import struct
import zlib
from base64 import b64encode

from mcp_types import AudioContent, EmbeddedResource, ImageContent, TextContent, TextResourceContents


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png() -> bytes:
    """One red pixel."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def wav() -> bytes:
    """One silent sample."""
    layout = struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)
    body = b"WAVEfmt " + struct.pack("<I", len(layout)) + layout + b"data" + struct.pack("<I", 1) + b"\x80\0"
    return b"RIFF" + struct.pack("<I", len(body)) + body


def text(value: str) -> TextContent:
    """A block of text."""
    return TextContent(type="text", text=value)


def image() -> ImageContent:
    """The pixel."""
    return ImageContent(type="image", data=b64encode(png()).decode(), mime_type="image/png")


def audio() -> AudioContent:
    """The sample."""
    return AudioContent(type="audio", data=b64encode(wav()).decode(), mime_type="audio/wav")


def embedded(uri: str, mime_type: str, value: str) -> EmbeddedResource:
    """A resource inside a message."""
    return EmbeddedResource(
        type="resource", resource=TextResourceContents(uri=uri, mime_type=mime_type, text=value)
    )
