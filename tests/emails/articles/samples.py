"""Sources of every kind around given words: what word processors, feeds and newsletter services write."""

import io
import json
import struct
import zipfile
import zlib
from html import escape

from emails.articles.imported import Imported
from emails.articles.parse import parse_source

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WXR = (
    'xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"'
)


def zipped(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            # Without a time of its own: names of tests are made of these bytes.
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def png(red=255):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(bytes((0, red, 0, 0)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


def para(text, style="", extra=""):
    named = f'<w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>' if style or extra else ""
    return f'<w:p>{named}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def drawing(rid="i1", alt="A hill", how="embed"):
    return (
        f'<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" descr="{escape(alt)}"/><a:graphic>'
        f'<a:graphicData><pic:pic><pic:blipFill><a:blip r:{how}="{rid}"/></pic:blipFill></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def relation(rid, kind, target, mode=""):
    outside = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="{rid}" Type="{OFFICE}/{kind}" Target="{escape(target)}"{outside}/>'


def word(body, *, relations="", parts=None, core="", prologue=""):
    """A Word document with the styles that a word processor brings, and the given body."""
    names = ["Title", "Subtitle", "Quote", "Caption", *(f"heading {n}" for n in range(1, 4)), "HTML Preformatted"]
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name.title().replace(" ", "")}"><w:name w:val="{name}"/></w:style>'
        for name in names
    )
    types = "".join(
        f'<Default Extension="{ending}" ContentType="{kind}"/>'
        for ending, kind in (
            ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
            ("xml", "application/xml"),
            ("png", "image/png"),
        )
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{types}</Types>',
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships">'
            f"{relation('r1', 'officeDocument', 'word/document.xml')}</Relationships>"
        ),
        "word/document.xml": f"{prologue}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {NAMESPACES}>{styles}</w:styles>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>',
        **(parts or {}),
    }
    if core:
        files["docProps/core.xml"] = (
            '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/">{core}</cp:coreProperties>'
        )
    return zipped(files)


def rss(title="T", html="<p>Words.</p>", more="", channel=""):
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Site</title><link>https://a.example/</link>{channel}<item><title>{escape(title)}</title>"
        f"<link>https://a.example/posts/1</link><content:encoded>{escape(html)}</content:encoded>{more}</item>"
        "</channel></rss>"
    ).encode()


def atom(title="T", html="<p>Words.</p>", more=""):
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Site</title>'
        f'<entry><title>{escape(title)}</title><link href="https://a.example/posts/1"/>'
        f'<updated>2026-03-01T10:00:00Z</updated><content type="html">{escape(html)}</content>{more}</entry></feed>'
    ).encode()


def ghost(*posts, **tables):
    rows = [
        {"id": str(n), "title": "T", "status": "published", "visibility": "public", **post}
        for n, post in enumerate(posts)
    ]
    return json.dumps({"db": [{"meta": {"version": "5.1"}, "data": {"posts": rows, **tables}}]})


def lexical(*children):
    return json.dumps({"root": {"type": "root", "children": children}})


def wxr(*items, head=""):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {WXR}><channel><title>Site</title>'
        f"<link>https://a.example</link><language>en-GB</language>{head}{''.join(items)}</channel></rss>"
    ).encode()


def wp_item(content="Words.", *, title="T", kind="post", status="publish", more=""):
    return (
        f"<item><title>{escape(title)}</title><link>https://a.example/posts/1/</link><dc:creator>ann</dc:creator>"
        f"<content:encoded>{escape(content)}</content:encoded><excerpt:encoded></excerpt:encoded>"
        f"<wp:post_date>2026-03-01 10:00:00</wp:post_date><wp:status>{status}</wp:status>"
        f"<wp:post_type>{kind}</wp:post_type>{more}</item>"
    )


def web_page(html="<p>Words.</p>", title="Title", head="", around=""):
    """A page of a site: menus, an article, other stories, comments and small print."""
    named = escape(title)
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{named} | The Site</title>{head}</head>'
        f'<body><header><nav><a href="/">Home</a> <a href="/about">About us</a></nav></header>{around}<main><article>'
        f"<h1>{named}</h1>{html}</article></main><aside><h3>Related</h3><ul><li><a href='/r'>Other</a></li></ul>"
        '</aside><section id="comments"><h3>Comments</h3><p>Great post</p></section><footer>© The Site</footer>'
        "</body></html>"
    )


