"""The portal of the benchmark, served until its standard input closes. Prints address, user name and password, a line each."""

from __future__ import annotations

import argparse
import sys

from portal_bot.sandbox import Sandbox, SandboxOptions


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.serve", description=__doc__)
    parser.add_argument("--latency", type=int, default=0, metavar="MS")
    parser.add_argument("--people", type=int, default=120, help="in each practice")
    parser.add_argument("--practices", type=int, default=1)
    parser.add_argument("--granted", action="store_true", help="everybody has Messaging already")
    asked = parser.parse_args()
    options = SandboxOptions(
        layout="modern", latency_ms=asked.latency, people=asked.people, practices=asked.practices, session_minutes=600,
    )  # fmt: skip
    with Sandbox(options) as sandbox:
        if asked.granted:
            sandbox.grant_everybody()
        print(sandbox.url, sandbox.user_name, sandbox.password, sep="\n", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
