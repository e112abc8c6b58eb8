"""What an archive's pages tell machines: who wrote what when, in the words of schema.org."""

from typing import Any

from app.services.issues import Issue
from emails.content import Brand

CONTEXT = "https://schema.org"
LONGEST_HEADLINE = 110


def about_issue(issue: Issue, sender: Brand, home: str) -> dict[str, Any]:
    """A letter as a BlogPosting; `home` is the absolute address of its archive."""
    page = issue.page
    facts: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "BlogPosting",
        "headline": issue.title[:LONGEST_HEADLINE],
        "description": page.first_words,
        "inLanguage": page.language,
        "url": issue.address,
        "mainEntityOfPage": issue.address,
        "datePublished": issue.published_at.isoformat(timespec="seconds"),
        "dateModified": issue.changed_at.isoformat(timespec="seconds"),
        "author": {"@type": "Person", "name": page.author} if page.author else publisher(sender),
        "publisher": publisher(sender),
        "isPartOf": {"@type": "Blog", "name": sender.name, "url": home},
        "isAccessibleForFree": True,
    }
    if page.picture or sender.logo_url:
        facts["image"] = [page.picture or sender.logo_url]
    if issue.tags:
        facts["keywords"] = [name for _slug, name in issue.tags]
    if page.disclosure:
        facts["sponsor"] = {"@type": "Organization", "name": page.disclosure}
    if issue.note:
        facts["correction"] = issue.note
    return facts


def about_archive(sender: Brand, home: str, *, language: str) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "@type": "Blog",
        "name": sender.name,
        "url": home,
        "inLanguage": language,
        "publisher": publisher(sender),
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{home}search?q={{words}}",
            "query-input": "required name=words",
        },
    }


def publisher(sender: Brand) -> dict[str, Any]:
    facts: dict[str, Any] = {"@type": "Organization", "name": sender.name}
    if sender.url:
        facts["url"] = sender.url
    if sender.logo_url:
        facts["logo"] = {"@type": "ImageObject", "url": sender.logo_url}
    return facts
