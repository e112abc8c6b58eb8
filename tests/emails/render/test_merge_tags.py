"""The merge tags' language: what it knows, what it refuses, and what its refusals say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import ChainableUndefined, Environment

from emails.content import Recipient
from emails.errors import TemplateBroken
from emails.render.filters import FILTERS
from emails.render.merge_tags import MAX_NESTING, split_tags
from tests.emails.render.samples import AMARA, BRAND, NOBODY, PLAN, compiled, rendered, words


def said(source: str, recipient: Recipient = AMARA, **changes: object) -> str:
    """What a subject of this source says; a subject is plain text."""
    return rendered(words("x"), recipient, subject=source, **changes).subject


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ subscriber.first_name }}", "Amara"),
        ("{{ subscriber.last_name }}", "Okafor"),
        ("{{ subscriber.name }}", "Amara Okafor"),
        ("{{ subscriber.email }}", "amara@example.test"),
        ("{{ subscriber.language }}", "en"),
        ("{{ field.city }}", "Leeds"),
        ("{{ field.unknown }}", ""),
        ("{{ brand.name }}", "Clearer Days"),
        ("{{ brand.address }}", "Clearer Days Media, 48 Harbour Street, Portland, ME 04101"),
        ("{{ brand.url }}", "https://clearerdays.example.test"),
        ("{{ today }}", "2027-01-06"),
        ("{{ today|date }}", "6 January 2027"),
        ("{{ today|date('short') }}", "1/6/27"),
        ("{{ field.unknown|date }}", ""),
        ("{{ field.unknown|default('friend') }}", "friend"),
        ("{{ field.unknown|d('friend', true) }}", "friend"),
        ("{{ field.unknown or subscriber.first_name }}", "Amara"),
        ("{{ subscriber.first_name|upper }}", "AMARA"),
        ("{{ subscriber.first_name|lower|capitalize }}", "Amara"),
        ("{{ '  a bOLD title '|trim|title }}", "A Bold Title"),
        ("{{ subscriber.name|truncate(5) }}", "Amara…"),
        ("{{ 'x' if field.city == 'Leeds' else 'y' }}", "x"),
        ("{{ 'x' if field.city == 'York' }}", ""),
        ("{{ 3 }}{{ 2.0 }}{{ none }}{{ true }}", "32yes"),
        ("{% if field.city == 'York' %}a{% elif field.city == 'Leeds' %}b{% else %}c{% endif %}", "b"),
        ("{% if field.city == 'York' %}a{% elif field.city == 'Bath' %}b{% else %}c{% endif %}", "c"),
        ("{% if field.city != 'York' and not field.unknown %}a{% endif %}", "a"),
        ("{% if field.age >= 34 and field.age < 35 %}a{% endif %}", "a"),
        ("{% if field.city in ['Leeds', 'York'] %}a{% endif %}{% if 'ee' in field.city %}b{% endif %}", "ab"),
        ("{% if field.city not in ('Leeds',) %}a{% else %}b{% endif %}", "b"),
        ("{% if field.city < 5 %}a{% else %}b{% endif %}", "b"),
        ("{% if 1 < field.age < 100 %}a{% endif %}", "a"),
        ("{%- if true -%}a{%- endif -%}", "a"),
        ("a{# a comment #}b", "ab"),
        ("{% raw %}{{ x }}{% endraw %} and {{ '{{' }}", "{{ x }} and {{"),
        ("no tags } }} %} { at all", "no tags } }} %} { at all"),
    ],
)
def test_the_language_says(source, shown):
    assert said(source) == shown


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (
            "{{ subscriber.firstname }}",
            "names the unknown field “subscriber.firstname”; did you mean “subscriber.first_name”?",
        ),
        ("{{ first_name }}", "did you mean “subscriber.first_name”?"),
        ("{{ subscriber }}", "names the unknown field “subscriber”"),
        ("{{ field.city|uper }}", "uses the unknown filter “uper”; did you mean “upper”?"),
        ("{{ field.city|default }}", "gives “default” 0 arguments; it takes the words to show instead"),
        ("{{ field.city|default(value='x') }}", "more than plain arguments"),
        ("{{ subscriber.first_name() }}", "cannot call anything"),
        ("{{ range(9) }}", "cannot call anything"),
        ("{{ field.city.upper }}", "goes deeper than one dot"),
        ("{{ field['city'] }}", "names a field with a dot"),
        ("{{ field.__class__ }}", "which no letter can show"),
        ("{{ subscriber.__class__ }}", "which no letter can show"),
        ("{{ ''.__class__ }}", "goes deeper than one dot"),
        ("{{ links.unsubscribe }}", "which no letter can show"),
        ("{{ 1 + 1 }}", "cannot calculate"),
        ("{{ 'a' * 10000000000 }}", "cannot calculate"),
        ("{{ '%d' % 1 }}", "cannot calculate"),
        ("{{ 2 ** 99 }}", "cannot calculate"),
        ("{{ -1 }}", "cannot calculate"),
        ("{{ 'a' ~ 'b' }}", "cannot join texts"),
        ("{{ {'a': 1} }}", "no dictionaries"),
        ("{{ field.city is defined }}", "not with “is”"),
        ("{{ 'a'[0:1] }}", "names a field with a dot"),
        ("{{ }}", "is empty"),
        ("{{ a b }}", "cannot be read"),
        ("{{ a) }}{{ (b }}", "cannot be read"),
        ("{{ " + "(" * 240 + "1" + ")" * 240 + " }}", "too deeply|cannot be read|too long"),
        ("{{ '" + "x" * 600 + "' }}", "a tag may hold 500 characters"),
        ("{{ " + " or ".join("a" * 1 for _ in range(110)) + " }}", "unknown field|too long"),
        ("{{ " + " or ".join("1" for _ in range(90)) + " }}", "a tag may hold 100 parts"),
        ("{% for x in y %}{% endfor %}", "is not for letters"),
        ("{% set x = 1 %}", "is not for letters"),
        ("{% macro x() %}{% endmacro %}", "is not for letters"),
        ("{% include 'x' %}", "is not for letters"),
        ("{% import 'x' as y %}", "is not for letters"),
        ("{% %}", "is not for letters"),
        ("{% ife x %}", "did you mean {% if %}?"),
        ("{% elseif x %}", "did you mean {% elif %}?"),
        ("{% if %}x{% endif %}", "needs a condition"),
        ("{% if subscriber.first_name %}x", "is never closed by {% endif %}"),
        ("x{% endif %}", "stands without an {% if %}"),
        ("{% else %}", "stands without an {% if %}"),
        ("{% if true %}{% else %}{% elif true %}{% endif %}", "comes after {% else %}"),
        ("{% if true %}{% else x %}{% endif %}", "takes nothing after “else”"),
        ("{{ subscriber.first_name", "is never closed by }}"),
        ("{% if x", "is never closed by %}"),
        ("{# x", "is never closed by #}"),
    ],
)
def test_the_language_refuses(source, problem):
    with pytest.raises(TemplateBroken) as refused:
        said(source)
    assert any(part in str(refused.value) for part in problem.split("|"))
    assert str(refused.value).startswith("Subject, line 1: ")
    assert refused.value.line == 1
    assert refused.value.tag


def test_an_error_names_the_block_the_line_and_the_tag():
    article = words("lead", "one\ntwo {{ subscriber.nmae }}\nthree")
    with pytest.raises(TemplateBroken) as refused:
        compiled(article)
    assert (refused.value.line, refused.value.tag) == (2, "{{ subscriber.nmae }}")
    assert str(refused.value).startswith("Block 2, paragraph, line 2: {{ subscriber.nmae }} names the unknown field")


def test_the_subject_cannot_quote_itself_but_the_letter_can_quote_it():
    with pytest.raises(TemplateBroken, match="cannot stand in the subject itself"):
        said("{{ campaign.subject }}")
    letter = rendered(words("lead: {{ campaign.subject }}"), subject="For {{ subscriber.first_name }}")
    assert "lead: For Amara" in letter.text


def test_nesting_has_a_limit():
    deep = "{% if true %}" * MAX_NESTING + "x" + "{% endif %}" * MAX_NESTING
    assert said(deep) == "x"
    with pytest.raises(TemplateBroken, match=f"deeper than {MAX_NESTING}"):
        said("{% if true %}" + deep + "{% endif %}")


def test_a_text_full_of_braces_ends_in_one_clear_error():
    for text in ("{{" * 50_000, "{%" * 50_000, "{{{{}}}}" * 2_000, "{{ 1 }}" * 501):
        with pytest.raises(TemplateBroken, match="Block 1, paragraph"):
            compiled(words(text))
    with pytest.raises(TemplateBroken, match="longer than 200,000"):
        compiled(words("x" * 200_001))


def test_formatting_inside_a_tag_is_named():
    with pytest.raises(TemplateBroken, match="has formatting inside"):
        compiled(words("{{ subscriber.<b>first_name</b> }}"))


def test_a_branch_may_not_open_what_another_closes():
    with pytest.raises(TemplateBroken, match="same bold, italic or link"):
        compiled(words("<b>{% if true %}x</b>y{% endif %}"))
    assert "<b>x</b>" in rendered(words("{% if true %}<b>x</b>{% else %}<i>y</i>{% endif %}")).html


def test_tags_that_an_editor_wrote_with_entities_are_understood():
    article = words(
        "{{ field.unknown|default(&quot;a &amp; b&quot;) }}&nbsp;{%&nbsp;if field.age &gt; 3&nbsp;%}x{% endif %}"
    )
    assert "a & b\u00a0x" in rendered(article).text


def test_raw_text_cannot_bring_in_html():
    html = rendered(words("{% raw %}{{ &lt;script&gt;x&lt;/script&gt; }}{% endraw %}")).html
    assert "&#123;&#123; &lt;script&gt;x&lt;/script&gt; &#125;&#125;" in html


def test_the_fields_in_use_are_known_and_those_that_may_show_empty():
    letter = compiled(
        words(
            "{{ subscriber.first_name }} {{ field.a|default('x') }} {{ field.b|upper }} {{ brand.name }} {{ today }}",
            "{% if field.c %}{{ field.c }}{% endif %}{% if not field.d %}-{% else %}{{ field.d }}{% endif %}",
            "{{ field.e or field.f }} {{ field.g if field.g else 'x' }} {{ subscriber.email }}",
            "{% if field.h == '' %}-{% elif field.i == 'x' %}{{ field.h }}{{ field.i }}"
            "{% else %}{{ field.i }}{% endif %}",
        ),
        subject="x",
        greeting="",
    )
    customs = {f"field.{name}" for name in "abcdefghi"}
    assert letter.merge_fields == customs | {"subscriber.first_name", "subscriber.email", "brand.name", "today"}
    assert letter.fields_without_default == {"subscriber.first_name", "field.b", "field.f", "field.i"}


def test_a_date_that_is_none_is_refused_when_the_letter_is_rendered():
    with pytest.raises(TemplateBroken, match="“soon” is no date"):
        said("{{ field.when|date }}", AMARA._replace(fields={"when": "soon"}))


def test_dates_speak_the_language_of_the_letter():
    for language, shown in {
        "de": "6. Januar 2027",
        "fr-CA": "6 janvier 2027",
        "en-US": "January 6, 2027",
        "xx": "6 January 2027",
    }.items():
        assert said("{{ today|date }}", language=language) == shown


def oracle() -> Environment:
    """Plain Jinja2 with our filters: what people expect merge tags to mean."""
    environment = Environment(autoescape=False, undefined=ChainableUndefined)
    for name, given_filter in FILTERS.items():
        environment.filters[name] = lambda value, *arguments, _work=given_filter.work: _work(
            "" if isinstance(value, ChainableUndefined) else value, "en", *arguments
        )
    return environment


ATOMS = st.sampled_from(
    [
        "subscriber.first_name",
        "subscriber.last_name",
        "field.city",
        "field.none",
        "'x'",
        "'Amara'",
        "brand.name",
        "today",
    ]
)
FILTERED = st.builds(
    lambda atom, filters: "|".join([atom, *filters]),
    ATOMS,
    st.lists(
        st.sampled_from(["upper", "lower", "title", "capitalize", "trim", "default('d')", "truncate(3)"]), max_size=3
    ),
)
CONDITIONS = st.recursive(
    st.builds(
        lambda a, op, b: f"{a} {op} {b}", FILTERED, st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "in"]), FILTERED
    )
    | FILTERED,
    lambda inner: (
        st.builds("({} and {})".format, inner, inner)
        | st.builds("({} or {})".format, inner, inner)
        | st.builds("not ({})".format, inner)
    ),
    max_leaves=4,
)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="{}#%\u2028\u2029\xa0"), max_size=8)
TEMPLATES = st.recursive(
    TEXTS | FILTERED.map("{{{{ {} }}}}".format),
    lambda inner: (
        st.builds("{}{}".format, inner, inner)
        | st.builds(
            "{{% if {} %}}{}{{% elif {} %}}{}{{% else %}}{}{{% endif %}}".format,
            CONDITIONS,
            inner,
            CONDITIONS,
            inner,
            inner,
        )
    ),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(TEMPLATES, st.sampled_from([AMARA, NOBODY, AMARA._replace(first_name="<Ünal> & Co.")]))
def test_merge_tags_mean_what_they_mean_in_jinja(source, reader):
    expected = (
        oracle()
        .from_string(source)
        .render(
            subscriber={"first_name": reader.first_name, "last_name": reader.last_name, "email": reader.email},
            field={"city": reader.fields.get("city", ""), "none": ""},
            brand={"name": BRAND.name},
            today=PLAN.today,
        )
    )
    clean = " ".join(expected.split())
    assert " ".join(said(source, reader).split()) == clean


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("{}%#|'\"() ifelsendraw.x-"), max_size=40))
def test_any_text_is_either_split_or_refused(source):
    said_no = ""
    try:
        split_tags(source, place="Here", is_html=True)
    except TemplateBroken as refused:
        said_no = str(refused)
    assert not said_no or said_no.startswith("Here, line 1: ")
