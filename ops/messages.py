"""Brings the catalogues in locale/ up to date with the words of code and templates; needs no system gettext.

`python -m ops.messages` keeps what is translated, drops what is no longer used and compiles; with `--check` it changes
nothing and exits 1 with a list of what is missing. Chinese is the source language, so zh-hans needs no catalogue.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace
from django.utils.translation.template import (
    block_re,
    constant_re,
    context_re,
    endblock_re,
    inline_re,
    plural_re,
)

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
PLURAL_FORMS = {"en": "nplurals=2; plural=(n != 1);", "zh_Hant": "nplurals=1; plural=0;"}
# What the functions of django.utils.translation take; each has a lazy and some a noop twin.
CALLS = {
    "gettext": ("text",),
    "ngettext": ("text", "plural"),
    "pgettext": ("context", "text"),
    "npgettext": ("context", "text", "plural"),
}
# Django's own, and those that our scripts fill in.
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")


class MessageError(Exception):
    """Why a message cannot be collected, and where."""


@dataclass(frozen=True)
class Message:
    """A text as Django will look it up."""

    text: str
    plural: str = ""
    context: str | None = None


# --- Python


def read_python(source: str) -> Iterator[Message]:
    """Yield the messages of a module; raises MessageError for a call whose text is put together at run time."""
    for call, fields in find_calls(ast.parse(source)):
        words = [read_literal(argument) for argument, _field in zip(call.args, fields, strict=False)]
        if None not in words:
            yield Message(**dict(zip(fields, words, strict=False)))


def find_calls(tree: ast.AST) -> Iterator[tuple[ast.Call, tuple[str, ...]]]:
    """Yield every call of a translation function, by whatever name it was imported, with what it takes."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {alias.asname or alias.name: strip_twin(alias.name) for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = names.get(node.func.id, "") if isinstance(node.func, ast.Name) else strip_twin(node.func.attr)
            if name in CALLS:
                yield node, CALLS[name]


def strip_twin(name: str) -> str:
    """Return the plain function's name of gettext_lazy, gettext_noop and the like."""
    return name.removesuffix("_lazy").removesuffix("_noop")


def read_literal(argument: ast.expr) -> str | None:
    """Return the text of an argument; None for a variable, whose words are collected where they are written."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    if isinstance(argument, ast.Name | ast.Attribute | ast.Subscript):
        return None
    raise MessageError(f"第 {argument.lineno} 行：要翻译的文字必须直接写出，不能在调用时拼接")


# --- Templates


def read_template(source: str) -> Iterator[Message]:
    """Yield the messages of a template: translate, blocktranslate, and _("…") in any tag or variable."""
    tokens = skip_comments(iter(Lexer(source).tokenize()))
    for token in tokens:
        if token.token_type in (TokenType.BLOCK, TokenType.VAR):
            yield from (Message(escape(unquote(literal))) for literal in constant_re.findall(token.contents))
        if token.token_type == TokenType.BLOCK:
            if match := inline_re.match(token.contents):
                yield Message(escape(unquote(match[1])), context=read_context(match[2]))
            elif match := block_re.match(token.contents):
                yield read_block(token, tokens, read_context(match[1]))


def skip_comments(tokens: Iterator[Token]) -> Iterator[Token]:
    """Pass on the tokens outside {% comment %}."""
    for token in tokens:
        if token.token_type == TokenType.BLOCK and token.contents.split(maxsplit=1)[:1] == ["comment"]:
            for inner in tokens:
                if inner.token_type == TokenType.BLOCK and inner.contents == "endcomment":
                    break
        else:
            yield token


def read_block(start: Token, tokens: Iterator[Token], context: str | None) -> Message:
    """Return the message of a blocktranslate and move on past its end; parts as in BlockTranslateNode.render."""
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token.token_type == TokenType.VAR:
            parts[-1].append(f"%({token.contents})s")
        elif token.token_type == TokenType.TEXT:
            parts[-1].append(escape(token.contents))
        elif endblock_re.match(token.contents):
            break
        elif plural_re.match(token.contents):
            parts.append([])
    texts = ["".join(part) for part in parts]
    if "trimmed" in start.split_contents():
        texts = [trim_whitespace(text) for text in texts]
    return Message(*texts, context=context)


def read_context(option: str | None) -> str | None:
    """Return the context named in a tag's options."""
    match = context_re.match(option) if option else None
    return unquote(match[1]) if match else None


def unquote(literal: str) -> str:
    return literal[1:-1]


def escape(text: str) -> str:
    """Double the per cent signs, as Django does before it looks a template's text up."""
    return text.replace("%", "%%")


# --- Catalogues


def collect_messages(root: Path = ROOT) -> list[polib.POEntry]:
    """Return an untranslated entry for every message of the portal, by text, with the files that use it."""
    entries: dict[tuple[str, str], polib.POEntry] = {}
    for path in list_sources(root):
        name = path.relative_to(root).as_posix()
        for message in read_file(path, name):
            entry = polib.POEntry(msgid=message.text, msgctxt=message.context)
            entry = entries.setdefault(key_of(entry), entry)
            entry.msgid_plural = entry.msgid_plural or message.plural
            if (name, "") not in entry.occurrences:
                entry.occurrences.append((name, ""))
    return [entries[key] for key in sorted(entries)]


