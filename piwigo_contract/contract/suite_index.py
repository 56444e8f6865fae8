"""Which check stands for which clause, read from the chapters' sources before anything is sent."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from piwigo_contract.contract.clauses import Contract
from piwigo_contract.contract.sources import Source, sources
from piwigo_contract.errors import UsageError

Function = ast.FunctionDef | ast.AsyncFunctionDef


def check_bijection(contract: Contract, *chosen: Source) -> None:
    """Raise UsageError for a check without a clause, a check of an unknown clause, a clause without a check.

    chosen: the contracts, by default all that are in use.
    """
    checked: set[str] = set()
    for path in (path for source in chosen or sources() for path in sorted(source.suite.glob("test_*.py"))):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        except SyntaxError as error:
            raise UsageError(f"{path}:{error.lineno}: is no valid Python: {error.msg}") from error
        checked.update(_clauses_named(path, tree, contract))
        for node in ast.walk(tree):
            if isinstance(node, Function) and node.name.startswith("test"):
                named = [each for decorator in node.decorator_list for each in _clause_calls(decorator)]
                if not named:
                    raise UsageError(f"{path}:{node.lineno}: {node.name} is a check without a clause")
    if missing := [clause_id for clause_id in contract.clauses if clause_id not in checked]:
        clause = contract[missing[0]]
        raise UsageError(f"{contract.files[clause.chapter]}: {clause.id}: a clause without a check")


@dataclass(frozen=True)
class CheckSource:
    """A check as it stands in its module. `where` is its node id, `line` its first line.

    code: of the check, and of what it calls in its module. cases: the rows of a table of parameters that stand for the
    clause; none where the whole check does.
    """

    where: str
    line: int
    code: str
    cases: tuple[str, ...] = ()


def checks_of(clause_id: str) -> Iterator[CheckSource]:
    """The checks of one clause: what is sent, and what is claimed of the answer, is their code."""
    for where, path in (
        (source.where(path), path) for source in sources() for path in sorted(source.suite.glob("test_*.py"))
    ):
        source = path.read_text(encoding="utf-8")
        if clause_id not in source:
            continue
        tree = _parsed(source)
        functions = {node.name: node for node in tree.body if isinstance(node, Function)}
        for node in ast.walk(tree):
            if not isinstance(node, Function):
                continue
            mine = [decorator for decorator in node.decorator_list if clause_id in _named_in(decorator)]
            if not mine:
                continue
            rows = [row for decorator in mine for row in _rows(decorator) if clause_id in _named_in(row)]
            yield CheckSource(
                where=f"{where}::{node.name}",
                line=node.lineno,
                code="\n\n".join(
                    textwrap.dedent(ast.get_source_segment(source, each, padded=True) or "")
                    for each in _with_helpers(node, functions)
                ),
                cases=tuple(filter(None, (ast.get_source_segment(source, row) for row in rows))),
            )


@cache
def _parsed(source: str) -> ast.Module:
    return ast.parse(source)


@cache
def clauses_by_function() -> Mapping[str, frozenset[str]]:
    """The clauses that checks of a name stand for, in whichever module and case."""
    found: dict[str, frozenset[str]] = {}
    for path in (path for source in sources() for path in sorted(source.suite.glob("test_*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Function) and node.name.startswith("test"):
                named = {str(each) for decorator in node.decorator_list for each in _named_in(decorator)}
                found[node.name] = found.get(node.name, frozenset()) | named
    return found


def _with_helpers(check: Function, functions: Mapping[str, Function]) -> list[Function]:
    """The check, with the functions and fixtures of its module that it uses, directly or not."""
    found = [check]
    for function in found:
        names = (node.id for statement in function.body for node in ast.walk(statement) if isinstance(node, ast.Name))
        found += [
            functions[name] for name in dict.fromkeys(names) if name in functions and functions[name] not in found
        ]
    return found


def _rows(decorator: ast.expr) -> Iterator[ast.Call | ast.keyword]:
    """What stands for a row of a table: the `pytest.param(...)` calls of a decorator, and the clauses given by name."""
    for node in ast.walk(decorator):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "param":
            yield node
        if isinstance(node, ast.keyword) and node.arg != "marks" and node.value in list(_clause_calls(node)):
            yield node


def _named_in(tree: ast.AST) -> set[object]:
    return {call.args[0].value for call in _clause_calls(tree) if call.args and isinstance(call.args[0], ast.Constant)}


def _clauses_named(path: Path, tree: ast.AST, contract: Contract) -> Iterator[str]:
    for call in _clause_calls(tree):
        name = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
        if not isinstance(name, str):
            raise UsageError(f"{path}:{call.lineno}: clause() takes the id of a clause as it stands")
        if name not in contract.clauses:
            raise UsageError(f"{path}:{call.lineno}: {name} is no clause of specs/contract/")
        yield name


def _clause_calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "clause":
            yield node
