"""The words under which the portal keeps nothing: lists that watch, judge or pry into people (left-out by decision).

Free of Django's models and settings: the sandboxed reader of spreadsheets imports it too.
"""

import re
import unicodedata

# Traditional characters of the terms and headings that resident lists use, each with its simplified twin.
TRADITIONAL = str.maketrans(
    "訪兩勞歸滿釋維穩計劃節戶員對無嚴單動態狀況現傾鄉鎮號碼證聯繫電話絡機網樓棟門間編學歷職業屬區類別時備註記錄稱"
    "姓樣舉報輿評級險單應實際種務誠檔犯違規習隱內個從黨齡幹義發監視靜點擾輕強離異財產債貧殘婦嬰親關係農場東廣縣陽長"
    "國際誌願隊標數礙養證兇總計籤傳邪毒戒罰調解糾紛為與處錢款貸負擔懷孕產後環絕養償遷轉獨議審評"
    "臉識軌跡蹟蹤販進矯纏風積價綜論輪話關注獄緩殺錄",
    "访两劳归满释维稳计划节户员对无严单动态状况现倾乡镇号码证联系电话络机网楼栋门间编学历职业属区类别时备注记录称"
    "姓样举报舆评级险单应实际种务诚档犯违规习隐内个从党龄干义发监视静点扰轻强离异财产债贫残妇婴亲关系农场东广县阳长"
    "国际志愿队标数碍养证凶总计签传邪毒戒罚调解纠纷为与处钱款贷负担怀孕产后环绝养偿迁转独议审评"
    "脸识轨迹迹踪贩进矫缠风积价综论轮话关注狱缓杀录",
)
NOISE = re.compile(r"[\s\u3000*＊:：（）()\[\]【】<>《》“”\"'_\-—、，,/.。？?！!#]+")
DISGUISE = re.compile(r"[\W_]+")  # signs, blanks and characters without width

# Whole headings are compared after the affixes below are taken off, so that 计生 does not hit 设计生.
FORBIDDEN_TERMS = frozenset(
    """
    上访 信访 非访 缠访 进京访 越级上访 刑满释放 刑释 刑释解教 两劳 两劳回归 两劳释放 两牢 两牢回归 社区矫正 矫正 前科
    犯罪 违法犯罪 在押 服刑
    吸毒 涉毒 戒毒 社区戒毒 贩毒 精神障碍 精神病 精神疾病 精神残疾 肇事肇祸 易肇事肇祸 艾滋病 传染病
    重点 重点人 重点关注 重点管控 管控 特殊人群 特殊人员 布控 稳控 维稳 涉稳 不稳定因素 不稳定
    风险 风险等级 危险等级 高危
    思想 思想动态 思想状况 思想表现 思想倾向 思想状态 思想汇报 政治倾向 政治表现 政治态度 现实表现 言论 舆情 信仰 宗教
    宗教信仰 教派 邪教 法轮功 信教
    计生 计划生育 生育 节育 超生 避孕 孕检 婚育 怀孕 流产
    黑名单 失信 失德 信用分 信用评分 信用等级 道德评分 道德评级 诚信分 诚信评级 积分评级 个人评分 个人评价 综合评价 打分
    监控 人脸 人脸识别 轨迹 行踪 活动轨迹 微信聊天 通话
    """.split()  # noqa: SIM905 - a hundred and twenty words read better as text
)
AFFIXES = re.compile(
    r"^(是否|有无|曾经|曾|有|原|易|严重|本人|家庭|列入|纳入|属于|为)*(?P<core>.+?)"
    r"(患者|人员|对象|群体|人群|人|户|者|史|情况|次数|记录|类型|类别|级别|等级|标记|标识|标签|信息|备注|名单|评价|结果|程度|分|与否|是否)*$"
)


def fold(text: object) -> str:
    """Return the text with Traditional characters made Simplified, without white space, punctuation and brackets."""
    return NOISE.sub("", str(text or "").translate(TRADITIONAL))


def uncover(text: object) -> str:
    """Return the text as it is meant: full-width as half-width, Simplified, nothing between the characters (上·访)."""
    return DISGUISE.sub("", unicodedata.normalize("NFKC", str(text or "")).translate(TRADITIONAL))


def find_forbidden_term(text: object) -> str | None:
    """Return the term of FORBIDDEN_TERMS that a heading, group or tag is about, or None.

    It is about one when, its affixes taken off, it is a term or made of several (重点上访人员); 设计生 is not.
    """
    plain = uncover(text)
    match = AFFIXES.match(plain)
    return next((core for core in (plain, match["core"] if match else "") if is_made_of_terms(core)), None)


def is_made_of_terms(text: str) -> bool:
    """Tell whether a text consists of nothing but terms."""
    return text in FORBIDDEN_TERMS or any(
        text[:end] in FORBIDDEN_TERMS and is_made_of_terms(text[end:]) for end in range(2, len(text) - 1)
    )
