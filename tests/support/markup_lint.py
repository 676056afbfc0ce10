"""A lint: in screens/, no text that may come from a person reaches something that reads markup.

What it checks, in every file but safe.py:

1. Calls of ``READS_MARKUP`` (widgets, options, rows and ``.update``): each positional argument and each text keyword must
   be guarded, unless ``markup=False`` is given.
2. Assignments to ``border_title``, ``border_subtitle`` and ``tooltip``: the value must be guarded.
3. ``from_markup`` and ``escape`` are not used at all: ``template`` is the only door for markup.
4. ``notify`` is called by safe.py only: the others ``say``.

Guarded is: a literal; a call of ``txt``, ``cell`` or ``template``, of a constructor in ``GUARDS``, or of one of our
functions whose declared return type is one of ``SAFE_TYPES`` (mypy holds them to it); a method of something guarded; a name
or attribute declared with such a type, or assigned in that function from guarded values only; and lists, comprehensions,
conditions and ``*`` of these.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

READS_MARKUP = {
    "Static", "Label", "Button", "Checkbox", "RadioButton", "Option", "OptionList", "Selection", "SelectionList", "Select",
    "Collapsible", "Tab", "Tabs", "TabPane", "TabbedContent", "Tree", "Markdown", "Digits", "Tooltip", "Hit", "DiscoveryHit",
    "SystemCommand", "update", "add_row", "add_rows", "add_column", "add_columns", "add_option", "add_options", "set_options",
    "replace_option_prompt", "add_leaf", "add_tab", "set_label", "update_cell", "update_cell_at",
}  # fmt: skip
TEXT_KEYWORDS = {
    "label",
    "content",
    "prompt",
    "title",
    "tooltip",
    "message",
    "help",
    "display",
    "match_display",
    "renderable",
}
MARKUP_ATTRIBUTES = {"border_title", "border_subtitle", "tooltip"}
GUARDS = {
    "txt",
    "cell",
    "template",
    "Content",
    "Text",
    "Option",
    "Selection",
    "Group",
    "Table",
    "len",
    "range",
    "partial",
}
SAFE_TYPES = {
    "Content",
    "Hanging",
    "Text",
    "Option",
    "Table",
    "Group",
    "VisualType",
    "RenderableType",
    "int",
    "bool",
    "Callable",
}


def problems(sources: dict[str, str]) -> list[str]:
    """Give ``file:line: what`` for everything unguarded in ``sources`` (file name to text)."""
    trees = {name: ast.parse(text) for name, text in sources.items()}
    declared = {name for tree in trees.values() for name in _declared(tree)}
    return [
        f"{name}:{line}: {what}"
        for name, tree in trees.items()
        if Path(name).name != "safe.py"
        for line, what in _check(tree, declared)
    ]


def _safe_annotation(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Subscript):
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return _name(node.value) == "Callable" or any(_safe_annotation(part) for part in inner)
    if isinstance(node, ast.BinOp):
        return all(_safe_annotation(side) or _is_none(side) for side in (node.left, node.right))
    return _name(node) in SAFE_TYPES


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _declared(tree: ast.AST) -> Iterator[str]:
    """Give the names of functions, methods and attributes declared with a safe type."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _safe_annotation(node.returns):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.AnnAssign) and _safe_annotation(part.annotation):
                    yield _name(part.target)
        elif (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Attribute)
            and _safe_annotation(node.annotation)
        ):
            yield node.target.attr


def _name(node: ast.AST | None) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""


def _check(tree: ast.Module, declared: set[str]) -> Iterator[tuple[int, str]]:
    for scope, nodes in _scopes(tree):
        safe_names = declared | _safe_locals(scope, declared)
        for node in nodes:
            if isinstance(node, ast.Call):
                yield from _check_call(node, safe_names)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if isinstance(target, ast.Attribute) and target.attr in MARKUP_ATTRIBUTES and node.value:
                        if _guarded(node.value, safe_names):
                            continue
                        yield node.lineno, f"{_name(target)} = {ast.unparse(node.value)}"


def _check_call(call: ast.Call, safe_names: set[str]) -> Iterator[tuple[int, str]]:
    called = _name(call.func)
    if called in {"from_markup", "escape", "notify"} and not _is_super(call.func):
        yield call.lineno, f"{called}() is for safe.py only"
    if called not in READS_MARKUP:
        return
    if any(keyword.arg == "markup" and isinstance(keyword.value, ast.Constant) and keyword.value.value is False
           for keyword in call.keywords):  # fmt: skip
        return
    if called == "update" and call.args and isinstance(call.args[0], ast.Dict | ast.GeneratorExp):
        return  # a dict's own update: no widget takes these
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg in TEXT_KEYWORDS)]
    for value in given:
        if not _guarded(value, safe_names):
            yield call.lineno, f"{called}({ast.unparse(value)})"


def _is_super(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Call)
        and _name(function.value.func) == "super"
    )


def _guarded(node: ast.expr, safe: set[str]) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Attribute(value=receiver, attr=method)):
            return method in safe or method in GUARDS or _guarded_receiver(receiver, safe)
        case ast.Call(func=function, args=args):
            # cast("str", value) is as safe as its value.
            return _guarded(args[1], safe) if _name(function) == "cast" else _name(function) in safe | GUARDS
        case ast.Name() | ast.Attribute():
            return _name(node) in safe
        case ast.Starred(value=value) | ast.Subscript(value=value) | ast.Await(value=value):
            return _guarded(value, safe)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return all(_guarded(element, safe) for element in elements)
        case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
            return _guarded(element, safe)
        case ast.IfExp(body=yes, orelse=no):
            return _guarded(yes, safe) and _guarded(no, safe)
        case ast.BoolOp(values=values):
            return all(_guarded(value, safe) for value in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            # A literal plus text is text, so both sides must be Content; two literals are one literal.
            return _guarded(left, safe) and _guarded(right, safe)
        case _:
            return False


def _guarded_receiver(node: ast.expr, safe: set[str]) -> bool:
    """Whether a method of ``node`` gives something guarded: not when it is a literal, as in ``"{}".format(name)``."""
    return not isinstance(node, ast.Constant) and _guarded(node, safe)


Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef


def _scopes(tree: ast.Module) -> Iterator[tuple[Scope, list[ast.AST]]]:
    """Give each function with its nodes (those of functions inside it are theirs), and the module with the rest."""
    waiting: list[Scope] = [tree]
    while waiting:
        scope = waiting.pop()
        nodes: list[ast.AST] = []
        open_nodes: list[ast.AST] = list(ast.iter_child_nodes(scope))
        while open_nodes:
            node = open_nodes.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                waiting.append(node)
                continue
            nodes.append(node)
            open_nodes.extend(ast.iter_child_nodes(node))
        yield scope, nodes


def _safe_locals(scope: Scope, declared: set[str]) -> set[str]:
    """Give the names in ``scope`` that only ever hold guarded values."""
    safe: set[str] = set()
    if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
        arguments = (*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs)
        safe |= {argument.arg for argument in arguments if _safe_annotation(argument.annotation)}
    values: dict[str, list[ast.expr]] = {}
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                values.setdefault(name, []).append(value)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation) if _safe_annotation(annotation):
                safe.add(name)
            case ast.For(target=ast.Name(id=name), iter=value):
                values.setdefault(name, []).append(value)
            case _:
                pass
    for _ in values:
        safe |= {name for name, given in values.items() if _all_guarded(given, safe | declared)}
    return safe


def _all_guarded(values: Iterable[ast.expr], safe: set[str]) -> bool:
    return all(_guarded(value, safe) for value in values)
