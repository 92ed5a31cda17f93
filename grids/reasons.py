"""Stable reason codes of resident imports, and the words users read for them. docs/imports.md lists them."""

from django.utils.translation import gettext_lazy as _

# Rows: why one row is refused. "%(detail)s" never holds personal data, only places, limits and area names.
ROW_REASONS = {
    "name_missing": _("姓名为空，请补上姓名"),
    "name_too_long": _("姓名超过 %(detail)s 个字，请检查是否填错了列"),
    "name_invalid": _("姓名里有数字或符号，请检查是否填错了列"),
    "id_missing": _("身份证号为空，请补上 18 位身份证号"),
    "id_damaged": _("身份证号存成了数字，Excel 已把后几位改成 0：请把这一列设为“文本”后重新录入"),
    "id_length": _("身份证号应为 18 位，这里是 %(detail)s 位"),
    "id_characters": _("身份证号只能是数字，最后一位可以是 X"),
    "id_birth_date": _("身份证号里的出生日期不存在或在将来"),
    "id_checksum": _("身份证号校验位不对，请核对是否录错"),
    "id_repeated": _("与第 %(detail)s 行是同一个身份证号，请只留一行"),
    "sex_unknown": _("性别应填“男”或“女”"),
    "sex_contradicts_id": _("性别与身份证号不一致"),
    "date_unreadable": _("日期看不懂，请写成 1980-05-01 这样"),
    "date_future": _("日期在将来，请核对"),
    "birth_date_contradicts_id": _("出生日期与身份证号不一致"),
    "phone_invalid": _("手机号应为 11 位，以 1 开头"),
    "phone_damaged": _("手机号的单元格不是整数，请把这一列设为“文本”后重新录入"),
    "grid_missing": _("网格为空，请填写网格名称或 15 位网格编码"),
    "grid_unknown": _("没有名为“%(detail)s”的网格；导入不会新建网格，请核对名称，或先由管理员建立"),
    "grid_ambiguous": _("多个社区都有“%(detail)s”，请加一列“社区”，或改用 15 位网格编码"),
    "community_unknown": _("本次导入的范围里没有“%(detail)s”社区"),
    "group_unknown": _("没有“%(detail)s”这个人群类别，请改用目录里的名称"),
    "group_forbidden": _("人群类别里有门户不收集的内容（%(detail)s），请从表中删去"),
    "text_too_long": _("内容超过 %(detail)s 个字，请检查是否填错了列"),
    "registered_elsewhere": _("已在其他单位登记"),
    "moved_before_arrival": _("此人迁入现网格的日期晚于本次导入的生效日期，请改用更晚的生效日期"),
}

# Files: why nothing of a file is read.
FILE_REASONS = {
    "not_xlsx": _("这不是 .xlsx 工作簿。请在 Excel 或 WPS 里打开，另存为“Excel 工作簿 (*.xlsx)”后再上传。"),
    "encrypted": _("文件有打开密码或已加密，请去掉密码后另存再上传。"),
    "too_large": _("文件超过 %(detail)s MB，请按社区拆开后分别上传。"),
    "unpacks_too_large": _("文件解压后过大，不像是普通的名册。请新建一个工作簿，只粘贴数据后再上传。"),
    "unreadable": _("文件打不开，可能已损坏。请在 Excel 或 WPS 里重新另存后再上传。"),
    "too_slow": _("读取文件超过 %(detail)s 秒，已停止。请按社区拆开后分别上传。"),
    "too_many_rows": _("工作表超过 %(detail)s 行，请按社区拆开后分别上传。"),
    "too_many_columns": _("工作表超过 %(detail)s 列，请删去多余的列后再上传。"),
    "empty": _("工作簿里没有数据。请确认保存的是填好的那一份。"),
    "columns_missing": _("找不到这些列：%(detail)s。请在表头行写上列名，可以参照导入模板。"),
    "column_repeated": _("“%(detail)s”这一列出现了两次，请只保留一列。"),
    "column_forbidden": _(
        "“%(detail)s”不能导入：门户只为服务居民，不登记对人的监控、评判、信仰或隐私内容。请删去这一列后再上传，文件没有保存。"
    ),
}


def describe(code: str, detail: str = "") -> str:
    """Return the words for a reason code in the reader's language."""
    text = ROW_REASONS.get(code) or FILE_REASONS[code]
    return str(text) % {"detail": detail}
