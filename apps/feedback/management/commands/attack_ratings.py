"""Attack a running site with scripted ratings, to see that its figure hardly moves. Test data only.

    manage.py attack_ratings --url http://127.0.0.1:9001 --point k1x --addresses 50 --count 500 --honest 20

The attacker answers "1" to everything, waits as long as a person reads, and does no work that the page asks for. The
honest ones have a network each, answer as people of the service did before, and do the work as a browser would.
Addresses are sent as X-Forwarded-For, so the site must run behind SECURE_PROXY_SSL_HEADER as in production.
"""

import http.cookiejar
import random
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.feedback.models import Answer, IkmResult, QuarantineCase, Response, ServicePoint
from apps.feedback.services.arrivals import solve

USUAL = (3, 3, 3, 4, 3, 4, 4, 3, 2)
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
RADIO = re.compile(r'<input[^>]*type="radio"[^>]*name="(\w+)"|<input[^>]*name="(\w+)"[^>]*type="radio"')
BITS = re.compile(r'data-puzzle="(\d+)"')


class Command(BaseCommand):
    help = (
        "Attack a running site with scripted ratings and print the figure before and after (test data only)"
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--url", required=True)
        parser.add_argument("--point", required=True, help="code of a counter with a running survey")
        parser.add_argument("--count", type=int, default=500)
        parser.add_argument("--addresses", type=int, default=1)
        parser.add_argument("--honest", type=int, default=20)
        parser.add_argument("--wait", type=float, default=4.0, help="seconds between page and sending")

    def handle(self, **options: Any) -> None:
        if not (settings.DEBUG or settings.IS_DEMO):
            raise CommandError("This writes false ratings: it runs in demo mode only.")
        point = ServicePoint.objects.select_related("service").filter(code=options["point"]).first()
        if point is None:
            raise CommandError("There is no such counter.")
        self.page = f"{options['url']}/l/{point.code}/nilai/"
        self.wait = options["wait"]
        known = set(Response.objects.filter(service=point.service).values_list("pk", flat=True))
        self.tell("before", point)
        jobs = [
            (f"103.{number % options['addresses']}.4.7", (1,) * 9, False)
            for number in range(options["count"])
        ]
        dice = random.Random(1)  # noqa: S311 - a repeatable play, no secret
        people = self.earlier_answers(point) or [USUAL]
        jobs += [(f"36.{number + 1}.7.9", dice.choice(people), True) for number in range(options["honest"])]
        dice.shuffle(jobs)
        with ThreadPoolExecutor(max_workers=16) as pool:
            found = list(pool.map(lambda job: self.send(*job), jobs))
        self.stdout.write(
            f"sent {len(found)}, thanked {found.count('thanked')}, refused {len(found) - found.count('thanked')}"
        )
        self.stdout.write("waiting for the figure ...")
        time.sleep(45)
        self.tell("after", point)
        new = Response.objects.filter(service=point.service).exclude(pk__in=known)
        lines = new.exclude(answers__value__gt=1)
        self.stdout.write(
            f"scripted: {lines.count()} in all, {lines.filter(is_quarantined=False).count()} count"
        )
        others = new.filter(answers__value__gt=1).distinct()
        self.stdout.write(
            f"honest: {others.count()} in all, {others.filter(is_quarantined=False).count()} count"
        )
        for case in QuarantineCase.objects.filter(service=point.service).order_by("-pk")[:3]:
            self.stdout.write(f"case {case.pk}: {case.responses.count()} ratings, {', '.join(case.signals)}")

    def earlier_answers(self, point: ServicePoint) -> list[tuple[int, ...]]:
        """Return the answers of people of this service that count, in the order of the questions, complete ones only.

        Somebody who answered "1" throughout could not be told from the attacker in the figures that are printed.
        """
        rows = Answer.objects.filter(
            response__service=point.service, response__is_quarantined=False
        ).order_by("response", "unsur__number")
        people: dict[int, list[int]] = {}
        for response, value in rows.values_list("response", "value"):
            people.setdefault(response, []).append(value)
        return [tuple(own) for own in people.values() if len(own) == len(USUAL) and max(own) > 1]

    def tell(self, when: str, point: ServicePoint) -> None:
        for result in IkmResult.objects.filter(survey_period__service=point.service).order_by("pk"):
            self.stdout.write(f"{when}: {result.tier} IKM {result.ikm} (n={result.n})")

    def send(self, address: str, answers: tuple[int, ...], works: bool) -> str:
        """Open the page, wait, send; return what the site did."""
        # The site believes it stands behind https, so its cookies are secure ones; between us it is http.
        policy = http.cookiejar.DefaultCookiePolicy(secure_protocols=("https", "http"))
        jar = http.cookiejar.CookieJar(policy)
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        opener.addheaders = [
            ("X-Forwarded-For", address),
            ("X-Forwarded-Proto", "https"),
            ("Referer", self.page.replace("http:", "https:", 1)),
        ]
        try:
            html = opener.open(self.page, timeout=60).read().decode()
            data = dict(HIDDEN.findall(html))
            names = list(dict.fromkeys(a or b for a, b in RADIO.findall(html)))
            data |= {name: str(value) for name, value in zip(names, answers, strict=False)}
            bits = BITS.search(html)
            if bits and works:
                data["bukti"] = solve(data["soal"], int(bits.group(1)))
            time.sleep(self.wait)
            answered = opener.open(self.page, data=urllib.parse.urlencode(data).encode(), timeout=60)
        except (urllib.error.URLError, OSError) as error:
            return f"refused: {error}"
        return "thanked" if "terima-kasih" in answered.url else f"refused: {answered.status}"
