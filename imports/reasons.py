"""The words for the codes by which files and rows of an import are refused, asked about, remarked on or skipped."""

from django.utils.translation import gettext_lazy as _

from grids.reasons import CELL_REASONS, CELL_REMARKS

# Why nothing of a file is read. "%(detail)s" is a limit, a kind of file or a heading, never a cell's content.
FILE_REASONS = {
    "too_large": _("文件超过 %(detail)s MB，请按社区拆开后分别上传。"),
    "unpacks_too_large": _("文件解压后超过 %(detail)s MB，不像是普通的名册。请新建一个工作簿，只粘贴数据后再上传。"),
    "xlsb": _("这是二进制工作簿（.xlsb）。请在 Excel 或 WPS 里另存为“Excel 工作簿 (*.xlsx)”后再上传。"),
    "encrypted": _("文件有打开密码或已加密，请去掉密码后另存再上传。"),
    "not_spreadsheet": _("这不是表格文件（%(detail)s）。请上传 .xlsx、.xlsm、.xls、.ods 或 .csv 文件。"),
    "html_table": _(
        "这个文件叫作表格，里面其实是网页，其他系统导出的常常这样。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"
    ),
    "xml_table": _("这个文件叫作表格，里面其实是 XML。请用 Excel 或 WPS 打开，另存为“Excel 工作簿 (*.xlsx)”后再上传。"),
    "unreadable": _("文件打不开，可能已损坏。请在 Excel 或 WPS 里重新另存后再上传。"),
    "empty": _("文件里没有数据。请确认上传的是填好的那一份，数据没有放在隐藏的工作表里。"),
    "entities": _("文件里有普通表格不会有的代码，为安全起见没有打开。请新建一个工作簿，只粘贴数据后再上传。"),
    "too_spread": _("表里有离数据很远的单元格，整张表太大。请新建一个工作簿，只粘贴数据后再上传。"),
    "too_many_rows": _("工作表超过 %(detail)s 行，请按社区拆开后分别上传。"),
    "too_many_columns": _("工作表超过 %(detail)s 列，请删去多余的列后再上传。"),
    "cell_too_long": _("有单元格超过 %(detail)s 个字，不像是居民信息。请删去后再上传。"),
    "encoding_unknown": _("看不出文本文件的编码。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"),
    "quote_open": _("文本里有一个引号没有配对，后面的行分不清。请补上引号，或用 Excel 另存为 .xlsx 后再上传。"),
    "too_slow": _("读取文件超过 %(detail)s 秒，已停止。请按社区拆开后分别上传。"),
    "column_forbidden": _(
        "“%(detail)s”不能导入：门户只为服务居民，不登记对人的监控、评判、信仰或隐私内容。请删去这一列后再上传，文件没有保存。"
    ),
}

# What is said about one row. "%(detail)s" never holds personal data, only places, limits and names of areas and groups.
ROW_REASONS = {
    **CELL_REASONS,
    **CELL_REMARKS,
    "id_repeated": _("与第 %(detail)s 行是同一个身份证号，请只留一行"),
    "person_repeated": _("与第 %(detail)s 行是同一个人，请只留一行"),
    "grid_missing": _("网格为空，按楼栋也认不出，请填写网格名称或 15 位网格编码"),
    "grid_unknown": _("没有名为“%(detail)s”的网格；导入不会新建网格，请核对名称，或先由管理员建立"),
    "grid_ambiguous": _("多个社区或网格都有“%(detail)s”，请加一列“社区”，或改用 15 位网格编码"),
    "community_unknown": _("本次导入的范围里没有“%(detail)s”社区"),
    "group_unknown": _("没有“%(detail)s”这个人群类别，请改用目录里的名称"),
    "group_forbidden": _("人群类别里有门户不收集的内容（%(detail)s），请从表中删去"),
    "moved_before_arrival": _("此人迁入现网格的日期晚于本次导入的生效日期，请改用更晚的生效日期"),
    "registered_elsewhere": _("已在其他单位登记，要由对方确认是否搬走"),
    "other_name": _("身份证号与底册一致，姓名完全不同，请核对是否填错了号码"),
    "maybe_same_person": _("没有身份证号，底册里有同名同生日的人，请核对是否同一个人"),
    "row_total": _("合计行，不是居民"),
    "row_without_data": _("只有序号或备注，没有居民信息"),
    "row_heading": _("重复的表头，不是居民"),
    "row_note": _("填表说明，不是居民"),
    "row_hidden": _("这一行在表里是隐藏的，已照常读取"),
}


def describe(code: str, detail: str = "") -> str:
    """Return the words for a code in the reader's language; a file without further detail is called 未知格式."""
    text = str(ROW_REASONS.get(code) or FILE_REASONS[code])
    return text % {"detail": detail or (str(_("未知格式")) if code == "not_spreadsheet" else "")}
