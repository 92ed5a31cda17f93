"""Anonymous ratings, as counters: no row, no order and no time leads back to whoever tapped."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from activities.models.activities import Activity


class Feedback(models.Model):
    """The ratings of one activity: {question: {answer: taps}} in `tally`, and the part that may be read in `shown`.

    `shown` is a copy of the tally made at every fifth rater (activities/feedback.py): were each single answer added to
    the figures on the page, two looks at the page would tell what the person in between has said.
    """

    activity = models.OneToOneField(
        Activity, models.CASCADE, primary_key=True, related_name="feedback", verbose_name=_("活动")
    )
    raters = models.PositiveIntegerField(default=0)
    tally = models.JSONField(default=dict)
    shown_raters = models.PositiveIntegerField(_("评价人数"), default=0)
    shown = models.JSONField(_("评价"), default=dict)

    class Meta:
        verbose_name = _("活动评价")

    def __str__(self) -> str:
        return str(self.activity_id)
