"""Items, rows and columns come and go where the editor points."""

from emails.articles.blocks import List, ListItem, Paragraph, Table
from emails.articles.edit_parts import add_column, add_item, add_row, remove_column, remove_item, remove_row

LIST = (List((ListItem("one"), ListItem("two", items=(ListItem("inner"),)))),)
TABLE = (Table(("A", "B"), (("1", "2"), ("3",))),)


def test_an_item_is_added_after_the_one_pointed_at():
    assert [item.text for item in add_item(LIST, 0, (0,))[0].items] == ["one", "", "two"]


def test_an_item_is_added_inside_a_nested_list():
    assert [item.text for item in add_item(LIST, 0, (1, 0))[0].items[1].items] == ["inner", ""]


def test_a_nested_item_is_removed_alone():
    assert remove_item(LIST, 0, (1, 0))[0].items[1] == ListItem("two")


def test_removing_the_last_item_leaves_an_empty_one():
    assert remove_item((List((ListItem("only"),)),), 0, (0,))[0].items == (ListItem(""),)


def test_a_new_row_is_as_wide_as_the_table():
    assert add_row(TABLE, 0)[0].rows[-1] == ("", "")


def test_a_row_is_removed():
    assert remove_row(TABLE, 0, 0)[0].rows == (("3",),)


def test_a_column_comes_and_goes_in_header_and_rows():
    wider = add_column(TABLE, 0)
    assert wider[0] == Table(("A", "B", ""), (("1", "2", ""), ("3", "", "")))
    assert remove_column(wider, 0, 0)[0].header == ("B", "")


def test_acts_for_another_type_change_nothing():
    column = (Paragraph("x"),)
    assert add_item(column, 0, (0,)) == remove_item(column, 0, (0,)) == add_row(column, 0) == column
