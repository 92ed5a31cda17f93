"""What stands in the audit log, in words: deeds by their codes, objects by their types, details by their keys.

The words are for auditors. Who adds a deed anywhere in the portal gives it words here; a test asks for them.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.admin_site import portal_admin
from accounts.pages import name_page

Words = str | Promise


class Kind(models.TextChoices):
    """Sorts of deeds, as auditors search for them."""

    LOOK = "look", _("查看居民信息")
    EXPORT = "export", _("导出名单和文件")
    WRITE = "write", _("登记和修改")
    SIGN_IN = "sign_in", _("登录和密码")
    ACCOUNT = "account", _("账号和授权")
    SYSTEM = "system", _("系统和检查")


REFUSED: dict[str, Words] = {
    "resident.unmask_refused": _("想看居民完整信息，超过每日上限"),
    "resident.unmask_no_consent": _("想看孩子的完整号码，还没有监护人同意"),
    "resident.read_refused": _("想打开居民资料，超过每日上限"),
    "sign_up.unmask_refused": _("想看报名人完整号码，超过每日上限"),
    "shift_sign_up.unmask_refused": _("想看班次报名人完整号码，超过每日上限"),
    "survey_named.unmask_refused": _("想看实名答卷的联系方式，超过每日上限"),
    "volunteer.unmask_refused": _("想看志愿者完整信息，超过每日上限"),
    "volunteer_certificate.read_refused": _("想打开志愿服务证明，超过每日上限"),
}
UNMASKED: dict[str, Words] = {
    "resident.unmask": _("查看居民完整信息"),
    "sign_up.unmask": _("查看报名人完整号码"),
    "shift_sign_up.unmask": _("查看班次报名人完整号码"),
    "survey_named.unmask": _("查看实名答卷的联系方式"),
    "volunteer.unmask": _("查看志愿者完整信息"),
    "volunteer.id_number": _("查看志愿者身份证号"),
    "volunteer_certificate.read": _("打开志愿服务证明"),
}
LOOKS: dict[str, Words] = {
    **UNMASKED,
    **REFUSED,
    "resident.read": _("打开居民资料"),
    "page.read": _("打开有居民信息的页面"),
    "survey_sample.read": _("查看抽中的居民"),
    "resident_import.refused_rows": _("下载导入时没有收下的行"),
}
FILES: dict[str, Words] = {
    "activity_list.export": _("导出活动清单"),
    "figures.export": _("导出指标数字"),
    "resident_export.download": _("下载居民名单"),
    "survey_answers.export": _("导出答卷"),
    "survey_results.export": _("导出调查结果"),
    "subject_request.copy": _("给本人复制全部个人信息"),
    "volunteer_export.download": _("导出志愿者名单"),
}
EXPORTS: dict[str, Words] = {
    **FILES,
    "resident_export.request": _("申请导出居民名单"),
    "resident_export.create": _("做好居民名单"),
    "resident_export.fail": _("没有做成居民名单"),
}
SIGN_INS: dict[str, Words] = {
    "sign_in.ok": _("登录"),
    "sign_in.fail": _("登录失败"),
    "sign_in.lock_out": _("登录失败太多，暂停登录"),
    "sign_in.out": _("退出登录"),
    "sign_in.end": _("结束一处登录"),
    "sign_in.end_all": _("结束所有登录"),
    "password.change": _("修改自己的密码"),
    "second_factor.new_codes": _("换新备用码"),
    "second_factor.off": _("停用动态口令"),
    "second_factor.on": _("启用动态口令"),
    "second_factor.reset": _("清除别人的动态口令"),
}
ACCOUNTS: dict[str, Words] = {
    "account.change": _("修改账号"),
    "account.create": _("开立账号"),
    "account.move": _("账号随区划调整"),
    "grant.give": _("给出临时授权"),
    "grant.withdraw": _("收回临时授权"),
    "grant.use": _("按临时授权工作"),
    "sign_in_rule.set": _("设定登录要求"),
    "area.create": _("新建区划"),
    "area.rename": _("区划改名"),
}
SYSTEM: dict[str, Words] = {
    "audit.verify": _("核对审计记录是否完好"),
    "audit.unusual": _("统计不寻常的查看"),
    "keys.rotate": _("把个人信息换成新密钥"),
    "retention.apply": _("删除到期的个人信息"),
    "figures.retry": _("重算停下的社区"),
    "task.drop": _("放弃停下的任务"),
    "task.retry": _("重试停下的任务"),
}
WRITES: dict[str, Words] = {
    "guardian_consent.give": _("登记监护人同意"),
    "guardian_consent.withdraw": _("撤回监护人同意"),
    "subject_request.delete": _("应本人请求删除个人信息"),
    "subject_request.finish": _("办结个人信息请求"),
    "subject_request.open": _("登记个人信息请求"),
    "activity.cancel": _("撤销活动"),
    "activity.change": _("修改活动"),
    "activity.first_check_in": _("第一位签到，活动开始"),
    "activity.log": _("记下活动"),
    "activity.photo_delete": _("删除活动照片"),
    "activity.plan": _("计划活动"),
    "activity.publish": _("发布活动"),
    "activity.report": _("填报活动"),
    "activity.return": _("退回活动"),
    "activity.settle_check_in": _("处理待核对的签到"),
    "activity.verify": _("核验活动"),
    "activity_template.add": _("新建活动模板"),
    "activity_template.change": _("修改活动模板"),
    "appointment.begin": _("任职"),
    "appointment.end": _("离任"),
    "area.merge": _("合并区划"),
    "area.split": _("拆分区划"),
    "boundary.delete": _("删除网格边界"),
    "boundary.upload": _("上传网格边界"),
    "cadence_note.exempt": _("登记免开展"),
    "cadence_note.made_up": _("登记补做"),
    "cadence_note.remove": _("去掉频次说明"),
    "cadence_rule.add": _("新建频次规则"),
    "cadence_rule.change": _("修改频次规则"),
    "figure_report.correct": _("更正报送的数字"),
    "figure_report.submit": _("报送数字"),
    "gap.plan_activity": _("为补缺计划活动"),
    "gap.plan_visits": _("为补缺安排走访"),
    "group.create": _("新建人群类别"),
    "group.rename": _("人群类别改名"),
    "meeting_rule.change": _("修改组织生活规则"),
    "meeting_rule.withdraw": _("撤回组织生活规则"),
    "meeting_slot.exempt": _("登记组织生活免开"),
    "meeting_slot.lift": _("取消组织生活免开"),
    "need.close": _("办结居民需求"),
    "party.link.add": _("党组织联系区域"),
    "party.link.end": _("结束党组织联系区域"),
    "party.office.add": _("登记党内职务"),
    "party.office.name_member": _("把党内职务对应到党员"),
    "party.office.end": _("结束党内职务"),
    "party.organisation.add": _("新建党组织"),
    "party.organisation.change": _("修改党组织"),
    "party.organisation.close": _("撤销党组织"),
    "party.term.add": _("登记任期"),
    "party_exemption.begin": _("登记免修"),
    "party_exemption.end": _("结束免修"),
    "party_link.begin": _("登记联系服务"),
    "party_link.end": _("结束联系服务"),
    "party_meeting.attendance": _("登记组织生活考勤"),
    "party_meeting.change": _("修改组织生活"),
    "party_meeting.check": _("核验组织生活纪要"),
    "party_meeting.make_up": _("登记补学"),
    "party_meeting.make_up_back": _("取消补学"),
    "party_meeting.minutes": _("写组织生活纪要"),
    "party_meeting.plan": _("计划组织生活"),
    "party_meeting.withdraw": _("撤回组织生活"),
    "party_member.admit": _("转入党员"),
    "party_member.edit": _("修改党员资料"),
    "party_member.leave": _("党员转出"),
    "party_member.regroup": _("调整党小组"),
    "party_member.withdraw": _("撤回误登的党员"),
    "party_post.claim": _("党员领岗"),
    "party_post.close": _("撤销党员岗位"),
    "party_post.edit": _("修改党员岗位"),
    "party_post.hand_over": _("交接党员岗位"),
    "party_post.leave": _("党员离岗"),
    "party_post.open": _("设立党员岗位"),
    "party_post.review": _("评议党员岗位"),
    "party_registration.begin": _("登记在职党员报到"),
    "party_registration.end": _("结束在职党员报到"),
    "party_roster.import": _("导入党员名册"),
    "period.close": _("关账"),
    "personal_code.issue": _("打印个人码"),
    "personal_code.reissue": _("换发个人码"),
    "pledge.change": _("修改承诺"),
    "pledge.consent": _("登记公开承诺的同意"),
    "pledge.make": _("登记承诺"),
    "pledge.midway": _("登记承诺进展"),
    "pledge.publish": _("公开承诺"),
    "pledge.publish_results": _("公开承诺结果"),
    "pledge.review": _("评议承诺"),
    "pledge.to_all": _("把承诺事项发给全体党员"),
    "resident.add": _("登记居民"),
    "resident.correct": _("撤回误登的居住"),
    "resident.died": _("登记去世"),
    "resident.edit": _("修改居民资料"),
    "resident.join_group": _("登记人群"),
    "resident.leave_group": _("退出人群"),
    "resident.merge": _("合并重复的居民"),
    "resident.move": _("登记搬家"),
    "resident.moved_out": _("登记迁出"),
    "resident.return": _("登记迁回"),
    "resident.undo_departure": _("撤回迁出"),
    "resident_import.confirm": _("确认导入"),
    "resident_import.discard": _("放弃导入"),
    "resident_import.map": _("对应导入的列"),
    "resident_import.missing": _("处理名单里没有的人"),
    "resident_import.refuse": _("导入文件未收下"),
    "resident_import.report": _("写出导入报告"),
    "resident_import.request_undo": _("申请撤销导入"),
    "resident_import.review": _("核对导入的行"),
    "resident_import.undo": _("撤销导入"),
    "resident_import.upload": _("上传居民名单"),
    "resident_import.write": _("写入导入的居民"),
    "service.add": _("登记服务时间"),
    "service.collect": _("汇总活动的服务时间"),
    "service.confirm": _("确认服务时间"),
    "service.correct": _("更正服务时间"),
    "service.withdraw": _("撤回服务时间"),
    "shift.add": _("新建班次"),
    "shift.cancel": _("取消班次"),
    "shift.change": _("修改班次"),
    "shift_sign_up.add": _("班次报名"),
    "shift_sign_up.cancel": _("取消班次报名"),
    "shift_sign_up.link": _("把班次报名对应到志愿者"),
    "sign_up.add": _("活动报名"),
    "sign_up.cancel": _("取消活动报名"),
    "sign_up.tell": _("登记已通知报名人"),
    "sign_up.untell": _("取消已通知"),
    "survey.change": _("修改问卷"),
    "survey.create": _("新建调查"),
    "survey.delete": _("删除调查草稿"),
    "survey.describe": _("修改调查说明"),
    "survey.publish": _("发布问卷"),
    "survey_code.issue": _("打印答题码"),
    "survey_delivery.report": _("登记答题卡发放"),
    "survey_named.delete": _("删除实名信息"),
    "survey_paper.take_in": _("收入纸卷"),
    "survey_results.publish": _("公布调查结果"),
    "survey_results.withdraw": _("撤回调查结果"),
    "survey_sample.draw": _("抽样"),
    "survey_wave.add": _("新建调查轮次"),
    "survey_wave.change": _("修改调查轮次"),
    "survey_wave.close": _("结束调查轮次"),
    "survey_workbook.take_in": _("导入答卷表"),
    "target.set": _("设定目标值"),
    "team.add": _("新建团队"),
    "team.add_activity": _("给团队加活动"),
    "team.add_member": _("加入团队"),
    "team.close": _("停办团队"),
    "team.drop_activity": _("去掉团队的活动"),
    "team.edit": _("修改团队"),
    "team.end_member": _("退出团队"),
    "visit.follow_up": _("登记回访"),
    "visit.log": _("记下走访"),
    "visit.withdraw": _("撤回走访"),
    "visit_plan.change": _("修改走访计划"),
    "visit_plan.close": _("结束走访计划"),
    "visit_plan.create": _("新建走访计划"),
    "volunteer.accept": _("接受志愿者"),
    "volunteer.add": _("登记志愿者"),
    "volunteer.edit": _("修改志愿者资料"),
    "volunteer.leave": _("志愿者退出"),
    "volunteer.pause": _("志愿者暂停"),
    "volunteer.refuse": _("婉拒志愿者"),
    "volunteer.resume": _("志愿者恢复"),
    "volunteer_certificate.issue": _("开具志愿服务证明"),
    "volunteer_certificate.revoke": _("作废志愿服务证明"),
    "volunteer_entry.add": _("登记培训或表彰"),
    "volunteer_entry.remove": _("去掉培训或表彰"),
    "volunteer_thanks.give": _("致谢志愿者"),
    "wall.create": _("新建大屏链接"),
    "wall.revoke": _("收回大屏链接"),
}
DEEDS: dict[Kind, dict[str, Words]] = {
    Kind.LOOK: LOOKS,
    Kind.EXPORT: EXPORTS,
    Kind.WRITE: WRITES,
    Kind.SIGN_IN: SIGN_INS,
    Kind.ACCOUNT: ACCOUNTS,
    Kind.SYSTEM: SYSTEM,
}
WORDS = {code: words for deeds in DEEDS.values() for code, words in deeds.items()}
# The administration site's own deeds ("grid.add"): the object's type says the rest.
SITE_DEEDS = {"add": _("新建"), "change": _("修改"), "import": _("导入"), "export": _("导出")}
KIND_OF_SITE_DEED = {"add": Kind.WRITE, "change": Kind.WRITE, "import": Kind.WRITE, "export": Kind.EXPORT}

TYPES: dict[str, Words] = {
    "keys": _("密钥"),
    "retention": _("保存期限"),
    "page": _("页面"),
    "area": _("区划"),
    "claim": _("领岗"),
    "entry": _("培训和表彰"),
    "sheet": _("纸卷"),
    "checkin": _("签到"),
    "photo": _("活动照片"),
    "formtoken": _("活动"),
    "post": _("党员岗位"),
    "surveylink": _("调查链接"),
    "check": _("数据检查"),
    "number": _("纸卷"),
}
KEYS: dict[str, Words] = {
    "asker": _("谁提出"),
    "form": _("方式"),
    "moved": _("已换"),
    "left": _("还没换"),
    "lives_here": _("还住在这里"),
    "page": _("页面"),
    "people": _("人数"),
    "rows": _("行数"),
    "field": _("看了什么"),
    "fields": _("改了什么"),
    "purpose": _("用途"),
    "reason": _("原因"),
    "note": _("备注"),
    "role": _("角色"),
    "active": _("启用"),
    "day": _("日期"),
    "since": _("开始"),
    "until": _("结束"),
    "before": _("原来"),
    "after": _("后来"),
    "old": _("原来"),
    "new": _("后来"),
    "from": _("从"),
    "to": _("到"),
    "name": _("名称"),
    "kind": _("类型"),
    "group": _("人群"),
    "grid": _("网格"),
    "activity": _("活动编号"),
    "volunteer": _("志愿者编号"),
    "member": _("党员编号"),
    "organisation": _("党组织编号"),
    "shift": _("班次编号"),
    "photo": _("照片编号"),
    "grant": _("临时授权编号"),
    "year": _("年度"),
    "period": _("时段"),
    "slot": _("时段开始"),
    "count": _("数量"),
    "size": _("数量"),
    "minutes": _("分钟"),
    "seconds": _("秒"),
    "format": _("格式"),
    "file_name": _("文件名"),
    "create": _("新增"),
    "update": _("更新"),
    "unchanged": _("未变"),
    "refuse": _("未收下"),
    "review": _("待核对"),
    "skip": _("跳过"),
    "warn": _("提醒"),
    "changed": _("改动"),
    "decision": _("决定"),
    "result": _("结果"),
    "filters": _("筛选"),
    "columns": _("列"),
    "masked": _("打码"),
    "unmasked": _("完整信息"),
    "posts_ended": _("同时离任"),
    "events": _("记录数"),
    "wrong": _("不对的地方"),
    "head": _("校验码"),
    "first": _("第一处"),
    "position": _("链条位置"),
    "event": _("记录编号"),
    "accounts": _("账号数"),
    "doors": _("户数"),
    "sheets": _("张数"),
    "steps": _("步骤"),
    "how": _("方式"),
    "method": _("方式"),
    "deed": _("做法"),
}
VALUES: dict[str, dict[Any, Words]] = {
    "field": {"name": _("姓名"), "id_number": _("身份证号"), "phone": _("手机号")},
    "purpose": {
        "call": _("电话联系"),
        "visit": _("上门走访"),
        "check": _("核对身份"),
        "service": _("办理服务"),
        "correct": _("更正底册"),
    },
}
YES_NO: dict[bool, Words] = {True: _("是"), False: _("否")}


def describe_action(code: str) -> Words:
    """Return a deed's words; the code itself when nobody gave it any."""
    if code in WORDS:
        return WORDS[code]
    model, _dot, deed = code.partition(".")
    if deed in SITE_DEEDS and model in name_models():
        return _("%(deed)s：%(what)s") % {"deed": SITE_DEEDS[deed], "what": describe_type(model)}
    return code


