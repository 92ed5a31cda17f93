"""Reading activities: the list, and one activity with what belongs to it."""

from typing import Any

from django.utils.decorators import method_decorator
from django.views.generic import DetailView, ListView

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.forms.life import CancelForm
from activities.models import Activity


@method_decorator(access(Permission.VIEW_ACTIVITIES), name="dispatch")
class ActivityList(ListView):
    """The activities of one's communities, newest first."""

    request: StaffRequest

    template_name = "activities/activity_list.html"
    context_object_name = "activities"
    paginate_by = 30

    def get_queryset(self) -> Any:
        return Activity.objects.visible_to(self.request.user).for_list()


@method_decorator(access(Permission.VIEW_ACTIVITIES, personal=True), name="dispatch")
class ActivityDetail(DetailView):
    """One activity with its named participants, masked."""

    request: StaffRequest

    template_name = "activities/activity_detail.html"
    context_object_name = "activity"

    def get_queryset(self) -> Any:
        return Activity.objects.visible_to(self.request.user).select_related(
            "kind", "theme", "community", "recorded_by"
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # With the grid of that time and no door: where somebody lives now may be none of this community's business.
        people = self.object.participations.select_related("resident", "grid").order_by("grid__code", "pk")
        names = self.request.user.may(Permission.VIEW_RESIDENTS)  # the street reads how many came, not who (R11)
        return super().get_context_data(
            may_change=self.request.user.may(Permission.LOG_ACTIVITIES),
            participations=people if names else None,
            people=people.count(),
            cancel_form=CancelForm(),
            **kwargs,
        )
