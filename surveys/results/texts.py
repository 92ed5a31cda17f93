"""What people wrote, as far as it may be read: from many, in random order, with names and numbers masked (rule R18)."""

import re
from collections.abc import Collection

from django.db import connection

from accounts.encryption import blind_index
from accounts.models import User
from grids.models import Resident
from surveys.models import Wave, WaveResults
from surveys.questionnaire import OTHER, WRITTEN, Questionnaire
from surveys.results.reasons import REASONS
from surveys.results.shapes import Texts

ORDER_PURPOSE = "survey_text_order"
MASK = "＊＊"
LENGTHS = (4, 3, 2)  # of names, the longest first
SURNAMES = (
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|"
    "[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚"
    "谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕"
    "聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵]"
)
TITLES = (
    "先生|女士|小姐|书记|主任|副主任|站长|队长|组长|网格员|网格长|楼长|社工|医生|大夫|老师|师傅|经理|警官|民警|所长|局长|科长|处长|委员|"
    "大爷|大妈|大叔|大婶|大姐|大哥|大娘|阿姨|叔叔|爷爷|奶奶|嫂子|哥|姐|叔|姨|婶|总|工|某某|某"
)
# Generously: a word that is no name may be masked too, for a name that is none must not stay.
PATTERNS = (
    re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE),
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?:微信|QQ|qq|wx|WX|vx|VX)(?:号)?\s*[:：是]?\s*[A-Za-z0-9_-]{5,}"),
    re.compile(r"[0-9０-９](?:[\s\-—–.]*[0-9０-９Xx]){4,}"),  # phones, identity numbers, cards
    re.compile(r"[一二三四五六七八九零〇幺两](?:[\s\-]*[一二三四五六七八九零〇幺两]){6,}"),
    re.compile(
        r"[0-9０-９一二三四五六七八九十百]+\s*(?:号楼|栋|幢|单元|门洞|层|室|户)(?:[0-9０-９一二三四五六七八九十百]*(?:单元|门|层|室|号|户)?)*"
    ),
    re.compile(rf"(?:[老小阿](?:{SURNAMES})(?![\u4e00-\u9fff]{{0,1}}(?:区|路|街)))"),
    re.compile(rf"(?:{SURNAMES})[\u4e00-\u9fff]{{0,2}}?(?:{TITLES})"),
    re.compile(rf"(?<=[叫是找姓])(?:{SURNAMES})[\u4e00-\u9fff]{{1,2}}(?=[，。,.、；;！!？?\s的说在家]|$)"),
)


def mask(text: str, names: Collection[str] = ()) -> str:
    """Return the text with what may lead to a person masked: numbers, addresses, names with titles, and `names`."""
    for pattern in PATTERNS:
        text = pattern.sub(MASK, text)
    return mask_names(text, names) if names else text


def mask_names(text: str, names: Collection[str]) -> str:
    """Return the text without these names, the longest first; a name of two signs may hit a word, and is masked too."""
    masked, place = [], 0
    while place < len(text):
        length = next((size for size in LENGTHS if text[place : place + size] in names), 0)
        masked.append(MASK if length else text[place])
        place += length or 1
    return "".join(masked)


def list_names(wave: Wave) -> set[str]:
    """Return the names of everybody in the register of the communities that were asked, and of who works there."""
    asked = wave.links.values("community")
    residents = Resident.objects.filter(community__in=asked).values_list("name", flat=True)
    staff = User.objects.values_list("name", flat=True)
    return {name for name in (*residents.iterator(), *staff) if len(name) in LENGTHS}


def read_texts(wave: Wave, variable: str) -> Texts:
    """Return what was written to a question of the wave, or beside "other" ("question.other"); KeyError for no such.

    Never by community, and nothing of a survey of one community, which is often the one that is judged.
    """
    check_variable(wave.version.questionnaire, variable)
    if wave.mode == Wave.Mode.NAMED:
        return Texts(withheld=str(REASONS["texts_named"]))
    if not WaveResults.objects.filter(wave=wave, is_final=True).exists():
        return Texts(withheld=str(REASONS["texts_open"]))
    if wave.links.count() < 2:
        return Texts(withheld=str(REASONS["texts_one_community"]))
    said = "btrim(answers->>%s)"
    sql = f"select id, {said} from surveys_response where wave_id = %s and {said} <> ''"
    with connection.cursor() as cursor:
        cursor.execute(sql, [variable, wave.pk, variable])
        texts = cursor.fetchall()
    if len(texts) < 3 * wave.k:
        return Texts(withheld=str(REASONS["texts_few"]))
    names = list_names(wave)
    # Sorted by a digest: an order that says nothing, another one for each question, and the same when a page is turned.
    shuffled = sorted(texts, key=lambda row: blind_index(f"{row[0]}:{variable}", purpose=ORDER_PURPOSE))
    return Texts(tuple(mask(text, names) for _id, text in shuffled))


def check_variable(questionnaire: Questionnaire, variable: str) -> None:
    """Raise KeyError when there are no words under this name."""
    if variable.endswith(OTHER):
        if questionnaire.by_code[variable.removesuffix(OTHER)].other is None:
            raise KeyError(variable)
    elif questionnaire.by_code[variable].kind not in WRITTEN:
        raise KeyError(variable)