def codes_of(kind: Kind) -> list[str]:
    """Return the codes of deeds of this kind, those of the administration site included."""
    named = [model._meta.model_name for model in portal_admin._registry]
    site = [f"{name}.{deed}" for name in named for deed in SITE_DEEDS if KIND_OF_SITE_DEED[deed] == kind]
    return [*DEEDS[kind], *site]


@cache
def name_models() -> dict[str, Words]:
    """Return the names of all kinds of rows by their type."""
    return {str(model._meta.model_name): model._meta.verbose_name or "" for model in apps.get_models()}


def describe_type(name: str) -> Words:
    """Return the words of an object's type."""
    return TYPES.get(name) or name_models().get(name, name)


def describe_object(kind: str, key: str) -> str:
    """Return what something was done to: "居民 12"; persons are never named."""
    if kind == "page":
        return str(name_page(key))
    return f"{describe_type(kind)} {key}".strip()


def describe_detail(detail: dict[str, Any]) -> Iterator[tuple[Words, str]]:
    """Yield label and text of what else is known of a deed; what is empty is left out."""
    for key, value in detail.items():
        if value not in ("", None, [], {}):
            yield KEYS.get(key, key), describe_value(key, value)


def describe_value(key: str, value: Any) -> str:
    """Return one value of a detail in words."""
    if isinstance(value, bool):
        return str(YES_NO[value])
    if isinstance(value, dict):
        return str(_("；")).join(
            f"{KEYS.get(name, name)} {describe_value(name, inner)}" for name, inner in value.items()
        )
    if isinstance(value, list):
        return str(_("、")).join(describe_value(key, inner) for inner in value)
    if key == "page":
        return str(name_page(str(value)))
    return str(VALUES.get(key, {}).get(value, value))
