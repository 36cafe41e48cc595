#!/usr/bin/env python3
"""Changes the crates in small ways, one at a time, and says which changes no test notices.

    cargo install cargo-mutants --locked     once: it finds what can be changed
    tests/mutants.py                         a sample of 12 changes of each crate
    tests/mutants.py --seed 7 --count 40 youku-core

One seed always draws the same sample from the same source. Beside the changes of cargo-mutants (operators, conditions, match
arms, functions that do nothing) it leaves out single statements. The work happens in a copy of the tree below `target`. With
`YOUKU_TEST_MYSQL` (see CONTRIBUTING.md) the tests run on both databases.
"""

import argparse
import collections
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "mutants"
TREE = WORK / "tree"

# The tests that should notice a change of a crate, as arguments of `cargo test`. The examples in its documentation
# may notice what these tests miss.
TESTS = {
    "youku-orm-derive": "-p youku-orm-derive -p youku-ui-tests --lib --test ui",
    "youku-orm": "-p youku-orm -p youku-tests --all-features --lib --test orm",
    "youku-core": "-p youku-core -p youku-tests --all-features --lib --test service",
    "youku-server": "-p youku-server -p youku-tests --all-features --lib --bins --test wire --test programs --test serving "
    "--test terminal",
}

# Incremental, because one change at a time is built; without optimisation and debug information, because nothing is measured.
ENVIRONMENT = os.environ | {
    "CARGO_TARGET_DIR": str(WORK / "target"),
    "CARGO_INCREMENTAL": "1",
    "CARGO_PROFILE_DEV_DEBUG": "none",
    "RUST_BACKTRACE": "0",
}

# How long a build, or the tests of a crate that is as it should be, may take, in seconds.
PATIENCE = 1800

# Only the reader of a log depends on them.
UNTESTED = re.compile(r"fmt::Debug for|tracing::|println!|debug_assert")

# A one-line statement that does not define a name.
STATEMENT = re.compile(r"\s+(?!let\b|return\b|break\b|continue\b|use\b|mod\b|pub\b|fn\b|type\b|const\b|static\b)[A-Za-z_*].*;$")

Change = collections.namedtuple("Change", "file line start end replacement what")


def source_files():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def copy_tree():
    """Brings the copy up to date; files that are the same keep their time, so that little is built again."""
    files = source_files()
    for name in files:
        source, copy = ROOT / name, TREE / name
        if not copy.is_file() or copy.read_bytes() != source.read_bytes():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
            copy.chmod(source.stat().st_mode)
    for copy in TREE.rglob("*"):
        if copy.is_file() and copy.relative_to(TREE) not in set(files) and copy.suffix in (".rs", ".sql", ".toml"):
            copy.unlink()


def found_by_cargo_mutants(crate):
    command = ["cargo", "mutants", "--list", "--json", "--no-config", "-p", crate]
    listed = subprocess.run(command, cwd=TREE, stdout=subprocess.PIPE)
    if listed.returncode:
        sys.exit("cargo-mutants finds no changes: install it with `cargo install cargo-mutants --locked`")
    for mutant in json.loads(listed.stdout):
        text = (TREE / mutant["file"]).read_text()
        lines = text.splitlines(keepends=True)

        def offset(place):
            return sum(map(len, lines[: place["line"] - 1])) + place["column"] - 1

        first = (mutant["function"] or mutant)["span"]["start"]["line"]
        head = "".join(lines[max(0, first - 3) : first])
        if UNTESTED.search(mutant["name"]) or "#[cfg(not(" in head:
            continue
        span = mutant["span"]
        start, end = offset(span["start"]), offset(span["end"])
        what = mutant["name"].split(": ", 1)[1]
        yield Change(mutant["file"], span["start"]["line"], start, end, mutant["replacement"], what)


