"""Threads of the library (parallel), threads of the caller, the interpreter lock, and forks."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import korobov as kb


@pytest.fixture
def restore_threads():
    before = kb.show_config("dicts")["num_threads"]
    yield
    kb.set_num_threads(before)


def words():
    return [p.integers(5, 70_000) for p in
            (kb.Sobol(5, seed=1), kb.Lattice(5, seed=1), kb.IID(5, seed=1), kb.Sobol(2, seed=1, replications=3))]


def test_same_words_for_any_number_of_threads(restore_threads):
    kb.set_num_threads(1)
    assert kb.show_config("dicts")["num_threads"] == 1
    expected = words()
    y = np.random.default_rng(0).normal(size=(3, 2**15))
    spectrum, walsh = kb.fftbr(y), kb.fwht(y)
    for threads in (2, 7):
        kb.set_num_threads(threads)
        for a, b in zip(words(), expected, strict=True):
            np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(kb.fftbr(y), spectrum)
        np.testing.assert_array_equal(kb.fwht(y), walsh)


@pytest.mark.parametrize("k, error", [(0, ValueError), (-1, ValueError), (2**40, ValueError), (1.0, TypeError),
                                      ("2", TypeError), (True, TypeError)], ids=str)
def test_bad_numbers_of_threads(k, error, restore_threads):
    with pytest.raises(error, match="^k: must be"):
        kb.set_num_threads(k)


def test_environment_variable():
    code = "import korobov as kb; print(kb.show_config('dicts')['num_threads'])"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "KOROBOV_NUM_THREADS": "3"},
                          capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "3"


def test_one_set_from_many_threads():
    p = kb.Sobol(8, seed=1, replications=2)
    expected = p.points(20_000)
    results = [None] * 8

    def work(t):
        results[t] = p.points(20_000), p.replicate(1).points(1000), p.at(np.arange(500))

    threads = [threading.Thread(target=work, args=(t,)) for t in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for points, one, scattered in results:
        np.testing.assert_array_equal(points, expected)
        np.testing.assert_array_equal(one, expected[1, :1000])
        np.testing.assert_array_equal(scattered, expected[:, :500])


def test_long_work_releases_the_interpreter_lock():
    """While a second thread makes points, the first one keeps counting."""
    p = kb.IID(64, seed=1)
    out = np.empty((2**17, 64))
    done = threading.Event()

    def work():
        for _ in range(3):
            p.points(2**17, out=out)
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    counted = 0
    while not done.is_set():
        counted += 1
        time.sleep(0)
    thread.join()
    assert counted > 50


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs an interval timer")
def test_signals_interrupt_a_long_fill():
    class Alarm(Exception):
        pass

    def handler(*_):
        raise Alarm

    out = np.zeros((2**20, 64))  # four steps of work, of which memory only sees those that run
    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.005)
        with pytest.raises(Alarm):
            kb.IID(64, seed=1).points(2**20, out=out)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert out[0].all() and not out[-1].any()


def child(queue):
    queue.put([float(w.sum()) for w in words()])


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # Python 3.12 on: of any process with threads
def test_fork_after_use():
    expected = [float(w.sum()) for w in words()]
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    process = context.Process(target=child, args=(queue,))
    process.start()
    assert queue.get(timeout=60) == expected
    process.join(timeout=60)
    assert process.exitcode == 0


def test_show_config(capsys):
    kb.show_config()
    printed = capsys.readouterr().out
    config = kb.show_config("dicts")
    assert config["version"] == kb.__version__ and kb.__version__ in printed
    assert config["instruction_set"] in printed and config["licence"] in printed
    assert ("GPL" in config["licence"]) == config["fftw"]
    with pytest.raises(ValueError, match="^mode: must be one of"):
        kb.show_config("json")
