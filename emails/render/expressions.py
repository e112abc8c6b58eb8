"""What stands between a merge tag's braces: Jinja2's grammar, an allow-list over its syntax tree, our own evaluation.

Nothing is compiled to Python, and nothing but the merge fields can be reached: a tag costs a bounded handful of steps.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from jinja2 import Environment, TemplateSyntaxError, nodes

from emails.errors import TemplateBroken
from emails.render.filters import FILTERS
from emails.render.scene import LISTS, READER_FIELDS, SAME_FOR_ALL, Scene, reader_of

Evaluation = Callable[[Scene], object]
MAX_LENGTH = 500
MAX_NODES = 100
_GRAMMAR = Environment(autoescape=True)
_REFUSED: dict[type[nodes.Node], str] = {
    nodes.Call: "cannot call anything",
    nodes.Add: "cannot calculate",
    nodes.Sub: "cannot calculate",
    nodes.Mul: "cannot calculate",
    nodes.Div: "cannot calculate",
    nodes.FloorDiv: "cannot calculate",
    nodes.Mod: "cannot calculate",
    nodes.Pow: "cannot calculate",
    nodes.Neg: "cannot calculate",
    nodes.Pos: "cannot calculate",
    nodes.Concat: "cannot join texts; write two tags side by side",
    nodes.Getitem: "names a field with a dot, as in field.city",
    nodes.Test: "compares with == and the like, not with “is”",
    nodes.Dict: "knows texts, numbers and lists, no dictionaries",
}


def _ordered(left: object, right: object, holds: Callable[..., bool]) -> bool:
    if isinstance(left, str) is not isinstance(right, str) or left is None or right is None:
        return False
    return not isinstance(left, list) and not isinstance(right, list) and holds(left, right)


def _is_in(item: object, whole: object) -> bool:
    if isinstance(whole, str):
        return isinstance(item, str) and item in whole
    return isinstance(whole, (list, tuple)) and item in whole


_COMPARISONS: dict[str, Callable[[object, object], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: _ordered(a, b, lambda x, y: x < y),
    "lteq": lambda a, b: _ordered(a, b, lambda x, y: x <= y),
    "gt": lambda a, b: _ordered(b, a, lambda x, y: x < y),
    "gteq": lambda a, b: _ordered(b, a, lambda x, y: x <= y),
    "in": _is_in,
    "notin": lambda a, b: not _is_in(a, b),
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. `fields` are the merge fields it reads, `bare` those that it shows without a default.

    Used as a condition, `proves` are the fields that hold something where it is true, `denies` those where it is false.
    """

    source: str
    evaluate: Evaluation
    fields: frozenset[str]
    bare: frozenset[str]
    proves: frozenset[str]
    denies: frozenset[str]


@lru_cache(maxsize=2048)
def parse_expression(source: str) -> Expression:
    """The expression, checked.

    Raises:
        TemplateBroken: with `tag` None and `line` None; the caller knows where the tag stands.
    """
    tree = tree_of(source)
    if sum(1 for _ in _all_nodes(tree)) > MAX_NODES:
        raise TemplateBroken(f"is too long; a tag may hold {MAX_NODES} parts")
    evaluate = _evaluation(tree)
    return Expression(
        source,
        evaluate,
        fields=frozenset(_fields_of(tree)),
        bare=frozenset(_bare_fields(tree)),
        proves=frozenset(_proven_fields(tree, when=True)),
        denies=frozenset(_proven_fields(tree, when=False)),
    )


