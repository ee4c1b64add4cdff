"""sepconv.torch against torch's own modules: outputs, gradients, parameters and refusals.

Where torch is not installed these tests are skipped: for Linux its package brings the libraries of
GPUs, 3 GB, which CI would fetch in every run. `bench/run.sh` installs it into .venv-bench.
"""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch, 3 GB for Linux, is not installed")

import sepconv.torch  # noqa: E402
from torch import nn  # noqa: E402

ACTIVATIONS = {None: nn.Identity, "relu": nn.ReLU, "relu6": nn.ReLU6, "swish": nn.SiLU}
WINDOWS = {
    "3x3": {"kernel_size": 3, "padding": 1},
    "stride 2": {"kernel_size": 5, "padding": 2, "stride": 2},
    "4x4 same": {"kernel_size": 4, "padding": "same"},
    "1x5 dilated": {"kernel_size": (1, 5), "padding": (0, 2), "dilation": (1, 2)},
    "valid": {"kernel_size": 3, "padding": "valid", "stride": (2, 1)},
}


def pair(channels=5, multiplier=1, outputs=7, bias=True, **window):
    torch.manual_seed(1)
    filters = channels * multiplier
    return (
        nn.Conv2d(channels, filters, groups=channels, bias=bias, **window),
        nn.Conv2d(filters, outputs, 1, bias=bias),
    )


def random_input(*shape):
    generator = torch.Generator().manual_seed(2)
    return torch.randn(*shape, generator=generator)


def step(module, x, gy=None):
    """The output, and gradients in x and in all parameters."""
    x = x.detach().requires_grad_()
    y = module(x)
    gy = torch.cos(torch.arange(y.numel(), dtype=y.dtype)).reshape(y.shape) if gy is None else gy
    return [y.detach(), *torch.autograd.grad(y, [x, *module.parameters()], gy)]


def check_equal(found, right):
    assert len(found) == len(right)
    for ours, theirs in zip(found, right, strict=True):
        assert ours.shape == theirs.shape
        torch.testing.assert_close(ours.double(), theirs.double(), atol=2e-4, rtol=1e-4)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("window", WINDOWS)
def test_steps_are_those_of_torch(window, activation):
    first, last = pair(**WINDOWS[window], multiplier=1 + (window == "3x3"))
    after = ACTIVATIONS[activation]
    theirs = nn.Sequential(first, after(), last, after())
    ours = sepconv.torch.SeparableConv2d.from_torch(first, last, activations=(activation,) * 2)
    x = random_input(2, 5, 9, 11)
    check_equal(step(ours, x), step(theirs.double(), x.double()))


@pytest.mark.parametrize("format", ["contiguous_format", "channels_last"])
def test_the_order_of_axes_is_kept(format):
    memory_format = getattr(torch, format)
    ours = sepconv.torch.SeparableConv2d.from_torch(*pair(kernel_size=3, padding=1))
    x = random_input(2, 5, 8, 9).contiguous(memory_format=memory_format).requires_grad_()
    y = ours(x)
    assert y.is_contiguous(memory_format=memory_format)
    y.sum().backward()  # its gradient is one number, spread without memory
    right = random_input(2, 5, 8, 9).requires_grad_()
    ours(right).sum().backward()
    torch.testing.assert_close(x.grad, right.grad, atol=0, rtol=0)


def test_depthwise_alone_and_without_bias():
    first, last = pair(kernel_size=3, padding=1, bias=False)
    x = random_input(1, 5, 6, 7)
    alone = sepconv.torch.DepthwiseConv2d(first, activation="relu")
    both = sepconv.torch.SeparableConv2d.from_torch(first, last)
    found = step(alone, x), step(both, x)
    check_equal(found[0], step(nn.Sequential(first, nn.ReLU()), x))
    check_equal(found[1], step(nn.Sequential(first, last), x))


def test_gradients_are_slopes():
    """As torch.autograd.gradcheck, which needs double: steps are wide, and the layer is linear."""
    module = sepconv.torch.SeparableConv2d(3, 4, 3, padding=1)
    x = random_input(1, 3, 5, 5)
    _, gx, *_ = step(module, x, gy=torch.ones(1, 4, 5, 5))
    with torch.no_grad():
        for place in ((0, 0, 0, 0), (0, 1, 2, 3), (0, 2, 4, 4)):
            moved = x.clone()
            moved[place] += 1.0
            slope = (module(moved).double() - module(x).double()).sum()
            assert float(slope) == pytest.approx(float(gx[place]), abs=1e-4)


def test_parameters_have_the_names_and_the_start_of_torch():
    torch.manual_seed(3)
    ours = sepconv.torch.SeparableConv2d(4, 6, 3, padding=1, multiplier=2)
    torch.manual_seed(3)
    first, last = nn.Conv2d(4, 8, 3, padding=1, groups=4), nn.Conv2d(8, 6, 1)
    names = ["depthwise.weight", "depthwise.bias", "pointwise.weight", "pointwise.bias"]
    assert list(ours.state_dict()) == names
    assert torch.equal(ours.depthwise.weight, first.weight)
    other = sepconv.torch.SeparableConv2d.from_torch(first, last)
    assert other.depthwise.weight is first.weight
    other.load_state_dict(ours.state_dict())


