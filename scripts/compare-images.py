#!/usr/bin/env python3
"""Compares two container images layer by layer, and their configs.

An image is a `docker save` tar, an OCI layout folder, or a tar of one. Where it holds several, name one after a `#`:
`images.tar#app:1` (a tag) or `layout#linux/arm64` (a platform).

Each layer is read as the list of its entries: path, type, mode, owner, link target, hard-link group, xattrs, device,
content, whiteouts and, as asked, times. How a layer was compressed, the order of its entries and the form of their tar
headers do not count; nor do ids, digests and times of creation in the config.

Exit status: 0 the same, 1 different, 2 not comparable (unreadable, or no image).
"""

from __future__ import annotations

import argparse
import bisect
import contextlib
import dataclasses
import datetime
import difflib
import gzip
import hashlib
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

XATTR = "SCHILY.xattr."  # the PAX keyword under which tars carry extended attributes
WHITEOUT = ".wh."  # OCI image specification, layer.md, "Whiteouts"
OPAQUE = ".wh..wh..opq"
BUILD_TIME = "of the build"
SLACK = 3600  # seconds before a layer's creation from which on a time counts as made by its step
TYPES = {
    tarfile.DIRTYPE: "dir",
    tarfile.SYMTYPE: "symlink",
    tarfile.CHRTYPE: "char device",
    tarfile.BLKTYPE: "block device",
    tarfile.FIFOTYPE: "fifo",
}


class Unreadable(Exception):
    """The input is no image that can be compared; the message says why."""


@dataclasses.dataclass(frozen=True)
class Entry:
    """One entry of a layer. A hard link is its target's file under another name: `inode` is what they share."""

    path: str
    type: str
    mode: int = 0
    uid: int = 0
    gid: int = 0
    link: str | None = None
    device: tuple[int, int] | None = None
    xattrs: tuple[tuple[str, str], ...] = ()
    size: int | None = None
    digest: str | None = None
    mtime: float | None = None
    inode: tuple[int, str] | None = None

    @property
    def marker(self) -> bool:
        """Whether this entry only says what of the layers below is gone."""
        return self.type in ("whiteout", "opaque")


@dataclasses.dataclass(frozen=True)
class Layer:
    """A layer's entries by path; markers have keys of their own, as a path may be hidden and made anew in one layer."""

    diff_id: str
    created_by: str
    created: float | None
    entries: dict[str, Entry]
    repeated: frozenset[str]  # directories of this layer that are below it already, the same in all but time


@dataclasses.dataclass(frozen=True)
class Image:
    name: str
    config: dict[str, Any]
    layers: list[Layer]

    def trees(self) -> Iterator[Layer]:
        """What there is after each layer: the tree that it and those below it make, as a layer."""
        tree: dict[str, Entry] = {}
        created = min((each.created for each in self.layers if each.created), default=None)
        for layer in self.layers:
            stack(tree, layer)
            yield Layer("", layer.created_by, created, dict(tree), frozenset())

    def merged(self) -> Layer:
        """The tree that all layers together make, as one layer."""
        return [Layer("", "", None, {}, frozenset()), *self.trees()][-1]


# ---------------------------------------------------------------------------------------------------- reading


class Folder:
    """An image's files in a folder."""

    def __init__(self, path: str):
        self._path = path

    def has(self, name: str) -> bool:
        return os.path.isfile(os.path.join(self._path, name))

    def open(self, name: str) -> BinaryIO:
        try:
            return open(os.path.join(self._path, name), "rb")
        except OSError as e:
            raise Unreadable(f"read {self._path}: {e}") from e

    def close(self) -> None:
        pass


class Tar:
    """An image's files in a tar, compressed or not."""

    def __init__(self, path: str):
        self._path = path
        try:
            self._file = seekable(path)
        except OSError as e:
            raise Unreadable(f"read {path}: {e.strerror or e}") from e
        try:
            self._tar = tarfile.open(fileobj=self._file, mode="r:")
            self._members = {clean(m.name): m for m in self._tar.getmembers()}
        except tarfile.TarError as e:
            self._file.close()
            raise Unreadable(f"read {path}: it is neither a folder nor a tar ({e})") from e

    def has(self, name: str) -> bool:
        return name in self._members

    def open(self, name: str) -> BinaryIO:
        member = self._members.get(name)
        # Docker before 25 stored a layer that occurs twice once, and a symbolic link.
        if member is not None and member.issym():
            name = os.path.normpath(os.path.join(os.path.dirname(name), member.linkname))
            member = self._members.get(name)
        if member is None:
            raise Unreadable(f"read {self._path}: it holds no {name!r}")
        opened = self._tar.extractfile(member)
        if opened is None:
            raise Unreadable(f"read {self._path}: {name!r} is no file")
        return opened  # type: ignore[return-value]

    def close(self) -> None:
        self._tar.close()
        self._file.close()