def tree_of(source: str) -> nodes.Expr:
    """The syntax tree of one expression, unchecked. Raises: TemplateBroken where it is none."""
    if len(source) > MAX_LENGTH:
        raise TemplateBroken(f"is too long; a tag may hold {MAX_LENGTH} characters")
    try:
        body = _GRAMMAR.parse(f"{{{{ ({source}\n) }}}}").body
    except TemplateSyntaxError as error:
        raise TemplateBroken(f"cannot be read: {(error.message or 'syntax error').rstrip('.')}") from None
    except RecursionError:
        raise TemplateBroken("is nested too deeply") from None
    output = body[0] if len(body) == 1 else None
    if not isinstance(output, nodes.Output) or len(output.nodes) != 1:
        raise TemplateBroken("must hold one expression")
    return output.nodes[0]


def _all_nodes(tree: nodes.Node) -> Iterator[nodes.Node]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.iter_child_nodes())


def _evaluation(node: nodes.Node) -> Evaluation:
    builder = _BUILDERS.get(type(node))
    if builder is None:
        raise TemplateBroken(_REFUSED.get(type(node), "uses something that merge tags do not know"))
    return builder(node)


def _constant(node: nodes.Const) -> Evaluation:
    value = node.value
    return lambda _: value


def _several(node: nodes.List | nodes.Tuple) -> Evaluation:
    items = [_evaluation(item) for item in node.items]
    return lambda scene: [item(scene) for item in items]


def _name(node: nodes.Name) -> Evaluation:
    return reader_of(_known(node.name))


def _attribute(node: nodes.Getattr) -> Evaluation:
    return reader_of(_known(_dotted(node)))


def _filtered(node: nodes.Filter) -> Evaluation:
    if node.name not in FILTERS:
        raise TemplateBroken(f"uses the unknown filter “{node.name}”{_suggested(node.name, FILTERS)}")
    if node.node is None or node.kwargs or node.dyn_args or node.dyn_kwargs:
        raise TemplateBroken(f"gives “{node.name}” more than plain arguments")
    given = FILTERS[node.name]
    if not given.fewest <= len(node.args) <= given.most:
        raise TemplateBroken(f"gives “{node.name}” {len(node.args)} arguments; it takes {given.takes}")
    inner = _evaluation(node.node)
    arguments = [_evaluation(argument) for argument in node.args]
    work = given.work
    if all(isinstance(argument, nodes.Const) for argument in node.args):  # as nearly all are
        given_once = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
        return lambda scene: work(inner(scene), scene.language, *given_once)
    return lambda scene: work(inner(scene), scene.language, *(argument(scene) for argument in arguments))


def _comparison(node: nodes.Compare) -> Evaluation:
    first = _evaluation(node.expr)
    steps = [(_COMPARISONS[operand.op], _compared(operand)) for operand in node.ops]

    def evaluate(scene: Scene) -> bool:
        left = first(scene)
        for holds, side in steps:
            right = side(scene)
            if not holds(*_alike(left, right)):
                return False
            left = right
        return True

    return evaluate


def _compared(operand: nodes.Operand) -> Evaluation:
    """The right side of a comparison; only there a person's lists can be asked about."""
    expr = operand.expr
    if operand.op in {"in", "notin"} and isinstance(expr, nodes.Getattr) and _dotted(expr) == LISTS:
        return reader_of(LISTS)
    return _evaluation(expr)


def _negation(node: nodes.Not) -> Evaluation:
    inner = _evaluation(node.node)
    return lambda scene: not inner(scene)


def _both(node: nodes.And) -> Evaluation:
    left, right = _evaluation(node.left), _evaluation(node.right)
    return lambda scene: left(scene) and right(scene)


def _either(node: nodes.Or) -> Evaluation:
    left, right = _evaluation(node.left), _evaluation(node.right)
    return lambda scene: left(scene) or right(scene)


def _inline_choice(node: nodes.CondExpr) -> Evaluation:
    condition, then = _evaluation(node.test), _evaluation(node.expr1)
    otherwise = _evaluation(node.expr2) if node.expr2 is not None else lambda _: ""
    return lambda scene: then(scene) if condition(scene) else otherwise(scene)


