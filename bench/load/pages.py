"""What a browser sends back of a page: the fields of its forms with the values they have. No Django, no locust."""

import random
import re
from html.parser import HTMLParser

IGNORED = ("submit", "button", "file", "image", "reset")


class Forms(HTMLParser):
    """The fields of the forms of a page that are sent with POST, together: names with their values."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}
        self.select = ""
        self.is_inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a field; of buttons to choose from, note all."""
        given = {name: value or "" for name, value in attrs}
        name, kind, value = given.get("name", ""), given.get("type", "text"), given.get("value", "")
        if tag == "form":
            self.is_inside = given.get("method", "get").lower() == "post"
        if tag == "option" and self.select and value:
            self.choices.setdefault(self.select, []).append(value)
        if not self.is_inside or not name or kind in IGNORED:
            return
        self.select = name if tag == "select" else self.select
        if kind == "radio":
            self.choices.setdefault(name, []).append(value)
        elif tag in ("input", "textarea") and (kind != "checkbox" or "checked" in given):
            self.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        """Leave a form or a list."""
        if tag == "form":
            self.is_inside = False
        if tag == "select":
            self.select = ""


def fill(text: str, chance: random.Random) -> dict[str, str]:
    """Return all forms of a page filled in: what stands there, and one of the choices of every question."""
    forms = Forms(text)
    return forms.fields | {name: chance.choice(values) for name, values in forms.choices.items()}


def read_token(text: str) -> str:
    """Return the token against forged requests."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
    return found[1] if found else ""