def seekable(path: str) -> BinaryIO:
    """The file at path, decompressed into a temporary file if need be."""
    file = open(path, "rb")
    plain = decompressed(file)
    if plain is file:
        return file
    with file, plain:
        whole = tempfile.TemporaryFile()
        shutil.copyfileobj(plain, whole)
    whole.seek(0)
    return whole


def decompressed(file: BinaryIO) -> BinaryIO:
    """The stream behind file, whatever it is compressed with; file itself if with nothing. File must be seekable."""
    magic = file.read(4)
    file.seek(0)
    if magic[:2] == b"\x1f\x8b":
        return gzip.GzipFile(fileobj=file)  # type: ignore[return-value]
    if magic == b"\x28\xb5\x2f\xfd":
        return unzstd(file)
    return file


def unzstd(file: BinaryIO) -> BinaryIO:
    """A zstd stream's content: by Python's own module (3.14), by the zstandard package, or by the zstd command."""
    try:
        from compression import zstd  # type: ignore[import-not-found]

        return zstd.ZstdFile(file)
    except ImportError:
        pass
    try:
        import zstandard  # type: ignore[import-not-found]

        return zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
    except ImportError:
        pass
    if shutil.which("zstd") is None:
        raise Unreadable("decompress zstd: neither Python 3.14 nor a zstd command is here (apt-get install zstd)")
    plain = tempfile.TemporaryFile()
    with tempfile.TemporaryFile() as packed:
        shutil.copyfileobj(file, packed)
        packed.seek(0)
        done = subprocess.run(["zstd", "-dcq"], stdin=packed, stdout=plain, stderr=subprocess.PIPE)
    if done.returncode:
        plain.close()
        raise Unreadable(f"decompress zstd: {done.stderr.decode(errors='replace').strip()}")
    plain.seek(0)
    return plain


class Hashing(io.RawIOBase):
    """Reads through to a stream and hashes what passes."""

    def __init__(self, stream: BinaryIO):
        self._stream = stream
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._hash.update(data)
        return len(data)

    def digest(self) -> str:
        """The digest of the whole stream: what was not asked for is read to its end first."""
        while self.read(1 << 20):
            pass
        return "sha256:" + self._hash.hexdigest()


def load(argument: str) -> Image:
    path, _, wanted = argument.partition("#")
    if not os.path.exists(path):
        raise Unreadable(f"read {path}: no such file or folder")
    with contextlib.closing(Folder(path) if os.path.isdir(path) else Tar(path)) as files:
        if files.has("manifest.json"):
            config_name, layer_names = of_docker(files, path, wanted)
        elif files.has("index.json"):
            config_name, layer_names = of_layout(files, path, wanted)
        else:
            raise Unreadable(f"read {path}: neither manifest.json (docker save) nor index.json (OCI layout) in it")
        config = read_json(files, config_name)
        return Image(argument, config, list(layers(files, config, layer_names)))


def of_docker(files: Folder | Tar, path: str, wanted: str) -> tuple[str, list[str]]:
    images = read_json(files, "manifest.json")
    if wanted:
        images = [i for i in images if any(matches(tag, wanted) for tag in i.get("RepoTags") or [])]
    image = only(images, path, wanted, lambda i: ", ".join(i.get("RepoTags") or ["(no tag)"]))
    return image["Config"], image["Layers"]


def matches(tag: str, wanted: str) -> bool:
    return tag == wanted or tag in (f"docker.io/library/{wanted}", f"docker.io/{wanted}")


def of_layout(files: Folder | Tar, path: str, wanted: str) -> tuple[str, list[str]]:
    found = list(manifests(files, read_json(files, "index.json"), ""))
    if wanted:
        found = [each for each in found if wanted in each[0].split()]
    names, descriptor = only(found, path, wanted, lambda each: each[0] or each[1]["digest"])
    manifest = read_json(files, blob(descriptor))
    return blob(manifest["config"]), [blob(each) for each in manifest["layers"]]


