"""What an attacker types, by kind of attack, and how one sees in an answer that it worked. Knows no address."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from hypothesis import strategies as st

Given = str | list[str] | None  # one value, several under one name, or None: the field is left out

OTHER_SITE = "zq9.example"
MARKUP = "zq9x"  # an element or attribute of this name in a page was put there by the attacker
IN_SQL = "zqsql"  # in the text of a statement: the value was pasted, not passed
COMPUTED = "zq1337zq"  # what a template engine makes of the sums below
FILE_TOLD = re.compile(r"root:x:0:0|DATABASE_URL=|BEGIN [A-Z ]*PRIVATE KEY")
MEGABYTE = 2**20

SQL = [
    f"' or 1=1 -- {IN_SQL}",
    f"1) or 1=1 -- {IN_SQL}",
    f"1; select pg_sleep(9) -- {IN_SQL}",
    f"') union select password from accounts_user -- {IN_SQL}",
    f'" or ""="{IN_SQL}',
    f"%' or name like '{IN_SQL}%",
    f"$$;drop table {IN_SQL};$$",
    f"id desc, (select {IN_SQL})",
    f"1 and {IN_SQL}=1",
    f"\\'; {IN_SQL}",
    f"%s %(x)s {{0}} {IN_SQL}",
    f"name__{IN_SQL}__password",
]
TEMPLATE = [
    "zq{{7*191}}zq",
    "zq${7*191}zq",
    "zq#{7*191}zq",
    "zq<%= 7*191 %>zq",
    "zq{% widthratio 191 1 7 %}zq",
    "zq{{ 1337 }}zq",
    "zq{%% if 1 %%}1337{%% endif %%}zq",
    "{% debug %}{% load static %}{{ settings.SECRET_KEY }}",
    "{0.__class__.__mro__} %(settings)s {settings.SECRET_KEY}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% include '/etc/passwd' %}",
]
SCRIPT = [
    f"<{MARKUP} on{MARKUP}=1>",
    f'"><{MARKUP}>',
    f"'><{MARKUP}>",
    f'" on{MARKUP}="1',
    f"' on{MARKUP}='1",
    f"x on{MARKUP}=1",
    f"</script><{MARKUP}>",
    f"</textarea></title></option></select><{MARKUP}>",
    f"--><{MARKUP}>",
    f"]]><{MARKUP}>",
    f"javascript:{MARKUP}()",
    f"JaVaScRiPt\t:{MARKUP}()",
    f"data:text/html,<{MARKUP}>",
    f"&lt;{MARKUP}&gt;",
    f"\\u003c{MARKUP}\\u003e",
    f"\uff1c{MARKUP}\uff1e",
    f"<svg/on{MARKUP}=1>",
    f"<!--><{MARKUP}>",
]
NUMBERS = [
    *(
        "0",
        "-1",
        "-0",
        "1e9",
        "1e999",
        "NaN",
        "Infinity",
        "-inf",
        "0x10",
        "1_000",
        "１２",
        "²",
        "٣",
        "1,5",
        "+1",
        " 1 ",
    ),
    *(
        "2147483648",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775809",
        "9" * 40,
        "9" * 5000,
        "0.1e-400",
    ),
]
DATES = [
    *(
        "0000-00-00",
        "0001-01-01",
        "9999-12-31",
        "10000-01-01",
        "2026-02-30",
        "2026-13-01",
        "-2026-01-01",
        "２０２６-01-01",
    ),
    *(
        "2026-01-01T25:61",
        "9999-12-31T23:59:59",
        "0001-01-01T00:00:00+14:00",
        "2026-01-01T00:00:00-99:99",
        "2026-W53-7",
    ),
    *(
        "9999-Q4",
        "0000-Q1",
        "0001-Q1",
        "2026-Q5",
        "9999",
        "0000",
        "9999-12",
        "0001-01",
        "99999-01",
        "2026-00",
        "24:00",
        "99:99",
    ),
]
PATHS = [
    "../../../../etc/passwd",
    "/etc/passwd",
    "..\\..\\..\\windows\\win.ini",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "....//....//etc/passwd",
    "file:///etc/passwd",
    "/proc/self/environ",
    "photos/../../keys.json",
    "\uff0e\uff0e/etc/passwd",
]
LINES = [
    f"x\r\nX-{MARKUP}: 1",
    f"x\nX-{MARKUP}: 1\r\n\r\n<{MARKUP}>",
    f"x\rSet-Cookie: {MARKUP}=1",
    f"%0d%0aX-{MARKUP}:%201",
    f"嘊嘍X-{MARKUP}: 1",
    f"x\u2028X-{MARKUP}: 1\x85",
    f'x"; filename="{MARKUP}.exe',
]
SITES = [
    f"https://{OTHER_SITE}/",
    f"//{OTHER_SITE}/",
    f"///{OTHER_SITE}/",
    f"/\\{OTHER_SITE}/",
    f"\\\\{OTHER_SITE}/",
    f"\t//{OTHER_SITE}",
    f"/\t/{OTHER_SITE}/",
    f"https:{OTHER_SITE}",
    f"https:///{OTHER_SITE}/",
    f"http://testserver@{OTHER_SITE}/",
    f"http://{OTHER_SITE}\\@testserver/",
    f"http://testserver.{OTHER_SITE}/",
    f"javascript:{MARKUP}()//{OTHER_SITE}",
    f"/%09/{OTHER_SITE}",
    f"/.//{OTHER_SITE}",
]
NULS = ["\0", "a\0b", "\0\0\0", "2026-01-01\0", "1\0", "\x01\x02\x1f\x7f", "\ufeff\u202e\u200b", "\ufffe\uffff"]
SURROGATES = ["\ud800", "\udfffx", "王\udc80", "\ud83d", "1\ud800", "\udce4\udcff"]
NESTED = [
    "[" * 3_000,
    '{"a":' * 3_000,
    '{"id": "\\ud800", "name": "\\u0000"}',
    '[{"id": 1e400, "at": "\\u0000", "activity": -1, "resident": {"a": []}}]',
    "[NaN, Infinity, -Infinity]",
    "[[], {}, null, true, 0]",
    "null",
    '"\\ud800"',
    "[" + "1," * 20_000 + "1]",
    '{"__proto__": {"is_admin": 1}, "a": 1, "a": 2}',
    "9" * 5_000,
    "\ufeff[]",
    "",
]


def mixed(texts: list[str]) -> st.SearchStrategy[str]:
    """Return a strategy of the texts of a kind as they are, or with something before and after."""
    edges = st.text(max_size=4, alphabet=st.characters(exclude_categories=["Cs"]))
    return st.one_of(st.sampled_from(texts), st.tuples(edges, st.sampled_from(texts), edges).map("".join))


def long_texts() -> st.SearchStrategy[str]:
    """Return a strategy of texts that are too long for any field: thousands to a million characters."""
    letters = st.sampled_from(["a", "字", "9", " ", "\n", "((((", "<", "1,", "𠀀"])
    sizes = st.sampled_from([300, 70_000, MEGABYTE])
    return st.tuples(letters, sizes).map(lambda pair: pair[0] * (pair[1] // len(pair[0])))


def json_texts() -> st.SearchStrategy[str]:
    """Return a strategy of JSON of any shape, of odd JSON and of what is none."""
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
    trees = st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    )
    return st.one_of(st.sampled_from(NESTED), trees.map(json.dumps))


def any_text() -> st.SearchStrategy[str]:
    """Return a strategy of texts of any characters, halves of pairs included."""
    return st.text(alphabet=st.characters(), max_size=30) | st.sampled_from(SURROGATES)


def several(texts: list[str]) -> st.SearchStrategy[list[str]]:
    """Return a strategy of several values for one field."""
    return st.lists(st.sampled_from(texts) | st.just(""), min_size=2, max_size=5)


KINDS: dict[str, st.SearchStrategy[Any]] = {
    "sql": mixed(SQL),
    "template": mixed(TEMPLATE),
    "script": mixed(SCRIPT),
    "nul": mixed(NULS),
    "surrogate": any_text(),
    "long": long_texts(),
    "number": mixed(NUMBERS),
    "date": mixed(DATES),
    "path": mixed(PATHS),
    "header": mixed(LINES),
    "redirect": st.sampled_from(SITES),
    "json": json_texts(),
    "array": several([*NUMBERS, *DATES, "x"]),
    "missing": st.none(),
    "twice": several(["1", "2", "x"]),
}


# --- The signs of success


class Markup(HTMLParser):
    """Looks through a page for elements, attributes and addresses that an attacker put there."""

    ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post", "data-url", "srcset", "xlink:href")

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a live element, a live attribute, and an address that runs or leaves the site."""
        if MARKUP in tag:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") and MARKUP in name:
                self.found.append(f"{tag} {name}")
            if name in self.ADDRESSES and is_dangerous(value or ""):
                self.found.append(f"{tag} {name}={value:.40}")


