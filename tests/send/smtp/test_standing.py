"""How relays stand: who gets the next connection, who is left alone and for how long, and who is given up."""

import pytest

from digest.errors import RelayError, UnusableRelayError
from digest.model.messages import Reply
from digest.send.relay import Relay, Tls
from digest.send.smtp.endings import Ending, EndReason
from digest.send.smtp.standing import Standing, choose

CUT = Ending(reason=EndReason.CUT, served=0)


def make_standing(*, connections: int = 8, weight: int = 1, host: str = "relay.example") -> Standing:
    return Standing(Relay(host=host, port=25, tls=Tls.OFF, connections=connections, weight=weight))


def open_one(standing: Standing) -> None:
    standing.begin()
    standing.succeed()


def fail(standing: Standing, at_s: float) -> None:
    standing.begin()
    standing.fail(RelayError(str(standing.relay), "cannot be reached"), at_s)


def end(standing: Standing, ending: Ending, *, was_asked: bool = True, opened_at_s: float = 1, at_s: float = 2) -> None:
    standing.end(ending, was_asked=was_asked, opened_at_s=opened_at_s, at_s=at_s)


def test_connections_are_shared_out_by_weight() -> None:
    heavy, light = make_standing(weight=3, connections=20), make_standing(connections=20)

    for _ in range(8):
        chosen = choose([heavy, light], 0)
        assert chosen is not None
        open_one(chosen)

    assert (heavy.held, light.held) == (6, 2)


def test_one_connection_at_a_time_goes_to_each_by_weight_too() -> None:
    standings = [make_standing(weight=3), make_standing()]

    for _ in range(40):
        chosen = choose(standings, 0)
        assert chosen is not None
        open_one(chosen)
        end(chosen, Ending(reason=EndReason.RETIRED, served=5))

    assert [one.opened for one in standings] == [30, 10]


def test_what_one_relay_has_no_room_for_goes_to_the_other() -> None:
    small, large = make_standing(connections=1, weight=9), make_standing(connections=3)

    for _ in range(4):
        chosen = choose([small, large], 0)
        assert chosen is not None
        open_one(chosen)

    assert (small.held, large.held) == (1, 3)
    assert choose([small, large], 0) is None


def test_no_more_than_one_is_being_opened_at_a_time() -> None:
    standing = make_standing()

    standing.begin()

    assert not standing.may_open(0)


def test_a_relay_that_cannot_be_reached_is_left_alone_for_twice_as_long_each_time() -> None:
    standing = make_standing()
    waits = []

    for _ in range(12):
        fail(standing, 100.0)
        waits.append(standing.retry_at_s - 100)

    assert waits[:4] == [0.5, 1, 2, 4]
    assert waits[-1] == 300
    assert not standing.may_open(399)
    assert standing.may_open(400)


def test_a_relay_that_is_reached_again_is_as_good_as_new() -> None:
    standing = make_standing()
    fail(standing, 0)
    fail(standing, 1)

    open_one(standing)
    fail(standing, 10)

    assert standing.retry_at_s == 10.5
    assert not standing.is_hopeless


def test_one_that_was_never_reached_is_hopeless() -> None:
    standing = make_standing()

    fail(standing, 0)

    assert standing.is_hopeless


def test_one_that_ends_three_sessions_in_a_row_without_taking_anything_is_hopeless() -> None:
    standing = make_standing()

    for second in range(3):
        assert not standing.is_hopeless
        open_one(standing)
        end(standing, CUT, opened_at_s=second, at_s=second + 0.5)

    assert standing.is_hopeless
    assert "it ended 3 sessions one after the other without taking anything (cut)" in str(standing.trouble)


def test_connections_that_end_together_count_as_one() -> None:
    standing = make_standing()
    for _ in range(5):
        open_one(standing)

    for _ in range(5):
        end(standing, CUT, opened_at_s=1, at_s=2)

    assert standing.held == 0
    assert standing.is_on_trial
    assert not standing.is_hopeless


def test_one_on_trial_gets_one_connection_until_it_takes_a_message() -> None:
    standing = make_standing()
    open_one(standing)
    end(standing, CUT)
    open_one(standing)
    on_trial = standing.may_open(10)

    standing.acquit()

    assert not on_trial
    assert standing.may_open(10)
    assert standing.trouble is None


@pytest.mark.parametrize("reason", [EndReason.RETIRED, EndReason.ABORTED])
def test_a_session_that_ended_as_asked_is_no_trouble(reason: EndReason) -> None:
    standing = make_standing()
    open_one(standing)

    end(standing, Ending(reason=reason, served=0))

    assert standing.trouble is None
    assert standing.may_open(2)


def test_a_session_that_was_asked_for_nothing_may_end() -> None:
    standing = make_standing()
    open_one(standing)

    end(standing, Ending(reason=EndReason.CLOSED_421, served=0), was_asked=False)

    assert standing.trouble is None


def test_a_session_that_served_may_end() -> None:
    standing = make_standing()
    open_one(standing)

    end(standing, Ending(reason=EndReason.CLOSED_421, served=100))

    assert standing.may_open(2)


def test_one_that_takes_no_mail_from_us_is_not_tried_again() -> None:
    standing = make_standing()
    open_one(standing)

    refusal = Reply(code=530, enhanced="5.7.0", text="authenticate first")
    end(standing, Ending(reason=EndReason.UNUSABLE, served=3, reply=refusal))

    assert standing.is_hopeless
    assert not standing.may_open(10**6)
    assert str(standing.trouble) == "relay relay.example:25: it takes no mail from us: 530 5.7.0 authenticate first"


def test_one_that_takes_no_mail_from_us_stays_so_whatever_its_other_connections_served() -> None:
    standing = make_standing()
    open_one(standing)
    open_one(standing)
    end(standing, Ending(reason=EndReason.UNUSABLE, served=0))

    end(standing, Ending(reason=EndReason.RETIRED, served=5))

    assert standing.trouble is not None
    assert standing.is_hopeless


def test_one_that_refuses_our_login_is_not_asked_again_though_it_was_reached_before() -> None:
    standing = make_standing()
    open_one(standing)
    standing.begin()

    standing.fail(UnusableRelayError("relay.example:25", "it refuses the user or the password (535)"), 0)

    assert standing.is_hopeless
    assert not standing.may_open(10**6)
