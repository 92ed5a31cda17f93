"""What is different between two questionnaires, in sentences: shown before a new version is published."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from surveys.questionnaire import Option, Question, Questionnaire

# What a change of each field means to whoever publishes; options and rows are told one by one.
TOLD = ("kind", "text", "hint", "is_required", "is_shuffled", "conditions", "lowest", "highest", "is_ordered")


def describe_changes(before: Questionnaire, after: Questionnaire) -> list[str]:
    """Return what changed, a sentence each; [] when nothing did."""
    return [*tell_questions(before, after), *tell_order(before, after), *tell_sections(before, after)]


def tell_questions(before: Questionnaire, after: Questionnaire) -> Iterator[str]:
    """Yield which questions came, went and changed."""
    for question in after.questions:
        old = before.by_code.get(question.code)
        if old is None:
            yield _("新增“%(text)s”。") % {"text": question.text}
        elif old != question:
            yield from tell_question(old, question)
    for question in before.questions:
        if question.code not in after.by_code:
            yield _("删去“%(text)s”。") % {"text": question.text}


def tell_question(old: Question, new: Question) -> Iterator[str]:
    """Yield what changed in one question."""
    words = {
        "kind": _("题型"),
        "text": _("问题"),
        "hint": _("提示"),
        "is_required": _("必答"),
        "is_shuffled": _("随机排列"),
        "conditions": _("显示条件"),
        "lowest": _("最小值"),
        "highest": _("最大值"),
        "is_ordered": _("从差到好的次序"),
    }
    parts = [words[name] for name in TOLD if getattr(old, name) != getattr(new, name)]
    parts += [*tell_options(old.options, new.options), *tell_options(old.rows, new.rows)]
    yield _("“%(text)s”改了：%(parts)s。") % {"text": new.text, "parts": _("、").join(parts) or _("其他设置")}


def tell_options(old: tuple[Option, ...], new: tuple[Option, ...]) -> Iterator[str]:
    """Yield which options came, went and changed, by their codes."""
    before, after = ({option.code: option for option in options} for options in (old, new))
    for code, option in after.items():
        if code not in before:
            yield _("加了“%(label)s”") % {"label": option.label}
        elif before[code].label != option.label:
            yield _("“%(old)s”改为“%(new)s”") % {"old": before[code].label, "new": option.label}
        elif before[code] != option:
            yield _("“%(label)s”的标记") % {"label": option.label}
    for code, option in before.items():
        if code not in after:
            yield _("去掉“%(label)s”") % {"label": option.label}
    if [code for code in before if code in after] != [code for code in after if code in before]:
        yield _("选项的次序")


def tell_order(before: Questionnaire, after: Questionnaire) -> Iterator[str]:
    """Yield whether questions that stayed stand in another order or section."""
    old, new = (
        [(section.code, question.code) for section in one.sections for question in section.questions]
        for one in (before, after)
    )
    kept = {code for _section, code in old} & {code for _section, code in new}
    if [pair for pair in old if pair[1] in kept] != [pair for pair in new if pair[1] in kept]:
        yield _("问题的次序有变动。")


def tell_sections(before: Questionnaire, after: Questionnaire) -> Iterator[str]:
    """Yield whether titles or notes of sections changed."""
    if [(one.code, one.title, one.note) for one in before.sections] != [
        (one.code, one.title, one.note) for one in after.sections
    ]:
        yield _("各部分的标题、说明或次序有变动。")
