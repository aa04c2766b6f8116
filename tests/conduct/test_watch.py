"""What takes too long is ended, once; what does not is left alone."""

import os
import threading
import time
import warnings

from equipoise.conduct.watch import PERIOD, Watch


def test_what_takes_too_long_is_ended_and_nothing_else() -> None:
    watch, ended = Watch(), []

    def work(name: str, seconds: float) -> None:
        with watch.over(0.5, lambda: ended.append(name)):
            time.sleep(seconds)

    some = {"long": 0.6 + 3 * PERIOD, "short": 0.05, "too": 0.6 + 3 * PERIOD}
    threads = [threading.Thread(target=work, args=each) for each in some.items()]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    time.sleep(2 * PERIOD)
    assert sorted(ended) == ["long", "too"]


def test_an_end_that_fails_does_not_end_the_watch() -> None:
    watch, ended = Watch(), threading.Event()

    def fail() -> None:
        raise OSError

    with watch.over(0.01, fail):
        time.sleep(3 * PERIOD)
    with watch.over(0.01, ended.set):
        assert ended.wait(20 * PERIOD)


def test_a_process_that_was_forked_watches_too() -> None:
    watch = Watch()
    with watch.over(60, lambda: None):
        pass
    mine, theirs = os.pipe()
    with warnings.catch_warnings():  # of threads, which the child does not need
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        with watch.over(0.01, lambda: os.write(theirs, b"x") and None):
            time.sleep(20 * PERIOD)
        os._exit(0)
    os.close(theirs)
    os.waitpid(child, 0)
    assert os.read(mine, 1) == b"x"
    os.close(mine)
