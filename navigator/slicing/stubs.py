"""What stands in a slice for upstream definitions that are left out: typed, and raising with their name and place."""

from __future__ import annotations

import ast
import json

from navigator.slicing.names import Function

KEPT_DECORATORS = {"staticmethod": "staticmethod", "classmethod": "classmethod", "property": "property"}
WIDTH = 120
PROPERTIES = ("cached_property", "abstractproperty", "lazyproperty")


def function_stub(node: Function, name: str, place: str, newline: str, *, method: bool = False) -> str:
    """A function of the same signature, its annotations quoted so that they need no imports."""
    lines = [f"@{text}" for text in (_decorators(node) if method else ())]
    kind = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    returns = f" -> {_quoted(node.returns)}" if node.returns is not None else ""
    parts = _arguments(node.args)
    signature = f"{kind} {node.name}({', '.join(parts)}){returns}:"
    if len(signature) + (4 if method else 0) <= WIDTH:
        lines.append(signature)
    else:
        lines += [f"{kind} {node.name}(", *(f"    {part}," for part in parts), f"){returns}:"]
        if parts[-1].startswith("**") or parts[-1] == "/":
            lines[-2] = lines[-2].rstrip(",")
    lines.append(f"    raise left_out({_text(name)}, {_text(place)})")
    return "".join(line + newline for line in lines)


def class_stub(node: ast.ClassDef, name: str, place: str, newline: str) -> str:
    """A class that can be named, and raises when it is built or looked into."""
    base = "Exception, " if _is_error(node) else ""
    lines = [f"class {node.name}({base}metaclass=LeftOutClass):", f"    left_out = ({_text(name)}, {_text(place)})"]
    text = "".join(line + newline for line in lines)
    for each in node.body:
        if isinstance(each, Function) and each.name == "__init__":
            stub = function_stub(each, f"{name}.__init__", place, newline, method=True)
            text += newline + "".join(f"    {line}" for line in stub.splitlines(keepends=True))
            break
    return text


def value_stub(target: str, name: str, place: str, newline: str) -> str:
    return f"{target} = LeftOutValue({_text(name)}, {_text(place)}){newline}"


def _decorators(node: Function) -> list[str]:
    found = []
    for each in node.decorator_list:
        last = each.attr if isinstance(each, ast.Attribute) else each.id if isinstance(each, ast.Name) else ""
        if last in KEPT_DECORATORS:
            found.append(last)
        elif last in PROPERTIES:
            found.append("property")
        elif last in ("setter", "deleter", "getter"):
            found.append(ast.unparse(each))
    return found


def _arguments(arguments: ast.arguments) -> list[str]:
    parts: list[str] = []
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults += arguments.defaults
    for place, (each, default) in enumerate(zip(positional, defaults, strict=True), 1):
        parts.append(_argument(each, default))
        if place == len(arguments.posonlyargs):
            parts.append("/")
    if arguments.vararg is not None:
        parts.append("*" + _argument(arguments.vararg, None))
    elif arguments.kwonlyargs:
        parts.append("*")
    for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        parts.append(_argument(each, default))
    if arguments.kwarg is not None:
        parts.append("**" + _argument(arguments.kwarg, None))
    return parts


def _argument(argument: ast.arg, default: ast.expr | None) -> str:
    typed = f"{argument.arg}: {_quoted(argument.annotation)}" if argument.annotation is not None else argument.arg
    if default is None:
        return typed
    value = ast.unparse(default) if _is_literal(default) else "..."
    return f"{typed} = {value}" if argument.annotation is not None else f"{typed}={value}"


def _quoted(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return _text(annotation.value)
    return _text(ast.unparse(annotation))


def _text(value: str) -> str:
    """A string literal with the quotes that most code uses."""
    return json.dumps(value, ensure_ascii=True)


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _is_error(node: ast.ClassDef) -> bool:
    names = [node.name]
    names += [each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in node.bases]
    return any(name.endswith(("Error", "Exception", "Warning", "Interrupt")) for name in names)
