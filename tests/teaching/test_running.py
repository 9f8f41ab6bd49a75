"""A reader's code is stopped in time, and its errors are told without a traceback."""

import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from autodiff_lib.teaching.running import TooSlow, attempt, explain_error, run_within


def endless():
    while True:
        pass


def stubborn():
    try:
        endless()
    except BaseException:
        endless()


@pytest.mark.parametrize("code", [endless, stubborn])
def test_endless_loop_is_stopped_at_its_line(code):
    start = time.perf_counter()
    with pytest.raises(TooSlow) as caught:
        run_within(0.2, code)
    assert time.perf_counter() - start < 5
    assert explain_error(caught.value).startswith("it had not finished after 0.2 seconds, in line ")


def test_quick_code_returns_its_result_and_leaves_no_thread_behind():
    threads = threading.active_count()
    for _ in range(100):
        assert run_within(60, lambda: 5) == 5
    end = time.perf_counter() + 10
    while threading.active_count() > threads and time.perf_counter() < end:
        time.sleep(0.01)
    assert threading.active_count() <= threads


def test_code_that_ends_at_the_limit_never_leaks_the_interruption():
    def nearly(seconds):
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            pass
        return "done"

    for k in range(60):
        try:
            assert run_within(0.01, lambda k=k: nearly(0.0085 + 0.00005 * k)) == "done"
        except TooSlow:
            pass
    time.sleep(0.1)


def test_it_works_beside_other_threads():
    caught = []

    def other():
        try:
            run_within(0.1, endless)
        except TooSlow:
            caught.append(True)

    thread = threading.Thread(target=other)
    thread.start()
    assert run_within(5, lambda: time.sleep(0.3) or "mine") == "mine"
    thread.join()
    assert caught


def fails(call):
    try:
        call()
    except Exception as error:
        return explain_error(error)


def test_an_error_is_told_with_type_message_and_the_readers_line():
    def reciprocal(x):
        return 1 / x

    assert fails(lambda: reciprocal(0)).startswith("ZeroDivisionError: division by zero, in line ")
    assert fails(lambda: reciprocal(0)).endswith('"return 1 / x"')


def test_an_error_inside_a_library_is_told_at_the_readers_line():
    def multiply(a, b):
        return np.matmul(a, b)

    assert fails(lambda: multiply(np.ones(2), np.ones(3))).endswith('"return np.matmul(a, b)"')


def test_a_long_message_ends_at_a_word_and_notes_are_told():
    def refused():
        error = ValueError("too long " * 40)
        error.add_note("Pass an array.")
        raise error

    assert " too long too ... (Pass an array.), in line " in fails(refused)


def test_deep_recursion_and_addresses_are_told_in_few_words():
    def deeper():
        return deeper()

    def address():
        raise ValueError(f"{object()!r}")

    assert fails(deeper) == "RecursionError: it calls itself too many times"
    assert fails(address).startswith("ValueError: <object object>, in line ")


def test_attempt_prints_a_result_or_the_sentence_of_a_refusal(capsys):
    attempt(lambda: 6 * 7)
    attempt(lambda: int("six"))
    said = capsys.readouterr().out.splitlines()
    assert said == ["42", "ValueError: invalid literal for int() with base 10: 'six'"]


@pytest.mark.parametrize("call", ["lambda: 1", "lambda: [0 for _ in iter(int, 1)]"])
def test_afterwards_a_profiler_runs_as_before(call):
    """In a process of its own: where this fails, the profiled call never ends."""
    program = (
        "import contextlib, sys\n"
        "from autodiff_lib.teaching.running import TooSlow, run_within\n"
        "with contextlib.suppress(TooSlow):\n"
        f"    run_within(0.2, {call})\n"
        "sys.setprofile(lambda *ignored: None)\n"
        "print(sorted([2, 1], key=lambda x: x))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], timeout=20, capture_output=True)
    assert done.stdout.split() == [b"[1,", b"2]"]
