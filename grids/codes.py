"""National code lists of a person (education, ethnic group, occupation) and how residents' lists spell them. No Django.

Each list maps a code to its Chinese name. Each `find_…` takes a cell's clean text, a code or a name in simplified or
traditional characters, and returns the code, "" when it knows none.
"""

import re

# GB/T 4658-2006 学历代码, main classes.
EDUCATION = {
    "10": "研究生教育",
    "20": "大学本科",
    "30": "大学专科",
    "40": "中等职业",
    "60": "普通高中",
    "70": "初中",
    "80": "小学",
    "90": "其他",
}
# GB/T 4658-1984 文化程度代码 had 50 技工学校, which is 中等职业 since 2006.
EDUCATION_CLASSES = {code[0]: code for code in EDUCATION} | {"5": "40"}
EDUCATION_SPELLINGS = {
    "10": "研究生 硕士 硕士生 硕士研究生 博士 博士生 博士研究生 博士后",
    "20": "本科 本科生 大学 大学生 大学普通班 大学本科教育 学士",
    "30": "专科 专科生 大专 大专生 高职 高专 高职高专 高等专科 高等职业 大学专科教育",
    "40": (
        "中专 中专生 中技 中职 中师 技校 职高 中专中技 职业中专 职业高中 技工学校 中等专科 中等专业 中等技术 中等师范 "
        "中等职业教育"
    ),
    "60": "高中 高中生 高级中学 普通高级中学 普通高级中学教育",
    "70": "初中生 普通初中 国中 初级中学 普通初级中学 初级中学教育",
    "80": "小学生 初小 高小 小学教育",
    "90": "其它 文盲 半文盲 文盲半文盲 文盲或半文盲 未上学 未上过学 没上过学 不识字 学龄前 学龄前儿童 幼儿 幼儿园",
}
FORM_OF_STUDY = re.compile("非?全日制|在职|成人|函授|自考")
EDUCATION_SUFFIX = re.compile(r"(?:毕业生?|结业生?|肄业生?|在读|学历|学位|文化|程度)+$")

# GB/T 3304-1991 中国各民族名称的罗马字母拼写法和代码; 97 and 98 as the population registers add them.
ETHNIC_GROUPS = {
    "01": "汉族",
    "02": "蒙古族",
    "03": "回族",
    "04": "藏族",
    "05": "维吾尔族",
    "06": "苗族",
    "07": "彝族",
    "08": "壮族",
    "09": "布依族",
    "10": "朝鲜族",
    "11": "满族",
    "12": "侗族",
    "13": "瑶族",
    "14": "白族",
    "15": "土家族",
    "16": "哈尼族",
    "17": "哈萨克族",
    "18": "傣族",
    "19": "黎族",
    "20": "傈僳族",
    "21": "佤族",
    "22": "畲族",
    "23": "高山族",
    "24": "拉祜族",
    "25": "水族",
    "26": "东乡族",
    "27": "纳西族",
    "28": "景颇族",
    "29": "柯尔克孜族",
    "30": "土族",
    "31": "达斡尔族",
    "32": "仫佬族",
    "33": "羌族",
    "34": "布朗族",
    "35": "撒拉族",
    "36": "毛南族",
    "37": "仡佬族",
    "38": "锡伯族",
    "39": "阿昌族",
    "40": "普米族",
    "41": "塔吉克族",
    "42": "怒族",
    "43": "乌孜别克族",
    "44": "俄罗斯族",
    "45": "鄂温克族",
    "46": "德昂族",
    "47": "保安族",
    "48": "裕固族",
    "49": "京族",
    "50": "塔塔尔族",
    "51": "独龙族",
    "52": "鄂伦春族",
    "53": "赫哲族",
    "54": "门巴族",
    "55": "珞巴族",
    "56": "基诺族",
    "97": "其他",
    "98": "外国血统中国籍人士",
}
# The letter codes of the same standard, in the order of 01 to 56.
ETHNIC_LETTERS = (
    "HA MG HU ZA UG MH YI ZH BY CS MA DO YA BA TJ HN KZ DA LI LS VA SH GS LH SU DX NX JP "
    "KG TU DU ML QI BL SL MN GL XB AC PM TA NU UZ RS EW DE BN YG GI TT DR OR HZ MB LB JN"
)
ETHNIC_SPELLINGS = {
    "02": "蒙 蒙族",
    "05": "维 维族",
    "10": "鲜 鲜族",
    "36": "毛难 毛难族",
    "43": "乌兹别克 乌兹别克族",
    "46": "崩龙 崩龙族",
    "97": "其它 其他民族 未识别 未识别民族 未定族称 穿青人",
    "98": "外国血统 外国血统中国籍",
}