_BUILDERS: dict[type[nodes.Node], Callable[..., Evaluation]] = {
    nodes.Const: _constant,
    nodes.List: _several,
    nodes.Tuple: _several,
    nodes.Name: _name,
    nodes.Getattr: _attribute,
    nodes.Filter: _filtered,
    nodes.Compare: _comparison,
    nodes.Not: _negation,
    nodes.And: _both,
    nodes.Or: _either,
    nodes.CondExpr: _inline_choice,
}


def _dotted(node: nodes.Getattr) -> str:
    if not isinstance(node.node, nodes.Name):
        raise TemplateBroken("goes deeper than one dot")
    return f"{node.node.name}.{node.attr}"


def _known(name: str) -> str:
    if name in READER_FIELDS or name in SAME_FOR_ALL or (name.startswith("field.") and not name.startswith("field._")):
        return name
    if name == LISTS:
        raise TemplateBroken(f"can only ask whether somebody is on a list, as in 3 in {LISTS}")
    if name.startswith("links.") or "__" in name:
        raise TemplateBroken(f"names “{name}”, which no letter can show")
    known = (*READER_FIELDS, *SAME_FOR_ALL)
    raise TemplateBroken(f"names the unknown field “{name}”{_suggested(name, known)}")


def _suggested(name: str, known: object) -> str:
    names = list(known) if isinstance(known, (tuple, dict)) else []
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"; did you mean “{close[0]}”?" if close else f"; known are {', '.join(names)}"


def _fields_of(tree: nodes.Node) -> Iterator[str]:
    for node in _all_nodes(tree):
        if isinstance(node, nodes.Getattr):
            yield _dotted(node)
        elif isinstance(node, nodes.Name) and node.name in SAME_FOR_ALL:
            yield node.name


def _bare_fields(node: nodes.Node) -> Iterator[str]:
    """The fields whose emptiness would show: not behind a default, not after “or”, not merely asked about."""
    if isinstance(node, nodes.Getattr):
        yield _dotted(node)
    elif isinstance(node, nodes.Filter) and node.node is not None and node.name not in {"default", "d"}:
        yield from _bare_fields(node.node)
    elif isinstance(node, nodes.Or):
        yield from _bare_fields(node.right)
    elif isinstance(node, nodes.CondExpr):
        for side, when in ((node.expr1, True), (node.expr2, False)):
            proven = frozenset(_proven_fields(node.test, when=when))
            yield from (field for field in _bare_fields(side) if field not in proven) if side else ()


def _proven_fields(node: nodes.Node, *, when: bool) -> Iterator[str]:
    """The fields that surely hold something when the condition is true, or when it is false."""
    if isinstance(node, nodes.Getattr) and when:
        yield _dotted(node)
    elif isinstance(node, nodes.Not):
        yield from _proven_fields(node.node, when=not when)
    elif isinstance(node, nodes.And if when else nodes.Or):
        yield from _proven_fields(node.left, when=when)
        yield from _proven_fields(node.right, when=when)
    elif isinstance(node, nodes.Compare):
        yield from _proven_by_comparison(node, when=when)


def _proven_by_comparison(node: nodes.Compare, *, when: bool) -> Iterator[str]:
    operand = node.ops[0]
    if len(node.ops) > 1 or not isinstance(node.expr, nodes.Getattr) or not isinstance(operand.expr, nodes.Const):
        return
    value = operand.expr.value
    equals, differs = ("eq", "ne") if when else ("ne", "eq")
    if (operand.op == equals and value) or (operand.op == differs and value == ""):
        yield _dotted(node.expr)


def _alike(left: object, right: object) -> tuple[object, object]:
    """A number beside a text is compared as numbers, where the text is one: fields are kept as texts."""
    if isinstance(left, str) and isinstance(right, (int, float)):
        return _number(left), right
    if isinstance(right, str) and isinstance(left, (int, float)):
        return left, _number(right)
    return left, right


def _number(text: str) -> object:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text