def is_dangerous(address: str) -> bool:
    """Tell whether following an address would run the attacker's script or lead to the attacker's site."""
    bare = re.sub(r"[\x00-\x20]", "", address).lower()
    return bare.startswith((f"javascript:{MARKUP}", f"data:text/html,<{MARKUP}")) or leads_away(address)


def leads_away(address: str) -> bool:
    """Tell whether a browser would follow an address to the attacker's site: it reads \\ as / and drops tabs."""
    bare = re.sub(r"[\t\r\n]", "", address).strip("".join(map(chr, range(33)))).replace("\\", "/")
    if re.match(r"https?:", bare, re.IGNORECASE):
        bare = re.sub(r"^(https?:)/*", r"\1//", bare, flags=re.IGNORECASE)
    elif re.match(r"///", bare):
        bare = "//" + bare.lstrip("/")
    try:
        host = urlsplit(bare).hostname or ""
    except ValueError:
        return False
    return host.endswith(OTHER_SITE)


def find_markup(response: HttpResponse, text: str) -> str:
    """Name live markup of the attacker's in a page, "" when there is none."""
    kind = response.headers.get("Content-Type", "")
    if "attachment" in response.headers.get("Content-Disposition", "") or not re.search("html|xml|svg", kind):
        return ""
    found = Markup(text).found if MARKUP in text or OTHER_SITE in text else []
    return f"shows {found[0]}" if found else ""


def find_sums(response: HttpResponse, text: str) -> str:
    """Tell that a template was run."""
    return "computed a template" if COMPUTED in text or "<class 'object'>" in text else ""


def find_file(response: HttpResponse, text: str) -> str:
    """Tell that a file of the machine, or a setting, is in the answer."""
    return "shows a file of the machine" if FILE_TOLD.search(text) else ""


def find_header(response: HttpResponse, text: str) -> str:
    """Tell that the attacker added a header or a cookie."""
    names = [*response.headers, *response.cookies]
    split = any("\r" in value or "\n" in value for value in response.headers.values())
    return "took a header" if split or any(MARKUP in name for name in names) else ""


def find_way_out(response: HttpResponse, text: str) -> str:
    """Tell that the answer sends the browser to another site."""
    given = (response.headers.get(name, "") for name in ("Location", "HX-Redirect", "HX-Location", "Refresh"))
    return "sends the browser away" if any(is_dangerous(one) for one in given) else ""


SIGNS: tuple[Callable[[HttpResponse, str], str], ...] = (find_markup, find_sums, find_file, find_header, find_way_out)
