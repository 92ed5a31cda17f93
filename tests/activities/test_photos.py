"""Photos: what is kept of them, what is refused, who sees them, and what becomes of forgotten ones."""

import io
import struct
import zlib
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import AuditEvent
from activities.models import Activity, ActivityPhoto
from activities.photos import delete_abandoned
from tests.activities.test_log import filled
from tests.register import make_picture

URL = "/activities/photos/"
CAMERA, GPS, TURN = 0x010F, 0x8825, 0x0112


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


def upload(page, content=None, token=None, **changes):
    """Send a photo; return the answer."""
    file = SimpleUploadedFile("photo.jpg", make_picture() if content is None else content)
    ids = {"form_token": str(token or uuid4()), "client_id": str(uuid4())}
    return page.post(URL, {"photo": file, "consent": "agreed", **ids, **changes})


def stored():
    """Return the only photo and its picture."""
    photo = ActivityPhoto.objects.get()
    return photo, Image.open(io.BytesIO(photo.image.read()))


def make_png(width, height):
    """Return the beginning of a PNG of this size, which hardly takes a byte."""
    parts = [b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT"]
    chunks = (struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_photo_is_kept_as_jpeg_under_a_name_of_ours(page, kind):
    answer = upload(page, make_picture(kind=kind))
    photo, picture = stored()
    assert picture.format == "JPEG"
    assert "photo.jpg" not in photo.image.name
    assert reverse("activities:photo-small", args=[photo.pk]) in answer.content.decode()


def test_nothing_of_place_or_camera_is_left(page):
    exif = Image.Exif()
    exif[CAMERA] = "PhoneMaker"
    exif.get_ifd(GPS)[2] = (31.0, 12.0, 5.0)
    upload(page, make_picture(40, 30, "JPEG", exif=exif, comment=b"taken by"))
    photo, picture = stored()
    assert not picture.getexif()
    assert not {"exif", "comment", "xmp", "icc_profile"} & picture.info.keys()
    assert b"PhoneMaker" not in photo.image.open().read()


def test_what_hangs_on_a_photo_is_cut_off(page):
    upload(page, make_picture(kind="JPEG") + b"PK\x03\x04<script>alert(1)</script>")
    photo, _picture = stored()
    kept = photo.image.open().read()
    assert not [word for word in (b"PK\x03\x04", b"<script>") if word in kept]


def test_moving_picture_stands_still(page):
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    target = io.BytesIO()
    frames[0].save(target, "WEBP", save_all=True, append_images=frames[1:])
    upload(page, target.getvalue())
    _photo, picture = stored()
    assert getattr(picture, "n_frames", 1) == 1


def test_photo_held_upright_stays_upright(page):
    exif = Image.Exif()
    exif[TURN] = 6
    upload(page, make_picture(40, 30, "JPEG", exif=exif))
    photo, picture = stored()
    assert picture.size == (photo.width, photo.height) == (30, 40)


def test_big_photo_is_made_smaller(page, settings):
    upload(page, make_picture(3000, 1500, "JPEG"))
    photo, picture = stored()
    assert picture.size == (settings.PHOTO_SIDE, settings.PHOTO_SIDE // 2)
    assert Image.open(photo.thumbnail).size == (settings.PHOTO_THUMBNAIL_SIDE, settings.PHOTO_THUMBNAIL_SIDE // 2)


def test_same_photo_sent_twice_is_kept_once(page):
    client_id, token = str(uuid4()), uuid4()
    answers = [upload(page, token=token, client_id=client_id).content for _ in range(2)]
    assert answers[0] == answers[1]
    assert ActivityPhoto.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello", "这不是照片"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "这不是照片"),
        (make_picture(kind="GIF"), "这不是照片"),
        (make_picture(400, 300, "JPEG")[:400], "打不开"),
        (make_png(20_000, 20_000), "万像素"),
        (make_png(9_000, 9_000), "万像素"),
        (make_png(40, 40), "打不开"),
    ],
)
def test_what_is_no_photo_is_refused(page, content, words):
    assert words in upload(page, content).content.decode()
    assert not ActivityPhoto.objects.exists()


def test_photo_of_30_mb_is_refused(page):
    assert "超过 20 MB" in upload(page, b"\xff\xd8" + bytes(30 * 2**20)).content.decode()
    assert not ActivityPhoto.objects.exists()


@pytest.mark.parametrize("changes", [{"consent": ""}, {"consent": "x"}, {"client_id": "x"}, {"form_token": "x"}])
def test_photo_without_consent_or_key_is_refused(page, changes):
    assert "没有传完整" in upload(page, **changes).content.decode()
    assert not ActivityPhoto.objects.exists()


def test_more_photos_than_a_page_holds_are_refused(page, settings):
    settings.PHOTO_MAX_PER_ACTIVITY = 1
    token = uuid4()
    upload(page, token=token)
    assert "最多 1 张" in upload(page, token=token).content.decode()


def test_saving_joins_photos_to_the_activity(page):
    data = filled()
    upload(page, token=data["token"])
    upload(page)
    page.post("/activities/new/", data)
    assert Activity.objects.get().photos.count() == 1


def test_form_shown_again_shows_its_photos(page):
    data = filled(kind="")
    upload(page, token=data["token"])
    address = reverse("activities:photo-small", args=[ActivityPhoto.objects.get().pk])
    assert address in page.post("/activities/new/", data).content.decode()
    assert address in page.get(reverse("activities:photo-list", args=[data["token"]])).content.decode()


def test_photo_of_an_open_form_is_its_workers_only(page, client, make_user, worker, community):
    upload(page)
    address = reverse("activities:photo", args=[ActivityPhoto.objects.get().pk])
    assert page.get(address).status_code == 200
    client.force_login(make_user("colleague", "worker", community))
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(("consent", "status"), [("agreed", 404), ("nobody", 200)])
def test_street_sees_only_photos_without_persons(page, client, street_officer, consent, status):
    data = filled()
    upload(page, token=data["token"], consent=consent)
    page.post("/activities/new/", data)
    client.force_login(street_officer)
    answer = client.get(reverse("activities:photo", args=[ActivityPhoto.objects.get().pk]))
    assert answer.status_code == status


def test_district_sees_no_photo(page, client, district_officer):
    data = filled()
    upload(page, token=data["token"], consent="nobody")
    page.post("/activities/new/", data)
    activity, photo = Activity.objects.get(), ActivityPhoto.objects.get()
    client.force_login(district_officer)
    assert client.get(reverse("activities:photo", args=[photo.pk])).status_code == 403
    text = client.get(reverse("activities:detail", args=[activity.pk])).content.decode()
    assert reverse("activities:photo-small", args=[photo.pk]) not in text


def test_photo_is_sent_as_picture_and_never_cached(page):
    upload(page)
    answer = page.get(reverse("activities:photo", args=[ActivityPhoto.objects.get().pk]))
    headers = (answer["Content-Type"], answer["X-Content-Type-Options"])
    assert headers == ("image/jpeg", "nosniff")
    assert {"private", "no-store"} <= {*answer["Cache-Control"].split(", ")}


def test_deleting_takes_the_files_too_and_leaves_a_trace(page, django_capture_on_commit_callbacks):
    data = filled()
    upload(page, token=data["token"])
    page.post("/activities/new/", data)
    photo = ActivityPhoto.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        page.post(reverse("activities:photo-delete", args=[photo.pk]))
    assert not photo.image.storage.exists(photo.image.name)
    assert not photo.image.storage.exists(photo.thumbnail.name)
    assert AuditEvent.objects.filter(action="activity.photo_delete").exists()


def test_photos_of_forms_never_saved_go_after_a_day(page, settings):
    data = filled()
    for token in (data["token"], uuid4(), uuid4()):
        upload(page, token=token)
    page.post("/activities/new/", data)
    joined, old, fresh = ActivityPhoto.objects.order_by("pk")
    eve = timezone.now() - timedelta(hours=settings.PHOTO_KEEP_HOURS + 1)
    ActivityPhoto.objects.filter(pk__in=[joined.pk, old.pk]).update(uploaded_at=eve)
    delete_abandoned()
    assert set(ActivityPhoto.objects.all()) == {joined, fresh}
    assert not old.image.storage.exists(old.image.name)


def test_photo_whose_file_is_lost_is_not_found(page):
    upload(page)
    photo = ActivityPhoto.objects.get()
    photo.image.storage.delete(photo.image.name)
    assert page.get(reverse("activities:photo", args=[photo.pk])).status_code == 404
