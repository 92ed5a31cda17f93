"""What each background task does, in words for administrators. Names, not imports: the tasks live in apps above."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TASK_NAMES: dict[str, Promise] = {
    "accounts.tasks.link_audit_events": _("把审计记录编入链条"),
    "accounts.tasks.look_for_unusual_access": _("统计不寻常的查看"),
    "accounts.tasks.verify_audit_log": _("核对审计记录"),
    "activities.tasks.delete_abandoned_photos": _("删除没有保存的照片"),
    "activities.tasks.plan_series_ahead": _("排出后几周的系列活动"),
    "dashboards.tasks.mail_alerts": _("发送提醒邮件"),
    "dashboards.tasks.watch_targets": _("检查目标完成情况"),
    "grids.tasks.make_export": _("生成导出文件"),
    "grids.tasks.resume_exports": _("接着做没完成的导出"),
    "imports.tasks.delete_old_files": _("删除到期的导入文件"),
    "imports.tasks.rehearse_import": _("预演导入"),
    "imports.tasks.resume_imports": _("接着做没完成的导入"),
    "imports.tasks.undo_import": _("撤销导入"),
    "imports.tasks.write_import": _("写入导入"),
    "indicators.tasks.refresh_figures": _("计算指标"),
    "indicators.tasks.sweep_marks": _("检查漏算的变动"),
    "indicators.tasks.tally_figures": _("计算走访、岗位等指标"),
    "indicators.tasks.verify_figures": _("核对指标"),
    "privacy.tasks.apply_retention": _("删除到期的个人信息"),
    "surveys.tasks.forget_answerers": _("删除到期的答题人信息"),
    "surveys.tasks.mix_answers": _("打乱并汇总调查答卷"),
}


def name_task(name: str) -> str | Promise:
    """Return the task in words; one without words keeps its name."""
    return TASK_NAMES.get(name, name)
