"""What turns the last layer's bits into scores of classes, and into a class."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import logsigmoid

from tinydwn.model.classifier import Reduction, code_width


class PopcountHead(nn.Module):
    """Equal groups of bits vote, one group per class; scores are votes over the temperature `tau`."""

    soft = False

    def __init__(self, classes: int, tau: float) -> None:
        super().__init__()
        self.classes, self.tau = classes, tau

    def forward(self, last: Tensor) -> Tensor:
        """Return scores, (samples, classes), of the last layer's bits, (nodes, samples)."""
        return self._votes(last).T / self.tau

    def decide(self, last: Tensor) -> Tensor:
        """Return classes, (samples,); of equal votes the lowest."""
        return _first_largest(self._votes(last))

    def _votes(self, last: Tensor) -> Tensor:
        return last.view(self.classes, last.shape[0] // self.classes, last.shape[1]).sum(dim=1)


class OneHotHead(nn.Module):
    """The class is the lowest `k` whose bit is one, else 0; one bit alone is the class of two.

    The scores are log probabilities: entries over `tau` are the log odds of independent bits. Class `k` is as likely as
    bit `k` being one and all below being zero; bits above do not matter. With one bit this is the logistic model.
    """

    soft = True

    def __init__(self, classes: int, tau: float) -> None:
        super().__init__()
        self.classes, self.tau = classes, tau

    def forward(self, last: Tensor) -> Tensor:
        """Return scores, (samples, classes), of the last layer's entries, (nodes, samples)."""
        one, zero = logsigmoid(last / self.tau), logsigmoid(-last / self.tau)
        if len(last) == 1:
            return torch.cat([zero, one]).T
        below = torch.cumsum(zero, dim=0)
        lowest = one + below - zero
        first = torch.logaddexp(lowest[:1], below[-1:])  # class 0 also answers where no bit is one
        return torch.cat([first, lowest[1:]]).T

    def decide(self, last: Tensor) -> Tensor:
        """Return classes, (samples,)."""
        bits = last > 0
        return bits[0].to(torch.int64) if len(bits) == 1 else _first_largest(bits)


class CodeHead(nn.Module):
    """The bits are the class in binary, LSB first; a code beyond the last class loses its top bit.

    The scores are log probabilities: entries over `tau` are the log odds of independent bits.
    """

    soft = True

    def __init__(self, classes: int, tau: float) -> None:
        super().__init__()
        self.classes, self.tau = classes, tau

    def forward(self, last: Tensor) -> Tensor:
        """Return scores, (samples, classes), of the last layer's entries, (nodes, samples)."""
        width = code_width(self.classes)
        places = torch.arange(width, device=last.device)
        ones = (torch.arange(1 << width, device=last.device)[:, None] >> places & 1).to(last.dtype)
        codes = ones @ logsigmoid(last / self.tau) + (1 - ones) @ logsigmoid(-last / self.tau)
        beyond = len(codes) - self.classes
        if not beyond:
            return codes.T
        first = self.classes - (1 << width - 1)  # the class that the first code beyond stands for
        shared = torch.logaddexp(codes[first : first + beyond], codes[self.classes :])
        return torch.cat([codes[:first], shared, codes[first + beyond : self.classes]]).T

    def decide(self, last: Tensor) -> Tensor:
        """Return classes, (samples,)."""
        weights = 1 << torch.arange(len(last), device=last.device)
        code = ((last > 0).to(torch.int64) * weights[:, None]).sum(dim=0)
        return torch.where(code < self.classes, code, code - (1 << len(last) - 1))


Head = PopcountHead | OneHotHead | CodeHead
_HEADS: dict[Reduction, type[PopcountHead] | type[OneHotHead] | type[CodeHead]] = {
    Reduction.POPCOUNT: PopcountHead,
    Reduction.LEARNABLE: OneHotHead,
    Reduction.CODED: CodeHead,
}


def head_of(reduction: Reduction, *, classes: int, tau: float) -> Head:
    """Return the head of a reduction.

    >>> head_of(Reduction.CODED, classes=3, tau=1.0).decide(torch.tensor([[-1.0, 1.0, 1.0], [-1.0, -1.0, 1.0]]))
    tensor([0, 1, 1])
    """
    return _HEADS[reduction](classes, tau)


def _first_largest(rows: Tensor) -> Tensor:
    """Return for each column the lowest row with the largest value; torch's argmax may return any of equals."""
    best = rows.max(dim=0, keepdim=True).values
    places = torch.arange(len(rows), device=rows.device)[:, None]
    return torch.where(rows == best, places, len(rows)).min(dim=0).values
