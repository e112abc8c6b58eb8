"""Numbers and days among words, read in SQL: NULL where the words are something else. Each database in its own way."""

from typing import Any

from sqlalchemy import Float, SQLColumnExpression, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

LONGEST_NUMBER = 30

# SQLite would read a field once for each time it is named: so it is named once, where no rewriting reaches it.
ONCE = "(SELECT CASE WHEN {test} THEN {then} END FROM (SELECT {words} AS w LIMIT 1))"
NUMBER_TESTS = (
    "w GLOB '[0-9-]*'",
    "w GLOB '*[0-9]'",
    "w NOT GLOB '*[^0-9.-]*'",
    "w NOT GLOB '?*-*'",
    "w NOT GLOB '*.*.*'",
    "w NOT GLOB '-.*'",
    f"length(w) <= {LONGEST_NUMBER}",
)
DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*"


class NumberOf(FunctionElement[float]):
    """The number that words are, as in "-12" and "3.50"."""

    type = Float()
    inherit_cache = True

    def __init__(self, words: SQLColumnExpression[Any]) -> None:
        super().__init__(words)


class DayOf(FunctionElement[str]):
    """The day that words begin with, as "2026-11-24"."""

    type = String()
    inherit_cache = True

    def __init__(self, words: SQLColumnExpression[Any]) -> None:
        super().__init__(words)


@compiles(NumberOf, "sqlite")
def number_for_sqlite(element: NumberOf, compiler: SQLCompiler, **how: Any) -> str:
    words = compiler.process(element.clause_expr, **how)
    return ONCE.format(test=" AND ".join(NUMBER_TESTS), then="CAST(w AS REAL)", words=words)


@compiles(DayOf, "sqlite")
def day_for_sqlite(element: DayOf, compiler: SQLCompiler, **how: Any) -> str:
    words = compiler.process(element.clause_expr, **how)
    return ONCE.format(test=f"w GLOB '{DAY}'", then="substr(w, 1, 10)", words=words)


@compiles(NumberOf, "postgresql")
def number_for_postgresql(element: NumberOf, compiler: SQLCompiler, **how: Any) -> str:
    words = compiler.process(element.clause_expr, **how)
    is_number = f"{words} ~ '^-?[0-9]+(\\.[0-9]+)?$' AND length({words}) <= {LONGEST_NUMBER}"
    return f"CASE WHEN {is_number} THEN CAST({words} AS double precision) END"


@compiles(DayOf, "postgresql")
def day_for_postgresql(element: DayOf, compiler: SQLCompiler, **how: Any) -> str:
    words = compiler.process(element.clause_expr, **how)
    is_day = f"{words} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}'"
    return f"""CASE WHEN {is_day} THEN substr({words}, 1, 10) COLLATE "C" END"""
