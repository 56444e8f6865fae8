"""The target's clock: how it is waited for, and how often it is asked for that."""

import datetime
import json
from dataclasses import dataclass

import pytest

from piwigo_contract.client import clock as module
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.clock import Clock
from piwigo_contract.errors import OutOfReach

START = datetime.datetime(2026, 1, 31, 23, 59, 57)


@dataclass
class Time:
    """This machine's, in seconds; a request takes `latency` of them, a sleep as long as it is told to."""

    passed: float = 0.0
    latency: float = 0.004

    def monotonic(self):
        return self.passed

    def sleep(self, seconds):
        assert seconds >= 0
        self.passed += seconds


class Target:
    """Its clock is `ahead` of this machine's, and goes at this speed."""

    def __init__(self, time, ahead, speed):
        self.time, self.ahead, self.speed, self.asked = time, ahead, speed, 0

    def whoami(self, verb):
        self.asked += 1
        self.time.passed += self.time.latency
        now = START + datetime.timedelta(seconds=int(self.ahead + self.speed * self.time.passed))
        user = {"username": "guest", "status": "guest", "current_datetime": f"{now:%Y-%m-%d %H:%M:%S}"}
        return Answer(200, [], json.dumps({"stat": "ok", "result": user}).encode(), "json")


@pytest.fixture
def target(monkeypatch):
    time = Time()
    monkeypatch.setattr(module, "time", time)
    return lambda ahead=0.0, speed=1.0: Target(time, ahead, speed)


@pytest.mark.parametrize("ahead", [0.0, 0.03, 0.5, 0.97])
@pytest.mark.parametrize("between", [0.0, 0.2, 0.93, 0.99, 3.6])
def test_the_next_second_is_later_and_soon_seen(target, ahead, between):
    there = target(ahead)
    clock = Clock(there)
    for _ in range(20):
        there.time.passed += between
        before, began = clock.now(), there.time.passed
        assert clock.next_second() > before
        assert there.time.passed - began < 1.2
        turned = (there.ahead + there.time.passed) % 1
        assert turned < 0.12, "long after the second began"


def test_once_it_is_known_when_a_second_begins_few_requests_are_needed(target):
    there = target(0.3)
    clock = Clock(there)
    clock.next_second()
    first, there.asked = there.asked, 0
    for _ in range(10):
        clock.next_second()
    assert there.asked <= 50 < 10 * first


@pytest.mark.parametrize("speed", [0.8, 1.3])
def test_a_clock_of_another_speed_is_waited_for_all_the_same(target, speed):
    clock = Clock(target(speed=speed))
    seen = [clock.next_second() for _ in range(20)]
    assert seen == sorted(set(seen))


def test_a_clock_that_stands_still_is_none(target):
    with pytest.raises(OutOfReach, match="a clock that goes on"):
        Clock(target(speed=0.0)).next_second()
