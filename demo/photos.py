"""Draws pictures that stand for photos of activities: nobody is on them."""

import math
import random
import uuid
from collections.abc import Sequence

from django.conf import settings
from PIL import Image, ImageDraw

from activities.models import Activity, ActivityPhoto
from activities.photos import encode, shrink

SIZE = (960, 640)
SKY, GROUND, WALL, ROOF, PAPER = (206, 224, 232), (196, 206, 170), (238, 228, 206), (150, 74, 60), (250, 247, 238)
LANTERN, LEAF, INK = (190, 52, 40), (110, 140, 90), (70, 66, 60)


def draw_courtyard() -> Image.Image:
    """A house, a tree and lanterns."""
    image = Image.new("RGB", SIZE, SKY)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 430, 960, 640), fill=GROUND)
    pen.rectangle((220, 250, 740, 500), fill=WALL)
    pen.polygon([(170, 260), (480, 120), (790, 260)], fill=ROOF)
    pen.rectangle((430, 350, 530, 500), fill=ROOF)
    for x in (290, 630):
        pen.rectangle((x - 45, 320, x + 45, 410), fill=SKY, outline=INK, width=6)
        pen.ellipse((x - 26, 262, x + 26, 314), fill=LANTERN)
    pen.rectangle((836, 330, 856, 500), fill=INK)
    pen.ellipse((760, 180, 930, 370), fill=LEAF)
    return image


def draw_hall() -> Image.Image:
    """Rows of chairs before a board."""
    image = Image.new("RGB", SIZE, WALL)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 400, 960, 640), fill=(176, 150, 120))
    pen.rectangle((250, 80, 710, 300), fill=PAPER, outline=INK, width=8)
    for line in range(4):
        pen.line((300, 130 + line * 42, 660 - line * 40, 130 + line * 42), fill=INK, width=8)
    for row in range(3):
        for seat in range(8):
            x, y = 90 + seat * 104 - row * 8, 400 + row * 75
            pen.rounded_rectangle((x, y, x + 66, y + 56), 10, fill=ROOF)
    return image


def draw_flowers() -> Image.Image:
    """A bed of flowers that volunteers have weeded."""
    image = Image.new("RGB", SIZE, SKY)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 330, 960, 640), fill=LEAF)
    for number in range(28):
        x, y = 60 + number * 137 % 850, 370 + number * 61 % 220
        for petal in range(6):
            angle = math.tau * petal / 6
            px, py = x + 17 * math.cos(angle), y + 17 * math.sin(angle)
            pen.ellipse((px - 12, py - 12, px + 12, py + 12), fill=(LANTERN, PAPER, (226, 180, 70))[number % 3])
        pen.ellipse((x - 9, y - 9, x + 9, y + 9), fill=INK)
    return image


def add_photos(activities: Sequence[Activity], seed: int = 2031) -> None:
    """Give each activity one to three of the pictures."""
    dice = random.Random(seed)  # noqa: S311 - invented pictures, not secrets
    pictures = [draw() for draw in (draw_courtyard, draw_hall, draw_flowers)]
    for activity in activities:
        for image in dice.sample(pictures, dice.randint(1, 3)):
            keep_photo(activity, image, dice)


def keep_photo(activity: Activity, image: Image.Image, dice: random.Random) -> None:
    """Save one picture as the upload would."""
    photo = ActivityPhoto(
        activity=activity,
        form_token=activity.client_token,
        client_id=uuid.UUID(int=dice.getrandbits(128), version=4),
        consent=ActivityPhoto.Consent.NOBODY,
        uploaded_by=activity.recorded_by,
        uploaded_at=activity.recorded_at,
    )
    photo.width, photo.height = image.size
    name = uuid.uuid4().hex
    photo.image.save(f"{name}.jpg", encode(image), save=False)
    photo.thumbnail.save(f"{name}-small.jpg", encode(shrink(image, settings.PHOTO_THUMBNAIL_SIDE)), save=False)
    photo.save()
