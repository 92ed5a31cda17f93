"""What a page lets a reader send: the fields of its forms and the keys in its links, by the address they go to."""

from collections import defaultdict
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.urls import Resolver404, resolve

SENDING = {"hx-get": "GET", "hx-post": "POST", "data-url": "GET", "href": "GET", "action": "GET"}
Key = tuple[str, str]  # name of an address, method


class Page(HTMLParser):
    """Fields by (address, method), each with the value it has on the page."""

    def __init__(self, url: str, text: str) -> None:
        super().__init__()
        self.url = url
        self.fields: dict[Key, dict[str, str]] = defaultdict(dict)
        self.form: Key | None = None
        self.select: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element sends, and where."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = self.name_of(given.get("action") or self.url, given.get("method", "get").upper())
        for attribute, method in SENDING.items():
            if attribute in given and not (tag == "form" and attribute == "action"):
                self.note_address(given[attribute], method)
        name = given.get("name")
        if tag in ("input", "select", "textarea", "button") and name:
            value = given.get("value", "")
            is_off = given.get("type") in ("checkbox", "radio") and "checked" not in given
            self.note_field(name, "" if is_off else value)
            self.select = name if tag == "select" else None
        if tag == "option" and self.select and "selected" in given:
            self.note_field(self.select, given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """Leave the form or the list of options."""
        if tag == "form":
            self.form = None
        if tag == "select":
            self.select = None

    def name_of(self, url: str, method: str) -> Key | None:
        """Return the address that a URL leads to; None where it leaves the portal."""
        parts = urlsplit(urljoin(self.url, url))
        try:
            return (resolve(parts.path).view_name, method)
        except Resolver404:
            return None

    def note_address(self, url: str, method: str) -> None:
        """Note the keys of a link."""
        if key := self.name_of(url, method):
            for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
                self.fields[(key[0], "GET")].setdefault(name, value)

    def note_field(self, name: str, value: str) -> None:
        """Note a field of the form we are in; outside of any it may be sent to the page itself."""
        key = self.form or self.name_of(self.url, "GET")
        if key and (value or name not in self.fields[key]):
            self.fields[key][name] = value
