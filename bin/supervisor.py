"""Keeps a handful of processes running until somebody says stop; leaves none behind.

Each child is a session of its own that Linux ends when this process ends, even by
SIGKILL. Their lines appear here behind their name, and whole in a file of that name.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

from processes import give_up, is_orphan, spawn, stop

# A child that ends by itself is started again after 1, 2, 4 ... seconds. One that ends
# so often within so many seconds has a fault that starting does not mend.
FIRST_PAUSE = 1
DEATHS_ALLOWED = 4
DEATHS_WITHIN = 60


class Stopped(Exception):  # noqa: N818 - no error: somebody asked us to
    """Ctrl-C, TERM or HUP came, or our parent has ended."""


@dataclass
class Program:
    """One process to keep running: what it is called and how it is started."""

    name: str
    command: list[str]
    child: subprocess.Popen = field(init=False)
    relay: threading.Thread = field(init=False)
    starts_again_at: float = 0
    deaths: list[float] = field(default_factory=list)


class Supervisor:
    """Starts programs in order, starts a fallen one again, stops in reverse order."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.programs: list[Program] = []
        self.told_to_stop = False
        self.times_interrupted = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.note)

    def note(self, number: int, frame: FrameType | None) -> None:
        """Note a signal; acted upon between two steps, so that no child is lost."""
        self.told_to_stop = True
        self.times_interrupted += number == signal.SIGINT

    def pause(self, seconds: float) -> None:
        """Wait a moment, or leave by `Stopped`."""
        if self.told_to_stop or is_orphan():
            raise Stopped
        time.sleep(seconds)

    def start(self, name: str, command: list[str]) -> Program:
        """Start one more program, above those that already run."""
        program = Program(name, command)
        self.programs.append(program)
        (self.logs / f"{name}.log").write_text("")
        self.launch(program)
        return program

    def launch(self, program: Program) -> None:
        program.child = spawn(
            program.command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        program.relay = threading.Thread(
            target=self.relay, args=(program.name, program.child), daemon=True
        )
        program.relay.start()

    def relay(self, name: str, child: subprocess.Popen) -> None:
        """Copy a child's lines to its log and, behind its name, to our output."""
        with (self.logs / f"{name}.log").open("a") as log:
            for line in child.stdout or ():
                log.write(line)
                log.flush()
                say(f"{name:>7} | {line.rstrip()}")

    def wait_for(self, program: Program, ready: Callable[[], bool]) -> None:
        """Wait until a program answers; one that ends before has a fault."""
        deadline = time.monotonic() + 60
        while not ready():
            self.pause(0.05)
            if program.child.poll() is not None:
                self.blame(program, f"ended with code {program.child.returncode}")
            if time.monotonic() > deadline:
                self.blame(program, "did not answer within a minute")

    def run(self, name: str, command: list[str]) -> None:
        """Run one program to its end; anything but success stops everything."""
        program = self.start(name, command)
        while program.child.poll() is None:
            self.pause(0.05)
        program.relay.join(1)
        self.programs.remove(program)
        if program.child.returncode:
            self.blame(program, f"ended with code {program.child.returncode}")

    def serve(self) -> NoReturn:
        """Watch over all programs; ends only by `Stopped` or a fault."""
        while True:
            self.pause(0.2)
            for program in self.programs:
                if program.child.poll() is not None:
                    self.revive(program)

    def revive(self, program: Program) -> None:
        """Note a death once, then start the program again when its pause is over."""
        now = time.monotonic()
        if program.starts_again_at == 0:
            stop(program.child, grace=0)  # whatever is left of its session
            program.deaths = [at for at in program.deaths if now - at < DEATHS_WITHIN]
            program.deaths.append(now)
            code = program.child.returncode
            if len(program.deaths) > DEATHS_ALLOWED:
                self.blame(program, f"keeps ending, last with code {code}")
            pause = FIRST_PAUSE * 2 ** (len(program.deaths) - 1)
            say(f"{program.name} ended with code {code}; starts again in {pause} s.")
            program.starts_again_at = now + pause
        elif now >= program.starts_again_at:
            program.starts_again_at = 0
            self.launch(program)

    def blame(self, program: Program, what: str) -> NoReturn:
        give_up(f"{program.name} {what}: see {self.logs / program.name}.log")

    def stop(self) -> None:
        """Stop everything, last started first; a second Ctrl-C does not wait."""
        for program in reversed(self.programs):
            if program.starts_again_at:  # it ended, and nothing is left of it
                continue
            stop(program.child, grace=10, in_a_hurry=lambda: self.times_interrupted > 1)
            program.relay.join(1)  # its last words


def say(line: str) -> None:
    """Print a line if anybody still reads; a closed terminal is no reason to fail."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - for the rest of our life
