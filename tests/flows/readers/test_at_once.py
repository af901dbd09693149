"""What several people do to one reader in the same moment: each is answered, and nobody by an error."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from digest.clock import FixedClock
from digest.flows.erasing import erase_reader
from digest.flows.readers.asking import sign_up
from digest.flows.readers.choosing import WantedChoices, save_choices
from digest.flows.readers.leaving import leave_everything, leave_topic
from digest.flows.readers.readdressing import ChangeStanding
from digest.flows.services import Services
from digest.model.addresses import parse_address
from tests.flows.readers.moves import ask, press
from tests.flows.readers.readership import leave_token, preferences_token, take_in
from tests.flows.readers.visitors import fill_in

ROUNDS = 12


def at_once(*calls: Callable[[], object]) -> Sequence[object]:
    """Make these calls in the same moment; return what each returns. Raises what one of them raises."""
    starting = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        starting.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [one.result() for one in [pool.submit(run, call) for call in calls]]


def want(*slugs: str) -> WantedChoices:
    return WantedChoices(
        slugs=slugs, name="", lang="", zone="", weekday="", hour="", cadence="weekly", bundling="together"
    )


def test_a_sign_up_and_a_reader_who_saves_do_not_wait_for_each_other_for_ever(postgres_services: Services) -> None:
    services = postgres_services
    for number in range(ROUNDS):
        address = parse_address(f"reader{number}@example.com")
        reader = take_in(services, address)
        token = preferences_token(services, reader)
        leave_everything(services, leave_token(services, reader), source="page")
        form = fill_in(services, address.spelling, "schools", ip=f"10.{number}.1.1")

        answers = at_once(
            lambda: sign_up(services, form),  # noqa: B023  # called in this very round
            lambda: save_choices(services, token, want("schools")),  # noqa: B023
        )

        assert all(answers)


def test_two_readers_who_move_to_each_others_addresses_are_both_answered(postgres_services: Services) -> None:
    services = postgres_services
    for number in range(ROUNDS):
        first, second = f"a{number}@example.com", f"b{number}@example.com"
        readers = [take_in(services, parse_address(one)) for one in (first, second)]
        tokens = ask(services, readers[0], second), ask(services, readers[1], first)

        answers = at_once(*(lambda token=token: press(services, token) for token in tokens))

        assert all(answers)


def test_a_press_through_an_old_link_meets_a_move_back(postgres_services: Services, clock: FixedClock) -> None:
    services = postgres_services
    for number in range(ROUNDS):
        old, new = parse_address(f"a{number}@example.com"), parse_address(f"b{number}@example.com")
        reader, there = take_in(services, old), take_in(services, new)
        press(services, ask(services, reader, new.spelling))
        clock.advance(minutes=20)
        back = ask(services, there, old.spelling)
        leave, preferences = leave_token(services, reader), preferences_token(services, there)

        answers = at_once(
            lambda: leave_topic(services, leave, source="one-click"),  # noqa: B023
            lambda: press(services, back),  # noqa: B023
            lambda: erase_reader(services, preferences),  # noqa: B023
        )

        assert all(answers)


def test_of_two_who_move_to_a_free_address_while_it_is_signed_up_each_is_answered(
    postgres_services: Services, clock: FixedClock
) -> None:
    services = postgres_services
    for number in range(ROUNDS):
        new = f"new{number}@example.org"
        readers = [take_in(services, parse_address(f"{name}{number}@example.com")) for name in "ab"]
        tokens = []
        for reader in readers:
            tokens.append(ask(services, reader, new))
            clock.advance(minutes=11)
        form = fill_in(services, new, "schools", ip=f"10.{number}.1.1")

        first, second, _ = at_once(
            lambda: press(services, tokens[0]),  # noqa: B023
            lambda: press(services, tokens[1]),  # noqa: B023
            lambda: sign_up(services, form),  # noqa: B023
        )

        assert {first.standing, second.standing} == {ChangeStanding.DONE}  # type: ignore[attr-defined]
