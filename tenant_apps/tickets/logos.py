"""Logos and favicons: drawn anew from what somebody chose, kept by what they show, gone with the change after next."""

import hashlib
import io
import warnings
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from portico.brand import Picture
from portico.errors import Invalid
from portico.storage import CompanyStorage
from tenant_apps.tickets.settings import MEGABYTE

MOST_BYTES, MOST_PIXELS, LEAST_SIDE = 5 * MEGABYTE, 16_000_000, 16
LOGO, ICON = (480, 160), 128  # how large they are kept at most
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_FOLDER = "brand"
# A picture whose visible part is lighter or darker than this all over cannot be seen on a ground of its own kind.
_DARK, _LIGHT = 0.06, 0.75
_SVG = "SVG files can carry programs and are not taken. Please save the picture as PNG: twice its size looks best."
_TOO_LARGE = "This picture has too many points: at most 4,000 by 4,000. Please make it smaller."
_OTHER = "This is no picture that can be read here. Please choose a PNG, JPEG, WebP or GIF."


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture made of nothing but the colours of another; the small square of it for tabs and narrow places."""

    picture: Picture
    large: bytes
    small: bytes


def draw(part: str, file: UploadedFile, *, only_square: bool = False) -> Drawn:
    """Draw what somebody chose anew, within bounds. Invalid under `part`, in words, for what is no such picture.

    Of what moves the first frame is taken. Nothing else of the file stays: no place, no script, no second file in it.
    """
    image = opened(part, file)
    large = _square(image) if only_square else _fitted(image)
    saved = png(large)
    small = saved if only_square else png(_square(image))
    key = hashlib.sha256(saved + small).hexdigest()[:32]
    return Drawn(Picture(key, large.width, large.height, _plate(large)), saved, small)


def keep(drawn: Drawn, *, only_square: bool = False) -> None:
    """Put it where the company's pictures are. The caller holds the brand: `tidy` of another would take it away."""
    storage = CompanyStorage()
    wanted = {_icon(drawn.picture.key): drawn.small}
    if not only_square:
        wanted[_logo(drawn.picture.key)] = drawn.large
    for name, content in wanted.items():
        if not storage.exists(name):
            storage.save(name, ContentFile(content))


def is_kept(key: str, *, own: bool) -> bool:
    """Whether the picture is there: as a logo of its own, or as a small square."""
    return CompanyStorage().exists(_logo(key) if own else _icon(key))


def tidy(named: Collection[str]) -> None:
    """Take away every picture but these: those shown now, and those that the last change can be undone to."""
    storage = CompanyStorage()
    with suppress(FileNotFoundError):
        for name in storage.listdir(f"{_FOLDER}/")[1]:
            if name.removesuffix(".png").removesuffix("-icon") not in named:
                storage.delete(f"{_FOLDER}/{name}")


def _logo(key: str) -> str:
    return f"{_FOLDER}/{key}.png"


def _icon(key: str) -> str:
    return f"{_FOLDER}/{key}-icon.png"


def opened(part: str, file: UploadedFile) -> Any:
    """The picture in a file that somebody chose, its right side up and within bounds; Invalid under `part`, in words,
    for what is none."""
    if not file.size:
        raise Invalid({part: ["This file is empty."]})
    if file.size > MOST_BYTES:
        raise Invalid({part: [f"This file has {file.size / MEGABYTE:.0f} MB; at most {MOST_BYTES // MEGABYTE} fit."]})
    return _opened(part, file.file)  # type: ignore[arg-type]


def _opened(part: str, file: IO[bytes]) -> Any:
    from PIL import Image, ImageOps  # here, for most processes never see a picture

    file.seek(0)
    if _is_svg(file.read(4096)):
        raise Invalid({part: [_SVG]})
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=_FORMATS) as image:
                width, height = image.size
                if not 0 < width * height <= MOST_PIXELS:
                    raise Invalid({part: [_TOO_LARGE]})
                image.draft("RGB", (LOGO[0] * 4, LOGO[0] * 4))
                whole = ImageOps.exif_transpose(image).convert("RGBA")
    except Invalid:
        raise
    except Image.DecompressionBombError:
        raise Invalid({part: [_TOO_LARGE]}) from None
    except Exception:  # a decoder may fail in any way over bytes that somebody has chosen
        raise Invalid({part: [_OTHER]}) from None
    return _cut(part, whole)


def _is_svg(head: bytes) -> bool:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return text.startswith(b"\x1f\x8b") or (text.startswith(b"<") and (b"<svg" in text or text.startswith(b"<?xml")))


def _cut(part: str, whole: Any) -> Any:
    """Without the empty border that many logos come with."""
    box = whole.getchannel("A").getbbox()
    if box is None:
        raise Invalid({part: ["There is nothing to see in this picture."]})
    image = whole.crop(box)
    if max(image.size) < LEAST_SIDE:
        raise Invalid({part: [f"This picture is too small: at least {LEAST_SIDE} points each way, better 256."]})
    return image


def _fitted(image: Any) -> Any:
    copy = image.copy()
    copy.thumbnail(LOGO)
    return copy


def _square(image: Any) -> Any:
    from PIL import Image

    copy = image.copy()
    copy.thumbnail((ICON, ICON))
    side = max(copy.size)
    square = Image.new("RGBA", (side, side))
    square.paste(copy, ((side - copy.width) // 2, (side - copy.height) // 2))
    return square


def png(image: Any) -> bytes:
    """The picture as a file with nothing in it but its colours."""
    from PIL import Image

    bare = Image.new("RGBA", image.size)
    bare.paste(image)  # pixels alone: notes that came with the file stay behind
    kept = io.BytesIO()
    bare.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _plate(image: Any) -> str:
    """The ground a picture needs where the page's own would swallow it: black on dark pages, white on light ones."""
    small = image.copy()
    small.thumbnail((48, 48))
    points = zip(*[iter(small.tobytes())] * 4, strict=True)
    seen = [(red, green, blue) for red, green, blue, alpha in points if alpha > 127]
    if not seen or len(seen) > 0.97 * small.width * small.height:
        return ""  # it brings its own ground along
    light = [(0.2126 * (r / 255) ** 2.2 + 0.7152 * (g / 255) ** 2.2 + 0.0722 * (b / 255) ** 2.2) for r, g, b in seen]
    light.sort()
    if light[len(light) * 9 // 10] < _DARK:
        return "light"
    return "dark" if light[len(light) // 10] > _LIGHT else ""
