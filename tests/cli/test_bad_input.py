"""Bad input end to end: one line on stderr, exit code 1 or 2, the old output as it was."""

import os
import resource
import struct
import subprocess
import zlib

import numpy as np
import program
import pytest
import tifffile
from PIL import Image

BLUR = ("-k", "gaussian:sigma=1")


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def hostile_png(width: int, height: int) -> bytes:
    """60 bytes whose header claims 8-bit RGB of any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", bytes(15))


def hostile_jpeg() -> bytes:
    frame = struct.pack(">BHHB", 8, 65500, 65500, 3) + b"\1\x11\0\2\x11\0\3\x11\0"
    scan = b"\3\1\0\2\0\3\0\0\0\0"
    parts = [b"\xff\xc0", struct.pack(">H", len(frame) + 2), frame]
    parts += [b"\xff\xda", struct.pack(">H", len(scan) + 2), scan, bytes(20), b"\xff\xd9"]
    return b"\xff\xd8" + b"".join(parts)


def hostile_tiff() -> bytes:
    entries = [(256, 4, 200000), (257, 4, 200000), (258, 3, 8), (262, 3, 1), (273, 4, 8),
               (278, 4, 200000), (279, 4, 4)]  # fmt: skip
    directory = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    return b"II*\0\x0c\0\0\0abcd" + struct.pack("<H", len(entries)) + directory + bytes(4)


BAD_FILES = {
    "empty.png": (b"", "is empty"),
    "text.png": (b"hello, world", "not an image of a known type"),
    "hostile.png": (hostile_png(2**31, 2**31), "claims 2147483648x2147483648 pixels"),
    "larger.png": (hostile_png(40000, 10000), "which 60 bytes cannot hold"),
    "hostile.jpg": (hostile_jpeg(), "claims 65500x65500 pixels"),
    "hostile.tif": (hostile_tiff(), "claims 200000x200000 pixels"),
}


@pytest.fixture
def old(tmp_path):
    """An output that exists already."""
    path = tmp_path / "old.png"
    path.write_bytes(b"old")
    return path


def expect_failure(*arguments, old, code: int) -> str:
    message = program.fails(*arguments, code=code)
    assert old.read_bytes() == b"old"
    assert sorted(p.name for p in old.parent.iterdir() if p.name.endswith(".tmp")) == []
    return message


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("command", ["filter", "verify"])
def test_bad_images_are_refused_in_little_memory(tmp_path, old, name, command):
    content, expected = BAD_FILES[name]
    (tmp_path / name).write_bytes(content)
    out = [old] if command == "filter" else []
    message = expect_failure(command, tmp_path / name, *out, *BLUR, old=old, code=1)
    assert message.startswith(f"{tmp_path / name}: ")
    assert expected in message
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 600 * 1024  # KiB


def test_a_jpeg_of_hundreds_of_scans_is_refused(files, tmp_path, old):
    # Each scan costs the time of the whole image however few bytes it has.
    Image.open(files / "crop.png").save(tmp_path / "p.jpg", progressive=True)
    content = (tmp_path / "p.jpg").read_bytes()
    start = content.index(b"\xff\xc4")
    end = content.index(b"\xff\xc4", content.index(b"\xff\xda"))
    (tmp_path / "p.jpg").write_bytes(content[:start] + 300 * content[start:end] + content[end:])
    message = expect_failure("filter", tmp_path / "p.jpg", old, *BLUR, old=old, code=1)
    assert "more than 200 scans" in message


def test_verify_says_that_it_cannot_compare_nan(tmp_path):
    tifffile.imwrite(tmp_path / "nan.tif", np.array([[0, np.nan]], np.float32))
    message = program.fails("verify", tmp_path / "nan.tif", *BLUR, code=1)
    assert message.startswith(f"{tmp_path / 'nan.tif'}: holds NaN")


def test_missing_files_and_directories(tmp_path, old):
    message = expect_failure("filter", tmp_path / "no.png", old, *BLUR, old=old, code=1)
    assert message == f"{tmp_path / 'no.png'}: No such file or directory"
    assert "is a directory" in expect_failure("filter", tmp_path, old, *BLUR, old=old, code=1)


@pytest.mark.parametrize("name", ["photo.png", "photo.tif"])
def test_truncated_files(files, tmp_path, old, name):
    content = (files / name).read_bytes()
    cut = tmp_path / f"cut-{name}"
    for length in (1, 9, 100, len(content) // 2, len(content) - 20):
        cut.write_bytes(content[:length])
        expect_failure("filter", cut, old, *BLUR, old=old, code=1)


def test_outputs_that_cannot_be_written(files, tmp_path, old):
    crop = files / "crop.png"
    missing = tmp_path / "none" / "a.png"
    message = expect_failure("filter", crop, missing, *BLUR, old=old, code=1)
    assert message == f"{missing}: cannot be written: No such file or directory"
    folder = tmp_path / "folder.png"
    folder.mkdir()
    message = expect_failure("filter", crop, folder, *BLUR, old=old, code=1)
    assert "is a directory" in message
    message = expect_failure("filter", crop, "/dev/full", *BLUR, old=old, code=1)
    assert message == "/dev/full: cannot be written: No space left on device"


@pytest.mark.parametrize("name", ["full.png", "full.jpg", "full.tif"])
def test_a_full_disk_is_noticed_in_every_format(files, tmp_path, name):
    (tmp_path / name).symlink_to("/dev/full")
    message = program.fails("filter", files / "crop.png", tmp_path / name, *BLUR, code=1)
    assert "No space left on device" in message


def test_a_file_limit_in_the_middle_keeps_the_old_file(files, old):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

    # SIGXFSZ is ignored in Python and so in its children: writing fails with EFBIG instead.
    message = program.fails(
        "filter", files / "photo.png", old, *BLUR, code=1, preexec_fn=limit, restore_signals=False
    )
    assert message == f"{old}: cannot be written: File too large"
    assert old.read_bytes() == b"old"
    assert [p.name for p in old.parent.iterdir()] == ["old.png"]


@pytest.mark.parametrize(
    ("name", "more", "expected"),
    [
        ("a.jpg", ("--depth", "u16"), "JPEG holds u8 with 1 or 3 channels"),
        ("a.png", ("--depth", "f32"), "PNG holds u8 and u16"),
        ("a.bmp", (), "unknown type of image .bmp; expected .png"),
        ("a", (), "unknown type of image; expected .png"),
    ],
)
def test_formats_say_what_they_hold(files, tmp_path, old, name, more, expected):
    message = expect_failure(
        "filter", files / "crop.png", tmp_path / name, *BLUR, *more, old=old, code=1
    )
    assert expected in message
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("gausian:sigma=3", "gaussian"),
        ("gaussian:sgma=3", "sigma"),
        ("gaussian:sigma=-1", "sigma"),
        ("gaussian:sigma=nan", "sigma"),
        ("sobel:z", "x"),
        ("1 2; 3", "row"),
        ("", "kernel"),
        ("1 2 nan", "nan"),
        ("box:size=0", "1"),
        ("box:size=100000", "taps"),
    ],
)
def test_malformed_kernels_say_what_is_expected(files, old, spec, expected):
    arguments = ("filter", files / "crop.png", old, "--kernel", spec)
    message = expect_failure(*arguments, old=old, code=2)
    assert expected in message
    assert program.fails("separate", spec, code=2) == message


def test_kernel_files_with_nan_and_without_an_array(files, tmp_path, old):
    arguments = ("filter", files / "crop.png", old, "--kernel")
    for value in (np.nan, np.inf):
        np.save(tmp_path / "k.npy", np.array([[1.0, value]]))
        expect_failure(*arguments, f"file:{tmp_path / 'k.npy'}", old=old, code=2)
    (tmp_path / "k.npy").write_bytes(b"\x93NUMPY")
    message = expect_failure(*arguments, f"file:{tmp_path / 'k.npy'}", old=old, code=1)
    assert str(tmp_path / "k.npy") in message
    expect_failure(*arguments, f"file:{tmp_path / 'none.npy'}", old=old, code=1)
    np.save(tmp_path / "k.npy", np.zeros((3, 0)))
    expect_failure(*arguments, f"file:{tmp_path / 'k.npy'}", old=old, code=1)


def test_too_many_channels(tmp_path, old):
    tifffile.imwrite(tmp_path / "five.tif", np.zeros((4, 6, 5), np.uint8), photometric="minisblack",
                     planarconfig="contig")  # fmt: skip
    message = expect_failure("filter", tmp_path / "five.tif", old, *BLUR, old=old, code=1)
    assert "TIFF of 5 channels; 1 to 4 are supported" in message


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (("--border", "mirror"), "replicate, symmetric, reflect101 or wrap"),
        (("--border", "constant:x"), "a number after constant:"),
        (("--border", "wrap:3"), "only constant takes a value"),
        (("--border", "constant:300"), "300"),
        (("--method", "wavelet"), "expected auto, direct, separable, low-rank or fft"),
        (("--depth", "u32"), "expected u8, u16, i16, i32, f32 or f64"),
        (("--roi", "1,2,3"), "expected X,Y,WIDTH,HEIGHT"),
        (("--roi", "50,0,20,20"), "roi"),
        (("--threads", "0"), "threads"),
        (("--max-error", "-1"), "max_error"),
        (("--scale", "inf"), "scale"),
        (("--kernel", "laplacian", "--method", "separable"), "rank"),
    ],
)
def test_wrong_arguments_say_what_is_expected(files, old, more, expected):
    kernel = () if "--kernel" in more else BLUR
    message = expect_failure("filter", files / "crop.png", old, *kernel, *more, old=old, code=2)
    assert expected in message


@pytest.mark.parametrize(
    "arguments",
    [(), ("blur",), ("filter",), ("filter", "a.png", "b.png"), ("separate", "sobel:x", "--nope"),
     ("separate", "sobel:x", "--rank", "1", "--max-error", "1"),
     ("explain", "sobel:x", "--map", "5x5", "--padding", "full")],
)  # fmt: skip
def test_wrong_use_ends_with_2(arguments):
    result = program.run(*arguments, code=2)
    assert result.stdout == ""
    assert "--help" in result.stderr


def test_closed_and_full_standard_streams(files, tmp_path):
    command = [program.program_path(), "filter", files / "crop.png", tmp_path / "a.png", *BLUR]
    closed = subprocess.run(["sh", "-c", '"$0" "$@" >&- 2>&- <&-', *command], check=False)
    assert closed.returncode == 0
    assert program.read(tmp_path / "a.png").shape == (40, 60, 3)
    full = subprocess.run(
        ["sh", "-c", '"$0" "$@" > /dev/full', *command], check=False, stderr=subprocess.PIPE
    )
    assert full.returncode == 1
    assert b"No space left on device" in full.stderr


def test_a_reader_that_leaves_ends_the_program_quietly():
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [program.program_path(), "separate", "sobel:x"]
    result = subprocess.run(command, stdout=write_end, stderr=subprocess.PIPE, check=False)
    os.close(write_end)
    assert result.returncode != 0
    assert b"terminate" not in result.stderr


def test_too_little_memory_is_one_line(tmp_path):
    tifffile.imwrite(tmp_path / "big.tif", np.zeros((6000, 6000, 3), np.uint8), photometric="rgb")

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (150 << 20, 150 << 20))

    message = program.fails(
        "filter", tmp_path / "big.tif", tmp_path / "o.tif", *BLUR, "--threads", "1", "--depth",
        "f64", code=1, preexec_fn=limit,
    )  # fmt: skip
    assert message == "out of memory"
    assert not (tmp_path / "o.tif").exists()
