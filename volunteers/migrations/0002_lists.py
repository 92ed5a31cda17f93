"""Seeds the lists that volunteers are described with; administrators may change all three."""

from datetime import time

from django.db import migrations

SKILLS = ["医疗护理", "心理疏导", "法律咨询", "家电维修", "水电维修", "理发", "书法绘画", "音乐舞蹈", "摄影", "课业辅导",
          "电脑手机", "开车", "急救", "厨艺", "搬运"]  # fmt: skip
LANGUAGES = ["普通话", "手语", "英语", "朝鲜语", "蒙古语", "维吾尔语", "粤语"]
TIMES = [
    ("工作日上午", [1, 2, 3, 4, 5], time(8), time(12)),
    ("工作日下午", [1, 2, 3, 4, 5], time(12), time(18)),
    ("工作日晚上", [1, 2, 3, 4, 5], time(18), time(22)),
    ("周末上午", [6, 7], time(8), time(12)),
    ("周末下午", [6, 7], time(12), time(18)),
    ("周末晚上", [6, 7], time(18), time(22)),
]
# name, whether it is a priority field (seed 001: 居家社区养老、婴幼儿照护等特殊领域, and the four named groups)
FIELDS = [
    ("居家养老", True),
    ("婴幼儿照护", True),
    ("助残服务", True),
    ("儿童关爱", True),
    ("困难家庭帮扶", True),
    ("文化文艺", False),
    ("环境保护", False),
    ("文明劝导", False),
    ("政策宣讲", False),
    ("便民服务", False),
    ("平安巡逻", False),
    ("其他服务", False),
]


def seed(apps, schema_editor):
    skill = apps.get_model("volunteers", "Skill")
    for kind, names in (("skill", SKILLS), ("language", LANGUAGES)):
        for position, name in enumerate(names, start=1):
            skill.objects.get_or_create(name=name, defaults={"kind": kind, "position": position})
    free_time = apps.get_model("volunteers", "FreeTime")
    for position, (name, days, starts, ends) in enumerate(TIMES, start=1):
        week = {"weekdays": days, "starts": starts, "ends": ends}
        free_time.objects.get_or_create(name=name, defaults={**week, "position": position})
    field = apps.get_model("volunteers", "ServiceField")
    for position, (name, is_priority) in enumerate(FIELDS, start=1):
        field.objects.get_or_create(name=name, defaults={"is_priority": is_priority, "position": position})


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
