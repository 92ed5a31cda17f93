"""What people do with the portal, as locust sees them: workers at their desks and doors, officers, residents.

Run by `python -m bench.load`, which starts the portal and tells where things are (PLACES); locust has an environment of
its own, so that nothing of Django is imported here. Waits are those of people who read before they click.
"""

import json
import os
import random
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

from locust import HttpUser, between, task

from bench.load.pages import Forms, fill, read_token

PLACES = json.loads(Path(os.environ["PLACES"]).read_text(encoding="utf-8"))
SHANGHAI = timezone(timedelta(hours=8))
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


class Person(HttpUser):
    """Somebody with a browser and an address of their own."""

    abstract = True

    def on_start(self) -> None:
        """Come with another address than everybody else: limits for visitors count by address."""
        self.chance = random.Random()
        octets = ".".join(str(self.chance.randint(1, 250)) for _ in range(3))
        self.client.headers["X-Forwarded-For"] = f"10.{octets}"

    def see(self, path: str, name: str) -> str:
        """Open a page; anything but a page is a fault."""
        with self.client.get(path, name=name, catch_response=True, allow_redirects=False) as answer:
            if answer.status_code != 200:
                answer.failure(f"answered {answer.status_code}")
            return answer.text or ""

    def send(self, path: str, fields: dict, name: str, *, expected: tuple[int, ...] = (302,), or_asks: str = "") -> str:
        """Send a form; a good form that is not taken is a fault, unless the page asks with a box of this name."""
        headers = {"Referer": self.host}
        with self.client.post(
            path, fields, headers=headers, name=name, catch_response=True, allow_redirects=False
        ) as answer:
            text = answer.text or ""
            asks = or_asks and answer.status_code == 200 and f'type="checkbox" name="{or_asks}"' in text
            if answer.status_code not in expected and not asks:
                answer.failure(f"answered {answer.status_code}")
            return text


class Staff(Person):
    """Somebody who signs in when the day begins."""

    abstract = True
    who: list[dict] = []

    def on_start(self) -> None:
        """Sign in."""
        super().on_start()
        self.me = self.chance.choice(self.who)
        self.sign_in()

    def sign_in(self) -> None:
        """Sign in with the password of the demo accounts."""
        page = self.see("/login/", "GET log-in")
        fields = {"username": self.me["username"], "password": PLACES["password"]}
        self.send("/login/", fields | {"csrfmiddlewaretoken": read_token(page)}, "POST log-in")

    @task(3)
    def open_dashboard(self) -> None:
        """Look at the own area."""
        self.see(f"/dashboards/{self.me['code']}/", "dashboard")

    @task(2)
    def open_coverage(self) -> None:
        """See who has been reached."""
        self.see(f"/dashboards/{self.me['code']}/coverage/", "coverage")

    @task(2)
    def list_activities(self) -> None:
        """Look through what was held."""
        self.see("/activities/", "activities")


class Worker(Staff):
    """A community worker: logs, checks in, searches, visits."""

    weight = 6
    wait_time = between(1, 4)
    who = PLACES["workers"]

    @task(6)
    def open_home(self) -> None:
        """See what is to be done today."""
        self.see("/", "worker's home")

    @task(4)
    def search_resident(self) -> None:
        """Look for somebody by name."""
        text = self.chance.choice(SURNAMES) + self.chance.choice("秀建桂志国")
        self.see(f"/residents/?q={text}", "resident search")

    @task(4)
    def log_activity(self) -> None:
        """Log what was held, with some who came; a form is sent twice now and then, and counts once."""
        page = self.see("/activities/new/", "GET quick log")
        people = self.chance.sample(self.me["residents"], 8)
        begin = datetime.now(SHANGHAI) - timedelta(hours=self.chance.randint(2, 30))
        fields = Forms(page).fields | {
            "kind": self.chance.choice(self.me["kinds"]),
            "title": "邻里活动",
            "starts_at": f"{begin:%Y-%m-%dT%H:%M}",
            "mode": "in_person",
            "origin": "own",
            "residents": people,
            "heads": 12,
        }
        for name in ("minutes", "names", "outsiders", "ends_at"):
            fields.pop(name, None)
        # Asked whether it is the same as another of that day, they say that it is not.
        asked = self.send("/activities/new/", fields, "POST quick log", expected=(302,), or_asks="confirm_twin")
        if asked:
            fields["confirm_twin"] = "on"
        for _time in range(self.chance.choice((0, 0, 0, 1)) + bool(asked)):
            self.send("/activities/new/", fields, "POST quick log")

    @task(4)
    def check_in(self) -> None:
        """Send what the phone collected at the door."""
        key = self.chance.choice(self.me["check_in"])
        now = datetime.now(SHANGHAI).isoformat()
        people = self.chance.sample(self.me["residents"], 5)
        entries = [{"id": str(uuid.uuid4()), "resident": one, "at": now, "activity": key} for one in people]
        fields = {"entries": json.dumps(entries), "csrfmiddlewaretoken": self.client.cookies.get("csrftoken", "")}
        self.send(f"/activities/check-in/{key}/sync/", fields, "check-in sync", expected=(200,))

    @task(2)
    def plan_round(self) -> None:
        """See which doors are next."""
        self.see("/visits/", "visits")

    @task(1)
    def sign_in_again(self) -> None:
        """Come back from another device."""
        self.client.cookies.clear()
        self.sign_in()


class Officer(Staff):
    """Somebody of the street or the district: figures only."""

    weight = 1
    wait_time = between(2, 6)
    who = PLACES["officers"]


class Resident(Person):
    """A resident with a phone: signs up, answers, never signs in."""

    weight = 3
    wait_time = between(2, 6)

    @task(3)
    def sign_up(self) -> None:
        """Sign up for something that is held nearby."""
        place = self.chance.choice([one for worker in PLACES["workers"] for one in worker["sign_up"]])
        page = self.see(f"/activities/p/{place}/", "public activity")
        phone = f"199{self.chance.randint(0, 99_999_999):08}"
        name = self.chance.choice(SURNAMES) + self.chance.choice("秀建桂志国") + self.chance.choice("英华兰强平")
        self.send(
            f"/activities/p/{place}/sign-up/", fill(page, self.chance) | {"name": name, "phone": phone}, "sign-up"
        )

    @task(3)
    def answer_survey(self) -> None:
        """Fill in a questionnaire and send it."""
        if PLACES["surveys"]:
            place = self.chance.choice(PLACES["surveys"])
            page = self.see(f"/s/{place}/", "survey form")
            self.send(f"/s/{place}/", fill(page, self.chance), "survey answer", expected=(200, 302))
