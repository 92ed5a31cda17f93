"""Draws a certificate as PDF: A4, the font's used characters embedded. What it says: certificates.py.

The font has every character of 通用规范汉字表. A name may hold a rarer one still: then no file is made, for an empty
box in place of a name is worse than no file; the page to print uses the fonts of the computer.
"""

from functools import cache
from pathlib import Path

import segno
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import TableCellFillMode, WrapMode
from fpdf.fonts import FontFace

from volunteers.certificates import Content, split_code

FONT = Path(__file__).resolve().parent / "fonts" / "noto-sans-sc" / "NotoSansSC-Regular.ttf"
MARGIN, LINE = 18, 6.2  # mm
SERVED = (23, 45, 31, 23, 24, 28)  # widths of the columns, mm
ENTRIES = (24, 66, 60, 24)
SEAL = 42  # mm: the round seal of a unit
PALE = FontFace(emphasis="", fill_color=(238, 240, 240))


class GlyphMissingError(Exception):
    """The font lacks characters of the certificate; they are the text."""


@cache
def list_characters() -> frozenset[int]:
    """Return the code points that the font can draw."""
    with TTFont(FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())


def find_missing(content: Content) -> str:
    """Return the characters of the content that the font lacks, each once."""
    return "".join(sorted({letter for letter in "".join(content.texts) if ord(letter) not in list_characters()}))


def draw_certificate(content: Content, *, code: str, url: str) -> bytes:
    """Return the file. `url` is the page that proves it. Raises GlyphMissingError rather than drawing empty boxes."""
    if missing := find_missing(content):
        raise GlyphMissingError(missing)
    pdf = FPDF(format="A4")
    pdf.set_margins(MARGIN, MARGIN)
    pdf.set_auto_page_break(True, MARGIN)
    pdf.add_font("body", fname=FONT)
    pdf.set_lang("zh-CN")
    pdf.set_title("志愿服务记录证明")
    pdf.add_page()
    pdf.set_font("body", size=20)
    pdf.cell(0, 14, "志愿服务记录证明", align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("body", size=10)
    pdf.cell(0, LINE, f"证明编号：{split_code(code)}", align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)
    draw_person(pdf, content)
    draw_served(pdf, content)
    draw_entries(pdf, "培训", content.trainings)
    draw_entries(pdf, "表彰奖励", content.honours)
    draw_end(pdf, content, code, url)
    return bytes(pdf.output())


def draw_person(pdf: FPDF, content: Content) -> None:
    """Write who is certified, and for how long."""
    facts = [
        ("姓名", content.name, "性别", content.sex),
        ("证件类型", "居民身份证" if content.id_number else "未列", "证件号码", content.id_number or "未列"),
        ("志愿者编号", content.number, "注册日期", content.registered_on),
        ("服务期间", f"{content.first_day} 至 {content.last_day}", "服务总时长", content.total),
    ]
    with pdf.table(
        col_widths=(24, 63, 24, 63),
        line_height=LINE + 1,
        first_row_as_headings=False,
        wrapmode=WrapMode.CHAR,
        text_align="LEFT",
    ) as table:
        for names in facts:
            row = table.row()
            for place, text in enumerate(names):
                row.cell(text, style=None if place % 2 else PALE)
    pdf.ln(2)


def draw_served(pdf: FPDF, content: Content) -> None:
    """Write each confirmed service."""
    draw_heading(pdf, "服务内容")
    heads = ("日期", "服务名称", "地点", "服务领域", "时间", "时长")
    draw_rows(pdf, [heads, *content.served], SERVED)
    pdf.set_font("body", size=8.5)
    pdf.multi_cell(0, 5, "各次时间有重叠的，总时长只算一次；只列经确认的服务。", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("body", size=10)


def draw_entries(pdf: FPDF, title: str, rows: list[list[str]]) -> None:
    """Write trainings or honours; nothing where there are none."""
    if rows:
        draw_heading(pdf, title)
        draw_rows(pdf, [("日期", "名称", "单位", "学时"), *rows], ENTRIES)


def draw_heading(pdf: FPDF, text: str) -> None:
    """Write a heading."""
    pdf.ln(1)
    pdf.set_font("body", size=12)
    pdf.cell(0, 9, text, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("body", size=10)


def draw_rows(pdf: FPDF, rows: list, widths: tuple[int, ...]) -> None:
    """Write a table whose headings stand on every page."""
    pdf.set_font("body", size=9)
    with pdf.table(
        rows,
        col_widths=widths,
        line_height=5.4,
        headings_style=PALE,
        cell_fill_mode=TableCellFillMode.NONE,
        wrapmode=WrapMode.CHAR,
        text_align="LEFT",
    ):
        pass
    pdf.set_font("body", size=10)


def draw_end(pdf: FPDF, content: Content, code: str, url: str) -> None:
    """Write who issues it, with room for the seal, and how it is checked; both stay on one page."""
    if pdf.will_page_break(SEAL + 22):
        pdf.add_page()
    pdf.ln(4)
    top = pdf.get_y()
    draw_code(pdf, url, MARGIN, top)
    pdf.set_font("body", size=8.5)
    pdf.set_xy(MARGIN, top + 32)
    lines = f"查验码：{split_code(code)}\n扫码，或打开 {url}\n输入查验码，可查证明真伪。"
    pdf.multi_cell(74, 4.8, lines, align="L", wrapmode=WrapMode.CHAR)
    pdf.set_draw_color(150)
    pdf.set_dash_pattern(dash=1, gap=1)
    pdf.ellipse(210 - MARGIN - SEAL, top, SEAL, SEAL)
    pdf.set_dash_pattern()
    pdf.set_draw_color(0)
    pdf.set_font("body", size=10)
    said = [
        f"出具单位：{content.issuer}",
        "（盖章处）",
        "负责人（签字）：",
        f"经办人：{content.handler}",
        f"联系电话：{content.phone}",
        f"出具日期：{content.issued_on}",
    ]
    for place, text in enumerate(said):
        pdf.set_xy(100, top + 3 + place * 7.5)
        pdf.cell(92, 7, text)


def draw_code(pdf: FPDF, url: str, left: float, top: float) -> None:
    """Draw the address as a QR code of 30 mm, without a picture: every printer keeps it sharp."""
    rows = [list(row) for row in segno.make(url, error="m", micro=False).matrix]
    side = 30 / len(rows)
    pdf.set_fill_color(0)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                pdf.rect(left + x * side, top + y * side, side, side, style="F")
