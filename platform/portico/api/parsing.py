"""Reading what programs send: JSON of bounded size, known fields, the types that are asked for."""

import json
from collections.abc import Iterable, Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework import serializers
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

_MOST_NAMED = 20


class JsonParser(BaseParser):
    """JSON in UTF-8. NaN, halves of surrogate pairs and endless nesting are no JSON to us."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, context: Mapping[str, Any] | None = None) -> Any:
        charset = (media_type or "").lower().partition("charset=")[2].strip(' "')
        if charset not in {"", "utf-8", "utf8"}:
            raise UnsupportedMediaType(media_type or "")
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        try:
            return json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise ParseError from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


class JsonAlways(BaseContentNegotiation):
    """Answers are JSON, whatever a client says it accepts."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        content_type = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == content_type), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class Shape(serializers.Serializer[Any]):
    """What a body, or the query of a list, may hold. Unknown names are refused: a typing mistake is told, not lost."""

    def to_internal_value(self, given: Any) -> Any:
        if isinstance(given, Mapping) and (unknown := set(given) - set(self.fields)):
            raise serializers.ValidationError(
                {name: ["There is no such field."] for name in sorted(unknown)[:_MOST_NAMED]}
            )
        return super().to_internal_value(given)


class Text(serializers.CharField):
    """A string. Numbers and truth values are not taken for one, and half of a surrogate pair is no character."""

    def to_internal_value(self, given: Any) -> str:
        if not isinstance(given, str):
            self.fail("invalid")
        try:
            given.encode()
        except UnicodeEncodeError:
            raise serializers.ValidationError("This has a character that cannot be kept. Please remove it.") from None
        return super().to_internal_value(given)


class Email(Text, serializers.EmailField):
    """An e-mail address, in lower case."""

    def to_internal_value(self, given: Any) -> str:
        return super().to_internal_value(given).lower()


class Number(serializers.IntegerField):
    """A whole number as JSON knows it, or its digits in a query."""

    def __init__(self, *, from_text: bool = False, **options: Any) -> None:
        self.from_text = from_text
        super().__init__(**options)

    def to_internal_value(self, given: Any) -> int:
        if isinstance(given, bool) or not isinstance(given, str if self.from_text else int):
            self.fail("invalid")
        if isinstance(given, str) and not (given.isascii() and given.isdecimal() and len(given) < 20):
            self.fail("invalid")
        return super().to_internal_value(given)
