"""Taking a place on the public page: the same answer for everybody; by staff; cancelling; who an unknown name is."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from tests.activities.sign_up_help import strip_tokens, use_own_counters
from tests.volunteers.shift_help import PHONE, make_helper, make_shift
from volunteers.models import ShiftSignUp
from volunteers.sign_ups import ask_volunteer, find_namesakes, link_sign_up

FORM = {"name": "王小明", "phone": PHONE}


@pytest.fixture(autouse=True)
def counters(settings):
    use_own_counters(settings)


@pytest.fixture
def shift(community, worker):
    return make_shift(community, worker, number=2)


def send(client, shift, **fields):
    data = FORM | {"need": shift.needs.get().pk} | fields
    return client.post(reverse("volunteer:shift-sign-up", args=[shift.public_id]), data, follow=True)


def test_page_says_what_is_needed_in_words(client, shift):
    text = client.get(reverse("volunteer:shift", args=[shift.public_id])).content.decode()
    assert "要 2 人，还有名额" in text
    assert "搬运组" in text


def test_a_volunteer_is_recognised_silently(client, shift, community):
    helper = make_helper(community)
    send(client, shift)
    wish = ShiftSignUp.objects.get()
    assert wish.volunteer == helper
    assert PHONE.encode() not in bytes(wish.phone)
    assert wish.phone_kept == "1995678"


def test_answer_is_the_same_for_a_volunteer_and_for_a_stranger(client, shift, community, django_assert_num_queries):
    make_helper(community)
    known = send(client, shift)
    unknown = send(client, shift, phone="19900001111")
    assert strip_tokens(known) == strip_tokens(unknown)
    assert "已收到报名" in known.content.decode()


def test_the_same_person_again_takes_no_second_place(client, shift):
    first, second = send(client, shift), send(client, shift)
    assert strip_tokens(first) == strip_tokens(second)
    assert ShiftSignUp.objects.count() == 1


def test_the_same_person_is_known_again_while_keys_are_exchanged(client, shift, settings):
    send(client, shift)
    settings.HASH_KEY_OLD, settings.HASH_KEY = settings.HASH_KEY, b"h" * 32
    send(client, shift)
    assert ShiftSignUp.objects.count() == 1


def test_who_was_asked_by_staff_takes_no_second_place_online(client, shift, community, coordinator):
    ask_volunteer(shift.needs.get(), volunteer=make_helper(community), by=coordinator)
    send(client, shift)
    assert ShiftSignUp.objects.count() == 1


def test_too_late_for_the_last_place_is_told_so_and_offered_others(client, shift, community, worker):
    other = make_shift(community, worker, title="引导组")
    for number in range(2):
        send(client, shift, phone=f"1990000111{number}")
    text = send(client, shift).content.decode()
    assert "最后一个名额刚刚被别人报走了" in text
    assert reverse("volunteer:shift", args=[other.public_id]) in text
    assert ShiftSignUp.objects.count() == 2


def test_ticket_gives_the_place_back(client, shift):
    client.post(send(client, shift).redirect_chain[-1][0])
    assert ShiftSignUp.objects.get().cancelled_at


def test_ticket_of_another_shift_gives_nothing_back(client, shift, community, worker):
    ticket = send(client, shift).redirect_chain[-1][0].split("/")[-2]
    other = make_shift(community, worker, title="引导组")
    client.post(reverse("volunteer:shift-ticket", args=[other.public_id, ticket]))
    assert ShiftSignUp.objects.get().cancelled_at is None


def test_nothing_typed_is_lost_by_a_bad_phone(client, shift):
    answer = send(client, shift, phone="123")
    assert 'value="王小明"' in answer.content.decode()
    assert not ShiftSignUp.objects.exists()


def test_many_from_one_address_are_asked_to_wait(client, shift, settings):
    settings.PUBLIC_PER_ADDRESS = 1
    send(client, shift)
    assert send(client, shift, phone="19900001111").status_code == 429
    assert ShiftSignUp.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [{"cancelled_at": timezone.now()}, {"starts_at": timezone.now() - timedelta(hours=5)}],
    ids=["called off", "over"],
)
def test_closed_shift_takes_nobody(client, community, worker, fields):
    shift = make_shift(community, worker, **fields)
    send(client, shift)
    assert not ShiftSignUp.objects.exists()


@pytest.mark.parametrize("change", [{"is_open": False}, {"activity__status": "planned"}])
def test_page_that_is_not_for_the_public_is_not_there(client, shift, change):
    if "is_open" in change:
        shift.is_open = False
        shift.save()
    else:
        shift.activity.status = "planned"
        shift.activity.save()
    assert client.get(reverse("volunteer:shift", args=[shift.public_id])).status_code == 404


def test_staff_asks_only_registered_volunteers_of_the_community(shift, community, neighbour_community, coordinator):
    for helper in (make_helper(neighbour_community), make_helper(community, registered_on=None)):
        with pytest.raises(ValidationError, match="不是在册"):
            ask_volunteer(shift.needs.get(), volunteer=helper, by=coordinator)


def test_unknown_name_is_linked_to_a_namesake_only(client, shift, community, coordinator):
    send(client, shift, phone="19900001111")
    wish = ShiftSignUp.objects.get()
    helper, other = make_helper(community), make_helper(community, "李小红", "19900002222")
    with pytest.raises(ValidationError, match="名字对不上"):
        link_sign_up(wish, volunteer=other, by=coordinator)
    assert find_namesakes(wish) == [helper]
    assert link_sign_up(wish, volunteer=helper, by=coordinator).volunteer == helper


def test_full_contact_is_written_down_before_it_is_shown(client, shift, coordinator):
    send(client, shift)
    client.force_login(coordinator)
    answer = client.post(reverse("volunteers:sign-up-contact", args=[ShiftSignUp.objects.get().pk]))
    assert PHONE in answer.content.decode()
    assert AuditEvent.objects.filter(action="shift_sign_up.unmask").count() == 1


def test_page_does_not_tell_that_a_place_was_taken(client, shift):
    url = reverse("volunteer:shift", args=[shift.public_id])
    before = strip_tokens(client.get(url))
    send(client, shift)
    assert (ShiftSignUp.objects.count(), strip_tokens(client.get(url))) == (1, before)
