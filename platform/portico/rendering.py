"""Templates as Django has them, with the two steps that every page takes a thousand times made short.

Looking a word up and writing it down cost Django some twenty calls each, most of which find out that nothing special is
at hand. Here the usual case is seen at once; everything else is left to Django, so what comes out is the same.
"""

from html import escape
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.template import Template
from django.template.base import (
    FilterExpression,
    Lexer,
    Node,
    NodeList,
    Parser,
    TextNode,
    Token,
    Variable,
    VariableNode,
    render_value_in_context,
)
from django.template.context import Context
from django.template.library import SimpleNode
from django.template.loader_tags import (
    BLOCK_CONTEXT_KEY,
    BlockContext,
    BlockNode,
    ExtendsNode,
    IncludeNode,
    construct_relative_path,
)
from django.template.loaders import cached
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

_NOT_THERE = (TypeError, AttributeError, KeyError, ValueError, IndexError)


class Loader(cached.Loader):
    """Templates from files, each read once a process; in debugging they are Django's own."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        template = super().get_template(template_name, skip)
        if not self.engine.debug and not hasattr(template, "is_quick"):
            template.nodelist = self._parsed(template)
            template.is_quick = True  # type: ignore[attr-defined]
        return template

    def _parsed(self, template: Template) -> NodeList:
        known = self.engine.template_libraries, self.engine.template_builtins
        return _Parser(Lexer(template.source).tokenize(), *known, template.origin).parse()


class _Parser(Parser):
    def compile_filter(self, token: str) -> FilterExpression:
        return _Expression(token, self)

    def extend_nodelist(self, nodelist: NodeList, node: Node, token: Token) -> None:
        if type(node) is VariableNode:
            node.__class__ = _Word
        elif type(node) is TextNode:
            node.__class__ = _Text
        elif type(node) is SimpleNode:
            node.__class__ = _Call
        elif type(node) is IncludeNode:
            node.__class__ = _Part
        elif type(node) is ExtendsNode:
            node.__class__ = _Heir
        super().extend_nodelist(nodelist, node, token)


class _Expression(FilterExpression):
    def __init__(self, token: str, parser: Parser) -> None:
        super().__init__(token, parser)
        if type(self.var) is Variable and self.var.lookups and not self.var.translate:
            self.var = _Name(self.var.var)
        self.is_plain = not self.filters and type(self.var) is _Name
        self.is_fixed = not self.filters and not self.is_var

    def resolve(self, context: Context, ignore_failures: bool = False) -> Any:
        if self.is_plain:
            found = self.var.look(context)
            if found is _ABSENT and ignore_failures:
                return None
            if found is _ABSENT and not context.template.engine.string_if_invalid:  # type: ignore[union-attr]
                return ""
            return super().resolve(context, ignore_failures) if found is _MISSING or found is _ABSENT else found
        return self.var if self.is_fixed else super().resolve(context, ignore_failures)


_MISSING, _ABSENT = object(), object()
_TABLES = (dict, QueryDict)


class _Name(Variable):
    __slots__ = ()

    def resolve(self, context: Any) -> Any:
        found = self.look(context)
        return super().resolve(context) if found is _MISSING or found is _ABSENT else found

    def look(self, context: Any) -> Any:
        """What stands behind the words; `_ABSENT` when nobody gave the first of them, as parts may leave away what they
        can do without, or a table has no such key; `_MISSING` when finding that out takes more than looking."""
        first, *others = self.lookups or ()
        for known in reversed(context.dicts):
            if first in known:
                found = known[first]
                break
        else:
            return _MISSING if hasattr(context, first) else _ABSENT
        try:
            if callable(found):
                found = _called(found)
            for word in others:
                if type(found) in _TABLES and word not in found and _is_nothing(found, word):
                    return _ABSENT
                try:
                    found = found[word] if hasattr(type(found), "__getitem__") else getattr(found, word)
                except _NOT_THERE:
                    found = getattr(found, word)
                if callable(found):
                    found = _called(found)
        except Exception:  # Django knows which of them a page is silent about, and says the others
            return _MISSING
        return found


def _is_nothing(table: Any, word: str) -> bool:
    """Whether what is no key leads nowhere in any other way either. Django lists all attributes before it gives up."""
    return not word.isdigit() and not hasattr(table, word)


def _called(found: Any) -> Any:
    if getattr(found, "do_not_call_in_templates", False):
        return found
    return "" if getattr(found, "alters_data", False) else found()


class _Word(VariableNode):
    def render_annotated(self, context: Context) -> str:
        found = self.filter_expression.resolve(context)
        kind = type(found)
        if kind is SafeString:
            return str.__str__(found)
        if kind is str:
            return escape(found) if context.autoescape else found
        return str(found) if kind is UUID else render_value_in_context(found, context)


class _Call(SimpleNode):
    """A tag of ours. What is drawn once for the same words (`lru_cache`) and has fixed ones is asked for once."""

    said: str | None = None

    def render_annotated(self, context: Context) -> str:
        if self.said is not None:
            return self.said
        words = [one.resolve(context) for one in self.args]
        named = {name: one.resolve(context) for name, one in self.kwargs.items()}
        said = self.func(context, *words, **named) if self.takes_context else self.func(*words, **named)
        if self.target_var is not None:
            context[self.target_var] = said
            return ""
        if type(said) is not SafeString:
            return str(conditional_escape(said) if context.autoescape else said)
        given = (*self.args, *self.kwargs.values())
        if hasattr(self.func, "cache_info") and all(type(one) is _Expression and one.is_fixed for one in given):
            self.said = said
        return said


class _Part(IncludeNode):
    """A template within another, found once when its name is a fixed one."""

    known: Any = None

    def render_annotated(self, context: Context) -> str:
        if self.isolated_context or not (type(self.template) is _Expression and self.template.is_fixed):
            return str(super().render_annotated(context))
        part = self.known = self.known or self._found(context)
        given = {name: one.resolve(context) for name, one in self.extra_context.items()}
        with context.push(**given), context.render_context.push_state(part):
            return str(part._render(context))

    def _found(self, context: Any) -> Any:
        origin: Any = self.origin
        name = construct_relative_path(origin.template_name, self.template.var)
        return context.template.engine.get_template(name)


class _Heir(ExtendsNode):
    """A page on another one, found once when its name is a fixed one, with the blocks that it has itself."""

    known: tuple[Any, dict[str, Any]] | None = None

    def render(self, context: Context) -> str:
        if not (type(self.parent_name) is _Expression and self.parent_name.is_fixed):
            return str(super().render(context))
        self.known = self.known or self._found(context)
        parent, blocks = self.known
        kept: Any = context.render_context
        above = kept.setdefault(BLOCK_CONTEXT_KEY, BlockContext())
        above.add_blocks(self.blocks)
        above.add_blocks(blocks)
        with kept.push_state(parent, isolated_context=False):
            return str(parent._render(context))

    def _found(self, context: Context) -> tuple[Any, dict[str, Any]]:
        parent = self.get_parent(context)
        first = next((node for node in parent.nodelist if not isinstance(node, TextNode)), None)
        own: list[Any] = [] if isinstance(first, ExtendsNode) else parent.nodelist.get_nodes_by_type(BlockNode)
        return parent, {node.name: node for node in own}


class _Text(TextNode):
    def render_annotated(self, context: Context) -> str:
        return self.s
