"""Any article there can be, made of blocks of every kind whose texts are drawn from one strategy."""

from dataclasses import replace

from hypothesis import strategies as st

from emails.articles.blocks import (
    Article,
    CallToAction,
    Code,
    Columns,
    Divider,
    Embed,
    Heading,
    Image,
    List,
    ListItem,
    Paragraph,
    Quote,
    Sponsor,
    Table,
)


def articles_of(text: st.SearchStrategy[str]) -> st.SearchStrategy[Article]:
    return st.builds(Article, text, st.lists(blocks_of(text), max_size=6).map(tuple), language=text)


CONDITIONS = ("", "field.town == 'Lyon'", "3 in subscriber.lists", "not subscriber.first_name")


def blocks_of(text: st.SearchStrategy[str]) -> st.SearchStrategy:
    simple = single_blocks_of(text)
    inner = st.lists(simple.filter(lambda block: not isinstance(block, Sponsor)), max_size=2).map(tuple)
    return simple | st.builds(Columns, st.tuples(inner, inner)) | conditional(simple)


def conditional(blocks: st.SearchStrategy) -> st.SearchStrategy:
    kept = blocks.filter(lambda block: not isinstance(block, Sponsor))
    return st.builds(lambda block, only: replace(block, only=only), kept, st.sampled_from(CONDITIONS))


def single_blocks_of(text: st.SearchStrategy[str]) -> st.SearchStrategy:
    items = st.recursive(
        st.builds(ListItem, text, text),
        lambda inner: st.builds(ListItem, text, text, st.lists(inner, max_size=2).map(tuple)),
        max_leaves=4,
    )
    row = st.lists(text, max_size=2).map(tuple)
    return st.one_of(
        st.builds(Image, text, st.none() | text, text),
        st.builds(Heading, st.integers(2, 6), text),
        st.builds(Paragraph, text),
        st.builds(List, st.lists(items, max_size=3).map(tuple), st.booleans()),
        st.builds(Quote, text, text),
        st.builds(CallToAction, text, text, text, text),
        st.builds(Sponsor, text, text),
        st.just(Divider()),
        st.builds(Code, text, text),
        st.builds(Table, row, st.lists(row).map(tuple)),
        st.builds(Embed, text, text),
    )
