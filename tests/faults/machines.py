"""Celery on top of a world: workers and a beat as an operator starts them, with a Redis, each of them killed and
started again. The world's own crew is sent home: the mailing is theirs."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.troubles import pause
from tests.faults.victims import RedisVictim, redis_victim
from tests.faults.world import Trouble, World
from tests.servers.celery import CeleryProgram, Cluster, cluster


class Machines:
    """Two workers and a beat. What is killed is started again at once, under a new name."""

    def __init__(self, machines: Cluster, redis: RedisVictim) -> None:
        self._cluster = machines
        self._redis = redis
        self._started = 0
        self._workers = [self._start_worker() for _ in range(2)]
        self._beat = machines.start_beat()

    def kill_a_worker(self, world: World) -> None:
        """Kill a worker's process with all its threads."""
        chosen = world.chance.randrange(len(self._workers))
        self._workers[chosen].kill()
        world.kills += 1
        self._workers[chosen] = self._start_worker()

    def kill_beat(self, _: World) -> None:
        self._beat.kill()
        self._beat = self._cluster.start_beat()

    def kill_redis(self, world: World) -> None:
        """Kill Redis, and start it again with nothing in it."""
        self._redis.kill()
        pause(world, 0.3)
        self._redis.start()

    @property
    def troubles(self) -> list[Trouble]:
        return [self.kill_a_worker, self.kill_a_worker, self.kill_beat, self.kill_redis]

    def _start_worker(self) -> CeleryProgram:
        self._started += 1
        return self._cluster.start_worker(f"machine-{self._started}")


@contextmanager
def machines_in(world: World) -> Iterator[Machines]:
    """Let Celery's workers send a world's mailing while the block runs."""
    world.crew = 0
    with redis_victim() as redis:
        environ = {**world.environ, "DIGEST_BROKER_URL": redis.url}
        with cluster(environ, world.folder / "run") as started:
            yield Machines(started, redis)
