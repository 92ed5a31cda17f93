"""The numbers that people are asked to report, form by form. The indicators made of them: catalogue/reported.py."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class ReportField:
    """A number that a form asks for. `form` is the kind of period it is asked for, `places` its decimals.

    `parts` are the codes of the fields that add up to it, `at_most` the code of one that it cannot exceed. It jumps
    when it is `jump` times the last one, or the other way round, and differs by more than `slack`.
    """

    code: str
    name: str | Promise
    unit: str | Promise
    form: str
    section: str | Promise
    places: int = 0
    minimum: int = 0
    maximum: int = 10_000
    jump: int = 3
    slack: int = 5
    parts: tuple[str, ...] = ()
    at_most: str = ""
    hint: str | Promise = ""


STAFF, OUTLETS, PUBLICITY, BURDEN = _("队伍"), _("服务场所"), _("宣传"), _("检查考核")
FUNDS, HONOURS, PREMISES = _("经费"), _("荣誉"), _("场地设施")
YUAN, PERSON, TIMES, PIECES, PLACES = _("元"), _("人"), _("次"), _("件"), _("处")
MUCH_MONEY = 100_000_000

ASKED = (
    ReportField("S2-002", _("在岗专职社工"), PERSON, "quarter", STAFF, maximum=500, hint=_("季末最后一天在岗的。")),
    ReportField(
        "S2-011", _("培训学时"), _("学时"), "quarter", STAFF, maximum=50_000, slack=40,
        hint=_("全体专职社工本季参加培训的学时之和，一学时 45 分钟。"),
    ),
    ReportField("S2-031", _("签约法律顾问"), PERSON, "quarter", STAFF, maximum=100),
    ReportField("S2-019", _("驻区单位向居民开放的场所"), PLACES, "quarter", OUTLETS, maximum=500),
    ReportField("S3-19", _("城市书房到馆"), _("人次"), "quarter", OUTLETS, maximum=1_000_000, slack=100),
    ReportField(
        "S3-15", _("邻里食堂、零工驿站等服务"), _("人次"), "quarter", OUTLETS, maximum=1_000_000, slack=100,
        hint=_("各实体服务点本季接待的人次之和。"),
    ),
    ReportField("S2-104", _("公众号发布"), _("条"), "quarter", PUBLICITY, maximum=2_000, slack=20),
    ReportField(
        "S2-102", _("横幅和展板合计"), PIECES, "quarter", PUBLICITY, slack=20, parts=("S2-102-a", "S2-102-b")
    ),
    ReportField("S2-102-a", _("其中：横幅"), _("条"), "quarter", PUBLICITY, slack=20),
    ReportField("S2-102-b", _("其中：展板"), _("块"), "quarter", PUBLICITY, slack=20),
    ReportField(
        "S3-04", _("已建微信群的网格"), PLACES, "quarter", PUBLICITY, maximum=500, hint=_("只数群，不看群里说什么。")
    ),
    ReportField("S2-079", _("接受检查、评比、考核"), TIMES, "quarter", BURDEN, maximum=1_000),
    ReportField("S1-51-d", _("本年预算"), YUAN, "year", FUNDS, places=2, maximum=MUCH_MONEY, slack=10_000),
    ReportField(
        "S1-51", _("本年支出合计"), YUAN, "year", FUNDS, places=2, maximum=MUCH_MONEY, slack=10_000,
        parts=("S1-51-a", "S2-086", "S1-51-c"),
    ),
    ReportField("S1-51-a", _("其中：办公支出"), YUAN, "year", FUNDS, places=2, maximum=MUCH_MONEY, slack=10_000),
    ReportField("S2-086", _("其中：文化活动支出"), YUAN, "year", FUNDS, places=2, maximum=MUCH_MONEY, slack=10_000),
    ReportField("S1-51-c", _("其中：其他支出"), YUAN, "year", FUNDS, places=2, maximum=MUCH_MONEY, slack=10_000),
    ReportField("S4-12-d", _("应到位办公经费"), YUAN, "year", FUNDS, places=2, maximum=MUCH_MONEY, slack=10_000),
    ReportField(
        "S4-12", _("已到位办公经费"), YUAN, "year", FUNDS, places=2, maximum=MUCH_MONEY, slack=10_000,
        at_most="S4-12-d",
    ),
    ReportField("S2-121-d", _("专项资金下达"), YUAN, "year", FUNDS, places=2, maximum=MUCH_MONEY, slack=10_000),
    ReportField(
        "S2-121", _("专项资金支出"), YUAN, "year", FUNDS, places=2, maximum=MUCH_MONEY, slack=10_000,
        at_most="S2-121-d",
    ),
    ReportField(
        "S0-60", _("获得荣誉合计"), _("项"), "year", HONOURS, maximum=500, parts=("S0-60-a", "S0-60-b"),
        hint=_("授予社区或社区里单位、队伍的，个人的不算。"),
    ),
    ReportField("S0-60-a", _("其中：省级及以上"), _("项"), "year", HONOURS, maximum=100),
    ReportField("S0-60-b", _("其中：市级及以下"), _("项"), "year", HONOURS, maximum=500),
    ReportField("S0-65", _("“最美”系列获评"), _("项"), "year", HONOURS, maximum=500, hint=_("只报数量，不报姓名。")),
    ReportField("S1-41-a", _("开放的图书室"), PLACES, "year", PREMISES, maximum=100),
    ReportField("S1-41-b", _("开放的日间照料中心"), PLACES, "year", PREMISES, maximum=100),
    ReportField("S1-41-c", _("开放的退役军人服务站"), PLACES, "year", PREMISES, maximum=100),
    ReportField("S1-41-d", _("开放的室外文体场地"), PLACES, "year", PREMISES, maximum=100),
    ReportField("S2-081", _("社区用房面积"), _("平方米"), "year", PREMISES, places=2, maximum=100_000, slack=100),
    ReportField(
        "S2-081-d", _("按标准应有的用房面积"), _("平方米"), "year", PREMISES, places=2, maximum=100_000, slack=100,
        hint=_("按当地的配建标准算。"),
    ),
    ReportField("S0-69-d", _("宣传栏、广播等阵地"), PLACES, "year", PREMISES, maximum=5_000),
    ReportField("S0-69", _("已升级改造的阵地"), PLACES, "year", PREMISES, maximum=5_000, at_most="S0-69-d"),
)  # fmt: skip
FIELDS = {field.code: field for field in ASKED}


def fields_of(form: str) -> list[ReportField]:
    """Return what the form of a kind of period asks; nothing for months."""
    return [field for field in ASKED if field.form == form]
