"""The question bank: questions that several surveys ask alike, so that figures can be compared. Declared, not edited.

The words are part of questionnaires, hence Chinese in every language of the portal. Codes never change: answers and
indicators know questions and options by them. A question with other words or options gets a new code.

Questions are about services, places and activities, never about beliefs; none is obligatory, and scales begin with the
worst. A question of the bank holds its own code in `bank` for as long as nobody changed it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.questionnaire import RATING_CODES, Background, Kind, Option, Question


class Topic(models.TextChoices):
    """By what the bank is sorted."""

    SATISFACTION = "satisfaction", _("满意度")
    OUTREACH = "outreach", _("宣传教育与服务工作")
    ACTIVITIES = "activities", _("活动参与")
    FEEDBACK = "feedback", _("活动反馈")
    PLACES = "places", _("场地与环境")
    NEEDS = "needs", _("需求与意见")
    BACKGROUND = "background", _("背景")


@dataclass(frozen=True)
class BankQuestion:
    """A question of the bank. `indicators`: ids of the figures that it feeds (design/indicators.csv)."""

    question: Question
    topic: str
    indicators: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The code of the question, and of its entry."""
        return self.question.code


def choose(**labels: str) -> tuple[Option, ...]:
    """Return options from code=label; "other" asks for words, "none" and "unsure" stand alone."""
    return tuple(
        Option(code, label, is_exclusive=code in ("none", "unsure"), is_other=code == "other")
        for code, label in labels.items()
    )


def rate(*labels: str) -> tuple[Option, ...]:
    """Return the five options of a rating, the worst first."""
    return tuple(Option(code, label) for code, label in zip(RATING_CODES, labels, strict=True))


SATISFIED = rate("很不满意", "不太满意", "一般", "比较满意", "很满意")
QUALITY = choose(very_bad="很差", bad="较差", average="一般", good="较好", very_good="很好")
# The population groups of seed report 000, by their codes in the register.
GROUPS = {
    "retired": "离退休人员",
    "party_member": "居民党员",
    "youth": "青少年",
    "hardship": "特殊困难群体",
    "migrant_worker": "外来务工人员",
    "floating": "流动人口",
    "laid_off": "下岗职工",
    "unemployed": "无业人员",
    "relocated": "拆迁户",
}
ORDERED: dict[str, Any] = {"is_ordered": True}
FACT: dict[str, Any] = {"is_opinion": False}


def list_satisfaction() -> Iterator[BankQuestion]:
    """Yield how satisfied residents are."""
    overall = Question("overall", Kind.RATING, "总的来说，您对住在本社区满意吗？", options=SATISFIED, **ORDERED)
    yield BankQuestion(overall, Topic.SATISFACTION, ("S0-10",))
    governance = Question(
        "governance",
        Kind.RATING,
        "您对本社区的治理满意吗？",
        hint="例如议事协商、环境卫生、停车秩序、邻里调解。",
        options=SATISFIED,
        **ORDERED,
    )
    yield BankQuestion(governance, Topic.SATISFACTION, ("S1-44",))
    services = Question(
        "services",
        Kind.MATRIX,
        "您对社区的这些服务满意吗？",
        hint="没用过的可以不选。",
        options=SATISFIED,
        rows=choose(
            counter="窗口办事",
            elderly="为老服务",
            children="儿童服务",
            health="卫生健康服务",
            culture="文体活动",
            visits="走访关心",
        ),
        **ORDERED,
    )
    yield BankQuestion(services, Topic.SATISFACTION)
    reply = Question(
        "reply",
        Kind.SINGLE,
        "您向社区反映事情以后，回应及时吗？",
        options=choose(very_slow="很不及时", slow="不太及时", average="一般", prompt="比较及时", very_prompt="很及时"),
        **ORDERED,
    )
    yield BankQuestion(reply, Topic.SATISFACTION)


