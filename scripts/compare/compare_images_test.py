"""Tests of compare-images.py on images made by hand: `./dev test-compare`."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import importlib.util
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "compare-images.py")
spec = importlib.util.spec_from_file_location("compare_images", SCRIPT)
compare_images = importlib.util.module_from_spec(spec)
sys.modules["compare_images"] = compare_images
spec.loader.exec_module(compare_images)

BUILT = 1_700_000_000
BUILT_TEXT = "2023-11-14T22:13:20.123456789Z"


def entry(name: str, type: bytes = tarfile.REGTYPE, content: bytes = b"", **more: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.size, info.mode = type, len(content), 0o755 if type == tarfile.DIRTYPE else 0o644
    info.mtime = 1_000_000_000
    for key, value in more.items():
        setattr(info, key, value)
    return info, content


def layer(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT, errors="surrogateescape") as tar:
        for info, content in entries:
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def config_of(layers: list[bytes], more: dict[str, object]) -> bytes:
    steps = [{"created": BUILT_TEXT, "created_by": f"STEP {n}"} for n in range(1, len(layers) + 1)]
    diff_ids = ["sha256:" + hashlib.sha256(each).hexdigest() for each in layers]
    whole = {"os": "linux", "created": BUILT_TEXT, "history": steps, "rootfs": {"type": "layers", "diff_ids": diff_ids}}
    return json.dumps(whole | more).encode()


class CompareImagesTest(unittest.TestCase):
    def setUp(self) -> None:
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = work.name

    def docker_tar(self, name: str, *layers: bytes, tags: tuple[str, ...] = ("x:1",), **config: object) -> str:
        path = os.path.join(self.work, name)
        names = [f"{n}/layer.tar" for n in range(len(layers))]
        manifest = [{"Config": "c.json", "RepoTags": [tag], "Layers": names} for tag in tags]
        files = {"c.json": config_of(list(layers), config), "manifest.json": json.dumps(manifest).encode()}
        with tarfile.open(path, "w") as tar:
            for file, content in (files | dict(zip(names, layers))).items():
                tar.addfile(*[(i, io.BytesIO(c)) for i, c in [entry(file, content=content)]][0])
        return path

    def layout(self, name: str, *blobs: bytes, config: bytes) -> str:
        """An OCI layout whose layers are stored as given, behind a nested index that also has an attestation."""
        path = os.path.join(self.work, name)
        os.makedirs(os.path.join(path, "blobs", "sha256"))

        def store(content: bytes, media_type: str) -> dict[str, object]:
            digest = hashlib.sha256(content).hexdigest()
            with open(os.path.join(path, "blobs", "sha256", digest), "wb") as file:
                file.write(content)
            return {"mediaType": media_type, "digest": "sha256:" + digest, "size": len(content)}

        manifest = store(
            json.dumps({"config": store(config, "c"), "layers": [store(each, "l") for each in blobs]}).encode(),
            "application/vnd.oci.image.manifest.v1+json",
        )
        attestation = store(b"{}", "application/vnd.oci.image.manifest.v1+json")
        attestation["annotations"] = {"vnd.docker.reference.type": "attestation-manifest"}
        manifest["platform"] = {"os": "linux", "architecture": "arm64"}
        index = store(
            json.dumps({"manifests": [manifest, attestation]}).encode(), "application/vnd.oci.image.index.v1+json"
        )
        with open(os.path.join(path, "index.json"), "w", encoding="utf-8") as file:
            json.dump({"manifests": [index]}, file)
        return path

    def compare(self, *arguments: str) -> tuple[int, str]:
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        errors = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            status = compare_images.main(list(arguments))
        out.flush()
        return status, out.buffer.getvalue().decode() + errors.getvalue()

    def differences(self, a: list[bytes], b: list[bytes], *flags: str) -> list[str]:
        """The lines that comparing images of these layers prints, without the heads."""
        status, text = self.compare(*flags, self.docker_tar("a.tar", *a), self.docker_tar("b.tar", *b))
        lines = [line.strip() for line in text.splitlines() if not line.startswith(("A: ", "B: "))]
        self.assertEqual(status, 0 if lines[0].startswith("the same") else 1)
        return lines

    def test_sameEntries_areTheSame_whateverTheirOrderAndForm(self) -> None:
        a = layer(entry("d", tarfile.DIRTYPE), entry("d/f", content=b"1"), entry("g"))
        b = layer(entry("./g", uname="root"), entry("./d/", tarfile.DIRTYPE), entry("/d/f", content=b"1"))
        self.assertEqual(self.differences([a], [b]), ["the same: 1 layers, 3 entries, and the config"])

    def test_everyPropertyOfAnEntry_isCompared(self) -> None:
        cases = {
            "type": (entry("x"), entry("x", tarfile.FIFOTYPE)),
            "mode 4755 | 0755": (entry("x", mode=0o4755), entry("x", mode=0o755)),
            "uid 0 | 70000, gid 0 | 5": (entry("x"), entry("x", uid=70000, gid=5)),
            "link a | b": (
                entry("x", tarfile.SYMTYPE, linkname="a"),
                entry("x", tarfile.SYMTYPE, linkname="b"),
            ),
            "device 1:3 | 1:5": (
                entry("x", tarfile.CHRTYPE, devmajor=1, devminor=3),
                entry("x", tarfile.CHRTYPE, devmajor=1, devminor=5),
            ),
            "content": (entry("x", content=b"1"), entry("x", content=b"2")),
            "size 1 | 2": (entry("x", content=b"1"), entry("x", content=b"12")),
            "xattr user.a 7600 | (none)": (
                entry("x", pax_headers={"SCHILY.xattr.user.a": "v\0"}),
                entry("x"),
            ),
            "mtime 2001-09-09 01:46:40 | 2001-09-09 01:46:41": (entry("x"), entry("x", mtime=1_000_000_001)),
        }
        for expected, (a, b) in cases.items():
            with self.subTest(expected):
                lines = self.differences([layer(a)], [layer(b)])
                self.assertEqual(lines[0], "layer 1, STEP 1")
                self.assertIn(expected, lines[1])
                self.assertTrue(lines[1].startswith("x: "))

    def test_hardLinks_areComparedAsGroups_notByWhoComesFirst(self) -> None:
        def linked(first: str, second: str) -> bytes:
            return layer(entry(first, content=b"1"), entry(second, tarfile.LNKTYPE, linkname=first))

        self.assertTrue(self.differences([linked("a", "b")], [linked("b", "a")])[0].startswith("the same"))
        apart = layer(entry("a", content=b"1"), entry("b", content=b"1"))
        self.assertEqual(
            self.differences([linked("a", "b")], [apart])[1:],
            ["a: hard links a = b | (none)", "b: hard links a = b | (none)"],
        )

    def test_whiteoutsAndOpaqueFolders_areComparedAsSuch(self) -> None:
        a = layer(entry("d", tarfile.DIRTYPE), entry("d/.wh..wh..opq"), entry("d/.wh.f", mode=0))
        b = layer(entry("d", tarfile.DIRTYPE), entry("d/.wh.f"))
        self.assertEqual(self.differences([a], [b])[1:], ["d: only in A: opaque"])
        self.assertEqual(self.differences([b], [layer(entry("d", tarfile.DIRTYPE))])[1:], ["d/f: only in A: whiteout"])

    def test_timesOfTheBuild_areAllAlike_olderOnesCount(self) -> None:
        a, b = layer(entry("x", mtime=BUILT - 5)), layer(entry("x", mtime=BUILT + 500))
        self.assertTrue(self.differences([a], [b])[0].startswith("the same"))
        self.assertEqual(len(self.differences([a], [b], "--times=all")), 2)
        old = layer(entry("x", mtime=5))
        self.assertEqual(self.differences([a], [old])[1:], ["x: mtime of the build | 1970-01-01 00:00:05"])
        self.assertTrue(self.differences([a], [old], "--times=none")[0].startswith("the same"))

    def test_theSameTime_isTheSame_thoughItIsThatOfOnlyOneBuild(self) -> None:
        one = layer(entry("x", mtime=BUILT), entry("only-here-so-that-digests-differ", mtime=BUILT - 50))
        other = layer(entry("x", mtime=BUILT), entry("only-here-so-that-digests-differ", mtime=BUILT - 49))
        later = [{"created": "2023-11-20T00:00:00Z", "created_by": "STEP 1"}]
        b = self.docker_tar("b.tar", other, history=later)
        _, text = self.compare(self.docker_tar("a.tar", one), b)
        self.assertNotIn("  x:", text)
        self.assertIn("only-here", text)

    def test_aFolderThatIsBelowAlready_isNotedAndCanBeIgnored(self) -> None:
        below = layer(entry("d", tarfile.DIRTYPE))
        a, b = layer(entry("d", tarfile.DIRTYPE, mtime=7), entry("d/x")), layer(entry("d/x"))
        self.assertIn("repeated unchanged", self.differences([below, a], [below, b])[1])
        self.assertTrue(self.differences([below, a], [below, b], "--ignore-repeated")[0].startswith("the same"))
        changed = layer(entry("d", tarfile.DIRTYPE, mode=0o700), entry("d/x"))
        self.assertEqual(len(self.differences([below, changed], [below, b], "--ignore-repeated")), 2)

    def test_mergedTrees_areComparedAcrossDifferentLayers(self) -> None:
        one = layer(entry("kept", content=b"1"), entry("d", tarfile.DIRTYPE), entry("d/new", content=b"2"))
        first = layer(
            entry("kept", content=b"1"), entry("gone"), entry("d", tarfile.DIRTYPE), entry("d/old"), entry("d0")
        )
        second = layer(
            entry(".wh.gone"), entry(".wh.d0"), entry("d", tarfile.DIRTYPE), entry("d/.wh..wh..opq"), entry("d/new", content=b"2")
        )
        lines = self.differences([one], [first, second], "--merged")
        self.assertEqual([line for line in lines if not line.startswith(("config", "history"))], [])
        third = layer(entry("d", content=b"now a file"))
        lines = self.differences([one], [first, second, third], "--merged")
        self.assertTrue(any(line.startswith("d/new: only in A") for line in lines), lines)

    def test_effects_areAlike_howeverLayersSayThem(self) -> None:
        below = layer(entry("d", tarfile.DIRTYPE), entry("d/a"), entry("d/b"), entry("same", content=b"1"))
        a = layer(entry("d", tarfile.DIRTYPE, mtime=9), entry("d/.wh..wh..opq"), entry("d/c"), entry("same", content=b"1"))
        b = layer(entry("d/.wh.a"), entry("d/.wh.b"), entry("d/c"))
        last = layer(entry("z"))
        self.assertEqual(len(self.differences([below, a, last], [below, b, last])), 6)
        self.assertTrue(self.differences([below, a, last], [below, b, last], "--effect")[0].startswith("the same"))
        c = layer(entry("d/.wh.a"), entry("d/c"))
        self.assertEqual(
            [line.split(":")[0] for line in self.differences([below, a, last], [below, c, last], "--effect")],
            ["layer 2, STEP 2", "d/b"],
        )

    def test_missingLayers_areNamedByTheirSteps(self) -> None:
        x, y, z = (layer(entry(name)) for name in "xyz")
        status, text = self.compare(
            self.docker_tar("a.tar", x, y, z, history=[{"created_by": by} for by in ("X", "Y", "Z")]),
            self.docker_tar("b.tar", x, z, history=[{"created_by": by} for by in ("X", "Z")]),
        )
        self.assertEqual(status, 1)
        self.assertIn("layers: 3 | 2", text)
        self.assertIn("layer 2, Y: only in A, 1 entries", text)
        self.assertNotIn("z: only", text)

    def test_configs_areComparedApartFromTimesAndIds(self) -> None:
        one = layer(entry("x"))
        a = self.docker_tar("a.tar", one, config={"Env": ["A=1", "B=2"], "Cmd": None}, created="2020-01-01T00:00:00Z")
        b = self.docker_tar("b.tar", one, config={"Env": ["A=1", "B=3"], "Labels": {"l": "v"}})
        status, text = self.compare(a, b)
        self.assertEqual(status, 1)
        self.assertEqual(
            text.splitlines()[2:],
            ["config", '  config.Env[1]: "B=2" | "B=3"', '  config.Labels.l: (none) | "v"'],
        )

    def test_layouts_compressionsAndNestedIndexes_areRead(self) -> None:
        plain = [layer(entry("x", content=b"1")), layer(entry("y", content=b"2")), layer(entry("z"))]
        zstd = subprocess.run(["zstd", "-cq"], input=plain[1], capture_output=True, check=True).stdout
        config = config_of(plain, {})
        layout = self.layout("layout", gzip.compress(plain[0]), zstd, plain[2], config=config)
        docker = self.docker_tar("a.tar", *plain)
        self.assertEqual(self.compare(docker, layout)[0], 0)
        self.assertEqual(self.compare(docker, layout + "#linux/arm64")[0], 0)
        packed = os.path.join(self.work, "layout.tar.gz")
        with tarfile.open(packed, "w:gz") as tar:
            tar.add(layout, arcname=".")
        self.assertEqual(self.compare(packed, docker)[0], 0)

    def test_whatIsNoImage_isRefusedByName(self) -> None:
        good = self.docker_tar("a.tar", layer(entry("x")))
        two = self.docker_tar("two.tar", layer(entry("x")), tags=("x:1", "y:2"))
        text_file = os.path.join(self.work, "text")
        with open(text_file, "w", encoding="utf-8") as file:
            file.write("no tar")
        for wrong, words in {
            "/no/such": "no such file or folder",
            text_file: "it is neither a folder nor a tar",
            self.work: "neither manifest.json (docker save) nor index.json (OCI layout)",
            two: "several images in it, say " + two + "#NAME: x:1; y:2",
            good + "#other": "no image named 'other' in it",
        }.items():
            with self.subTest(wrong):
                status, text = self.compare(good, wrong)
                self.assertEqual(status, 2)
                self.assertIn(words, text)
        self.assertEqual(self.compare(good, two + "#y:2")[0], 0)

    def test_listing_showsEntriesAndConfig(self) -> None:
        image = self.docker_tar("a.tar", layer(entry("a b", content=b"1"), entry("l", tarfile.SYMTYPE, linkname="a b")))
        status, text = self.compare("--list", image)
        self.assertEqual(status, 0)
        self.assertIn("  a b: file 0644 0:0 1 bytes, content sha256:6b86b273ff34fce1, mtime 2001-09-09 01:46:40", text)
        self.assertIn("  l: symlink 0644 0:0 -> a b", text)
        self.assertIn('  history[0].created_by: "STEP 1"', text)

    def test_namesThatAreNotUtf8_areShownEscaped(self) -> None:
        name = b"latin\xfc".decode("utf-8", "surrogateescape")
        lines = self.differences([layer(entry(name), entry("new\nline"))], [layer()])
        self.assertTrue(lines[1].startswith("latin\\xfc: only in A"), lines)
        self.assertTrue(lines[2].startswith("'new\\nline': only in A"), lines)


if __name__ == "__main__":
    unittest.main()