def test_training_and_changed_weights_are_seen():
    module = sepconv.torch.SeparableConv2d(3, 2, 3, padding=1, activations=("relu", None))
    x, goal = random_input(2, 3, 6, 6), random_input(2, 2, 6, 6)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.05)
    losses = []
    for _ in range(20):
        loss = nn.functional.mse_loss(module(x), goal)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0]
    module.eval()
    with torch.no_grad():
        before = module(x)
        assert torch.equal(before, module(x))
        module.pointwise.bias += 1.0
        torch.testing.assert_close(module(x), before + 1.0)


def test_the_bits_do_not_depend_on_threads():
    first, last = pair(kernel_size=3, padding=1)
    x = random_input(2, 5, 17, 19)
    one, two = (
        step(sepconv.torch.SeparableConv2d.from_torch(first, last, threads=count), x)
        for count in (1, 2)
    )
    assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((nn.Linear(2, 2), nn.Conv2d(2, 3, 1)), TypeError, "depthwise is Linear"),
        ((nn.Conv2d(4, 4, 3), nn.Conv2d(4, 3, 1)), ValueError, "1 groups; expected 4"),
        ((nn.Conv2d(4, 4, 3, groups=4), nn.Conv2d(4, 3, 3)), ValueError, "expected kernel 1x1"),
        ((nn.Conv2d(4, 4, 3, groups=4), nn.Conv2d(5, 3, 1)), ValueError, "reads 5 channels"),
        (
            (nn.Conv2d(4, 4, 3, groups=4, padding=1, padding_mode="reflect"), nn.Conv2d(4, 3, 1)),
            ValueError,
            "padding_mode 'reflect'",
        ),
    ],
)
def test_what_cannot_be_run_as_one_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        sepconv.torch.SeparableConv2d.from_torch(*arguments)


def test_norms_in_eval_mode_are_taken_in():
    torch.manual_seed(4)
    first, last = pair(kernel_size=3, padding=1)
    norms = nn.BatchNorm2d(5), nn.BatchNorm2d(7, affine=False)
    theirs = nn.Sequential(first, norms[0], nn.ReLU(), last, norms[1])
    with torch.no_grad():
        nn.init.normal_(norms[0].weight)
        for _ in range(3):
            theirs(random_input(2, 5, 6, 6) * 3)  # statistics
    with pytest.raises(ValueError, match="norms is in training"):
        sepconv.torch.SeparableConv2d.from_torch(first, last, norms=norms)
    theirs.eval()
    options = {"norms": norms, "activations": ("relu", None)}
    ours = sepconv.torch.SeparableConv2d.from_torch(first, last, **options)
    x = random_input(2, 5, 9, 11)
    torch.testing.assert_close(ours(x), theirs(x), atol=1e-5, rtol=1e-5)
    assert ours.pointwise.weight is not last.weight
    with pytest.raises(ValueError, match="norms has 7 channels; expected 5"):
        sepconv.torch.SeparableConv2d.from_torch(first, last, norms=norms[::-1])


@pytest.mark.parametrize("slopes", [(5, 7), (1, 7), (5, 1)])
def test_slopes_of_prelu_are_trained(slopes):
    first, last = pair(kernel_size=3, padding=1)
    after = [nn.PReLU(count, init=0.3 - 0.5 * (count == 7)) for count in slopes]
    theirs = nn.Sequential(first, after[0], last, after[1])
    ours = sepconv.torch.SeparableConv2d.from_torch(first, last, activations=after)
    x = random_input(2, 5, 9, 11)
    y, gx, *found = step(ours, x)
    right_y, right_gx, *right = step(theirs, x)
    order = [2, 5, 0, 1, 3, 4]  # theirs have the slopes between the convolutions
    check_equal([y, gx, *found], [right_y, right_gx, *(right[i] for i in order)])
    assert list(ours.state_dict())[:2] == ["prelus.0.weight", "prelus.1.weight"]
    alone = sepconv.torch.DepthwiseConv2d(first, activation=after[0])
    y, gx, slope, *found = step(alone, x)
    check_equal([y, gx, *found, slope], step(nn.Sequential(first, after[0]), x))
    with pytest.raises(ValueError, match="activation has 3 slopes; expected 1 or 5"):
        sepconv.torch.DepthwiseConv2d(first, activation=nn.PReLU(3))


def test_doubles_are_refused():
    module = sepconv.torch.SeparableConv2d(3, 2, 3)
    with pytest.raises(TypeError, match="x is torch.float64 on cpu; expected float32"):
        module(torch.zeros(1, 3, 5, 5, dtype=torch.float64))


def test_numpy_agrees():
    first, last = pair(kernel_size=3, padding=1)
    x = random_input(1, 5, 6, 6)
    layer = sepconv.SeparableConv2d(
        first.weight.detach().numpy().reshape(5, 1, 3, 3),
        last.weight.detach().numpy()[:, :, 0, 0],
        first.bias.detach().numpy(),
        last.bias.detach().numpy(),
        padding=1,
        layout="NCHW",
    )
    ours = sepconv.torch.SeparableConv2d.from_torch(first, last)
    assert np.array_equal(layer(x.numpy()), ours(x).detach().numpy())