def cell(text):
    return '"' + text.replace('"', '""') + '"'


def substack(html="<p>Words.</p>", title="T", row="2026-03-01T10:00:00.000Z,true,,,newsletter,everyone"):
    header = "post_id,post_date,is_published,email_sent_at,inbox_sent_at,type,audience,title,subtitle,podcast_url"
    table = f"{header}\n101.first,{row},{cell(title)},Below,\n"
    people = "email,active_subscription\nada@a.example,true\n"
    return zipped({"posts.csv": table, "posts/101.first.html": html, "email_list.x.csv": people})


def medium_post(html="<p>Words.</p>", title="T"):
    return (
        f'<!DOCTYPE html><html><head><title>{escape(title)}</title></head><body><article class="h-entry"><header>'
        f'<h1 class="p-name">{escape(title)}</h1></header>'
        '<section data-field="subtitle" class="p-summary">Below</section>'
        '<section data-field="body" class="e-content"><section name="1" class="section"><div class="section-divider">'
        f'<hr class="section-divider"></div><h3 class="graf graf--h3 graf--title">{escape(title)}</h3>'
        f'<h4 class="graf graf--h4 graf--subtitle">Below</h4>{html}</section></section><footer><p>By '
        '<a href="https://m.example/@ann" class="p-author h-card">Ann Lee</a> on <a href="https://m.example/p/1">'
        '<time class="dt-published" datetime="2026-03-01T10:00:00.000Z">March 1</time></a>.</p>'
        '<p><a href="https://m.example/p/1" class="p-canonical">Canonical link</a></p></footer></article></body></html>'
    )


def beehiiv(html="<p>Words.</p>", title="T", cover="", status="confirmed"):
    header = (
        "id,web_title,status,audience,content_tags,url,web_subtitle,email_subject_line,email_preview_text,content_html,"
        "thumbnail_url,created_at"
    )
    return (
        f"{header}\n1,{cell(title)},{status},free,,https://b.example/p/1,Below,Subject,Preview,{cell(html)},{cover},"
        "2026-03-01 10:00:00\n"
    )


def buttondown(markdown="Words.", title="T", date="2026-03-01 10:00:00+00:00"):
    table = f"id,secondary_id,subject,publish_date,source,slug\nx1,1,{cell(title)},{date},app,first\n"
    return {"emails.csv": table, "emails/first.md": markdown}


def source_of(kind, words, title="Title", html=""):
    """A source of a kind that holds one article with these words, as its author typed them, or with this HTML."""
    html = html or f"<p>{escape(words, quote=False)}</p>"
    made = {
        "text": lambda: f"{title}\n\n{words}",
        "markdown": lambda: f"# {title}\n\n{words}",
        "html": lambda: f"<h1>{escape(title, quote=False)}</h1>{html}",
        "page": lambda: web_page(html, title),
        "docx": lambda: word(para(title, "Title") + para(words)),
        "feed": lambda: rss(title, html),
        "ghost": lambda: ghost({"title": title, "html": html}),
        "wordpress": lambda: wxr(wp_item(html, title=title)),
        "medium": lambda: medium_post(html, title),
        "beehiiv": lambda: beehiiv(html, title),
        "substack": lambda: substack(html, title),
        "buttondown": lambda: zipped(buttondown(words, title)),
        "archive": lambda: zipped({"a.html": f"<h1>{escape(title, quote=False)}</h1>{html}"}),
    }
    return made[kind]()


def found_in(data, **options):
    """Everything a source holds: articles and what became none."""
    return list(parse_source(data, **options))


def only(data, **options):
    """The only article of a source, with the pictures it brought."""
    (found,) = found_in(data, **options)
    assert isinstance(found, Imported), found
    return found


def codes(article):
    return [remark.code for remark in article.warnings]