def manifests(files: Folder | Tar, index: dict[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The images of an index and of the indexes in it, with the names (tag, platform) they can be asked for by."""
    for descriptor in index["manifests"]:
        annotations = descriptor.get("annotations") or {}
        if annotations.get("vnd.docker.reference.type") == "attestation-manifest":
            continue
        platform = descriptor.get("platform") or {}
        parts = [platform.get(key) for key in ("os", "architecture", "variant")]
        tags = [annotations.get("org.opencontainers.image.ref.name"), annotations.get("io.containerd.image.name")]
        names = " ".join([name, *(t for t in tags if t), "/".join(p for p in parts if p)]).strip()
        if "index" in descriptor["mediaType"] or "manifest.list" in descriptor["mediaType"]:
            yield from manifests(files, read_json(files, blob(descriptor)), names)
        else:
            yield names, descriptor


def only(found: list[Any], path: str, wanted: str, name: Callable[[Any], str]) -> Any:
    if len(found) == 1:
        return found[0]
    if not found:
        raise Unreadable(f"read {path}: no image{' named ' + repr(wanted) if wanted else ''} in it")
    raise Unreadable(f"read {path}: several images in it, say {path}#NAME: {'; '.join(map(name, found))}")


def blob(descriptor: dict[str, Any]) -> str:
    return "blobs/" + descriptor["digest"].replace(":", "/", 1)


def read_json(files: Folder | Tar, name: str) -> Any:
    with files.open(name) as file:
        try:
            return json.load(file)
        except ValueError as e:
            raise Unreadable(f"read {name}: {e}") from e


def layers(files: Folder | Tar, config: dict[str, Any], names: list[str]) -> Iterator[Layer]:
    steps = [h for h in config.get("history") or [] if not h.get("empty_layer")]
    tree: dict[str, Entry] = {}
    for number, name in enumerate(names):
        # A base without history has fewer steps than layers: count from the last.
        step = steps[number - len(names)] if len(names) - number <= len(steps) else {}
        with files.open(name) as file, contextlib.closing(decompressed(file)) as plain:
            stream = Hashing(plain)
            try:
                entries = entries_of(stream, number)
                diff_id = stream.digest()
            except (tarfile.TarError, EOFError, OSError, zlib.error) as e:
                raise Unreadable(f"read layer {number + 1} ({name}): {e}") from e
        repeated = frozenset(key for key, e in entries.items() if e.type == "dir" and same_but_time(e, tree.get(key)))
        layer = Layer(diff_id, step.get("created_by", ""), seconds(step.get("created")), entries, repeated)
        stack(tree, layer)
        yield layer


def seconds(time: str | None) -> float | None:
    """Seconds since 1970 of an RFC 3339 time; Go writes more digits than Python reads."""
    if not time or time.startswith("0001-"):
        return None
    date = datetime.datetime.strptime(time[:19], "%Y-%m-%dT%H:%M:%S")
    return date.replace(tzinfo=datetime.timezone.utc).timestamp()


def entries_of(stream: Hashing, number: int) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    with tarfile.open(fileobj=stream, mode="r|", errors="surrogateescape") as tar:
        for member in tar:
            key, entry = entry_of(tar, member, number, entries)
            entries[key] = entry
    return entries


def entry_of(
    tar: tarfile.TarFile, member: tarfile.TarInfo, number: int, before: dict[str, Entry]
) -> tuple[str, Entry]:
    path = clean(member.name)
    parent, _, name = path.rpartition("/")
    if name == OPAQUE:
        return parent + "/" + OPAQUE, Entry(parent or "/", "opaque")
    if name.startswith(WHITEOUT):
        hidden = f"{parent}/{name[len(WHITEOUT):]}" if parent else name[len(WHITEOUT) :]
        return path, Entry(hidden, "whiteout")
    if member.islnk():
        target = before.get(clean(member.linkname))
        if target is None:
            return path, Entry(path, "hard link to nothing in its layer", link=clean(member.linkname))
        return path, dataclasses.replace(target, path=path)
    entry = Entry(
        path or "/",
        TYPES.get(member.type, "file" if member.isreg() else f"type {member.type!r}"),
        stat.S_IMODE(member.mode),
        member.uid,
        member.gid,
        xattrs=tuple(sorted((k[len(XATTR) :], v) for k, v in member.pax_headers.items() if k.startswith(XATTR))),
        mtime=member.mtime,
        inode=(number, path),
    )
    if member.issym():
        entry = dataclasses.replace(entry, link=member.linkname)
    elif member.ischr() or member.isblk():
        entry = dataclasses.replace(entry, device=(member.devmajor, member.devminor))
    elif member.isreg():
        content = tar.extractfile(member)
        digest = hashlib.sha256()
        while content is not None and (data := content.read(1 << 20)):
            digest.update(data)
        entry = dataclasses.replace(entry, size=member.size, digest="sha256:" + digest.hexdigest())
    return path or "/", entry


def clean(path: str) -> str:
    """A tar's name for a path without `./`, a leading or a trailing slash; the root is empty."""
    normal = os.path.normpath("/" + path).lstrip("/")
    return "" if normal == "." else normal


def stack(tree: dict[str, Entry], layer: Layer) -> None:
    """Lays a layer over a tree: first what it hides, then what it holds (OCI image specification, layer.md)."""
    paths = sorted(tree)

    def below(path: str) -> list[str]:
        if path in ("", "/"):
            return [each for each in paths if each != "/"]
        start = bisect.bisect_left(paths, path + "/")
        end = bisect.bisect_left(paths, path + "0")  # "0" follows "/"
        return paths[start:end]

    def remove(keys: list[str]) -> None:
        for key in keys:
            tree.pop(key, None)

    for entry in layer.entries.values():
        if entry.type == "whiteout":
            remove([entry.path, *below(entry.path)])
        elif entry.type == "opaque":
            remove(below(entry.path))
    for key, entry in layer.entries.items():
        if entry.marker:
            continue
        if entry.type != "dir":
            remove(below(key))
        tree[key] = entry


def same_but_time(a: Entry, b: Entry | None) -> bool:
    return b is not None and dataclasses.replace(a, mtime=b.mtime, inode=b.inode) == b


# -------------------------------------------------------------------------------------------------- comparing


def groups(entries: dict[str, Entry]) -> dict[str, str]:
    """For each path that is one of several hard links, all of their names."""
    names: dict[tuple[int, str], list[str]] = {}
    for key, entry in entries.items():
        if entry.inode is not None and entry.type != "dir":
            names.setdefault(entry.inode, []).append(key)
    return {key: " = ".join(sorted(each)) for each in names.values() if len(each) > 1 for key in each}


def facts(entry: Entry, group: str | None, layer: Layer, times: str) -> dict[str, str]:
    """What of an entry counts, in words."""
    if entry.marker:
        return {"type": entry.type}
    result = {"type": entry.type, "mode": f"{entry.mode:04o}", "uid": str(entry.uid), "gid": str(entry.gid)}
    if entry.link is not None:
        result["link"] = entry.link
    if entry.device is not None:
        result["device"] = "{}:{}".format(*entry.device)
    for name, value in entry.xattrs:
        result[f"xattr {name}"] = value.encode("utf-8", "surrogateescape").hex()
    if entry.size is not None:
        result["size"] = str(entry.size)
        result["content"] = str(entry.digest)[: len("sha256:") + 16]
    if group is not None:
        result["hard links"] = group
    if times != "none" and entry.mtime is not None:
        result["mtime"] = time_of(entry.mtime, layer, times)
    return result


def time_of(mtime: float, layer: Layer, times: str) -> str:
    if times == "old" and layer.created is not None and mtime >= layer.created - SLACK:
        return BUILD_TIME
    return datetime.datetime.fromtimestamp(int(mtime // 1), datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def times_for(entry: Entry, options: argparse.Namespace) -> str:
    """Which times of an entry count. Whether a layer repeats a folder, and so its time, is left to who makes it."""
    return "none" if options.effect and entry.type == "dir" else options.times


def describe(fact: dict[str, str]) -> str:
    hidden = ("type", "mode", "uid", "gid", "link", "size")
    words = [fact["type"]]
    if "mode" in fact:
        words += [fact["mode"], f"{fact['uid']}:{fact['gid']}"]
    if "link" in fact:
        words.append("-> " + clip(fact["link"]))
    if "size" in fact:
        words.append(fact["size"] + " bytes")
    return ", ".join([" ".join(words), *(f"{k} {clip(v)}" for k, v in fact.items() if k not in hidden)])


def clip(value: str) -> str:
    """A value short enough for a line; two long ones that differ stay different."""
    if len(value) <= 120:
        return value
    return f"{value[:80]}… ({len(value)} characters, #{hashlib.sha256(value.encode('utf-8', 'replace')).hexdigest()[:6]})"


def compare_layers(a: Layer, b: Layer, options: argparse.Namespace) -> list[str]:
    """The differences of two layers, a line each."""
    if a.diff_id and a.diff_id == b.diff_id:
        return []
    lines = []
    group_a, group_b = groups(a.entries), groups(b.entries)
    for key in sorted(a.entries.keys() | b.entries.keys()):
        in_a, in_b = a.entries.get(key), b.entries.get(key)
        fact_a = facts(in_a, group_a.get(key), a, times_for(in_a, options)) if in_a else None
        fact_b = facts(in_b, group_b.get(key), b, times_for(in_b, options)) if in_b else None
        if fact_a is not None and fact_b is not None:
            if in_a.mtime is not None and in_b.mtime is not None and int(in_a.mtime // 1) == int(in_b.mtime // 1):
                # A time that one side's step may have made and the other's did not: they are the same for all that.
                fact_b = fact_b | {name: fact_a[name] for name in ("mtime",) if name in fact_a}
            changes = [
                f"{name} {clip(fact_a.get(name, '(none)'))} | {clip(fact_b.get(name, '(none)'))}"
                for name in dict.fromkeys([*fact_a, *fact_b])
                if fact_a.get(name) != fact_b.get(name)
            ]
            if changes:
                lines.append(f"{shown(in_a.path)}: {', '.join(changes)}")
            continue
        side, entry, fact, layer = ("A", in_a, fact_a, a) if in_a else ("B", in_b, fact_b, b)
        repeated = key in layer.repeated
        if not (repeated and options.ignore_repeated):
            note = " (a lower directory repeated unchanged)" if repeated else ""
            lines.append(f"{shown(entry.path)}: only in {side}: {describe(fact)}{note}")
    return lines


def shown(path: str) -> str:
    plain = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return plain if plain.isprintable() and plain == plain.strip() else repr(plain)


def pairs(a: list[Layer], b: list[Layer]) -> Iterator[tuple[Layer | None, Layer | None]]:
    """The layers side by side; where their number differs, aligned by the steps that made them."""
    if len(a) == len(b):
        yield from zip(a, b)
        return
    matcher = difflib.SequenceMatcher(None, [x.created_by for x in a], [x.created_by for x in b], autojunk=False)
    for _, start_a, end_a, start_b, end_b in matcher.get_opcodes():
        for offset in range(max(end_a - start_a, end_b - start_b)):
            yield (
                a[start_a + offset] if start_a + offset < end_a else None,
                b[start_b + offset] if start_b + offset < end_b else None,
            )


def compare_all_layers(a: Image, b: Image, options: argparse.Namespace) -> list[str]:
    lines = []
    layers_a, layers_b = a.layers, b.layers
    if len(layers_a) != len(layers_b):
        lines.append(f"layers: {len(layers_a)} | {len(layers_b)}")
    elif options.effect:
        layers_a, layers_b = list(a.trees()), list(b.trees())
    before: frozenset[str] = frozenset()
    for number, (left, right) in enumerate(pairs(layers_a, layers_b), 1):
        some = left or right
        title = f"layer {number}, {shorten(some.created_by) or 'without a step in the history'}"
        if left is None or right is None:
            lines.append(f"{title}: only in {'A' if left else 'B'}, {len(some.entries)} entries")
            continue
        found = compare_layers(left, right, options)
        new = [line for line in found if line not in before]
        if new:
            lines += [title, *limited(new, options.limit)]
        if options.effect:  # a tree still has the differences of the layers below, which were told
            before = frozenset(found)
    return lines


def limited(lines: list[str], limit: int) -> list[str]:
    kept = ["  " + line for line in lines[:limit]]
    return kept + [f"  … and {len(lines) - limit} more"] if len(lines) > limit else kept


def shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else line[:99] + "…"


def compare_configs(a: dict[str, Any], b: dict[str, Any]) -> list[str]:
    flat_a, flat_b = flatten(settled(a)), flatten(settled(b))
    return [
        f"{key}: {flat_a.get(key, '(none)')} | {flat_b.get(key, '(none)')}"
        for key in sorted(flat_a.keys() | flat_b.keys(), key=natural)
        if flat_a.get(key) != flat_b.get(key)
    ]


def settled(config: dict[str, Any]) -> dict[str, Any]:
    """A config without what differs from one build to the next."""
    dropped = ("created", "id", "parent", "container", "container_config", "docker_version")
    kept = {key: value for key, value in config.items() if key not in dropped}
    kept["rootfs"] = {key: value for key, value in (config.get("rootfs") or {}).items() if key != "diff_ids"}
    kept["history"] = [
        {key: value for key, value in step.items() if key != "created"} for step in config.get("history") or []
    ]
    kept["config"] = {key: value for key, value in (config.get("config") or {}).items() if key not in ("Image", "Hostname")}
    return kept


def flatten(value: Any, path: str = "") -> dict[str, str]:
    """Every leaf of a JSON value by its path. A member that is null is as one that is missing."""
    if isinstance(value, dict) and value:
        members = [(f"{path}.{key}" if path else key, each) for key, each in value.items()]
    elif isinstance(value, list) and value:
        members = [(f"{path}[{number}]", each) for number, each in enumerate(value)]
    else:
        return {} if value is None else {path: json.dumps(value, ensure_ascii=False)}
    return {key: leaf for name, each in members for key, leaf in flatten(each, name).items()}


def natural(key: str) -> list[Any]:
    """Sorts history[2] before history[10]."""
    return [int(part) if part.isdigit() else part for part in key.replace("]", "").replace("[", "\0").split("\0")]


def listing(image: Image, times: str) -> Iterator[str]:
    for number, layer in enumerate(image.layers, 1):
        yield f"layer {number}, {shorten(layer.created_by)}"
        group = groups(layer.entries)
        for key in sorted(layer.entries):
            entry = layer.entries[key]
            note = " (repeated)" if key in layer.repeated else ""
            yield f"  {shown(entry.path)}: {describe(facts(entry, group.get(key), layer, times))}{note}"
    yield "config"
    for key, leaf in flatten(settled(image.config)).items():
        yield f"  {key}: {leaf}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./dev compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("image", nargs="+", help="A and B; or one image with --list")
    parser.add_argument(
        "--times",
        choices=("none", "old", "all"),
        default="old",
        help="times of entries: none, all, or (the default) old: those that a step did not just make",
    )
    parser.add_argument("--merged", action="store_true", help="compare the trees that the layers make together")
    parser.add_argument(
        "--ignore-repeated",
        action="store_true",
        help="let one side's layer repeat a directory as it is below (a layer may, and need not, hold the parents of what it changes)",
    )
    parser.add_argument(
        "--effect",
        action="store_true",
        help="compare what there is after each layer, however the layer says it: whiteouts or an opaque folder,"
        " entries repeated unchanged or left out; the times of folders do not count",
    )
    parser.add_argument("--list", action="store_true", help="list one image's layers and config")
    parser.add_argument("--limit", type=int, default=40, metavar="N", help="differences shown a layer (default: 40)")
    options = parser.parse_args(arguments)
    if len(options.image) != (1 if options.list else 2):
        parser.error("two images are compared" if not options.list else "one image is listed")
    if options.effect and options.merged:
        parser.error("--effect and --merged exclude each other")
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        images = [load(each) for each in options.image]
    except (Unreadable, KeyError, TypeError) as e:
        problem = str(e) if isinstance(e, Unreadable) else f"read an image: unexpected JSON ({e!r})"
        print(f"compare: {problem}", file=sys.stderr)
        return 2
    if options.list:
        print(*listing(images[0], options.times), sep="\n")
        return 0
    return report(images[0], images[1], options)


def report(a: Image, b: Image, options: argparse.Namespace) -> int:
    if options.merged:
        found = compare_layers(a.merged(), b.merged(), options)
        lines = ["all layers together", *limited(found, options.limit)] if found else []
    else:
        lines = compare_all_layers(a, b, options)
    config = compare_configs(a.config, b.config)
    if config:
        lines += ["config", *limited(config, options.limit)]
    if not lines:
        count = sum(len(layer.entries) for layer in a.layers)
        print(f"the same: {len(a.layers)} layers, {count} entries, and the config")
        return 0
    print(f"A: {a.name}\nB: {b.name}", *lines, sep="\n")
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
