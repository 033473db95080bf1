"""JPEG and PNG without what the camera wrote: place, date, device, comments, thumbnail.

The image data is copied, never decoded: the same pixels, and no image library meets a stranger's bytes. Whatever
stands after the end of the image is left behind.
"""

import struct
import zlib
from collections.abc import Iterator

from django.core.exceptions import ValidationError

MAX_PIXELS = 40_000_000
PNG_START = b"\x89PNG\r\n\x1a\n"
BROKEN = "cette image est incomplète ou abîmée. Ouvrez-la puis enregistrez-la à nouveau."
TOO_LARGE = "cette image a trop de points (40 millions au plus). Réduisez-la puis renvoyez-la."


def _bounded(width: int, height: int) -> None:
    if not width or not height:
        raise ValidationError(BROKEN)
    if width * height > MAX_PIXELS:
        raise ValidationError(TOO_LARGE)


# ------------------------------------------------------------------ JPEG

# Start of frame: the size is there. Tables and scans that make the picture.
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_TABLES = {0xC4, 0xCC, 0xDB, 0xDC, 0xDD}
_EOI, _SOS = 0xD9, 0xDA
_ORIENTATION = 0x0112


def clean_jpeg(content: bytes) -> bytes:
    """The picture, its colour profile and which way is up; nothing else."""
    kept, has_frame, has_scan, turned = [b"\xff\xd8"], False, False, b""
    for marker, segment in _segments(content):
        if marker in _FRAMES:
            if len(segment) < 9:
                raise ValidationError(BROKEN)
            _bounded(int.from_bytes(segment[7:9], "big"), int.from_bytes(segment[5:7], "big"))
            has_frame = True
        has_scan = has_scan or marker == _SOS
        if marker == 0xE1 and not turned:
            turned = _upright(segment[4:])
        if marker in _FRAMES | _TABLES | {_SOS, _EOI} or _says_colours(marker, segment[4:]):
            kept.append(segment)
    if not has_frame or not has_scan:
        raise ValidationError(BROKEN)
    return b"".join([kept[0], *_after_jfif(kept[1:], turned)])


def _after_jfif(segments: list[bytes], turned: bytes) -> list[bytes]:
    """JFIF comes first where there is one."""
    first = 1 if segments and segments[0][:2] == b"\xff\xe0" else 0
    return [*segments[:first], *([turned] if turned else []), *segments[first:]]


def _says_colours(marker: int, body: bytes) -> bool:
    """JFIF itself (without its thumbnail), Adobe's colour transform, an ICC profile."""
    jfif = marker == 0xE0 and body.startswith(b"JFIF\0") and len(body) == 14
    return (
        jfif or (marker == 0xEE and body.startswith(b"Adobe")) or (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"))
    )


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, whole segment) from the start of the image to its end; a scan brings its compressed data."""
    at = 2
    while True:
        while content[at : at + 2] == b"\xff\xff":  # padding
            at += 1
        if content[at : at + 1] != b"\xff" or at + 2 > len(content):
            raise ValidationError(BROKEN)
        marker = content[at + 1]
        if marker == _EOI:
            yield marker, b"\xff\xd9"
            return
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(content):
            raise ValidationError(BROKEN)
        if marker == _SOS:
            end = _end_of_scan(content, end)
        yield marker, content[at:end]
        at = end


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker stands: not a stuffed FF00, not a restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise ValidationError(BROKEN)
        following = content[at + 1]
        if following != 0 and not 0xD0 <= following <= 0xD7 and following != 0xFF:
            return at
        at += 1 if following == 0xFF else 2


def _upright(body: bytes) -> bytes:
    """A new EXIF segment that holds the orientation alone, or nothing where the picture stands upright."""
    value = _orientation(body)
    if not 2 <= value <= 8:
        return b""
    directory = struct.pack(">HHHIHHI", 1, _ORIENTATION, 3, 1, value, 0, 0)
    body = b"Exif\0\0MM\0*\0\0\0\x08" + directory
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _orientation(body: bytes) -> int:
    if not body.startswith(b"Exif\0\0") or body[6:8] not in (b"MM", b"II"):
        return 0
    tiff, order = body[6:], ">" if body[6:8] == b"MM" else "<"
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for rank in range(min(count, 200)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * rank)
            if (tag, kind) == (_ORIENTATION, 3):
                return int(value)
    except struct.error:
        return 0
    return 0


# ------------------------------------------------------------------ PNG

_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs"}
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Adam7: (start, step) of the columns and of the rows of each pass.
_PASSES = ((0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2))


def clean_png(content: bytes) -> bytes:
    """The image and its colours; texts, EXIF, time, animation and unknown chunks stay behind."""
    kept, header, data = [PNG_START], b"", []
    for name, body, chunk in _chunks(content):
        if not header and name != b"IHDR":
            raise ValidationError(BROKEN)
        if name == b"IHDR":
            header = body
            _bounded(*struct.unpack(">II", body[:8]) if len(body) == 13 else (0, 0))
        if name == b"IDAT":
            data.append(body)
        if name in _KEPT:
            kept.append(chunk)
        elif not name[0] & 0x20:  # critical, and not one we know
            raise ValidationError(BROKEN)
    _inflates(data, _raw_size(header))
    return b"".join(kept)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(name, body, whole chunk) until IEND, each with its right checksum."""
    at = len(PNG_START)
    while True:
        length = int.from_bytes(content[at : at + 4], "big")
        name, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        end = at + 12 + length
        if len(name) < 4 or end > len(content):
            raise ValidationError(BROKEN)
        if int.from_bytes(content[end - 4 : end], "big") != zlib.crc32(name + body):
            raise ValidationError(BROKEN)
        yield name, body, content[at:end]
        if name == b"IEND":
            return
        at = end


def _raw_size(header: bytes) -> int:
    """How many bytes the pixels take, filters included: the header alone says it."""
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if colour not in _CHANNELS or depth not in (1, 2, 4, 8, 16) or interlaced > 1:
        raise ValidationError(BROKEN)
    bits = _CHANNELS[colour] * depth
    if not interlaced:
        return height * (1 + (width * bits + 7) // 8)
    sizes = ((max(0, -(-(width - x) // dx)), max(0, -(-(height - y) // dy))) for x, dx, y, dy in _PASSES)
    return sum(rows * (1 + (columns * bits + 7) // 8) for columns, rows in sizes if columns)


def _inflates(parts: list[bytes], expected: int) -> None:
    """The data unpacks to just that size: counted, never kept."""
    inflater, count = zlib.decompressobj(), 0
    try:
        for part in parts:
            while part and count <= expected:
                count += len(inflater.decompress(part, 1_000_000))
                part = inflater.unconsumed_tail
    except zlib.error as error:
        raise ValidationError(BROKEN) from error
    if count != expected or not inflater.eof:
        raise ValidationError(BROKEN)