def statements(crate):
    for path in sorted((TREE / crate / "src").rglob("*.rs")):
        if path.name == "tests.rs" or "tests" in path.parent.parts[-1:]:
            continue
        start, before = 0, "{"
        for number, line in enumerate(path.read_text().splitlines(keepends=True), 1):
            if line.startswith("#[cfg(test)]"):
                break
            code = line.rstrip("\n")
            if STATEMENT.match(code) and not UNTESTED.search(code) and before[-1:] in "{};":
                file = str(path.relative_to(TREE))
                end = start + len(code)
                yield Change(file, number, start, end, "", f"leave out `{code.strip()}`")
            if code.strip() and not code.strip().startswith(("//", "#[")):
                before = code.rstrip()
            start += len(line)


def drawn(crate, seed):
    changes = sorted(set(found_by_cargo_mutants(crate)) | set(statements(crate)))
    random.Random(f"{seed} {crate}").shuffle(changes)
    return changes


def cargo(arguments, timeout):
    """Whether `cargo test` succeeds; `None` when it does not end in time. What it started ends with it."""
    with open(WORK / "log", "wb") as log:
        command = ["cargo", "test", "--quiet", *arguments]
        child = subprocess.Popen(
            command, cwd=TREE, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        try:
            return child.wait(timeout) == 0
        except subprocess.TimeoutExpired:
            return None
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def try_change(crate, change, tests, timeout):
    path = TREE / change.file
    text = path.read_text()
    path.write_text(text[: change.start] + change.replacement + text[change.end :])
    try:
        # It may no longer compile.
        if not cargo([*tests, "--no-run"], PATIENCE):
            return "unviable"
        noticed = not cargo(tests, timeout) or not cargo(["-p", crate, "--all-features", "--doc"], timeout)
        return "caught" if noticed else "survived"
    finally:
        path.write_text(text)


def sample(crate, seed, count):
    """Tries `count` changes that can be built; returns those that survived, and how many were tried."""
    tests = TESTS[crate].split()
    if not cargo([*tests, "--no-run"], PATIENCE):
        sys.exit(f"{crate}: its tests do not build, see {WORK / 'log'}")
    start = time.monotonic()
    if not cargo(tests, PATIENCE):
        sys.exit(f"{crate}: a test fails without any change, see {WORK / 'log'}")
    timeout = 60 + 3 * (time.monotonic() - start)
    survivors, tried = [], 0
    for change in drawn(crate, seed):
        if tried == count:
            break
        start = time.monotonic()
        outcome = try_change(crate, change, tests, timeout)
        seconds = time.monotonic() - start
        print(f"{outcome:9} {seconds:4.0f} s  {change.file}:{change.line}: {change.what}", flush=True)
        tried += outcome != "unviable"
        if outcome == "survived":
            survivors.append(change)
    return survivors, tried


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", default="1", help="chooses the sample (1)")
    parser.add_argument("--count", type=int, default=12, help="how many changes of each crate are tried (12)")
    parser.add_argument("--list", action="store_true", help="print the sample and try nothing")
    parser.add_argument("crates", nargs="*", metavar="CRATE", choices=[*TESTS, []], help="all four by default")
    options = parser.parse_args()
    # The processes it started end with it, and the copy is restored.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    TREE.mkdir(parents=True, exist_ok=True)
    copy_tree()
    results = {}
    for crate in options.crates or TESTS:
        if options.list:
            for change in drawn(crate, options.seed)[: options.count]:
                print(f"{change.file}:{change.line}: {change.what}")
        else:
            results[crate] = sample(crate, options.seed, options.count)
    if options.list:
        return
    print(f"\n{'crate':18} changes  caught  survived")
    for crate, (survivors, tried) in results.items():
        caught = tried - len(survivors)
        print(f"{crate:18} {tried:7} {caught:7} {len(survivors):9}   {100 * caught // max(tried, 1)} %")
    for survivors, _ in results.values():
        for change in survivors:
            print(f"survived: {change.file}:{change.line}: {change.what}")


main()
