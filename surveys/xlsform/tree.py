"""The lines of the survey sheet as a tree: what stands between begin_group and end_group lies inside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from surveys.sheets import Fault
from surveys.xlsform.tables import Line
from surveys.xlsform.words import (
    BEGIN,
    END,
    GRID_HEAD,
    GRID_ROW,
    RANK,
    SELECT_MULTIPLE,
    SELECT_ONE,
    TABLE,
    TRACES,
    TYPE_ALIASES,
)

SELECTS = (SELECT_ONE, SELECT_MULTIPLE, RANK)
PLAIN = ("integer", "decimal", "date", "text", "note")
OR_OTHER = ("or_other", "or specify other", "or other")


@dataclass
class Node:
    """A line with its type taken apart, and the lines inside when it begins a group."""

    line: Line
    kind: str
    choices: str = ""
    has_other: bool = False
    children: "list[Node]" = field(default_factory=list)

    @property
    def looks(self) -> list[str]:
        """The words in the column "appearance"."""
        return self.line.get("appearance").lower().split()

    @property
    def is_matrix(self) -> bool:
        """Whether it is a group that XLSForm shows as a table of choices."""
        if self.kind != BEGIN:
            return False
        rows = [child for child in self.children if child.kind == SELECT_ONE]
        is_grid = len(rows) == len(self.children) and all({GRID_HEAD, GRID_ROW} & set(row.looks) for row in rows)
        return TABLE in self.looks or (bool(rows) and is_grid)


def read_type(line: Line) -> Node:
    """Return the line as a node; its kind is "" for a type that nobody knows."""
    text = " ".join(line.get("type").split())
    lower = text.lower()
    for alias, kind in TYPE_ALIASES.items():
        if lower == alias or lower.startswith(f"{alias} "):
            text = f"{kind}{text[len(alias) :]}"
            break
    kind, _blank, rest = text.partition(" ")
    kind = kind.lower()
    has_other = False
    for ending in OR_OTHER:
        if kind in SELECTS and rest.lower().endswith(f" {ending}"):
            rest, has_other = rest[: -len(ending)].strip(), True
    return Node(line, kind, choices=rest if kind in SELECTS else "", has_other=has_other)


def grow(lines: Sequence[Line]) -> tuple[list[Node], list[Fault]]:
    """Return the lines as a tree, and what is wrong with groups and types."""
    root: list[Node] = []
    stack: list[Node] = []
    faults: list[Fault] = []
    for line in lines:
        node = read_type(line)
        inside = stack[-1].children if stack else root
        if node.kind == END:
            if not stack:
                faults.append(line.fault("type", _("这里结束了一组，前面却没有 begin_group。请删去这一行。")))
            else:
                stack.pop()
        elif node.kind in (BEGIN, *SELECTS, *PLAIN):
            inside.append(node)
        elif node.kind != "end_repeat":  # said where it begins
            faults.append(refuse_type(node))
        if node.kind == BEGIN:
            stack.append(node)
    faults += [node.line.fault("type", _("这一组没有结束。请在最后一题下面加一行 end_group。")) for node in stack]
    return root, faults


def refuse_type(node: Node) -> Fault:
    """Return what is said about a line whose type the portal does not have."""
    kind = node.kind
    if not kind:
        return node.line.fault("name", _("这一行没有写 type。请写上题型，或者删去这一行。"))
    if kind in TRACES:
        message = _("没有取用“%(kind)s”：记下时间、设备或账号，答卷就不匿名了。") % {"kind": kind}
        return node.line.fault("type", message, is_remark=True)
    if kind == "begin_repeat":
        return node.line.fault("type", _("门户没有重复的题组。请把这一组写成固定的几道题。"))
    if kind == "calculate":
        return node.line.fault("type", _("门户不做计算。请删去这一行，需要的数在结果里算。"))
    return node.line.fault(
        "type",
        _("没有“%(kind)s”这种题型。可以用 select_one、select_multiple、rank、decimal、date、text。") % {"kind": kind},
    )


def walk(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield all nodes, those inside groups too."""
    for node in nodes:
        yield node
        yield from walk(node.children)
