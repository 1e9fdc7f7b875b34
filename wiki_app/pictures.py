"""Pictures made small enough for a model to look at. The only module that knows Pillow."""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from wiki_app.errors import InvalidInput

LARGEST_SIDE = 1024
"""Pixels."""
LARGEST_BYTES = 64 * 1024
MOST_PIXELS = 60_000_000
"""Of the picture as it was uploaded: a small file can unfold to gigabytes."""
_READABLE = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")


@dataclass(frozen=True)
class Scaled:
    """A JPEG; `width` and `height` are those of the original."""

    data: bytes
    mime_type: str
    width: int
    height: int


def scaled(data: bytes) -> Scaled:
    """The picture upright, within LARGEST_SIDE and LARGEST_BYTES. Raises InvalidInput."""
    try:
        with Image.open(io.BytesIO(data), formats=_READABLE) as original:
            width, height = original.size
            if width * height > MOST_PIXELS:
                raise InvalidInput(f"The picture has {width} × {height} pixels: too many to scale it.")
            return Scaled(_encoded(_flat(original)), "image/jpeg", width, height)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidInput("The file is no picture that can be shown.") from error


def _flat(original: Image.Image) -> Image.Image:
    """Upright, without transparency (on white), first frame."""
    original.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
    upright = ImageOps.exif_transpose(original)
    upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    if upright.mode in {"RGBA", "LA", "PA", "P"}:
        with_alpha = upright.convert("RGBA")
        ground = Image.new("RGBA", with_alpha.size, "white")
        return Image.alpha_composite(ground, with_alpha).convert("RGB")
    return upright.convert("RGB")


def _encoded(picture: Image.Image) -> bytes:
    while True:
        for quality in (85, 65, 45):
            target = io.BytesIO()
            picture.save(target, "JPEG", quality=quality)
            if target.tell() <= LARGEST_BYTES:
                return target.getvalue()
        picture = picture.resize((max(1, picture.width * 2 // 3), max(1, picture.height * 2 // 3)))
