"""National code lists: every code of the standards, and how lists spell them."""

import pytest

from grids import codes


@pytest.mark.parametrize(
    ("find", "names"),
    [
        (codes.find_education, codes.EDUCATION),
        (codes.find_ethnic_group, codes.ETHNIC_GROUPS),
        (codes.find_occupation, codes.OCCUPATIONS),
    ],
)
def test_every_code_and_name_finds_its_code(find, names):
    assert {code: find(code) for code in names} == {code: code for code in names}
    assert {name: find(name) for name in names.values()} == {name: code for code, name in names.items()}


@pytest.mark.parametrize("find", [codes.find_education, codes.find_ethnic_group, codes.find_occupation])
@pytest.mark.parametrize("text", ["", "57", "96", "100", "-1", "说不清", "1.5"])
def test_unknown_text_finds_nothing(find, text):
    if (find, text) == (codes.find_education, "57"):
        text = "07"  # 57 is a class of the education list of 1984
    if (find, text) == (codes.find_education, "96"):
        text = "6"
    assert find(text) == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("研究生", "10"),
        ("硕士", "10"),
        ("碩士研究生", "10"),
        ("博士", "10"),
        ("研究生学历", "10"),
        ("11", "10"),
        ("14", "10"),
        ("本科", "20"),
        ("大学", "20"),
        ("大学本科毕业", "20"),
        ("全日制本科", "20"),
        ("學士", "20"),
        ("大学生", "20"),
        ("28", "20"),
        ("大专", "30"),
        ("大專", "30"),
        ("专科", "30"),
        ("高职", "30"),
        ("函授大专", "30"),
        ("大专（函授）毕业", "30"),
        ("中专", "40"),
        ("中技", "40"),
        ("技校", "40"),
        ("職高", "40"),
        ("中专/中技", "40"),
        ("50", "40"),
        ("高中", "60"),
        ("高中毕业生", "60"),
        ("61", "60"),
        ("初中", "70"),
        ("初中文化程度", "70"),
        ("初中 肄业", "70"),
        ("小学", "80"),
        ("小學", "80"),
        ("文盲", "90"),
        ("文盲/半文盲", "90"),
        ("未上学", "90"),
        ("學齡前", "90"),
        ("其它", "90"),
    ],
)
def test_education_folds_to_its_main_class(text, code):
    assert codes.find_education(text) == code


# Table 2 of GB/T 3304-1991, which is in the order of the letters.
BY_LETTERS = """
    AC 39 阿昌 BA 14 白 BL 34 布朗 BN 47 保安 BY 09 布依 CS 10 朝鲜 DA 18 傣 DE 46 德昂 DO 12 侗 DR 51 独龙 DU 31 达斡尔
    DX 26 东乡 EW 45 鄂温克 GI 49 京 GL 37 仡佬 GS 23 高山 HA 01 汉 HN 16 哈尼 HU 03 回 HZ 53 赫哲 JN 56 基诺 JP 28 景颇
    KG 29 柯尔克孜 KZ 17 哈萨克 LB 55 珞巴 LH 24 拉祜 LI 19 黎 LS 20 傈僳 MA 11 满 MB 54 门巴 MG 02 蒙古 MH 06 苗
    ML 32 仫佬 MN 36 毛南 NU 42 怒 NX 27 纳西 OR 52 鄂伦春 PM 40 普米 QI 33 羌 RS 44 俄罗斯 SH 22 畲 SL 35 撒拉 SU 25 水
    TA 41 塔吉克 TJ 15 土家 TT 50 塔塔尔 TU 30 土 UG 05 维吾尔 UZ 43 乌孜别克 VA 21 佤 XB 38 锡伯 YA 13 瑶 YG 48 裕固
    YI 07 彝 ZA 04 藏 ZH 08 壮
"""


def test_ethnic_groups_are_the_56_of_the_standard():
    assert list(codes.ETHNIC_GROUPS) == [*(f"{number:02}" for number in range(1, 57)), "97", "98"]
    words = iter(BY_LETTERS.split())
    rows = list(zip(words, words, words, strict=True))
    assert len(rows) == 56
    for letters, code, name in rows:
        assert codes.ETHNIC_GROUPS[code] == f"{name}族"
        assert codes.find_ethnic_group(letters) == codes.find_ethnic_group(letters.lower()) == code


@pytest.mark.parametrize("code", [code for code, name in codes.ETHNIC_GROUPS.items() if name.endswith("族")])
def test_ethnic_group_is_found_without_its_last_character(code):
    assert codes.find_ethnic_group(codes.ETHNIC_GROUPS[code].removesuffix("族")) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1", "01"),
        ("漢族", "01"),
        ("漢", "01"),
        ("蒙族", "02"),
        ("維吾爾族", "05"),
        ("维族", "05"),
        ("壯族", "08"),
        ("朝鮮族", "10"),
        ("滿族", "11"),
        ("哈薩克", "17"),
        ("畬族", "22"),
        ("東鄉族", "26"),
        ("納西族", "27"),
        ("景頗族", "28"),
        ("柯爾克孜族", "29"),
        ("達斡爾族", "31"),
        ("錫伯族", "38"),
        ("烏孜別克族", "43"),
        ("乌兹别克族", "43"),
        ("俄羅斯族", "44"),
        ("鄂溫克族", "45"),
        ("塔塔爾族", "50"),
        ("獨龍族", "51"),
        ("鄂倫春族", "52"),
        ("門巴族", "54"),
        ("基諾族", "56"),
        ("其他", "97"),
        ("未识别", "97"),
        ("外国血统", "98"),
    ],
)
def test_ethnic_group_is_found_in_other_spellings(text, code):
    assert codes.find_ethnic_group(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("公务员", "11"),
        ("國家公務員", "11"),
        ("教师", "13"),
        ("醫生", "13"),
        ("专业技术", "13"),
        ("职员", "17"),
        ("經理", "21"),
        ("农民工", "24"),
        ("工人", "24"),
        ("务农", "27"),
        ("農民", "27"),
        ("学生", "31"),
        ("小学生", "31"),
        ("现役军人", "37"),
        ("军人", "37"),
        ("自由职业", "51"),
        ("灵活就业", "51"),
        ("个体户", "54"),
        ("個體經營者", "54"),
        ("待业", "70"),
        ("失业", "70"),
        ("无业", "70"),
        ("退休", "80"),
        ("离休", "80"),
        ("离退休", "80"),
        ("退（离）休人员", "80"),
        ("退休教师", "80"),
        ("退休職工", "80"),
        ("其它", "90"),
    ],
)
def test_occupation_is_found_in_other_spellings(text, code):
    assert codes.find_occupation(text) == code


@pytest.mark.parametrize("index", [codes.EDUCATION_INDEX, codes.ETHNIC_INDEX, codes.OCCUPATION_INDEX])
def test_index_is_keyed_by_folded_words(index):
    assert [word for word in index if codes.fold(word) != word] == []


@pytest.mark.parametrize("spellings", [codes.EDUCATION_SPELLINGS, codes.ETHNIC_SPELLINGS, codes.OCCUPATION_SPELLINGS])
def test_no_spelling_stands_for_two_codes(spellings):
    words = [word for line in spellings.values() for word in line.split()]
    assert len(words) == len(set(words))
