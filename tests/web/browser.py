"""A browser without JavaScript: Django's test client, with CSRF checks, that fills in forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client


@dataclass
class Form:
    action: str
    method: str = "get"
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[dict[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """Forms, links, text, and what an accessibility checker would look at."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response
        self.html = response.content.decode()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self.ids: list[str] = []
        self.labels_for: set[str] = set()
        self.controls: list[dict[str, str]] = []
        self.headings: list[int] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._texts: list[str] = []
        self._select: tuple[str, str | None, bool] | None = None
        self._area: str | None = None
        self._link: str | None = None
        self.feed(self.html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._texts).split())

    def form(self, action_ends: str) -> Form:
        return next(f for f in self.forms if urlsplit(f.action).path.endswith(action_ends))

    def has_form(self, action_ends: str) -> bool:
        return any(urlsplit(f.action).path.endswith(action_ends) for f in self.forms)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        elif tag == "input":
            self._input(given)
        elif tag == "button" and self.forms:
            self.forms[-1].buttons.append(given)
        elif tag == "select":
            self.controls.append(given)
            self._select = (given["name"], None, False)
        elif tag == "option" and self._select:
            name, value, is_chosen = self._select
            if "selected" in given or (value is None and not is_chosen):
                self._select = (name, given.get("value", ""), "selected" in given)
        elif tag == "textarea":
            self.controls.append(given)
            self._area = ""
            self.forms[-1].fields.append((given["name"], ""))
        elif tag == "label":
            self.labels_for.add(given.get("for", ""))
        elif tag == "a":
            self._link = given.get("href", "")
        elif tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            name, value, _ = self._select
            self.forms[-1].fields.append((name, value or ""))
            self._select = None
        elif tag == "textarea" and self._area is not None:
            name, _ = self.forms[-1].fields.pop()
            self.forms[-1].fields.append((name, self._area.removeprefix("\n")))
            self._area = None
        elif tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area += data
            return
        self._texts.append(data)
        if self._link is not None and data.strip():
            self.links[data.strip()] = self._link

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind != "hidden":
            self.controls.append(given)
        if kind in ("checkbox", "radio") and "checked" not in given:
            return
        if self.forms and "name" in given:
            self.forms[-1].fields.append((given["name"], given.get("value", "")))


class Browser:
    """`page` is what the last answer showed; redirects are followed."""

    def __init__(self, **headers: Any) -> None:
        self.client = Client(enforce_csrf_checks=True, **headers)
        self.page: Page

    def get(self, url: str) -> Page:
        return self._show(self.client.get(url, follow=True))

    def post(self, url: str, values: dict[str, Any]) -> Page:
        """As a script would: without the form's hidden fields."""
        return self._show(self.client.post(url, values, follow=True))

    def submit(self, action_ends: str, button: str = "", /, **values: Any) -> Page:
        """As `fill`, for names that are Python's too."""
        return self.fill(action_ends, values, button)

    def fill(self, action_ends: str, values: dict[str, Any], button: str = "") -> Page:
        """Send the form as shown, with `values` typed over it; None leaves a field out.

        `button` is the value or address of the button to press, the first one else.
        """
        form = self.page.form(action_ends)
        data: dict[str, list[str]] = {}
        for name, value in form.fields:
            data.setdefault(name, []).append(value)
        for name, value in values.items():
            data[name] = [] if value is None else value if isinstance(value, list) else [value]
        url = form.action
        if button:
            pressed = next(
                b for b in form.buttons if button in (b.get("value"), b.get("formaction"))
            )
            url = pressed.get("formaction", url)
            if "name" in pressed:
                data[pressed["name"]] = [pressed["value"]]
        return self._show(self.client.post(url, data, follow=True))

    def _show(self, response: HttpResponse) -> Page:
        self.page = Page(response)
        return self.page