def list_outreach() -> Iterator[BankQuestion]:
    """Yield what residents and workers think of outreach: talks, culture and visits that the community organises."""
    importance = Question(
        "worker_importance",
        Kind.SINGLE,
        "您认为当前做好社区的宣传教育和服务工作重要吗？",
        hint="请社区工作者回答。",
        options=choose(
            not_at_all="很不重要",
            not_important="不太重要",
            average="一般",
            important="比较重要",
            very_important="非常重要",
        ),
        **ORDERED,
    )
    yield BankQuestion(importance, Topic.OUTREACH, ("S0-01",))
    staff = Question(
        "dedicated_staff",
        Kind.SINGLE,
        "您认为社区的宣传教育和服务工作，有没有必要配备专职人员？",
        options=choose(
            not_at_all="完全没必要",
            not_needed="不太有必要",
            average="一般",
            needed="比较有必要",
            very_needed="非常有必要",
        ),
        **ORDERED,
    )
    yield BankQuestion(staff, Topic.OUTREACH, ("S0-02",))
    regulars = Question(
        "regular_groups",
        Kind.MULTIPLE,
        "据您了解，社区的宣传教育活动经常面向哪些人？",
        options=(*choose(**GROUPS, other="其他", unsure="不清楚"),),
        is_shuffled=True,
    )
    yield BankQuestion(regulars, Topic.OUTREACH, tuple(f"S0-{number}" for number in range(11, 20)))
    formats = Question(
        "formats",
        Kind.MULTIPLE,
        "据您了解，社区的宣传教育活动常用哪些形式？",
        options=choose(
            culture="文化娱乐活动",
            practice="社会实践活动",
            lecture="专题讲座",
            sports="体育健身活动",
            online="线上活动",
            other="其他",
            unsure="不清楚",
        ),
        is_shuffled=True,
    )
    yield BankQuestion(formats, Topic.OUTREACH, ("S0-31", "S0-32", "S0-33", "S0-34"))
    problems = Question(
        "method_problems",
        Kind.MULTIPLE,
        "社区宣传教育活动的方式方法，在您看来有没有下面的情况？",
        options=choose(
            few_new_formats="新的活动载体少",
            outdated_means="手段落后",
            monotonous="形式单调",
            not_targeted="针对性不够",
            not_adapted="与本社区实际结合不够",
            other="其他",
            none="都没有",
            unsure="不清楚",
        ),
        is_shuffled=True,
    )
    yield BankQuestion(problems, Topic.OUTREACH, tuple(f"S0-{number}" for number in range(26, 31)))
    effect = Question(
        "effectiveness", Kind.SINGLE, "本社区宣传教育活动的实际效果，您觉得怎么样？", options=QUALITY, **ORDERED
    )
    yield BankQuestion(effect, Topic.OUTREACH, ("S0-38",))


def list_activities() -> Iterator[BankQuestion]:
    """Yield who takes part in what, and what keeps people away."""
    taken_part = Question(
        "taken_part",
        Kind.SINGLE,
        "您参加过本社区组织的活动吗？",
        hint="讲座、文体活动、志愿服务、节日活动等都算。",
        options=choose(never="没有参加过", once_or_twice="参加过一两次", several="参加过三次及以上"),
        **ORDERED,
        **FACT,
    )
    yield BankQuestion(taken_part, Topic.ACTIVITIES, ("S0-24",))
    barriers = Question(
        "barriers",
        Kind.MULTIPLE,
        "不参加或很少参加社区活动，是因为什么？",
        options=choose(
            no_time="没有时间",
            bad_hours="活动时间不合适",
            not_told="不知道有活动",
            too_far="地方太远或不方便去",
            no_company="没有熟人一起",
            not_suited="内容不适合我",
            health="身体不便",
            other="其他",
            none="我经常参加",
        ),
        is_shuffled=True,
    )
    yield BankQuestion(barriers, Topic.ACTIVITIES)
    wished = Question(
        "wished_activities",
        Kind.MULTIPLE,
        "您希望社区多办哪些活动？",
        options=choose(
            culture="文化娱乐",
            sports="体育健身",
            health="健康讲座和义诊",
            skills="手工和技能学习",
            children="亲子和儿童活动",
            festival="传统节日活动",
            reading="读书会",
            law="法律和防诈骗知识",
            volunteering="志愿服务",
            other="其他",
        ),
        is_shuffled=True,
        **FACT,
    )
    yield BankQuestion(wished, Topic.ACTIVITIES)
    times = Question(
        "good_times",
        Kind.MULTIPLE,
        "社区活动放在什么时候，您方便参加？",
        options=choose(
            weekday_morning="工作日上午",
            weekday_afternoon="工作日下午",
            weekday_evening="工作日晚上",
            weekend_day="周末白天",
            weekend_evening="周末晚上",
            none="都不方便",
        ),
        **FACT,
    )
    yield BankQuestion(times, Topic.ACTIVITIES)
    channels = Question(
        "channels",
        Kind.MULTIPLE,
        "您一般从哪里知道社区的活动？",
        options=choose(
            notice="宣传栏和海报",
            wechat="微信群或公众号",
            phone="电话或短信",
            visit="社区工作者上门",
            neighbour="邻居或家人",
            other="其他",
            none="不知道社区有活动",
        ),
        is_shuffled=True,
        **FACT,
    )
    yield BankQuestion(channels, Topic.ACTIVITIES)


