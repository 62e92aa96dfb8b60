"""What a file really is, whatever it says of itself; and small pictures of pictures."""

import io
import warnings
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

UNKNOWN = "application/octet-stream"
# Programs and what runs when it is opened. A company may refuse more, never less.
REFUSED = frozenset(
    {"apk", "app", "appx", "bat", "chm", "cmd", "com", "cpl", "dll", "dmg", "exe", "gadget", "hta", "inf", "iso", "jar"}
    | {
        "js",
        "jse",
        "lnk",
        "msc",
        "msi",
        "msp",
        "ps1",
        "psm1",
        "reg",
        "scr",
        "sh",
        "sys",
        "vb",
        "vbe",
        "vbs",
        "wsf",
        "wsh",
    }
    | {"xll"}
)
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"#!", b"dex\n")
_PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp", "AVIF": "image/avif"}
_HEAD = 64 * 1024
MOST_PIXELS = 40_000_000
_SIDES = {"small": 480, "large": 1800}
# What the first bytes may say, and what we call it. Whatever is not here is handed out as unknown.
_TYPES = frozenset(
    {"application/pdf", "application/zip", "application/json", "text/plain", "text/csv", "audio/mpeg", "video/mp4"}
    | set(_PICTURES.values())
)


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen: the type by content, the size of a picture, and its small and large copy (WebP, drawn anew)."""

    content_type: str
    width: int | None = None
    height: int | None = None
    small: bytes = b""
    large: bytes = b""


def ending(name: str) -> str:
    """The ending of a file's name, in lower case without its dot."""
    return PurePosixPath(name).suffix.lower().lstrip(".")


def is_program(file: IO[bytes]) -> bool:
    """Whether the first bytes are those of something that runs."""
    file.seek(0)
    return file.read(8).startswith(_PROGRAMS)


def look(file: IO[bytes]) -> Look:
    """Look at the content. A picture that cannot be drawn anew, or is too large to be, is a file like any other."""
    picture = _picture(file)
    return picture or Look(_type(file))


def _type(file: IO[bytes]) -> str:
    import puremagic  # here, for most processes never see a file

    file.seek(0)
    head = file.read(_HEAD)
    try:
        found = str(puremagic.from_string(head, mime=True))
    except (puremagic.PureError, ValueError, IndexError):
        found = ""
    if found in _TYPES and not found.startswith("image/"):
        return found
    return "text/plain" if head and _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    try:
        text = head[: _HEAD - 4].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "\x00" not in text and not text.lstrip().startswith("<")


def _picture(file: IO[bytes]) -> Look | None:
    from PIL import Image

    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=tuple(_PICTURES)) as image:
                width, height = image.size
                if not 0 < width * height <= MOST_PIXELS:
                    return None
                kind = _PICTURES[image.format or ""]
                return Look(kind, width, height, *_copies(image))
    except Exception:  # a decoder may fail in any way over bytes that somebody has chosen
        return None


def _copies(image: Any) -> tuple[bytes, bytes]:
    """Both copies hold nothing of the file but its colours: no script, no place, no second file behind the picture."""
    from PIL import ImageOps

    image.draft("RGB", (_SIDES["large"], _SIDES["large"]))
    drawn = ImageOps.exif_transpose(image).convert("RGBA" if image.mode in {"RGBA", "LA", "P"} else "RGB")
    return _copy(drawn, _SIDES["small"]), _copy(drawn, _SIDES["large"])


def _copy(image: Any, side: int) -> bytes:
    copy = image.copy()
    copy.thumbnail((side, side))
    kept = io.BytesIO()
    copy.save(kept, "WEBP", quality=80, method=3)
    return kept.getvalue()