def list_sources(root: Path) -> list[Path]:
    """Return the files whose words the portal shows: Python of the apps, except operators' commands, and templates."""
    apps = {path.parent for path in root.glob("*/apps.py")} - {root / "demo"} | {root / "config"}
    modules = [path for app in apps for path in app.rglob("*.py")]
    modules = [path for path in modules if not {"migrations", "management"} & set(path.parts)]
    return sorted([*modules, *(root / "templates").rglob("*.html")])


def read_file(path: Path, name: str) -> list[Message]:
    """Return the messages of a Python file or template."""
    read = read_template if path.suffix == ".html" else read_python
    try:
        return list(read(path.read_text("utf-8")))
    except MessageError as error:
        raise MessageError(f"{name}：{error}") from error


def key_of(entry: polib.POEntry) -> tuple[str, str]:
    """Return what tells an entry from all others: context and text."""
    return (entry.msgctxt or "", entry.msgid)


def read_catalogue(language: str, locale: Path) -> polib.POFile:
    """Return the catalogue as committed; an empty one for a new language."""
    path = path_of(language, locale)
    return polib.pofile(str(path), wrapwidth=0) if path.exists() else polib.POFile(wrapwidth=0)


def path_of(language: str, locale: Path) -> Path:
    return locale / language / "LC_MESSAGES" / "django.po"


def merge(language: str, messages: list[polib.POEntry], old: polib.POFile) -> polib.POFile:
    """Return the catalogue as it should be: these messages, with the translations that `old` has for them."""
    known = {key_of(entry): entry for entry in old}
    merged = polib.POFile(wrapwidth=0)
    merged.header = "Kept by `make messages`: edit the translations only."
    merged.metadata = {
        "Project-Id-Version": "community-portal",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURAL_FORMS[language],
    }
    merged.extend(translate(language, message, known.get(key_of(message))) for message in messages)
    return merged


def translate(language: str, message: polib.POEntry, known: polib.POEntry | None) -> polib.POEntry:
    """Return a new entry for the message with the known translation; empty where there is none."""
    entry = polib.POEntry(
        msgid=message.msgid,
        msgid_plural=message.msgid_plural,
        msgctxt=message.msgctxt,
        occurrences=message.occurrences,
        tcomment=known.tcomment if known else "",
        flags=["fuzzy"] if known and known.fuzzy else [],
    )
    if entry.msgid_plural:
        forms = known.msgstr_plural if known else {}
        count = int(PLURAL_FORMS[language][len("nplurals=")])
        entry.msgstr_plural = {number: forms.get(number, "") for number in range(count)}
    else:
        entry.msgstr = known.msgstr if known else ""
    if "%(" in entry.msgid:
        entry.flags.append("python-format")
    return entry


def update(locale: Path = LOCALE) -> None:
    """Write every catalogue anew, as text and compiled."""
    messages = collect_messages()
    for language in PLURAL_FORMS:
        path = path_of(language, locale)
        merged = merge(language, messages, read_catalogue(language, locale))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(merged), "utf-8")
        path.with_suffix(".mo").write_bytes(merged.to_binary())


# --- What is missing


def find_problems(locale: Path = LOCALE) -> list[str]:
    """Return a line for everything that is missing or wrong in any catalogue; none when all is complete and current."""
    messages = collect_messages()
    return [
        f"{language}：{problem}"
        for language in PLURAL_FORMS
        for problem in compare(language, messages, read_catalogue(language, locale), path_of(language, locale))
    ]


def compare(language: str, messages: list[polib.POEntry], old: polib.POFile, path: Path) -> Iterator[str]:
    """Yield what is wrong with one catalogue."""
    merged = merge(language, messages, old)
    wanted, present = {key_of(entry) for entry in messages}, {key_of(entry) for entry in old}
    yield from (f"还没有收进目录：{text}" for _context, text in sorted(wanted - present))
    yield from (f"已经不再使用：{text}" for _context, text in sorted(present - wanted))
    yield from check_translations(merged)
    if wanted == present and str(old) != str(merged):
        yield "与源文件对不上，请运行 make messages"
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != old.to_binary():
        yield "编译出的 .mo 与 .po 不同，请运行 make messages"


def check_translations(catalogue: polib.POFile) -> Iterator[str]:
    """Yield the entries without translation, and those whose placeholders the translation has lost or changed."""
    for entry in catalogue:
        if not entry.translated():
            yield f"还没有翻译：{entry.msgid}"
            continue
        for words in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            if find_placeholders(words) != find_placeholders(entry.msgid):
                yield f"占位符与原文不同：{entry.msgid} → {words}"


def find_placeholders(text: str) -> list[str]:
    """Return the places that are filled in at run time, sorted."""
    return sorted(PLACEHOLDER.findall(text))


def main() -> None:
    parser = argparse.ArgumentParser(description="更新翻译目录")
    parser.add_argument("--check", action="store_true", help="只检查，不改文件")
    check = parser.parse_args().check
    try:
        if not check:
            update()
        problems = find_problems()
    except MessageError as error:
        sys.exit(str(error))
    print("\n".join(problems) or "翻译目录完整。")
    if check and problems:
        sys.exit(1)


if __name__ == "__main__":
    main()