# GB/T 2261.4-2003 从业状况（个人身份）代码.
OCCUPATIONS = {
    "11": "国家公务员",
    "13": "专业技术人员",
    "17": "职员",
    "21": "企业管理人员",
    "24": "工人",
    "27": "农民",
    "31": "学生",
    "37": "现役军人",
    "51": "自由职业者",
    "54": "个体经营者",
    "70": "无业人员",
    "80": "退(离)休人员",
    "90": "其他",
}
OCCUPATION_SPELLINGS = {
    "11": "公务员",
    "13": (
        "专业技术 技术人员 技术员 教师 老师 教授 医生 医师 护士 医务人员 工程师 律师 会计 会计师 科研人员 "
        "研究员 记者 编辑 药师 设计师"
    ),
    "17": "公司职员 企业职员 文员 办事员 事业单位职员 社区工作者 白领",
    "21": "企业管理 管理人员 企业负责人 经理 总经理 厂长",
    "24": "普工 产业工人 农民工 务工 务工人员 进城务工 打工 司机 驾驶员 服务员 保安 保洁 保洁员 快递员 外卖员",
    "27": "务农 种地 种田 农业 渔民 牧民 菜农 果农",
    "31": "在校学生 在校生 大学生 中学生 小学生 高中生 初中生 研究生 上学 在读",
    "37": "现役 军人 军官 士兵 义务兵 武警",
    "51": "自由职业 灵活就业 灵活就业人员",
    "54": "个体 个体户 个体经营 个体工商户 工商户 经商 做生意",
    "70": "无业 待业 待业人员 失业 失业人员 下岗 下岗职工 下岗人员 未就业 无工作 没有工作 家务 家庭主妇 全职太太",
    "80": "退休 离休 离退休 退离休 退休人员 离休人员 离退休人员",
    "90": "其它 其他职业 其他人员 儿童 婴幼儿 幼儿 学龄前 学龄前儿童",
}
RETIRED = re.compile(r"(?:退休|离休|离退休)(?:工人|职工|干部|教师|老师|医生|军人|公务员|职员|农民)")

# The traditional characters that occur in the names above.
TRADITIONAL = str.maketrans(
    "漢維爾壯鮮滿瑤薩畬東鄉納頗達錫烏別羅溫獨龍倫門諾難識國統學專職碩畢業結讀歷齡兒園級"
    "務員術師醫護會計個體經營無離農現軍戶營單產廠長機總編輯藥設記義進潔遞賣視靈養從種漁總間沒幹",
    "汉维尔壮鲜满瑶萨畲东乡纳颇达锡乌别罗温独龙伦门诺难识国统学专职硕毕业结读历龄儿园级"
    "务员术师医护会计个体经营无离农现军户营单产厂长机总编辑药设记义进洁递卖视灵养从种渔总间没干",
)
PUNCTUATION = re.compile(r"[\s()（）/、,，·]+")


def fold(text: str) -> str:
    """Return the text as the tables below are keyed: simplified, without spaces and punctuation, letters upper."""
    return PUNCTUATION.sub("", text).translate(TRADITIONAL).upper()


def index_names(names: dict[str, str], spellings: dict[str, str]) -> dict[str, str]:
    """Return folded name -> code for a list's own names and their other spellings, words parted by spaces."""
    index = {fold(name): code for code, name in names.items()}
    for code, words in spellings.items():
        index |= dict.fromkeys(words.split(), code)
    return index


EDUCATION_INDEX = index_names(EDUCATION, EDUCATION_SPELLINGS)
OCCUPATION_INDEX = index_names(OCCUPATIONS, OCCUPATION_SPELLINGS)
ETHNIC_INDEX = (
    index_names(ETHNIC_GROUPS, ETHNIC_SPELLINGS)
    | {name.removesuffix("族"): code for code, name in ETHNIC_GROUPS.items()}
    | dict(zip(ETHNIC_LETTERS.split(), ETHNIC_GROUPS, strict=False))
)


def find_education(text: str) -> str:
    """Return the main class of GB/T 4658: 硕士, 14 and 研究生毕业 are all "10"; 文盲 is "90"."""
    word = fold(text)
    if re.fullmatch(r"[1-9]\d", word, re.ASCII):
        return EDUCATION_CLASSES.get(word[0], "")
    return EDUCATION_INDEX.get(EDUCATION_SUFFIX.sub("", FORM_OF_STUDY.sub("", word)), "")


def find_ethnic_group(text: str) -> str:
    """Return the two digits of GB/T 3304 for 汉, 汉族, 漢族, HA, 01 or a 1 whose leading zero was lost."""
    word = fold(text)
    if word.isdecimal():
        code = word.zfill(2)
        return code if code in ETHNIC_GROUPS else ""
    return ETHNIC_INDEX.get(word, "")


def find_occupation(text: str) -> str:
    """Return the code of GB/T 2261.4; a retired teacher is retired."""
    word = fold(text)
    if RETIRED.fullmatch(word):
        return "80"
    return word if word in OCCUPATIONS else OCCUPATION_INDEX.get(word, "")
