"""Trains a small network of separable convolutions on Fashion-MNIST: 91.2 % in four epochs.

    apt-get install dataset-fashion-mnist
    pip install torch
    python examples/fashion_mnist.py --plot loss.svg

Needs sepconv, torch (it trains on the CPU) and the pictures of clothes, 28x28, of the Debian
package above, or of the same files in another folder (--data).
"""

import argparse
import gzip
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from sepconv.torch import SeparableConv2d
from torch import nn

DATA = Path("/usr/share/datasets/fashion-mnist")
GOAL = 0.90  # of the test pictures
MEAN, DEVIATION = 0.286, 0.353  # of the training pixels
BAR = 30  # characters


def read_idx(path: Path) -> np.ndarray:
    """An array of bytes: its number of axes in the fourth byte, then sizes, then values."""
    data = gzip.decompress(path.read_bytes())
    axes = data[3]
    shape = np.frombuffer(data, ">u4", axes, offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)


def read_set(folder: Path, name: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures [number, 1, 28, 28] and their classes, 0 to 9."""
    pictures = read_idx(folder / f"{name}-images-idx3-ubyte.gz")
    classes = read_idx(folder / f"{name}-labels-idx1-ubyte.gz")
    values = (pictures[:, None].astype(np.float32) / 255 - MEAN) / DEVIATION
    return torch.from_numpy(values), torch.from_numpy(classes.astype(np.int64))


def block(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """Depthwise 3x3 and pointwise in one, then normalised."""
    separable = SeparableConv2d(inputs, outputs, 3, padding=1, stride=stride)
    return nn.Sequential(separable, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


def network() -> nn.Sequential:
    """28x28 pictures to scores of ten classes, by 36,000 weights."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(inplace=True),
        block(32, 64, stride=2),
        block(64, 64),
        block(64, 128, stride=2),
        block(128, 128),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(0.1),
        nn.Linear(128, 10),
    )


def batches(pictures: torch.Tensor, classes: torch.Tensor, size: int) -> Iterator[tuple]:
    """All pictures in a random order, every other batch mirrored."""
    for number, chosen in enumerate(torch.randperm(len(pictures)).split(size)):
        batch = pictures[chosen]
        yield batch.flip(-1) if number % 2 else batch, classes[chosen]


def show_progress(epoch: str, part: float, loss: float, seconds: float) -> None:
    """One line of the terminal that is written again and again."""
    full = round(BAR * part)
    bar = "#" * full + "." * (BAR - full)
    left = seconds / part - seconds
    print(f"\r{epoch} [{bar}] loss {loss:.3f}, {left:3.0f} s left ", end="", flush=True)


def train_epoch(model: nn.Module, train, optimizer, schedule, epoch: str) -> list[float]:
    """The loss of every batch."""
    model.train()
    pictures, classes = train
    losses, start, done = [], time.monotonic(), 0
    for batch, right in batches(pictures, classes, 128):
        loss = nn.functional.cross_entropy(model(batch), right)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        done += len(batch)
        recent = float(np.mean(losses[-20:]))
        show_progress(epoch, done / len(pictures), recent, time.monotonic() - start)
    return losses


def accuracy(model: nn.Module, pictures: torch.Tensor, classes: torch.Tensor) -> float:
    model.eval()
    with torch.no_grad():
        found = torch.cat([model(batch).argmax(1) for batch in pictures.split(500)])
    return float((found == classes).float().mean())


def loss_plot(losses: list[float], width: int = 640, height: int = 320) -> str:
    """An SVG of the losses, each point the mean of some batches."""
    count = max(1, len(losses) // 200)
    means = [np.mean(losses[i : i + count]) for i in range(0, len(losses), count)]
    left, bottom, top = 50, height - 40, max(means)
    step = (width - left - 10) / max(1, len(means) - 1)
    points = " ".join(
        f"{left + step * i:.1f},{bottom - (bottom - 20) * mean / top:.1f}"
        for i, mean in enumerate(means)
    )
    style = 'font-family="sans-serif" font-size="12"'
    labels = "".join(
        f'<text x="8" y="{bottom - (bottom - 20) * part + 4:.0f}">{top * part:.2f}</text>'
        for part in (0.0, 0.5, 1.0)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {style}>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{labels}'
        f'<polyline points="{points}" fill="none" stroke="#2060c0" stroke-width="2"/>'
        f'<path d="M{left} 20V{bottom}H{width - 10}" fill="none" stroke="#000000"/>'
        f'<text x="{width / 2}" y="{height - 12}">{len(losses)} batches of 128</text>'
        f'<text x="{left}" y="14">cross-entropy</text></svg>\n'
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help=f"a folder; {DATA} by default")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--threads", type=int, help="by default as many as torch chooses")
    parser.add_argument("--plot", type=Path, help="where to write the loss as an SVG")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    train, test = read_set(options.data, "train"), read_set(options.data, "t10k")
    model = network().to(memory_format=torch.channels_last)  # as all layers here like it best
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=1e-2)
    steps = options.epochs * -(-len(train[0]) // 128)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, total_steps=steps)
    losses: list[float] = []
    for epoch in range(1, options.epochs + 1):
        losses += train_epoch(model, train, optimizer, schedule, f"{epoch}/{options.epochs}")
        reached = accuracy(model, *test)
        print(f"| {100 * reached:.2f} % of the test pictures are right")
    if options.plot:
        options.plot.write_text(loss_plot(losses))
        print(f"The loss is plotted in {options.plot}")
    return 0 if reached >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
