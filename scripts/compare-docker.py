#!/usr/bin/env python3
"""Builds a Dockerfile with Larder and with Docker and compares the two images.

  ./dev compare-docker DIR [-- BUILD-FLAG…]      one build context
  ./dev compare-docker --all [NAME…]             the cases in scripts/compare/cases (those whose name holds a NAME)

Docker is the command in $DOCKER (default: docker), with BuildKit; --record FOLDER keeps what it made, --recorded FOLDER
takes what was kept instead of running it (given several times: what any of them made is the same). Both sides start from the same bases: root file systems made or found in
target/compare/bases (busybox from busybox-static, debian:12 by mmdebstrap), imported into both. Larder's state is kept
apart in target/compare/home; $LARDER (default: ./larder) is the command.

A context is copied first, its files given fixed times and plain modes, since git keeps neither. A Dockerfile may say in
comments what git cannot hold and what the build needs:

  # prepare: chmod 4755 tool; mkfifo pipe         shell commands run in the copy
  # flags: --build-arg VERSION=2 --target test    flags for both builds; {context} stands for the copy

Two failures count as the same outcome. Exit status: 0 all the same, 1 some differ, 2 could not be tried.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
CASES = os.path.join(HERE, "compare", "cases")
WORK = os.path.join(ROOT, "target", "compare")
EPOCH = 1_500_000_000  # contexts get times from here on, long before any build


class Untried(Exception):
    """A comparison cannot be made; the message says why."""


def run(command: list[str], **more: object) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, capture_output=True, text=True, errors="backslashreplace", **more)  # type: ignore[call-overload]
    except OSError as e:
        raise Untried(f"run {command[0]}: {e.strerror}") from e


def must(command: list[str], **more: object) -> str:
    done = run(command, **more)
    if done.returncode:
        raise Untried(f"run {shlex.join(command)}: exit code {done.returncode}: {done.stderr.strip()[-2000:]}")
    return done.stdout


# ------------------------------------------------------------------------------------------------------ context


def notes(dockerfile: str, name: str) -> list[str]:
    return re.findall(rf"^# {name}: (.*)$", dockerfile, re.MULTILINE)


def settle(source: str, target: str) -> str:
    """Copies a context with fixed modes and times, prepared as its Dockerfile asks; returns the Dockerfile's text."""
    shutil.copytree(source, target, symlinks=True)
    for path in paths_in(target):
        mode = os.lstat(path).st_mode
        if not stat.S_ISLNK(mode):
            os.chmod(path, 0o755 if stat.S_ISDIR(mode) or mode & 0o100 else 0o644)
    dockerfile = ""
    if os.path.isfile(os.path.join(target, "Dockerfile")):
        with open(os.path.join(target, "Dockerfile"), encoding="utf-8", errors="replace") as file:
            dockerfile = file.read()
    for script in notes(dockerfile, "prepare"):
        must(["sh", "-euc", "umask 022\n" + script], cwd=target)
    seen: set[int] = set()
    for path in sorted(paths_in(target), reverse=True):  # children before their folders
        inode = os.lstat(path).st_ino
        if inode not in seen:
            seen.add(inode)
            name = os.fsencode(os.path.relpath(path, target))
            time = (EPOCH + zlib.crc32(name) % 100_000_000) * 1_000_000_000 + 123_456_789
            os.utime(path, ns=(time, time), follow_symlinks=False)
    return dockerfile


def paths_in(folder: str) -> list[str]:
    found = [folder]
    for parent, folders, files in os.walk(folder):
        found += [os.path.join(parent, name) for name in [*folders, *files]]
    return found


# --------------------------------------------------------------------------------------------------------- bases


def bases_of(dockerfile: str) -> list[str]:
    """The images that FROM and --from name, if they are among those that both sides can be given."""
    return [name for name in ("busybox", "debian:12") if re.search(rf"(?:FROM\s|from=)\s*{re.escape(name)}(?![\w:./-])", dockerfile, re.I)]


def base_tar(name: str, folder: str) -> str:
    path = os.path.join(folder, name.split(":")[0] + ".tar")
    if not os.path.exists(path):
        os.makedirs(folder, exist_ok=True)
        must([os.path.join(HERE, "compare", "make-base"), name, path])
    return path


