"""Every word a user reads can be translated, and is: into English and Traditional Chinese."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
from django.template import Context, Template
from django.template.base import Lexer, TokenType
from django.test import Client
from django.urls import reverse
from django.utils.translation.template import block_re, constant_re, endblock_re, inline_re

from ops.messages import (
    LOCALE,
    PLURAL_FORMS,
    ROOT,
    Message,
    MessageError,
    check_translations,
    find_calls,
    find_problems,
    list_sources,
    path_of,
    read_catalogue,
    read_python,
    read_template,
    skip_comments,
)

# Ideographs, Chinese punctuation, full-width forms.
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]")

# What stays Chinese on purpose: words in spreadsheets, not on pages.
DATA = {
    *("grids/cleaning.py", "grids/codes.py", "grids/export_files.py", "grids/pinyin.py", "grids/vocabulary.py"),
    *("imports/directory.py", "imports/headings.py", "imports/rows.py", "imports/workbooks.py"),
    *("activities/matching.py", "indicators/reports/sheets.py"),
    # Words that a survey has, which is in one language; words looked for in files and in what people wrote.
    *("surveys/bank.py", "surveys/starting_sets.py", "surveys/xlsform/words.py"),
    *("surveys/workbooks/cells.py", "surveys/workbooks/headings.py", "surveys/results/texts.py"),
    *("party/roster/columns.py", "party/roster/files.py", "volunteers/service_export.py"),
    # Read by operators of servers, in logs and terminals.
    *(f"operations/{name}.py" for name in ("backups", "manifest", "postgres_programs", "restoring")),
    "privacy/checks.py",
    "volunteers/certificate_pdf.py",  # a document of a Chinese authority, in whatever language it is asked for
}
DATA_LITERALS = {
    *(
        ("grids/resources.py", word)
        for word in ("编码", "名称", "社区", "设立日期", "网格编码", "楼栋", "代码", "次序")
    ),
    *(("imports/resources.py", word) for word in ("姓名", "身份证号", "手机号", "网格", "住址")),
    *(("imports/reader_child.py", "字"), ("imports/report.py", "名单")),
    ("activities/festivals.py", "清明"),  # as the library of the lunar calendar calls the solar term
    *(("activities/forms/templates.py", part) for part in ("号", "日", r"[\s,，、;；]+")),
    *(("indicators/catalogue/activities.py", kind) for kind in ("时政宣讲", "节日活动", "我们的节日")),
    *(("indicators/reports/checks.py", text) for text in ("核对无误", "０１２３４５６７８９．，－", " \u3000\xa0")),
    *(("cadence/presets.py", kind) for kind in ("支部党员大会", "支委会", "党小组会", "党课", "主题党日")),
    ("volunteers/forms/certificates.py", "、"),
    # Kept in rows: who acted when nobody did, the kind of a device, and the name of somebody who was forgotten.
    *(("accounts/audit.py", word) for word in ("系统", "不存在的账号")),
    *(("accounts/sessions.py", word) for word in ("平板", "手机", "电脑", "微信", "钉钉")),
    ("grids/masking.py", "已清除"),
    ("communities/spreadsheets.py", r"[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]"),
    # What people type.
    ("surveys/answers.py", r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"),
    *(("surveys/codes.py", sign) for sign in "！～"),
    *(("surveys/paper/lines.py", signs) for signs in (r"[\s,;/、。.+-]+", "[:：]")),
    ("surveys/paper/lines.py", r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?"),
    # Joins words of the survey, also in results, which are kept for readers of every language.
    ("surveys/questionnaire.py", "："),
    *((f"surveys/results/{name}.py", "、") for name in ("distributions", "margins")),
    # Headings, cells and signs of other tools' files.
    *(("surveys/workbooks/rehearsing.py", part) for part in "第名"),
    *(("surveys/workbooks/targets.py", word) for word in ("其他", "其它", "请写明")),
    ("surveys/xlsform/tables.py", r"简体|zh[-_]?hans|zh[-_]?cn|中文|汉语|chinese|\bzh\b"),
    ("surveys/xlsform/writing.py", "＄{"),
}
# Messages to whoever starts the portal, before any user with a language is there.
OPERATOR_CALLS = {"ImproperlyConfigured", "Error"}
# Shown when nothing works, so it must not need the catalogues.
PLAIN_PAGES = {"templates/500.html"}

SOURCES = [path.relative_to(ROOT).as_posix() for path in list_sources(ROOT)]
MODULES = [name for name in SOURCES if name.endswith(".py")]
PAGES = [name for name in SOURCES if name.endswith(".html") and name not in PLAIN_PAGES]
SCRIPTS = [path.relative_to(ROOT).as_posix() for path in (ROOT / "static" / "js").glob("*.js")]


def read_source(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


# --- The catalogues


def test_catalogues_are_complete_and_current() -> None:
    assert find_problems() == []


@pytest.mark.parametrize("language", PLURAL_FORMS)
def test_compiled_catalogue_is_what_the_text_compiles_to(language: str) -> None:
    compiled = path_of(language, LOCALE).with_suffix(".mo")

    assert compiled.read_bytes() == read_catalogue(language, LOCALE).to_binary()


@pytest.mark.parametrize("language", PLURAL_FORMS)
def test_translations_keep_the_placeholders_of_their_messages(language: str) -> None:
    assert list(check_translations(read_catalogue(language, LOCALE))) == []


def test_english_has_no_chinese_but_names_of_spreadsheet_columns() -> None:
    headings = {"姓名", "身份证号", "网格", "社区", "姓名、身份证号、网格", "退回原因", "手机号", "党支部"}
    cells = {"男", "女", "月", "日", "字", "号楼", "单元", "空户", "合计", "汉族", "回族", "大学本科", "初中", "填报"}
    cells |= {"选中", "未选中", "正式党员", "预备党员"}
    in_spreadsheets = headings | cells | {"工人", "农民", "退休"}
    in_catalogues = {"时政宣讲", "节日活动", "我们的节日"}  # rows of administrators, quoted by name
    typed_in_examples = {"张三、李四", "王五", "张建国", "市水务局机关党委", "多福社区第一党支部", "多福社区合唱团"}
    typed_in_examples |= {"王芳"}
    entries = read_catalogue("en", LOCALE)
    words = [text for entry in entries for text in (entry.msgstr, *entry.msgstr_plural.values())]

    left = {run for text in words for run in re.findall(rf"{CHINESE.pattern}+", text)}

    assert left <= in_spreadsheets | in_catalogues | typed_in_examples


# --- Nothing escapes the catalogues


@pytest.mark.parametrize("name", [name for name in MODULES if name not in DATA])
def test_module_says_nothing_in_chinese_outside_a_translation_call(name: str) -> None:
    assert [text for text in find_bare_literals(read_source(name)) if (name, text) not in DATA_LITERALS] == []


def find_bare_literals(source: str) -> Iterator[str]:
    """Yield the Chinese literals of a module that nobody translates: not docstrings, not words for operators."""
    tree = ast.parse(source)
    excused = [call for call, _fields in find_calls(tree)] + list(find_excused(tree))
    covered = {id(node) for root in excused for node in ast.walk(root)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in covered and CHINESE.search(node.value):
            yield node.value


def find_excused(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield docstrings and calls whose words go to operators."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OPERATOR_CALLS:
            yield node


@pytest.mark.parametrize("name", PAGES)
def test_template_says_nothing_in_chinese_outside_a_translation_tag(name: str) -> None:
    assert find_bare_words(read_source(name)) == []


def find_bare_words(source: str) -> list[str]:
    """Return the Chinese pieces of a template that no translation tag covers."""
    bare, in_block = [], False
    for token in skip_comments(iter(Lexer(source).tokenize())):
        is_tag = token.token_type == TokenType.BLOCK
        in_block = not endblock_re.match(token.contents) if in_block and is_tag else in_block
        if not in_block and token.token_type != TokenType.COMMENT:
            rest = constant_re.sub("", token.contents)
            rest = inline_re.sub("", rest) if is_tag else rest
            if CHINESE.search(rest):
                bare.append(rest.strip())
        in_block = in_block or (is_tag and bool(block_re.match(token.contents)))
    return bare


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_holds_no_words(name: str) -> None:
    code = re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", read_source(name), flags=re.DOTALL)

    assert CHINESE.findall(code) == []


# --- Pages


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", "记一次活动"), ("zh-hant", "帳號"), ("zh-TW", "登入"), ("en", "Sign in"), ("fr", "登录")],
)
def test_login_page_speaks_the_language_of_the_browser(client: Client, language: str, words: str) -> None:
    response = client.get(reverse("accounts:login"), headers={"accept-language": language})

    assert words in response.content.decode()


# --- The tool


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('_("网格")', Message("网格")),
        ('later("网" "格")', Message("网格")),
        ('translation.gettext("网格")', Message("网格")),
        ('many("%(n)s 人", "%(n)s 人们", n)', Message("%(n)s 人", "%(n)s 人们")),
        ('pgettext("表头", "行")', Message("行", context="表头")),
    ],
)
def test_message_of_a_translation_call(source: str, message: Message) -> None:
    imports = (
        "from django.utils.translation import pgettext, gettext as _, gettext_lazy as later, ngettext_lazy as many\n"
    )

    assert list(read_python(imports + source)) == [message]


@pytest.mark.parametrize("argument", ['f"共 {n} 人"', '"共 %s 人" % n', '"共" + n', '"a" if n else "b"'])
def test_text_put_together_in_the_call_is_refused(argument: str) -> None:
    with pytest.raises(MessageError, match="第 2 行"):
        list(read_python(f"from django.utils.translation import gettext as _\n_({argument})"))


SNIPPETS = [
    """{% translate "低于 80%" %}""",
    """{% translate '姓名' as title %}{{ title }}""",
    """{% translate "行" context "表头" %}""",
    """{% blocktranslate trimmed with n=number|default:"5" %}
         共 {{ n }}%
         人
       {% endblocktranslate %}""",
    """{% blocktranslate with n=number %}第 {{ n }} 行 {% endblocktranslate %}""",
    """{% blocktranslate count n=number %}{{ n }} 户{% plural %}{{ n }} 户们{% endblocktranslate %}""",
    """{% blocktranslate context "表头" %}列{% endblocktranslate %}""",
    """{{ nothing|default:_("没有") }}""",
    """{{ _("直接") }}{% comment %}{% translate "不要" %}{% endcomment %}""",
]


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_messages_of_a_template_are_those_that_django_looks_up(snippet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Message] = []

    def listen(name: str, *fields: str) -> None:
        def look_up(*arguments: Any) -> str:
            message = Message(**dict(zip(fields, arguments, strict=False)))
            asked.append(message)
            return message.text

        monkeypatch.setattr(f"django.utils.translation._trans.{name}", look_up, raising=False)

    listen("gettext", "text")
    listen("pgettext", "context", "text")
    listen("ngettext", "text", "plural")
    Template("{% load i18n %}" + snippet).render(Context({"number": 2}))

    assert list(dict.fromkeys(asked)) == list(read_template(snippet))


def test_placeholder_lost_in_translation_is_reported() -> None:
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="第 %(row)s 行", msgstr="row"))
    catalogue.append(polib.POEntry(msgid="已选 {n} 人", msgstr="{n} chosen"))

    assert list(check_translations(catalogue)) == ["占位符与原文不同：第 %(row)s 行 → row"]


def test_check_reports_new_obsolete_and_uncompiled_messages(tmp_path: Path) -> None:
    catalogue = read_catalogue("en", LOCALE)
    catalogue.remove(catalogue.find("登录"))
    catalogue.append(polib.POEntry(msgid="从前的话", msgstr="old words"))
    path = path_of("en", tmp_path)
    path.parent.mkdir(parents=True)
    catalogue.save(str(path))

    problems = find_problems(tmp_path)

    assert {"en：还没有收进目录：登录", "en：还没有翻译：登录", "en：已经不再使用：从前的话"} <= set(problems)
    assert "en：编译出的 .mo 与 .po 不同，请运行 make messages" in problems
