"""Begun by the serving process: the number of a line to it, and on standard input a place."""

import pickle
import socket
import sys

from octroi.deciding.decider import work


def main() -> None:
    """Answer over the line until its other end is gone."""
    place = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that began this one
    work(socket.socket(fileno=int(sys.argv[1])), place)


if __name__ == "__main__":
    main()
