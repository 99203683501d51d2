"""What Chrome 109 understands of style sheets, scripts and pages: the last browser of an old PC in a village office.

The browser compatibility data of MDN say since when each feature is there (Debian: `node-mdn-browser-compat-data`;
another place: MPP_COMPAT=/path/data.json). What they do not know is told, too: it is newer than they are, or misspelt.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import esprima
import tinycss2

CHROME = 109
PLACE = Path(os.environ.get("MPP_COMPAT") or "/usr/share/nodejs/@mdn/browser-compat-data/data.json")


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", text))


_SYNTAX = _words(
    "ArrayExpression ArrayPattern ArrowFunctionExpression AssignmentExpression AssignmentPattern AwaitExpression "
    "BinaryExpression BlockStatement BreakStatement CallExpression CatchClause ChainExpression ClassBody "
    "ClassDeclaration ClassExpression ConditionalExpression ContinueStatement DoWhileStatement EmptyStatement "
    "ExpressionStatement ForInStatement ForOfStatement ForStatement FunctionDeclaration FunctionExpression Identifier "
    "IfStatement LabeledStatement Literal LogicalExpression MemberExpression MethodDefinition NewExpression "
    "ObjectExpression ObjectPattern Program Property RestElement ReturnStatement SequenceExpression SpreadElement "
    "Super SwitchCase SwitchStatement TemplateElement TemplateLiteral ThisExpression ThrowStatement TryStatement "
    "UnaryExpression UpdateExpression VariableDeclaration VariableDeclarator WhileStatement"
)  # of ECMAScript 2022 and before
_FLAGS = set("dgimsuy")
_UNITS = _words("px em rem ex ch vh vw vmin vmax mm cm in pt pc q deg rad grad turn s ms fr dpi dpcm dppx x")
_FUNCTIONS = _words(
    "url var calc min max clamp attr counter counters env rgb rgba hsl hsla linear-gradient radial-gradient "
    "repeating-linear-gradient conic-gradient translate translatex translatey translate3d scale rotate matrix skew "
    "repeat minmax fit-content cubic-bezier steps format local blur brightness drop-shadow opacity invert grayscale "
    "rect not is where nth-child nth-last-child nth-of-type"
)
_DATA = re.compile(r"(data|aria)-[a-z-]+")
# Of at-rules; of drawings; and names from before that Bootstrap writes beside the ones that count.
_DESCRIPTORS = {"src", "size", "syntax", "inherits", "initial-value", "color-adjust", "word-wrap", "fill"}


def missing() -> str | None:
    """Why nothing can be compared here, in one line."""
    if PLACE.exists():
        return None
    return f"no {PLACE}: apt install node-mdn-browser-compat-data, or MPP_COMPAT=/path/data.json"


@cache
def _data() -> Any:
    return json.loads(PLACE.read_text())


def _there(feature: Any) -> bool:
    """Whether Chrome 109 has it, without a flag."""
    told = feature.get("__compat", {}).get("support", {}).get("chrome")
    if told is None:
        return any(_there(inner) for inner in feature.values() if isinstance(inner, dict))
    for each in told if isinstance(told, list) else [told]:
        added = str(each.get("version_added", "")).lstrip("≤")
        if "flags" not in each and not each.get("version_removed") and (added == "True" or _number(added) <= CHROME):
            return True
    return False


def _number(version: str) -> float:
    return float(version.split(".")[0]) if version[:1].isdigit() else float("inf")


def _known(*path: str) -> bool:
    found = _data()
    for part in path:
        found = found.get(part)
        if found is None:
            return False
    return _there(found)


# ------------------------------------------------------------------ style sheets


def newer_in_css(text: str) -> set[str]:
    """What of a style sheet Chrome 109 does not understand, as `property text-wrap`."""
    return set(_rules(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)))


def _rules(rules: list[Any]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "error":
            yield f"syntax {rule.message}"
        elif rule.type == "at-rule":
            name = rule.lower_at_keyword
            if name != "charset" and not _known("css", "at-rules", name.removeprefix("-webkit-")):
                yield f"at-rule @{name}"
            if name == "media":
                yield from _media(rule.prelude)
            nested = name in ("media", "supports", "layer", "container", "keyframes", "-webkit-keyframes")
            if rule.content is not None and nested:
                yield from _rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
            elif rule.content is not None:
                yield from _block(rule.content)
        else:
            yield from _selector(rule.prelude)
            yield from _block(rule.content)


def _media(prelude: list[Any]) -> Iterator[str]:
    for token in prelude:
        if token.type == "() block":
            (name, *_rest) = [each.lower_value for each in token.content if each.type == "ident"] or [""]
            if not _known("css", "at-rules", "media", re.sub(r"^(min|max)-", "", name)):
                yield f"media feature {name}"


def _selector(tokens: list[Any]) -> Iterator[str]:
    for before, token in zip([None, *tokens], tokens, strict=False):
        colon = before is not None and before.type == "literal" and before.value == ":"
        if token.type == "literal" and token.value == "&":
            yield "nesting"
        name = getattr(token, "lower_value", None) or getattr(token, "lower_name", None)
        if colon and name and not name.startswith("-") and not _known("css", "selectors", name):
            yield f"selector :{name}"
        if token.type == "function":
            yield from _selector(token.arguments)


def _block(content: list[Any]) -> Iterator[str]:
    for each in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if each.type == "declaration":
            name = each.lower_name
            own = name.startswith(("--", "-webkit-", "-moz-", "-ms-", "-o-")) or name in _DESCRIPTORS
            if not own and not _known("css", "properties", name):
                yield f"property {name}"
            yield from _values(name, each.value)
        else:
            yield "nesting" if each.type == "qualified-rule" else f"syntax in a block: {each.type}"


def _values(name: str, tokens: list[Any]) -> Iterator[str]:
    told = _data()["css"]["properties"].get(name, {})
    for token in tokens:
        if token.type == "ident" and token.lower_value in told and not _there(told[token.lower_value]):
            yield f"value {name}: {token.lower_value}"
        if token.type == "dimension" and token.lower_unit not in _UNITS:
            yield f"unit {token.lower_unit}"
        if token.type == "function":
            if token.lower_name not in _FUNCTIONS and not token.lower_name.startswith("-"):
                yield f"function {token.lower_name}()"
            yield from _values(name, token.arguments)


# ------------------------------------------------------------------ scripts


def newer_in_js(text: str, own: set[str]) -> set[str]:
    """What of a script Chrome 109 does not know: syntax, globals, and names of members; `own` are names of ours."""
    nodes = list(_nodes(esprima.parseScript(text)))
    declared = {node.id.name for node in nodes if node.type in ("VariableDeclarator", "FunctionDeclaration")}
    declared |= {each.name for node in nodes if node.type.startswith("Function") for each in node.params}
    declared |= {node.param.name for node in nodes if node.type == "CatchClause" and node.param}
    members = {id(node.property) for node in nodes if node.type == "MemberExpression" and not node.computed}
    keys = {id(node.key) for node in nodes if node.type == "Property"}
    ours = own | {node.key.name for node in nodes if node.type == "Property" and node.key.name}
    found = {f"syntax {node.type}" for node in nodes if node.type not in _SYNTAX}
    for node in nodes:
        if node.type == "VariableDeclaration" and node.kind not in ("var", "let", "const"):
            found.add(f"syntax {node.kind}")
        if node.type == "Literal" and node.regex and not set(node.regex.flags) <= _FLAGS:
            found.add(f"flags of {node.regex.pattern}")
        if node.type == "Identifier" and id(node) not in members | keys and node.name not in declared:
            found |= set() if _global(node.name) else {f"global {node.name}"}
        if node.type == "MemberExpression" and not node.computed:
            found |= _member(node, declared, ours)
    return found


def _nodes(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for each in value:
            yield from _nodes(each)
    elif isinstance(getattr(value, "type", None), str):
        yield value
        for inner in vars(value).values():
            yield from _nodes(inner)


def _global(name: str) -> bool:
    places = (("javascript", "builtins"), ("api",), ("api", "_globals"), ("api", "Window"))
    return name in ("undefined", "arguments", "window") or any(_known(*place, name) for place in places)


def _member(node: Any, declared: set[str], ours: set[str]) -> set[str]:
    name, of = node.property.name, node.object
    if of.type == "MemberExpression" and of.property.name in ("dataset", "elements"):
        return set()
    if of.type == "Identifier" and of.name not in declared and of.name in _data()["javascript"]["builtins"]:
        builtin = of.name
        return set() if _known("javascript", "builtins", builtin, name) else {f"{builtin}.{name}"}
    if of.type == "Identifier" and of.name == "window":
        return set() if _global(name) or name in _names() else {f"window.{name}"}
    return set() if name in ours or name in _names() else {f"member .{name}"}


@cache
def _names() -> set[str]:
    """Names of members that something has since Chrome 109 or before."""
    things = [*_data()["api"].values(), *_data()["javascript"]["builtins"].values()]
    return {name.removesuffix("_static") for thing in things for name, told in thing.items()
            if isinstance(told, dict) and name != "__compat" and _there(told)} | {"length", "dataset"}  # fmt: skip


# ------------------------------------------------------------------ pages


def newer_in_html(tag: str, attributes: set[str]) -> set[str]:
    """What of an element Chrome 109 does not know: the element, or attributes of it."""
    kind = "svg" if _known("svg", "elements", tag) and not _known("html", "elements", tag) else "html"
    if not _known(kind, "elements", tag):
        return {f"element {tag}"}
    return {f"attribute {tag} {name}" for name in attributes if not _attribute(kind, tag, name)}


# `type` and `value` are older than the data; `capture` asks a telephone for its camera, and a PC passes it over.
def _attribute(kind: str, tag: str, name: str) -> bool:
    if _DATA.fullmatch(name) or name == "role" or kind == "svg":
        return True
    if name in ("class", "id", "type", "value", "capture") or _known("html", "global_attributes", name):
        return True
    return _known("html", "elements", tag, name)
