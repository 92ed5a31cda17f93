"""Photos of activities: re-encoded so that nothing of place, time or camera is left in them, joined to an activity."""

import io
import uuid
import warnings
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.audit import record
from accounts.models import User
from activities.models import Activity, ActivityPhoto

FORMATS = ("JPEG", "PNG", "WEBP")  # no SVG: it may hold scripts
QUALITY = 82
WHITE = (255, 255, 255)


def add_photo(
    file: UploadedFile, *, form_token: uuid.UUID, client_id: uuid.UUID, consent: str, by: User
) -> ActivityPhoto:
    """Keep a photo under its form's token; the same client id sent again returns what the first one kept."""
    if earlier := ActivityPhoto.objects.filter(client_id=client_id, uploaded_by=by).first():
        return earlier
    if count_photos(form_token, by) >= settings.PHOTO_MAX_PER_ACTIVITY:
        raise ValidationError(_("一次活动最多 %(limit)s 张照片。") % {"limit": settings.PHOTO_MAX_PER_ACTIVITY})
    image = open_photo(file)
    name = uuid.uuid4().hex
    photo = ActivityPhoto(form_token=form_token, client_id=client_id, consent=consent, uploaded_by=by)
    photo.width, photo.height = image.size
    photo.image.save(f"{name}.jpg", encode(image), save=False)
    photo.thumbnail.save(f"{name}-small.jpg", encode(shrink(image, settings.PHOTO_THUMBNAIL_SIDE)), save=False)
    try:
        with transaction.atomic():
            photo.save()
    except IntegrityError:  # two sends of one photo at the same moment: the other one won
        delete_files(photo)
        return ActivityPhoto.objects.get(client_id=client_id, uploaded_by=by)
    return photo


def count_photos(form_token: uuid.UUID, by: User) -> int:
    """Return how many photos the form has, saved with its activity or still waiting."""
    return ActivityPhoto.objects.visible_to(by).of_form(form_token).count()


def open_photo(file: UploadedFile) -> Image.Image:
    """Return the picture upright, in plain colours and no larger than is kept; refuse what is no photo."""
    if (file.size or 0) > settings.PHOTO_MAX_BYTES:
        limit = settings.PHOTO_MAX_BYTES // 2**20
        raise ValidationError(_("照片超过 %(limit)s MB，没有上传。请在手机里压缩后再选。") % {"limit": limit})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(file, formats=FORMATS)
            refuse_too_many_pixels(image)
            image.draft("RGB", (settings.PHOTO_SIDE, settings.PHOTO_SIDE))  # a JPEG is then unpacked at a fraction
            image.load()
            return flatten(shrink(ImageOps.exif_transpose(image), settings.PHOTO_SIDE))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValidationError(too_many_pixels()) from None
    except UnidentifiedImageError:
        raise ValidationError(_("这不是照片。请选 JPEG、PNG 或 WebP 格式的照片。")) from None
    except (OSError, SyntaxError, ValueError, IndexError, EOFError):
        raise ValidationError(_("照片打不开，可能没有传完整。请重新选一次。")) from None


def refuse_too_many_pixels(image: Image.Image) -> None:
    """Refuse a picture that unpacks to gigabytes, before it does."""
    if image.width * image.height > settings.PHOTO_MAX_PIXELS:
        raise ValidationError(too_many_pixels())


def too_many_pixels() -> str:
    """Return the words for a picture with too many pixels."""
    limit = settings.PHOTO_MAX_PIXELS // 10_000
    return _("照片的尺寸太大（超过 %(limit)s 万像素），没有上传。请缩小后再选。") % {"limit": limit}


def shrink(image: Image.Image, side: int) -> Image.Image:
    """Return the picture with its longer side at most `side` pixels."""
    small = image.copy()
    small.thumbnail((side, side))
    return small


def flatten(image: Image.Image) -> Image.Image:
    """Return the picture in red, green and blue only, on white, with no metadata left."""
    plain = Image.new("RGB", image.size, WHITE)
    rich = image.convert("RGBA")
    plain.paste(rich, mask=rich.getchannel("A"))
    return plain


def encode(image: Image.Image) -> ContentFile:
    """Return the picture as a JPEG file."""
    target = io.BytesIO()
    image.save(target, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return ContentFile(target.getvalue())


def join_photos(activity: Activity, *, by: User) -> int:
    """Give the activity the photos that `by` uploaded under its form's token; return how many."""
    waiting = ActivityPhoto.objects.filter(form_token=activity.client_token, uploaded_by=by, activity=None)
    return waiting.update(activity=activity)


@transaction.atomic
def delete_photo(photo: ActivityPhoto, *, by: User) -> None:
    """Delete a photo and, once that is certain, its files. One that belonged to an activity leaves a trace."""
    if photo.activity:
        area_code = photo.activity.community.code
        record("activity.photo_delete", by=by, target=photo.activity, area_code=area_code, photo=photo.pk)
    photo.delete()
    transaction.on_commit(lambda: delete_files(photo), robust=True)


def delete_abandoned() -> int:
    """Delete the photos of forms that were never saved; return how many."""
    eve = timezone.now() - timedelta(hours=settings.PHOTO_KEEP_HOURS)
    abandoned = list(ActivityPhoto.objects.filter(activity=None, uploaded_at__lt=eve))
    for photo in abandoned:
        # Asked again in the statement: its form may be saved at this moment after all.
        if ActivityPhoto.objects.filter(pk=photo.pk, activity=None).delete()[0]:
            delete_files(photo)
    return len(abandoned)


def delete_files(photo: ActivityPhoto) -> None:
    """Delete the two files."""
    for file in (photo.image, photo.thumbnail):
        if file.name:
            file.storage.delete(file.name)
