import io
import os

from app.embedded.output import LONGEST_LINE, Log, Pipe


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def pipe_with(*pieces: bytes) -> tuple[Pipe, list[str], int]:
    reading, writing = os.pipe()
    heard: list[str] = []
    for piece in pieces:
        os.write(writing, piece)
    return Pipe(os.fdopen(reading, "rb"), heard.append), heard, writing


def test_names_stand_in_one_column():
    out = io.StringIO()
    log = Log(("web", "general"), out)
    log.say("web", "hello")
    log.say("general", "hello")
    assert out.getvalue() == "web     | hello\ngeneral | hello\n"


def test_only_a_terminal_gets_colours_and_only_on_the_name():
    terminal = Terminal()
    Log(("web",), terminal).say("web", "hello")
    assert terminal.getvalue() == "\033[36mweb |\033[0m hello\n"


def test_a_line_cannot_steer_the_terminal():
    out = io.StringIO()
    Log(("web",), out).say("web", "a\033[2Jb\rc\x9bd")
    assert out.getvalue() == "web | a·[2Jb·c·d\n"


def test_nobody_reading_is_no_reason_to_stop():
    out = io.StringIO()
    log = Log(("web",), out)
    out.close()
    log.say("web", "hello")


def test_a_line_that_comes_in_pieces_is_heard_once_and_whole():
    pipe, heard, writing = pipe_with(b"first\nsec")
    pipe.read()
    os.write(writing, b"ond\nthird")
    os.close(writing)
    assert pipe.read()
    pipe.finish()
    assert heard == ["first", "second", "third"]


def test_a_closed_pipe_says_so():
    pipe, _heard, writing = pipe_with()
    os.close(writing)
    assert not pipe.read()
    pipe.finish()


def test_an_endless_line_is_cut_so_that_memory_stays_flat():
    pipe, heard, writing = pipe_with(b"x" * 40_000)
    pipe.read()
    os.write(writing, b"x" * 40_000)
    pipe.read()
    os.close(writing)
    pipe.finish()
    assert [len(line) for line in heard] == [80_000]
    assert LONGEST_LINE < 80_000
