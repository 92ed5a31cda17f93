"""What every page needs of the signed-in user: area, role, and the navigation that the role may follow."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.acting import take_ended
from accounts.roles import Permission, Role
from accounts.sessions import find_idle_time

# label, URL name, bootstrap-icons name, permission. Names, not imports: the pages live in apps above this one.
MENU = [
    (_("首页"), "home", "house", Permission.LOG_ACTIVITIES),
    (_("记活动"), "activities:log", "plus-circle", Permission.LOG_ACTIVITIES),
    (_("走访"), "visits:list", "door-open", Permission.MANAGE_VISITS),
    (_("活动"), "activities:list", "calendar-event", Permission.VIEW_ACTIVITIES),
    (_("日历"), "activities:calendar", "calendar3", Permission.VIEW_ACTIVITIES),
    (_("频次"), "cadence:slots", "repeat", Permission.VIEW_CADENCE),
    (_("调查"), "surveys:list", "ui-checks", Permission.VIEW_SURVEYS),
    (_("党建"), "party:home", "flag", Permission.VIEW_PARTY),
    (_("志愿服务"), "volunteers:home", "heart", Permission.MANAGE_VOLUNTEERS),
    (_("志愿导出"), "volunteers:export", "file-earmark-arrow-down", Permission.EXPORT_VOLUNTEERS),
    (_("核验"), "activities:review", "clipboard-check", Permission.VERIFY_ACTIVITIES),
    (_("居民"), "grids:residents", "people", Permission.VIEW_RESIDENTS),
    (_("个人信息"), "privacy:requests", "person-vcard", Permission.ANSWER_SUBJECTS),
    (_("导入"), "imports:list", "file-earmark-arrow-up", Permission.IMPORT_RESIDENTS),
    (_("区划"), "grids:areas", "diagram-3", Permission.CHANGE_AREAS),
    (_("底册设置"), "admin:index", "gear", Permission.ADMINISTER),
    (_("看板"), "dashboards:own", "bar-chart", Permission.VIEW_FIGURES),
    (_("系统状态"), "indicators:health", "heart-pulse", Permission.VIEW_HEALTH),
    (_("账号"), "accounts:list", "person-gear", Permission.MANAGE_ACCOUNTS),
    (_("辖区"), "accounts:areas", "diagram-3", Permission.SET_UP_AREAS),
    (_("权限表"), "accounts:access", "key", Permission.VIEW_ACCESS_TABLE),
    (_("登录要求"), "accounts:sign-in-rules", "shield-lock", Permission.SET_SIGN_IN_RULES),
    (_("审计"), "accounts:audit", "journal-check", Permission.VIEW_AUDIT),
]


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the navigation."""

    label: str | Promise
    url: str
    icon: str
    active: bool


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return navigation, area and role for base.html; nothing for visitors."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    match = request.resolver_match
    here = match.view_name if match else ""
    return {
        "navigation": [
            NavigationItem(label, reverse(name), icon, active=here == name or is_inside(here, name))
            for label, name, icon, permission in MENU
            if user.may(permission)
        ],
        "area_name": user.area or "",  # who runs the platform has none
        "acting": user.acting,
        "acting_ended": take_ended(request),
        "gets_alerts": user.may(Permission.GET_ALERTS),
        "username": user.username,
        "idle_seconds": find_idle_time(user.own_role) // timedelta(seconds=1),
        "role_name": Role(user.role).label if user.role in Role.values else "",
    }


def is_inside(here: str, name: str) -> bool:
    """Tell whether a page belongs to the menu's entry for one's own area, as all dashboards do."""
    if here.startswith("dashboards:survey"):
        return name == "surveys:list"  # results are drawn by an app above surveys
    app, _colon, page = name.partition(":")
    return page == "own" and here.startswith(f"{app}:")
