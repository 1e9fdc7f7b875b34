"""Symbol tables and debugging sections of shared objects are left out; what is loaded stays where it is.

Written here rather than calling `strip`: one program for both processors (Debian's knows its own only), and
the same bytes whatever version of binutils a machine has. The format: ELF-64 Object File Format, version 1.5.
Only what no segment maps goes: the loaded part of the file is copied byte for byte.
"""

import struct
from dataclasses import dataclass, replace

HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
SEGMENT = struct.Struct("<IIQQQQQQ")
SECTION = struct.Struct("<IIQQQQIIQQ")
MAGIC = b"\x7fELF\x02\x01"  # 64 bits, little-endian
MACHINES = {183: "arm64", 62: "x86_64"}
SHARED, ALLOCATED, EMPTY_FILE = 3, 2, 8  # ET_DYN, SHF_ALLOC, SHT_NOBITS


@dataclass(frozen=True)
class Section:
    """One row of the section table, in the file's order of fields."""

    name: int
    kind: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    alignment: int
    entry_size: int

    @property
    def kept(self) -> bool:
        """Mapped into memory (or the empty row that opens each table)."""
        return self.kind == 0 or bool(self.flags & ALLOCATED)

    @property
    def end(self) -> int:
        """The offset after its last byte in the file."""
        return self.offset + (0 if self.kind == EMPTY_FILE else self.size)

    def packed(self) -> bytes:
        """As it stands in the file."""
        return SECTION.pack(*vars(self).values())


def machine(data: bytes) -> str | None:
    """The processor of a 64-bit object: `arm64`, `x86_64`, `other`; None when the data is no such object."""
    if not data.startswith(MAGIC):
        return None
    return MACHINES.get(struct.unpack_from("<H", data, 18)[0], "other")


def stripped(data: bytes) -> bytes:
    """The shared object without what is not loaded; the data itself where nothing can be saved."""
    if not data.startswith(MAGIC):
        return data
    header = list(HEADER.unpack_from(data))
    sections, names = _sections(data, header)
    if header[1] != SHARED or not sections:
        return data
    smaller = _rebuilt(data, header, sections, names)
    return smaller if len(smaller) < len(data) else data


def _sections(data: bytes, header: list[int]) -> tuple[list[Section], int]:
    """All rows of the section table, and which of them holds the sections' names."""
    start, size, count, names = header[6], header[11], header[12], header[13]
    return [Section(*SECTION.unpack_from(data, start + i * size)) for i in range(count)], names


def _rebuilt(data: bytes, header: list[int], sections: list[Section], names: int) -> bytes:
    kept = [i for i, section in enumerate(sections) if section.kept or i == names]
    body = bytearray(data[: _loaded_end(data, header, [sections[i] for i in kept if i != names])])
    renamed = sections[names]
    texts = data[renamed.offset : renamed.end]
    place, table = _append(body, texts, 1), b""
    numbers = {old: new for new, old in enumerate(kept)}
    for old in kept:
        section = sections[old]
        offset = place if old == names else section.offset
        table += replace(section, offset=offset, link=numbers.get(section.link, 0)).packed()
    header[6] = _append(body, table, 8)
    header[12], header[13] = len(kept), numbers[names]
    HEADER.pack_into(body, 0, *header)
    return bytes(body)


def _loaded_end(data: bytes, header: list[int], kept: list[Section]) -> int:
    """The end of what any segment or kept section covers; the two tables of headers included."""
    start, size, count = header[5], header[9], header[10]
    segments: list[tuple[int, ...]] = [SEGMENT.unpack_from(data, start + i * size) for i in range(count)]
    ends = [segment[2] + segment[5] for segment in segments] + [section.end for section in kept]
    return max([HEADER.size, start + size * count, *ends])


def _append(body: bytearray, data: bytes, alignment: int) -> int:
    """Put data at the end; returns its offset."""
    body.extend(b"\0" * (-len(body) % alignment))
    place = len(body)
    body.extend(data)
    return place
