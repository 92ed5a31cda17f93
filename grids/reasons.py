"""Stable codes of why something of a resident's data is refused, or remarked on, and the words users read for them."""

from django.utils.translation import gettext_lazy as _

# Cells: why a row or a form is refused. "%(detail)s" never holds personal data, only places, limits and area names.
CELL_REASONS = {
    "cell_error": _("这一格是 Excel 的出错值（如 #N/A），请改正公式，或直接填写内容"),
    "text_too_long": _("内容超过 %(detail)s 个字，请检查是否填错了列"),
    "name_missing": _("姓名为空，请补上姓名"),
    "name_too_short": _("姓名至少有两个字，请写全"),
    "name_too_long": _("姓名超过 %(detail)s 个字，请检查是否填错了列"),
    "name_invalid": _("姓名里有数字或符号，请检查是否填错了列"),
    "name_damaged": _("姓名里有问号或乱码，原来的字在保存时丢失了，请重新录入"),
    "name_private_use": _("姓名里有字库自造的字，换一台电脑就显示不出来：请改用标准汉字，没有标准汉字的请写拼音"),
    "name_placeholder": _("这里填的不是人名（如“空户”“合计”），请填写姓名，或删去这一行"),
    "id_missing": _("身份证号为空，请补上 18 位身份证号"),
    "id_damaged": _("身份证号存成了数字，Excel 已把后几位改成 0：请把这一列设为“文本”后重新录入"),
    "id_masked": _("身份证号有几位用星号遮住了，请填写完整的号码"),
    "id_length": _("身份证号应为 18 位，这里是 %(detail)s 位"),
    "id_characters": _("身份证号只能是数字，最后一位可以是 X"),
    "id_birth_date": _("身份证号里的出生日期不存在或在将来"),
    "id_checksum": _("身份证号校验位不对，请核对是否录错"),
    "sex_unknown": _("性别应填“男”或“女”"),
    "sex_contradicts_id": _("性别与身份证号不一致"),
    "date_unreadable": _("日期看不懂，请写成 1980-05-01 这样"),
    "date_ambiguous": _("日期有不止一种读法，分不清年、月、日，请写成 1980-05-01 这样"),
    "date_too_old": _("日期早于 1850 年，请核对"),
    "date_future": _("日期在将来，请核对"),
    "birth_date_contradicts_id": _("出生日期与身份证号不一致"),
    "birth_date_missing": _("没有身份证号的居民要有出生日期，请补上"),
    "birth_date_incomplete": _("没有身份证号的居民，出生日期要写到日，如 1980-05-01"),
    "phone_invalid": _("手机号应为 11 位，以 13 至 19 开头，请核对"),
    "phone_damaged": _("手机号的单元格不是整数，请把这一列设为“文本”后重新录入"),
    "door_is_date": _("Excel 把这一格变成了日期（如 3-2 变成 3月2日），请把这一列设为“文本”后重新录入"),
}

# Remarks: what was made of a cell that is accepted.
CELL_REMARKS = {
    "name_remark_dropped": _("姓名后面括号里的说明没有登记，只登记了姓名"),
    "id_converted": _("15 位的旧身份证号已换算成 18 位，请核对"),
    "date_month_only": _("日期只写到月，按当月 1 日登记"),
    "phone_first_of_several": _("这一格有 %(detail)s 个号码，只登记了第一个手机号"),
    "phone_landline": _("这是固定电话，没有登记；如有手机号，请填写手机号"),
    "phone_masked": _("手机号有几位用星号遮住了，没有登记，请填写完整的号码"),
    "phone_remark_dropped": _("手机号旁边的说明没有登记，只登记了号码"),
    "education_unknown": _("这个文化程度不在国家标准里，没有登记，请改用“大学本科”“初中”这样的名称"),
    "ethnic_group_unknown": _("这个民族不在国家标准里，没有登记，请改用“汉族”“回族”这样的名称"),
    "occupation_unknown": _("这个从业状况不在国家标准里，没有登记，请改用“工人”“农民”“退休”这样的名称"),
    "address_unclear": _("从地址里分不清楼栋、单元和房号，没有登记，请写成“3号楼2单元501”这样"),
}


def describe(code: str, detail: str = "") -> str:
    """Return the words for a code in the reader's language."""
    text = CELL_REASONS.get(code) or CELL_REMARKS[code]
    return str(text) % {"detail": detail}