def list_feedback() -> Iterator[BankQuestion]:
    """Yield what is asked after an activity."""
    event = Question("event_overall", Kind.RATING, "您对这次活动满意吗？", options=SATISFIED, **ORDERED)
    yield BankQuestion(event, Topic.FEEDBACK)
    parts = Question(
        "event_parts",
        Kind.MATRIX,
        "这次活动的这些方面，您满意吗？",
        options=SATISFIED,
        rows=choose(content="内容", host="组织和主持", hours="时间安排", place="地点和设施"),
        **ORDERED,
    )
    yield BankQuestion(parts, Topic.FEEDBACK)
    useful = Question(
        "event_useful",
        Kind.SINGLE,
        "这次活动对您有没有用？",
        options=choose(not_at_all="完全没用", little="不太有用", average="一般", useful="有用", very_useful="很有用"),
        **ORDERED,
    )
    yield BankQuestion(useful, Topic.FEEDBACK)
    again = Question(
        "event_again",
        Kind.SINGLE,
        "以后有类似的活动，您还会参加吗？",
        options=choose(no="不会", perhaps="看情况", yes="会"),
        **ORDERED,
    )
    yield BankQuestion(again, Topic.FEEDBACK)
    words = Question("event_words", Kind.LONG, "这次活动哪里可以改进？", hint="请不要写姓名、电话和住址。")
    yield BankQuestion(words, Topic.FEEDBACK)


def list_places() -> Iterator[BankQuestion]:
    """Yield what places there are, and how the surroundings are."""
    facilities = Question(
        "facilities",
        Kind.MULTIPLE,
        "据您所知，本社区有下面哪些公共文化服务设施？",
        options=choose(
            culture_room="文体活动室",
            reading_room="图书阅览室",
            fitness="体育健身场所",
            science_corridor="科普宣传长廊",
            notice_board="阅读宣传栏",
            none="都没有",
            unsure="不清楚",
        ),
        is_shuffled=True,
        **FACT,
    )
    yield BankQuestion(facilities, Topic.PLACES, tuple(f"S0-0{number}" for number in range(3, 8)))
    living = Question("living_environment", Kind.SINGLE, "您现在的居住环境怎么样？", options=QUALITY, **ORDERED)
    yield BankQuestion(living, Topic.PLACES, ("S0-09",))
    use = Question(
        "facility_use",
        Kind.SINGLE,
        "您多久去一次社区的活动场地？",
        options=choose(never="没去过", rarely="一年几次", monthly="每月几次", weekly="每周都去"),
        **ORDERED,
        **FACT,
    )
    yield BankQuestion(use, Topic.PLACES)
    surroundings = Question(
        "surroundings",
        Kind.MATRIX,
        "您对小区的这些方面满意吗？",
        options=SATISFIED,
        rows=choose(
            clean="环境卫生",
            green="绿化",
            parking="停车",
            light="道路和照明",
            fire="消防通道",
            noise="安静程度",
            access="无障碍设施",
        ),
        **ORDERED,
    )
    yield BankQuestion(surroundings, Topic.PLACES)


