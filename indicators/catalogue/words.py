"""Words that definitions share."""

from django.utils.translation import gettext_lazy as _

REACH = _("覆盖与触达")
ACTIVITIES = _("活动")
VISITS = _("走访")
STAFFING = _("网格与岗位")
QUALITY = _("数据质量")
PARTY = _("组织生活")
VOLUNTEERS = _("志愿服务")
REPORTED = _("报送的数字")
SURVEYS = _("问卷调查")
# In the order of the catalogue page.
TOPICS = (REACH, ACTIVITIES, VISITS, PARTY, VOLUNTEERS, STAFFING, SURVEYS, REPORTED, QUALITY)

LAST_DAY = _("期末最后一天；本期未结束时为当天")
IN_PERIOD = _("按活动举办日期归入本期")
ALL_HELD = _("本期已举办的全部活动场次")
NAMED_NOTE = _("只算登记了姓名的参加者；实名率低于 80% 时，触达数只是下限。")
LIVE_NOTE = _("补录以前的活动，会改变以前的数字。")
NO_VISITS = _("入户走访另有指标，不算在内。")
