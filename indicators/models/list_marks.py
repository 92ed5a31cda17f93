"""Lists that plans, rules and activities keep in tables of pairs: their changes leave marks too. The rest: marks.py."""

from activities.models import Activity
from cadence.models import CadenceRule
from indicators import marks
from visits.models import VisitPlan


class MarkedGroupOfPlan(VisitPlan.groups.through):  # type: ignore[name-defined]
    """The groups that a visit plan means, with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.OF_PLAN, columns=("visitplan_id", "populationgroup_id"))


class MarkedGridOfPlan(VisitPlan.grids.through):  # type: ignore[name-defined]
    """The grids that a visit plan means, with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.OF_PLAN, columns=("visitplan_id", "grid_id"))


class MarkedHouseholdOfPlan(VisitPlan.households.through):  # type: ignore[name-defined]
    """The doors that a visit plan lists, with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.OF_PLAN, columns=("visitplan_id", "household_id"))


class MarkedKindOfRule(CadenceRule.kinds.through):  # type: ignore[name-defined]
    """The kinds that a cadence rule asks for, with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.OF_LIST_OF_RULE, columns=("cadencerule_id", "activitykind_id"))


class MarkedThemeOfRule(CadenceRule.themes.through):  # type: ignore[name-defined]
    """The themes that a cadence rule asks for, with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.OF_LIST_OF_RULE, columns=("cadencerule_id", "theme_id"))


class MarkedGridOfActivity(Activity.target_grids.through):  # type: ignore[name-defined]
    """The grids that an activity is for, with their triggers: rules may ask each grid for something."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.OF_ACTIVITY, columns=("activity_id", "grid_id"))


class MarkedProgrammeOfActivity(Activity.programmes.through):  # type: ignore[name-defined]
    """The programmes of an activity, with their triggers: a rule may ask for one."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.OF_ACTIVITY, columns=("activity_id", "programme_id"))
