"""Exercise 10.6: a walk that is right is told when it empties the tape or goes over each path."""

from autodiff_lib.teaching.chapters.chapter_10 import DOUBLINGS, EMPTIED, judge_reached


def once(tape, line):
    found = {line}
    for at in range(line, -1, -1):
        if at in found:
            found |= {edge[0] for edge in tape[at]}
    return found


def emptying(tape, line):
    found = once(tape, line)
    tape.clear()
    return found


def over_each_path(tape, line):
    return {line}.union(*[over_each_path(tape, edge[0]) for edge in tape[line]])


def test_a_walk_that_reads_each_line_once_is_right_without_a_word():
    judged = judge_reached(once)
    assert (judged.state, judged.text) == ("right", "")


def test_a_walk_that_empties_the_tape_is_told_so_once():
    judged = judge_reached(emptying)
    assert (judged.state, judged.text) == ("right", EMPTIED)


def test_a_walk_over_each_path_is_told_how_often_it_reads_a_line():
    judged = judge_reached(over_each_path)
    assert judged.state == "right"
    assert f"{DOUBLINGS} doublings yours reads a line 511 times" in judged.text