def digest_of(path: str) -> str:
    with open(path, "rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


# --------------------------------------------------------------------------------------------------------- sides


class Recorded:
    """What a Docker built some time ago."""

    def __init__(self, folder: str):
        self._folder = folder

    def give(self, name: str, tar: str) -> None:
        pass  # it had its bases

    def build(self, case: str, context: str, flags: list[str], image: str) -> str | None:
        """Puts the image in place, or returns why there is none."""
        folder = os.path.join(self._folder, case)
        if os.path.exists(os.path.join(folder, "failure.txt")):
            with open(os.path.join(folder, "failure.txt"), encoding="utf-8") as file:
                return file.read()
        kept = os.path.abspath(os.path.join(folder, "image.tar"))
        if not os.path.exists(kept):
            raise Untried(f"recall what Docker made: there is no {kept}")
        os.symlink(kept, image)
        return None


class Docker:
    """Builds with the Docker of this machine, and keeps what it built if asked to."""

    def __init__(self, record: str | None):
        self._command = shlex.split(os.environ.get("DOCKER", "docker"))
        self._record = record
        self._given: set[str] = set()
        # A Docker that does not run would look like a build that fails.
        must([*self._command, "version"])
        must([*self._command, "buildx", "version"])

    def give(self, name: str, tar: str) -> None:
        if name in self._given:
            return
        inspected = run([*self._command, "image", "inspect", "--format", "{{json .RootFS.Layers}}", name])
        if inspected.returncode:
            must([*self._command, "import", tar, name])
        elif json.loads(inspected.stdout) != [digest_of(tar)]:
            raise Untried(f"compare with Docker: its image {name} is not {tar}: remove or retag it, or say --bases")
        self._given.add(name)

    def build(self, case: str, context: str, flags: list[str], image: str) -> str | None:
        """Writes the image as a tar, or returns why there is none."""
        tag = "larder-compare/" + re.sub(r"[^a-z0-9]+", "-", case.lower()).strip("-")
        env = os.environ | {"BUILDX_NO_DEFAULT_ATTESTATIONS": "1", "BUILDKIT_PROGRESS": "plain"}
        done = run([*self._command, "buildx", "build", "--load", "-t", tag, *flags, context], env=env)
        failure = None
        if done.returncode:
            failure = done.stderr.replace(context, "CONTEXT")
        else:
            must([*self._command, "save", "-o", image, tag])
            must([*self._command, "rmi", "-f", tag])
        if self._record:
            self._keep(case, image, failure)
        return failure

    def _keep(self, case: str, image: str, failure: str | None) -> None:
        folder = os.path.join(self._record, case)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        if failure is None:
            shutil.copyfile(image, os.path.join(folder, "image.tar"))
        else:
            with open(os.path.join(folder, "failure.txt"), "w", encoding="utf-8") as file:
                file.write(failure)


class Larder:
    """Builds with the product in a store of its own."""

    def __init__(self) -> None:
        self._command = shlex.split(os.environ.get("LARDER", os.path.join(ROOT, "larder")))
        self._env = os.environ | {"LARDER_HOME": os.environ.get("LARDER_COMPARE_HOME", os.path.join(WORK, "home"))}
        self._given: set[str] = set()
        must([*self._command, "--version"], env=self._env)

    def give(self, name: str, tar: str) -> None:
        if name not in self._given:
            must([*self._command, "import", tar, name], env=self._env)
            self._given.add(name)

    def build(self, context: str, flags: list[str], image: str) -> str | None:
        done = run(
            [*self._command, "build", "--progress", "plain", "-o", f"type=docker,dest={image}", *flags, context],
            env=self._env,
        )
        return (done.stderr + done.stdout).replace(context, "CONTEXT") if done.returncode else None


# ------------------------------------------------------------------------------------------------------- compare


def compare(
    case: str, source: str, dockers: list[Docker | Recorded], larder: Larder | None, options: argparse.Namespace
) -> tuple[bool, str]:
    """Whether Larder made of a context what a Docker did, and what to say about it: the first Docker's, if none did."""
    with tempfile.TemporaryDirectory(prefix="larder-compare-") as work:
        # The folder's name is unlike any before: BuildKit brings a context of a name it knows up to date, and a folder
        # in which it thereby removes something gets a time that is not the context's.
        context = os.path.join(work, os.path.basename(work))
        dockerfile = settle(source, context)
        flags = [flag.replace("{context}", context) for line in notes(dockerfile, "flags") for flag in shlex.split(line)]
        flags += options.flags
        for base in bases_of(dockerfile):
            for side in [*dockers, *([larder] if larder else [])]:
                side.give(base, base_tar(base, options.bases))
        ours = os.path.join(work, "larder.tar")
        our_failure = larder.build(context, flags, ours) if larder else None
        outcomes = []
        for number, docker in enumerate(dockers):
            theirs = os.path.join(work, "docker.tar" if number == 0 else f"docker-{number + 1}.tar")
            failure = docker.build(case, context, flags, theirs)
            if larder is None:
                outcomes.append((True, "docker fails: " + tail(failure) if failure else "docker builds it"))
            else:
                outcomes.append(judge(failure, our_failure, theirs, ours, case, options))
        return next((outcome for outcome in outcomes if outcome[0]), outcomes[0])


def judge(
    failure: str | None, our_failure: str | None, theirs: str, ours: str, case: str, options: argparse.Namespace
) -> tuple[bool, str]:
    if failure is not None and our_failure is not None:
        return True, f"both fail\n  docker: {tail(failure)}\n  larder: {tail(our_failure)}"
    if failure is not None or our_failure is not None:
        side = "docker" if failure is not None else "larder"
        return False, f"only {side} fails:\n{indent(failure if failure is not None else our_failure or '')}"
    if options.keep:
        os.makedirs(options.keep, exist_ok=True)
        for image in (theirs, ours):
            shutil.copyfile(image, os.path.join(options.keep, f"{case}.{os.path.basename(image)}"))
    done = run([sys.executable, os.path.join(HERE, "compare-images.py"), *options.compare, theirs, ours])
    if done.returncode == 2:
        raise Untried(done.stderr.strip())
    return done.returncode == 0, done.stdout.rstrip().replace(os.path.dirname(ours) + "/", "")


def tail(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else "(no output)"


def indent(text: str) -> str:
    return "\n".join("  " + line for line in text.strip().splitlines()[-25:])


def main(arguments: list[str]) -> int:
    own, _, flags = arguments, None, []
    if "--" in arguments:
        own, flags = arguments[: arguments.index("--")], arguments[arguments.index("--") + 1 :]
    parser = argparse.ArgumentParser(
        prog="./dev compare-docker", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="*", metavar="DIR | NAME", help="a build context, or with --all parts of cases' names")
    parser.add_argument("--all", action="store_true", help="try the cases of scripts/compare/cases")
    parser.add_argument("--record", metavar="FOLDER", help="keep Docker's images and failures there; Larder is not run")
    parser.add_argument("--recorded", metavar="FOLDER", action="append", default=[], help="take Docker's images and failures from there")
    parser.add_argument("--bases", metavar="FOLDER", default=os.path.join(WORK, "bases"), help="where the bases' tars are")
    parser.add_argument("--keep", metavar="FOLDER", help="keep both images of each case there")
    parser.add_argument("--compare", metavar="FLAG", action="append", default=[], help="a flag for ./dev compare, as --compare=--merged")
    options = parser.parse_args(own)
    options.flags = flags
    if options.all:
        found = sorted(os.listdir(CASES))
        chosen = [(c, os.path.join(CASES, c)) for c in found if not options.what or any(n in c for n in options.what)]
    else:
        chosen = [(os.path.basename(os.path.abspath(each)), each) for each in options.what]
    if not chosen:
        parser.error("name a build context, or --all")
    try:
        dockers: list[Docker | Recorded] = [Recorded(each) for each in options.recorded] or [Docker(options.record)]
        larder = None if options.record else Larder()
    except Untried as e:
        print(f"compare-docker: {e}", file=sys.stderr)
        return 2
    return try_all(chosen, dockers, larder, options)


def try_all(
    chosen: list[tuple[str, str]], dockers: list[Docker | Recorded], larder: Larder | None, options: argparse.Namespace
) -> int:
    worst, same = 0, 0
    for case, source in chosen:
        try:
            alike, words = compare(case, source, dockers, larder, options)
        except Untried as e:
            print(f"?  {case}: {e}", flush=True)
            worst = 2
            continue
        same += alike
        worst = max(worst, 0 if alike else 1)
        print(f"{'=' if alike else '≠'}  {case}: {words}", flush=True)
    if len(chosen) > 1:
        print(f"{same} of {len(chosen)} the same" if larder else f"{same} of {len(chosen)} recorded")
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