def list_needs() -> Iterator[BankQuestion]:
    """Yield what people need and wish."""
    improve = Question(
        "improve_first",
        Kind.RANKING,
        "下面几件事，您希望社区先办哪件？请从先到后排列。",
        options=choose(
            parking="停车和充电",
            elderly="为老服务",
            children="儿童活动",
            places="活动场地",
            clean="环境卫生",
        ),
        is_shuffled=True,
    )
    yield BankQuestion(improve, Topic.NEEDS)
    care = Question(
        "services_needed",
        Kind.MULTIPLE,
        "您或家人需要社区提供哪些服务？",
        options=choose(
            meals="老年助餐",
            escort="陪同就医、代办",
            repairs="维修",
            childcare="课后和假期看护",
            jobs="就业信息和培训",
            law="法律咨询",
            talk="心理疏导",
            other="其他",
            none="暂时不需要",
        ),
        is_shuffled=True,
        **FACT,
    )
    yield BankQuestion(care, Topic.NEEDS)
    helping = Question(
        "volunteering",
        Kind.SINGLE,
        "您愿意参加社区的志愿服务吗？",
        options=choose(no="不打算", perhaps="看时间", yes="愿意", already="已经在参加"),
        **FACT,
    )
    yield BankQuestion(helping, Topic.NEEDS)
    words = Question("suggestions", Kind.LONG, "您对社区还有什么建议？", hint="请不要写姓名、电话和住址。")
    yield BankQuestion(words, Topic.NEEDS)


def list_background() -> Iterator[BankQuestion]:
    """Yield what is asked about who answers, in the classes of the register."""
    sex = Question(
        "sex",
        Kind.SINGLE,
        "您的性别",
        options=choose(male="男", female="女"),
        background=Background.SEX,
        **FACT,
    )
    yield BankQuestion(sex, Topic.BACKGROUND)
    # grids.groupings.AGE_BANDS, without the youngest, who do not answer.
    age = Question(
        "age",
        Kind.SINGLE,
        "您的年龄",
        options=choose(
            age_6_17="6–17 岁",
            age_18_35="18–35 岁",
            age_36_59="36–59 岁",
            age_60_69="60–69 岁",
            age_70="70 岁及以上",
        ),
        background=Background.AGE,
        **ORDERED,
        **FACT,
    )
    yield BankQuestion(age, Topic.BACKGROUND)
    group = Question(
        "group",
        Kind.MULTIPLE,
        "您属于下面哪些人群？",
        hint="只用来看各类居民的需要是否都照顾到，可以不答。",
        options=choose(**GROUPS, none="都不是"),
        background=Background.GROUP,
        **FACT,
    )
    yield BankQuestion(group, Topic.BACKGROUND)
    post = Question(
        "post",
        Kind.SINGLE,
        "您是",
        options=choose(resident="居民", worker="社区工作者"),
        background=Background.POST,
        **FACT,
    )
    yield BankQuestion(post, Topic.BACKGROUND)


LISTS = (
    list_satisfaction,
    list_outreach,
    list_activities,
    list_feedback,
    list_places,
    list_needs,
    list_background,
)


def mark(entry: BankQuestion) -> BankQuestion:
    """Return the entry with a question that says where it is from, and where only a choice of several stands alone."""
    options = entry.question.options
    if entry.question.kind != Kind.MULTIPLE:
        options = tuple(replace(option, is_exclusive=False) for option in options)
    question = replace(entry.question, kind=str(entry.question.kind), options=options, bank=entry.code)
    return replace(entry, question=replace(question, background=str(entry.question.background)))


BANK: dict[str, BankQuestion] = {entry.code: mark(entry) for entries in LISTS for entry in entries()}


def is_unchanged(question: Question) -> bool:
    """Tell whether a question still asks what its entry in the bank asks: same kind, words, options and rows."""
    entry = BANK.get(question.bank)
    if entry is None:
        return False
    asked = entry.question
    return (question.kind, question.text, question.options, question.rows) == (
        asked.kind,
        asked.text,
        asked.options,
        asked.rows,
    )
