"""A person's browser, without JavaScript: keeps cookies, follows links, fills in forms."""

import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar

from .narration import Failed


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """What a page shows: its words, its links by their words, its forms."""

    def __init__(self, url: str, status: int, text: str) -> None:
        super().__init__()
        self.url = url
        self.status = status
        self.links: dict[str, str] = {}
        self.forms: list[Form] = []
        self._words: list[str] = []
        self._link: str | None = None
        self.feed(text)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._words).split())

    def form_with(self, *names: str) -> Form | None:
        """The form that asks for these fields."""
        return next((form for form in self.forms if set(names) <= set(form.fields)), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag == "input" and self.forms and "name" in given:
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "a":
            self._link = given.get("href", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        self._words.append(data)
        if self._link and data.strip():
            self.links[data.strip()] = self._link


class Browser:
    def __init__(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def open(self, url: str) -> Page:
        return self._ask(urllib.request.Request(url))

    def follow(self, page: Page, words: str) -> Page:
        """The link that says so."""
        if words not in page.links:
            raise Failed(f"{page.url} has no link {words!r}, only {sorted(page.links)}")
        return self.open(urllib.parse.urljoin(page.url, page.links[words]))

    def send(self, page: Page, **typed: str) -> Page:
        """The form with these fields, filled in so."""
        form = page.form_with(*typed)
        if form is None:
            raise Failed(f"{page.url} does not ask for {' and '.join(typed)} (HTTP {page.status})")
        url = urllib.parse.urljoin(page.url, form.action)
        body = urllib.parse.urlencode({**form.fields, **typed}).encode()
        # Django wants to know, over HTTPS, which page a form was on.
        return self._ask(urllib.request.Request(url, body, {"Referer": page.url}))

    def _ask(self, request: urllib.request.Request) -> Page:
        request.add_header("Accept", "text/html")
        request.add_header("Accept-Language", "en")
        try:
            with self._opener.open(request, timeout=60) as answer:
                return Page(answer.url, answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            return Page(error.url or "", error.code, error.read().decode(errors="replace"))
        except OSError as error:
            raise Failed(f"{request.full_url} does not answer: {error}") from error
