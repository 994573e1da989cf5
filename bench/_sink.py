"""A mail server that takes everything, as fast as a server can or after a while.

    python bench/_sink.py PORT SECONDS

A relay writes a letter to its disk, or hands it on, before it says 250: SECONDS is how
long that takes it. Letters are counted and thrown away.
"""

import asyncio
import sys


class Sink(asyncio.Protocol):
    """One connection; speaks no more SMTP than a client needs to be rid of letters."""

    seconds = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.rest = b""
        self.is_letter = False
        self.say("220 sink")

    def say(self, words: str) -> None:
        self.transport.write(words.encode() + b"\r\n")

    def data_received(self, data: bytes) -> None:
        self.rest += data
        end = self.end()
        while end in self.rest:
            piece, _, self.rest = self.rest.partition(end)
            if self.is_letter:
                self.is_letter = False
                loop = asyncio.get_running_loop()
                loop.call_later(self.seconds, self.say, "250 2.0.0 queued as 4F2C81A03")
            else:
                self.answer(piece.upper())
            end = self.end()

    def end(self) -> bytes:
        return b"\r\n.\r\n" if self.is_letter else b"\r\n"

    def answer(self, command: bytes) -> None:
        self.is_letter = command == b"DATA"
        words = {
            b"DATA": "354 go on",
            b"QUIT": "221 bye",
            b"EHLO": "250-sink\r\n250 PIPELINING",
        }
        self.say(words.get(command[:4], "250 ok"))
        if command == b"QUIT":
            self.transport.close()


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sink, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    Sink.seconds = float(sys.argv[2])
    asyncio.run(serve(int(sys.argv[1])))
