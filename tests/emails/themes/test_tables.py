"""Tables: which are set as tables, which as lines, and what both look like."""

import pytest

from emails.articles.blocks import Article, Table
from emails.themes.tables import fits_telephone
from tests.emails.render.samples import rendered

HOURS = Table(("Day", "Lanes", "Family", "Sauna"), (("Mon–Fri", "6:30–21:00", "14–18", "16–22"),))
SETTINGS = Table(
    ("Old name", "New name", "What it does"),
    (
        ("<code>limits.statement_timeout_for_sessions</code>", "<code>limits.statement</code>", "Milliseconds"),
        ("a", ""),
    ),
)


@pytest.mark.parametrize(
    ("table", "fits"),
    [
        (HOURS, True),
        (SETTINGS, False),
        (Table(("A",) * 6, (("1",) * 6,)), True),
        (Table(("A",) * 7, (("1",) * 7,)), False),
        (Table(("A", "B", "C", "D"), (("1", "2", "3", "a cell that is long but made of short words"),)), False),
        (Table(("A", "B"), (("1", "a cell that is long but made of short words"),)), True),
        (
            Table(("曜日", "時間", "ケーキ"), (("水〜金", "10:00", "雨の日にだけ出る林檎のケーキ、一切れ四百八十円"),)),
            True,
        ),
        (Table(("A", "B"), (("semi-detached-house-with-garden-and-garage-and-more", "x"),)), True),
        (Table(("A", "B"), (("&amp;&lt;&gt;" * 10, "<b></b>"),)), True),
        (Table((), ()), True),
    ],
)
def test_a_table_is_one_where_its_words_stand_side_by_side_on_a_telephone(table, fits):
    columns = max((len(row) for row in (table.header, *table.rows)), default=0)
    assert fits_telephone(table, columns) == fits


def test_rows_of_a_wide_table_are_lines_with_the_first_cell_in_bold():
    html = rendered(Article("T", (SETTINGS,))).html
    assert (
        '<span class="soft">Old name:</span> <strong><code>limits.statement_timeout_for_sessions</code></strong><br />'
        '<span class="soft">New name:</span> <code>limits.statement</code><br />'
        '<span class="soft">What it does:</span> Milliseconds</p>'
    ) in html
    assert html.count('<p class="row"') == 1
    assert '<p style="margin:0"><span class="soft">Old name:</span> <strong>a</strong></p>' in html
    assert "<th" not in html


def test_a_table_of_more_than_three_columns_stays_one_where_it_fits():
    html = rendered(Article("T", (HOURS,))).html
    assert html.count('<th scope="col"') == 4
    assert html.count("<td style=") - html.count("<td style=", 0, html.index("Mon–Fri")) >= 3


def test_a_table_without_words_in_its_heading_has_none():
    assert "<th" not in rendered(Article("T", (Table(("", ""), (("1", "2"),)),))).html
