"""What the checks look at: the letter's ingredients, the compiled letter, and one rendered copy of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from emails.articles.blocks import Article, CallToAction, every_block
from emails.content import Brand, LetterLinks, LetterPlan
from emails.errors import TemplateBroken
from emails.letter import RenderedLetter, RewrittenLink
from emails.preflight.addresses import sample_of
from emails.preflight.dry_run import PeopleSeen
from emails.preflight.page import Page, read_page
from emails.preflight.support import Support


class CompiledFacts(Protocol):
    """The part of a compiled letter that checks read; `html_size` is bytes."""

    @property
    def links(self) -> tuple[RewrittenLink, ...]: ...
    @property
    def fields_without_default(self) -> frozenset[str]: ...
    @property
    def html_size(self) -> int: ...


@dataclass(frozen=True)
class PreflightInput:
    """Everything known before sending; None means "not known yet", and its checks say nothing.

    With `is_source` the letter was written whole, and the article tells only what can be read of it. `rendered` is one
    person's letter; `links` are the addresses it was rendered with, where the caller has them.
    `people` is what a dry run over everybody found; `people_awaited` where one is wanted and none was made.
    `support` is what mail programs leave out; `image_bytes` are the sizes of images by their `src`, where known.
    """

    article: Article
    brand: Brand
    plan: LetterPlan
    compiled: CompiledFacts | None
    broken: TemplateBroken | None
    rendered: RenderedLetter | None
    audience_size: int | None
    sender_email: str
    links: LetterLinks | None = None
    is_source: bool = False
    people: PeopleSeen | None = None
    people_awaited: bool = False
    support: Support | None = None
    image_bytes: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def page(self) -> Page | None:
        """The rendered HTML, read once for all checks."""
        return read_page(self.rendered.html) if self.rendered else None

    @cached_property
    def rewritten(self) -> dict[str, str]:
        """The address behind each rewritten link's number."""
        return {str(link.number): link.url for link in self.compiled.links} if self.compiled else {}

    def true_address(self, href: str) -> str:
        """Where a link of the letter leads in the end: rewritten links are followed through the letter's table."""
        base = self.plan.click_base.rstrip("/")
        if not base or not href.startswith(f"{base}/"):
            return href
        number = href.removeprefix(f"{base}/").split("/", 1)[0]
        return sample_of(self.rewritten[number], self.brand.url) if number in self.rewritten else href

    @cached_property
    def button_addresses(self) -> frozenset[str]:
        """Where buttons lead, as written: they have a check of their own, so that one trouble is told once."""
        buttons = (block.url for block in every_block(self.article.blocks) if isinstance(block, CallToAction))
        return frozenset(sample_of(url, self.brand.url) for url in buttons)

    @cached_property
    def service_root(self) -> str:
        """The service's public address, as far as the letter tells; "" where it does not."""
        if self.plan.click_base:
            return self.plan.click_base.rstrip("/").rpartition("/")[0]
        return self.links.unsubscribe.rpartition("/u/")[0] if self.links else ""

    def is_of_service(self, address: str) -> bool:
        return bool(self.service_root) and address.startswith(f"{self.service_root}/")

    def is_own(self, href: str) -> bool:
        """Whether a link is one that we add for this reader, and not one of the article's."""
        if self.links and href in {self.links.unsubscribe, self.links.preferences, self.links.browser_view}:
            return True
        return self.is_of_service(href) and self.true_address(href) == href
