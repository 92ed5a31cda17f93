"""Photos of activities: re-encoded, without place or camera in them, reachable only through the portal."""

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Permission
from activities.models.activities import Activity


class ActivityPhotoQuerySet(models.QuerySet):
    """Photos of activities."""

    def visible_to(self, user: User) -> Self:
        """Keep the photos of the user's communities, and those of one's own forms that are not saved yet.

        Who reads counts but no persons (R11) sees only photos on which nobody can be recognised.
        """
        found = self.filter(Q(activity__community__in=user.communities()) | Q(activity=None, uploaded_by=user))
        if user.may(Permission.VIEW_RESIDENTS):
            return found
        return found.filter(consent=ActivityPhoto.Consent.NOBODY)

    def of_form(self, form_token: UUID | None) -> Self:
        """Keep those uploaded under the token of one form, with its activity if it has been saved."""
        return self.filter(form_token=form_token)


class ActivityPhoto(models.Model):
    """A photo, uploaded under its form's token while the form is still open; saving joins it to the activity."""

    class Consent(models.TextChoices):
        """Why it may be kept."""

        AGREED = "agreed", _("照片里的人同意拍摄和留存")
        NOBODY = "nobody", _("看不出具体的人")

    activity = models.ForeignKey(
        Activity, models.CASCADE, null=True, blank=True, related_name="photos", verbose_name=_("活动")
    )
    form_token = models.UUIDField(db_index=True)
    client_id = models.UUIDField(unique=True)
    consent = models.CharField(_("同意"), max_length=8, choices=Consent)
    image = models.FileField(upload_to="photos/")
    thumbnail = models.FileField(upload_to="photos/")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("上传人"))
    uploaded_at = models.DateTimeField(_("上传时间"), default=timezone.now)

    objects = ActivityPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("活动照片")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.pk)
